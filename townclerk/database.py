"""The one database: SQLite (WAL) by default, PostgreSQL by URL.

Each package declares its tables on `metadata` in its own `tables.py`. The schema is
made and changed only by the migrations in `townclerk/migrations`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite

from townclerk.clock import as_utc
from townclerk.settings import Settings

_BUSY_MILLISECONDS = 15_000

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC time on both databases; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a stored time needs a zone, got {value!r}; use townclerk.clock.now()")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else as_utc(value)


def connect(settings: Settings) -> Engine:
    """An engine for the configured database; makes the state directory when it is missing.

    SQLite runs in WAL mode with synchronous=FULL: an accepted text message and a vote
    must survive a power cut, and one commit costs about 2 ms (FULL) on a plain disk.
    """
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_MILLISECONDS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own implicit BEGIN is deferred and would upgrade to a write lock in the
    # middle of a transaction, which fails at once instead of waiting; we send BEGIN ourselves.
    connection.isolation_level = None
    # secure_delete: what is deleted is overwritten, not only forgotten, or it could be read from the file.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MILLISECONDS}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    readonly = connection.get_execution_options().get("readonly", False)
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def overwrite_deleted(engine: Engine) -> None:
    """On SQLite, move what was written into the file and empty the log beside it, which still holds what was deleted.

    Gives up after a second when somebody reads or writes; to be tried again then.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        for pragma in ("busy_timeout=1000", "wal_checkpoint(TRUNCATE)", f"busy_timeout={_BUSY_MILLISECONDS}"):
            connection.cursor().execute(f"PRAGMA {pragma}").fetchall()
    finally:
        connection.close()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read transaction: never waits for a writer on SQLite (WAL)."""
    with engine.connect().execution_options(readonly=True) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction, committed at the end or rolled back on an error."""
    with engine.begin() as connection:
        yield connection


def upsert(connection: Connection, table: Table) -> Any:
    """The database's own INSERT, which has ON CONFLICT on both (their types differ)."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
