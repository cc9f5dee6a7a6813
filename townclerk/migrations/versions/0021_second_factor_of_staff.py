"""The second factor of staff, and recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("factor_salt", sa.String(64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("factor_step", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "staff_codes",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["staff.name"], name=op.f("fk_staff_codes_name_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", "code_hash", name=op.f("pk_staff_codes")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("staff_codes")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        for name in ("factor_step", "factor_salt"):
            batch_op.drop_column(name)
