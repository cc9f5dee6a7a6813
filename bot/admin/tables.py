"""Tables of the staff console, declared on the shared metadata."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text

from townclerk.database import UTCDateTime, metadata

staff = Table(
    "staff",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("password", String(200), nullable=False),
    Column("role", String(10), nullable=False, server_default="admin"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("seen_at", UTCDateTime),
    Column("factor_salt", String(64), nullable=False, server_default=""),
    Column("factor_step", Integer, nullable=False, server_default="0"),
)
"""Accounts. `password` is an argon2id hash, empty until an invitation is taken; `seen_at` is the last log-in. `factor_salt` is what
the key of the second factor is made of, empty without one, and `factor_step` the time step whose code was taken last."""

staff_codes = Table(
    "staff_codes",
    metadata,
    Column("name", String(63), ForeignKey("staff.name", ondelete="CASCADE"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
)
"""Recovery codes that were not used yet, hashed."""

staff_links = Table(
    "staff_links",
    metadata,
    Column("name", String(63), ForeignKey("staff.name", ondelete="CASCADE"), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("ends_at", UTCDateTime, nullable=False),
)
"""Links that set a password once. Only a hash is stored."""

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("name", String(63), ForeignKey("staff.name", ondelete="CASCADE"), nullable=False),
    Column("form_token", String(64), nullable=False),
    Column("notice", Text, nullable=False, default=""),
    Column("created_at", UTCDateTime, nullable=False),
    Column("seen_at", UTCDateTime, nullable=False, index=True),
)
"""Logged-in browsers. Only a hash of the cookie is stored, so a database copy opens no session."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("actor", String(63), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False, default=""),
    # Each row seals the one before it; unique, so the chain cannot fork.
    Column("previous", String(64), nullable=False, unique=True),
    Column("seal", String(64), nullable=False, unique=True),
)
"""Who changed what. Rows are only ever added. `at` is the exact text that was sealed."""
