"""The language of a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=10), server_default="", nullable=False))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_column("language")
