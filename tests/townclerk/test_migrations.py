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

DAY = "2026-11-30 00:00:00"
ROWS = (
    f"INSERT INTO sources VALUES ('oakton-1', 'oakton', 'https://oakton.example/', '', 5, 9, '', '', 0, '{DAY}', NULL, NULL)",
    "INSERT INTO crawl_runs (id, source_id, status, reason, counts, allow_removals, queued_at, owner)"
    f" VALUES (1, 'oakton-1', 'done', '', '{{}}', 0, '{DAY}', '')",
    f"INSERT INTO faqs VALUES (1, 'oakton', 'k', 'Q?', 'A.', '', '', NULL, NULL, '', NULL, 0, 1, '{DAY}')",
    f"INSERT INTO faq_changes VALUES (1, 1, '{DAY}', 'ann', '{{}}', '{{}}')",
    f"INSERT INTO staff VALUES ('ann', 'hash', '{DAY}', '{DAY}')",
    f"INSERT INTO staff_sessions VALUES ('t', 'ann', 'f', '', '{DAY}', '{DAY}')",
)
"""Rows of revision 0015 that refer to others, after those."""


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


def test_rows_that_others_refer_to_survive_every_change(settings: Settings) -> None:
    engine = database.connect(settings)
    migrations.upgrade(engine, "0015")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO jurisdictions (id, name, level, phone, url, timezone, aliases, zips, origin) VALUES ('oakton', 'Oakton', 'city', '', '', '', '[]', '[]', '')"
            )
        )
        for statement in ROWS:
            connection.execute(text(statement))
    migrations.upgrade(engine)
    with engine.connect() as connection:
        for table in ("sources", "crawl_runs", "faq_changes", "staff_sessions"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1, table
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA foreign_key_check")).first() is None
    engine.dispose()
