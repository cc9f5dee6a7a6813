"""What was checked lately is found without reading every page."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_index(op.f("ix_pages_checked_at"), "pages", ["checked_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_pages_checked_at"), "pages")
