"""Who changed which FAQ, from what to what."""

import sqlalchemy as sa
from alembic import op

from townclerk.database import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "faq_changes",
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("faq", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(length=63), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["faq"], ["faqs.id"], name=op.f("fk_faq_changes_faq_faqs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_faq_changes")),
    )
    op.create_index("ix_faq_changes_faq", "faq_changes", ["faq", "revision"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("faq_changes")
