"""Tries to log in are counted where all rate limits are, not in the database."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.drop_table("staff_attempts")


def downgrade() -> None:
    """Take the change back."""
    op.create_table(
        "staff_attempts",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staff_attempts")),
    )
