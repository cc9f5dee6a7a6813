"""What was quoted lately in a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quoted", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_column("quoted")
