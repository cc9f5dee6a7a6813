"""At which revision a vote changed; processes re-read only what changed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_votes_revision"), ["revision"])


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_votes_revision"))
        batch_op.drop_column("revision")
