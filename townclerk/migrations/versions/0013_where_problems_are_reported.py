"""Where a city takes reports, where it signs up for alerts, and when its telephone is answered."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("jurisdictions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hours", sa.String(200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("alerts", sa.String(2000), server_default="", nullable=False))
        batch_op.add_column(sa.Column("report", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("jurisdictions", schema=None) as batch_op:
        for name in ("report", "alerts", "hours"):
            batch_op.drop_column(name)
