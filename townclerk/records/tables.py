"""Tables of record keeping, declared on the shared metadata."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from townclerk.database import UTCDateTime, metadata

record_holds = Table(
    "record_holds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("placed_at", UTCDateTime, nullable=False),
    Column("placed_by", String(63), nullable=False),
    Column("released_at", UTCDateTime, nullable=True),
    Column("released_by", String(63), nullable=False, default=""),
)
"""Legal holds. `person` is empty for one that covers everybody. Rows are never deleted."""

disposals = Table(
    "disposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("cause", String(10), nullable=False),
    Column("before", UTCDateTime, nullable=True),
    Column("counts", JSON, nullable=False),
    Column("held", Integer, nullable=False, default=0),
    Column("begun_at", UTCDateTime, nullable=False),
    Column("done_at", UTCDateTime, nullable=True),
    Index("ix_disposals_kind", "kind", "begun_at"),
)
"""What was deleted, rows by table, written in the same transactions as the deletions. Never deleted itself.

cause: time | request | notice. A notice deletes nothing: it says that deletion will begin (see `timetable`).
"""
