"""Schema migrations (Alembic).

`upgrade` runs at every start and costs one small query when nothing changed. Add a
revision with `.venv/bin/alembic -c townclerk/migrations/alembic.ini revision --autogenerate -m "..."`;
a test compares the tables in the code with what the revisions make.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection, Engine, text

from townclerk.errors import Broken

_TABLES = (
    "townclerk.jurisdictions",
    "townclerk.records.tables",
    "crawler.tables",
    "index.tables",
    "bot.tables",
    "bot.alert_tables",
    "bot.admin.tables",
)
_ADVISORY_LOCK = 7_202_611_21  # any fixed number: two starts on one PostgreSQL database take turns


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the schema up to date, or to a revision; two processes that start together take turns.

    Raises Broken when the database is newer than this code.
    """
    config = _config()
    head = ScriptDirectory.from_config(config).get_current_head()
    if _current(engine) == head:
        return
    with _turn(engine):
        current = _current(engine)
        known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            raise Broken(
                f"The database has schema {current}, which this version of Townclerk does not know. Install the newer version, or restore the backup made before it."
            )
        load_tables()
        with _without_foreign_keys(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)


def state(engine: Engine) -> str:
    """`<revision> (up to date)`, or `<revision> (behind <head>)`."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    current = _current(engine)
    return f"{current} (up to date)" if current == head else f"{current or 'none'} (behind {head})"


def load_tables() -> None:
    """Import every module that declares tables, so that the shared metadata is whole."""
    for module in _TABLES:
        import_module(module)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _current(engine: Engine) -> str | None:
    with engine.connect().execution_options(readonly=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _without_foreign_keys(engine: Engine) -> Iterator[Connection]:
    """A write transaction. On SQLite most changes of a table make it anew, and to drop the old one deletes what refers to its rows."""
    with engine.connect() as connection:
        raw = connection.connection.cursor() if engine.dialect.name == "sqlite" else None
        if raw:
            raw.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
        try:
            with connection.begin():
                yield connection
        finally:
            if raw:
                raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    if engine.dialect.name == "sqlite":
        with FileLock(f"{engine.url.database}.upgrade.lock", timeout=120):
            yield
        return
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})"))
        try:
            yield
        finally:
            connection.execute(text(f"SELECT pg_advisory_unlock({_ADVISORY_LOCK})"))
