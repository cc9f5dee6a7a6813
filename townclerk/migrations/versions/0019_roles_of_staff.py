"""What each of the staff may do, when they logged in last, and links that set a password once."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(10), server_default="admin", nullable=False))
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "staff_links",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["staff.name"], name=op.f("fk_staff_links_name_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staff_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_links_token_hash")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("staff_links")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        for name in ("seen_at", "role"):
            batch_op.drop_column(name)
