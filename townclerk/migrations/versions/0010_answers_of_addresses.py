"""What addresses answered that are no pages, since when a resumed run goes on, and the declared address of a page."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "crawl_answers",
        sa.Column("source_id", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.String(length=500), nullable=False),
        sa.Column("last_modified", sa.String(length=100), nullable=False),
        sa.Column("raw_hash", sa.String(length=64), nullable=False),
        sa.Column("extractor", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_crawl_answers_source_id_sources")),
        sa.PrimaryKeyConstraint("source_id", "url", name=op.f("pk_crawl_answers")),
    )
    with op.batch_alter_table("crawl_runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("canonical", sa.String(length=2048), server_default="", nullable=False))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_column("canonical")
    with op.batch_alter_table("crawl_runs", schema=None) as batch_op:
        batch_op.drop_column("since")
    op.drop_table("crawl_answers")
