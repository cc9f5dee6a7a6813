"""What the gateway keeps: sessions, transcripts, text messages in and out, opt-outs.

People are known by `person`, an HMAC of session id or phone number. The number itself
stands only in `sms_inbox` and `sms_outbox`, which need it to reply.
"""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from townclerk.database import UTCDateTime, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("channel", String(10), nullable=False),
    Column("name", String(64), nullable=False, default=""),
    Column("city", String(63), nullable=True),
    Column("city_origin", String(10), nullable=False, default=""),
    Column("history", JSON, nullable=False, default=list),
    Column("answers", JSON, nullable=False, default=list),
    Column("quoted", JSON, nullable=False, default=list, server_default="[]"),
    Column("position", Integer, nullable=False, default=0),
    Column("pending", Text, nullable=False, default=""),
    Column("rest", Text, nullable=False, default=""),
    Column("language", String(10), nullable=False, default="", server_default=""),
    Column("created_at", UTCDateTime, nullable=False),
    Column("seen_at", UTCDateTime, nullable=False, index=True),
)
"""State of a talk that the gateway needs to carry on without the assistant. `name` is what the assistant knows it by."""

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("channel", String(10), nullable=False),
    Column("direction", String(3), nullable=False),
    Column("text", Text, nullable=False),
    Column("city", String(63), nullable=True),
    Column("answered_by", String(20), nullable=False, default=""),
    Column("assistant_ms", Float, nullable=True),
    Column("search_ms", Float, nullable=True),
    Column("total_ms", Float, nullable=True),
    Column("at", UTCDateTime, nullable=False, index=True),
)
"""Transcripts, personal data masked. `answered_by` names the part that gave the reply."""

shown_answers = Table(
    "shown_answers",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("answer_id", String(64), primary_key=True),
    Column("at", UTCDateTime, nullable=False, index=True),
)
"""Which answers a person was shown: the only ones they may vote on."""

sms_inbox = Table(
    "sms_inbox",
    metadata,
    Column("message_sid", String(64), primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("from_number", String(40), nullable=False),
    Column("to_number", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("place", JSON, nullable=False, default=dict),
    Column("action", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("received_at", UTCDateTime, nullable=False),
    Column("done_at", UTCDateTime, nullable=True),
    Index("ix_sms_inbox_waiting", "state", "received_at"),
)
"""Each text message once, by Twilio's MessageSid. state: new -> done | silent | expired."""

sms_outbox = Table(
    "sms_outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_sid", String(64), nullable=False),
    Column("part", Integer, nullable=False),
    Column("person", String(64), nullable=False),
    Column("from_number", String(40), nullable=False),
    Column("to_number", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("confirms_stop", Boolean, nullable=False, default=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("twilio_sid", String(64), nullable=True, unique=True),
    Column("delivery", String(12), nullable=False, default=""),
    Column("error", String(200), nullable=False, default=""),
    Column("created_at", UTCDateTime, nullable=False),
    Column("tried_at", UTCDateTime, nullable=True),
    Column("sent_at", UTCDateTime, nullable=True),
    Column("alert_id", Integer, nullable=True),
    Column("not_after", UTCDateTime, nullable=True),
    UniqueConstraint("message_sid", "part"),
    Index("ix_sms_outbox_waiting", "state", "id"),
    Index("ix_sms_outbox_alert", "alert_id", "person"),
)
"""Replies and alerts, one row a part. state: queued -> sending -> sent | failed | suppressed | expired.

`sending` is written before Twilio is called: a row found in it was perhaps sent. A row of an alert that is not sent by
`not_after` is deleted, and made anew when the alert goes on.
"""

suppressions = Table(
    "suppressions",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("our_number", String(40), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
"""Who asked not to be texted by which of our numbers. Checked before every send."""

leases = Table(
    "leases",
    metadata,
    Column("key", String(80), primary_key=True),
    Column("owner", String(16), nullable=False),
    Column("until", UTCDateTime, nullable=False),
)
"""Whom which gateway works for just now, and until when, unless it renews that. Used with PostgreSQL only."""

erasures = Table(
    "erasures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("asked_by", String(63), nullable=False),
)
"""Requests to delete what a person wrote that wait for a legal hold to end. Carried out, the row goes too."""

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("channel", String(10), nullable=False),
    Column("city", String(63), nullable=False),
    Column("language", String(10), nullable=False, default=""),
    Column("state", String(10), nullable=False, index=True),
    Column("claimed_by", String(63), nullable=False, default=""),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("touched_at", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime, nullable=True),
)
"""Talks that are with staff. state: taking -> message, or waiting -> open; then closed.

taking: the next words are a message. message: it waits for staff, and the bot answers meanwhile. waiting: nobody has answered yet.
open: somebody has. In the last two the bot is silent; `due_at` is when it speaks up because staff owe an answer.
"""

handoff_messages = Table(
    "handoff_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("handoff_id", Integer, nullable=False, index=True),
    Column("person", String(64), nullable=False, index=True),
    Column("author", String(63), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
"""What was said in them, unmasked: a number to call back is of no use masked. See `bot.handoff`."""
