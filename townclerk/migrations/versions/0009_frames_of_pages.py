"""What the pages of a source share: contacts around the content, and what is left out."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contacts", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("frame", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_column("frame")
        batch_op.drop_column("contacts")
