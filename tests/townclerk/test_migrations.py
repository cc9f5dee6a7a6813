"""The revisions make exactly the tables that the code declares, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from townclerk import database, migrations
from townclerk.errors import Broken
from townclerk.schema import open_database
from townclerk.settings import Settings


def test_revisions_and_declared_tables_agree(engine: Engine) -> None:
    migrations.load_tables()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, database.metadata) == []


def test_processes_that_start_together_take_turns(settings: Settings) -> None:
    with ThreadPoolExecutor(6) as pool:
        engines = list(pool.map(lambda _: open_database(settings), range(6)))
    assert all("up to date" in migrations.state(one) for one in engines)


def test_a_newer_database_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Broken, match=r"9999.*newer version"):
        migrations.upgrade(engine)
