"""Tables of the crawl service, declared on the shared metadata."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

import townclerk.jurisdictions  # noqa: F401  (sources refer to its table)
from townclerk.database import UTCDateTime, metadata

sources = Table(
    "sources",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("jurisdiction", String(63), ForeignKey("jurisdictions.id"), nullable=False),
    Column("url", String(2048), nullable=False),
    Column("schedule", String(120), nullable=False, default=""),
    Column("depth", Integer, nullable=False),
    Column("max_pages", Integer, nullable=False),
    Column("include", String(1000), nullable=False, default=""),
    Column("exclude", String(1000), nullable=False, default=""),
    # An operator typed this loopback address on the command line: it may be connected to.
    Column("private_ok", Boolean, nullable=False, default=False),
    # Staff paused it: not crawled by its schedule.
    Column("paused", Boolean, nullable=False, default=False, server_default=false()),
    Column("created_at", UTCDateTime, nullable=False),
    Column("next_due_at", UTCDateTime, nullable=True),
    Column("removed_at", UTCDateTime, nullable=True),
)

crawl_runs = Table(
    "crawl_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", String(80), ForeignKey("sources.id"), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("counts", JSON, nullable=False, default=dict),
    Column("allow_removals", Boolean, nullable=False, default=False),
    Column("queued_at", UTCDateTime, nullable=False),
    # When this run, or the first of the interrupted ones that it resumes, was started.
    Column("since", UTCDateTime, nullable=True),
    Column("started_at", UTCDateTime, nullable=True),
    Column("finished_at", UTCDateTime, nullable=True),
    # Who runs it and when it was last alive: a dead owner's run is marked interrupted.
    Column("owner", String(200), nullable=False, default=""),
    Column("alive_at", UTCDateTime, nullable=True),
    # The account that asked it to stop; it ends at its next sign of life.
    Column("stopped_by", String(63), nullable=False, default="", server_default=""),
)
# The lease: the database itself refuses a second running run of one source.
Index(
    "uq_crawl_runs_running",
    crawl_runs.c.source_id,
    unique=True,
    sqlite_where=crawl_runs.c.status == "running",
    postgresql_where=crawl_runs.c.status == "running",
)

pages = Table(
    "pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", String(80), ForeignKey("sources.id"), nullable=False),
    Column("url", String(2048), nullable=False),
    Column("revision", BigInteger, nullable=False, unique=True),
    Column("gone", Boolean, nullable=False, default=False),
    # Staff took it out of the answers; it is read on.
    Column("hidden", Boolean, nullable=False, default=False, server_default=false()),
    Column("duplicate_of", Integer, ForeignKey("pages.id"), nullable=True, index=True),
    Column("jurisdiction", String(63), nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(20), nullable=False),
    Column("blocks", JSON, nullable=False),
    # Telephone numbers and addresses that stand around the content only, as blocks.
    Column("contacts", JSON, nullable=False, server_default="[]"),
    # What the other pages of the source make of this one (pages.site_memory).
    Column("frame", JSON, nullable=False, server_default="{}"),
    Column("page_date", Date, nullable=True),
    Column("page_date_origin", String(60), nullable=False, default=""),
    Column("content_hash", String(64), nullable=False),
    Column("first_seen_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("checked_at", UTCDateTime, nullable=False, index=True),
    # What makes an unchanged page cheap: validators, hash of the raw body, and its links.
    Column("etag", String(500), nullable=False, default=""),
    Column("last_modified", String(100), nullable=False, default=""),
    Column("raw_hash", String(64), nullable=False, default=""),
    # The reading rules that made the text (extract.version); 0 for pages older than this column.
    Column("extractor", Integer, nullable=False, server_default="0"),
    Column("links", JSON, nullable=False, default=list),
    # The address on this site that the page declares as its own, if that is another one.
    Column("canonical", String(2048), nullable=False, default="", server_default=""),
    # Runs in a row that found it missing; two make it gone.
    Column("strikes", Integer, nullable=False, default=0),
    UniqueConstraint("source_id", "url"),
    Index("ix_pages_source_id_content_hash", "source_id", "content_hash"),
    Index("ix_pages_source_id_raw_hash", "source_id", "raw_hash"),
)

# What addresses answered that are no stored pages: what a resumed run need not ask, nor a later one read.
crawl_answers = Table(
    "crawl_answers",
    metadata,
    Column("source_id", String(80), ForeignKey("sources.id"), primary_key=True),
    Column("url", String(2048), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("etag", String(500), nullable=False),
    Column("last_modified", String(100), nullable=False),
    Column("raw_hash", String(64), nullable=False),
    Column("extractor", Integer, nullable=False),
    Column("answer", Text, nullable=False),
)

# What the last run of a source would have done to stored pages, held back until it is accepted or a later run ends.
held_changes = Table(
    "held_changes",
    metadata,
    Column("source_id", String(80), ForeignKey("sources.id"), primary_key=True),
    Column("url", String(2048), primary_key=True),
    Column("run_id", Integer, ForeignKey("crawl_runs.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    # The page as it was read, where it changed (crawling.answer).
    Column("answer", Text, nullable=False),
)

page_outcomes = Table(
    "page_outcomes",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("run_id", Integer, ForeignKey("crawl_runs.id"), nullable=False, index=True),
    Column("url", String(2048), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
)

# One row. Updated inside the transaction that changes pages, so revisions become visible in order.
page_revisions = Table(
    "page_revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
