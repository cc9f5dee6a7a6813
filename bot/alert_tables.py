"""Alerts: what residents can ask to be told, who asked for it and with which words, and what staff send them."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from townclerk.database import UTCDateTime, metadata

alert_topics = Table(
    "alert_topics",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city", String(63), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", String(60), nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("description", Text, nullable=False, default=""),
    Column("monthly", Integer, nullable=False, default=0),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("active", Boolean, nullable=False, default=True),
    UniqueConstraint("city", "number"),
)
"""Topics that staff define. `number` is what residents type: it is never given to another topic of the city, so topics
are switched off and not deleted. `monthly` is how many texts to expect a month, 0 when that varies.
"""

alert_subscriptions = Table(
    "alert_subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic_id", Integer, ForeignKey("alert_topics.id"), nullable=False),
    Column("person", String(64), nullable=False, index=True),
    Column("our_number", String(40), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("language", String(10), nullable=False),
    Column("message_sid", String(64), nullable=False),
    Column("asked", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime, nullable=True),
    Column("ended_by", String(20), nullable=False, default=""),
    Index("ix_alert_subscriptions_receivers", "topic_id", "ended_at"),
)
"""Consent: who asked for a topic when, in which text and words, and what they were told then. `phone` is emptied when it ends."""

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city", String(63), nullable=False),
    Column("topics", JSON, nullable=False),
    Column("texts", JSON, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("send_at", UTCDateTime, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("created_by", String(63), nullable=False),
    Column("approved_by", String(63), nullable=False, default=""),
    Column("canceled_by", String(63), nullable=False, default=""),
    Column("result", JSON, nullable=False, default=dict),
)
"""What staff send. state: waiting (for a second member of staff) -> ready -> sending -> done; or canceled.

`topics` are ids; `texts` is what is sent, by language; `result` counts receivers by how it went, once it is done.
"""
