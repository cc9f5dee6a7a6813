"""Tables of this package, declared on the shared metadata.

Votes copy the question and its vector from the search they belong to, so that recorded
searches can be deleted when their time is over without losing what residents taught.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from townclerk.database import UTCDateTime, metadata

# One number a name: the revisions of FAQs, votes, pins and synonyms.
# The row `database` holds in `text` a random name of this database.
state = Table(
    "index_state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("number", BigInteger, nullable=False, default=0),
    Column("text", String(64), nullable=False, default=""),
)

faqs = Table(
    "faqs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("jurisdiction", String(63), ForeignKey("jurisdictions.id"), nullable=False),
    Column("question_key", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("url", String(2000), nullable=False, default=""),
    Column("language", String(35), nullable=False, default="en"),
    Column("valid_from", Date, nullable=True),
    Column("valid_until", Date, nullable=True),
    Column("owner", String(200), nullable=False, default=""),
    Column("review_by", Date, nullable=True),
    Column("gone", Boolean, nullable=False, default=False),
    Column("revision", BigInteger, nullable=False),
    Column("updated_at", UTCDateTime, nullable=False),
    UniqueConstraint("jurisdiction", "question_key"),
    Index("ix_faqs_revision", "revision"),
)

# Who changed which FAQ, from what to what; `revision` is that which the FAQ got by it.
faq_changes = Table(
    "faq_changes",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("faq", Integer, ForeignKey("faqs.id", ondelete="CASCADE"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("by", String(63), nullable=False, default=""),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Index("ix_faq_changes_faq", "faq", "revision"),
)

searches = Table(
    "searches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("asked_at", UTCDateTime, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("city", String(63), nullable=True),
    Column("channel", String(63), nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("confidence", String(10), nullable=False),
    Column("results", JSON, nullable=False),
    Column("timings", JSON, nullable=False),
    Column("milliseconds", Float, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("answer_id", String(64), nullable=False),
    Column("search_id", String(32), nullable=False, index=True),
    Column("passage", String(64), nullable=False),
    Column("city", String(63), nullable=True),
    Column("question", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("vote", Integer, nullable=False),
    Column("voter", String(128), nullable=False),
    Column("comment", Text, nullable=False, default=""),
    Column("held", String(20), nullable=False, default=""),
    Column("created_at", UTCDateTime, nullable=False),
    Column("revoked_at", UTCDateTime, nullable=True),
    # The vote revision (see `state`) at which it was stored, replaced or undone.
    Column("revision", BigInteger, nullable=False, default=0, server_default="0", index=True),
    # The pin under which the answer stood first, if one did. It may be removed since.
    Column("pin", Integer, nullable=True, index=True),
    UniqueConstraint("answer_id", "voter"),
    Index("ix_votes_passage", "passage", "city", "created_at"),
    Index("ix_votes_voter", "voter", "created_at"),
)

pins = Table(
    "pins",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("jurisdiction", String(63), ForeignKey("jurisdictions.id"), nullable=False),
    Column("wordings", JSON, nullable=False),
    # The wordings' vectors one after the other and the model they are of; a search process makes them.
    Column("vectors", LargeBinary, nullable=False, default=b""),
    Column("model", Text, nullable=False, default=""),
    Column("kind", String(10), nullable=False),
    Column("place", String(63), nullable=False),
    Column("document", String(40), nullable=False),
    Column("passage", String(64), nullable=False, default=""),
    Column("url", String(2048), nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("text", Text, nullable=False, default=""),
    Column("valid_from", Date, nullable=True),
    Column("valid_until", Date, nullable=True),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", UTCDateTime, nullable=False),
    Column("created_by", String(63), nullable=False, default=""),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("changed_by", String(63), nullable=False, default=""),
)

synonyms = Table(
    "synonyms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("jurisdiction", String(63), ForeignKey("jurisdictions.id"), nullable=True),  # none: for every city
    Column("terms", JSON, nullable=False),
    Column("meaning", Text, nullable=False, default=""),
    Column("active", Boolean, nullable=False, default=True),
    Column("changed_by", String(63), nullable=False, default=""),
    Column("changed_at", UTCDateTime, nullable=False),
)
