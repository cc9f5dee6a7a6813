"""The reading rules a page was read by; older pages are read again at the next crawl."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extractor", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_column("extractor")
