"""Words that mean the same and abbreviations, which staff keep."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "synonyms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=63), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=63), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdictions.id"], name=op.f("fk_synonyms_jurisdiction_jurisdictions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonyms")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("synonyms")
