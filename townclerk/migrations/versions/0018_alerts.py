"""Alerts: topics, who asked for them, and what is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "alert_topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(length=63), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("monthly", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_topics")),
        sa.UniqueConstraint("city", "number", name=op.f("uq_alert_topics_city_number")),
    )
    op.create_table(
        "alert_subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("our_number", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("message_sid", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["alert_topics.id"], name=op.f("fk_alert_subscriptions_topic_id_alert_topics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_subscriptions")),
    )
    op.create_index(op.f("ix_alert_subscriptions_person"), "alert_subscriptions", ["person"])
    op.create_index("ix_alert_subscriptions_receivers", "alert_subscriptions", ["topic_id", "ended_at"])
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city", sa.String(length=63), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=63), nullable=False),
        sa.Column("approved_by", sa.String(length=63), nullable=False),
        sa.Column("canceled_by", sa.String(length=63), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_state"), "alerts", ["state"])
    with op.batch_alter_table("sms_outbox") as batch_op:
        batch_op.add_column(sa.Column("alert_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("not_after", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_sms_outbox_alert", ["alert_id", "person"])


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("sms_outbox") as batch_op:
        batch_op.drop_index("ix_sms_outbox_alert")
        batch_op.drop_column("not_after")
        batch_op.drop_column("alert_id")
    for table in ("alerts", "alert_subscriptions", "alert_topics"):
        op.drop_table(table)
