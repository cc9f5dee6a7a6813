"""When pages were checked is read from both databases beside the questions, and only what is new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from crawler.pages.store import PageStore
from crawler.tables import pages
from index.search.page_dates import OVERLAP, PageDates
from tests.index.conftest import CITIES, keep_page
from townclerk import clock
from townclerk.database import writing
from townclerk.jurisdictions import Jurisdictions

NOON = datetime(2026, 5, 1, 12, 0, 0, 123456, UTC)


def check(engine: Engine, page: int, moment: datetime) -> None:
    with writing(engine) as connection:
        connection.execute(update(pages).where(pages.c.id == page).values(checked_at=moment))


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def database(engine: Engine) -> Engine:
    """Two pages, checked at noon, in SQLite and in PostgreSQL."""
    Jurisdictions(engine).put(CITIES)
    for number in (1, 2):
        keep_page(engine, url=f"https://oakton.example/{number}", title="Pool", text=f"Pool {number} opens in June.")
        check(engine, number, NOON)
    return engine


def test_a_check_is_known_after_the_next_reading(database: Engine) -> None:
    checked = PageDates(database)
    assert [checked.of(page) for page in (1, 2, 3, 0, -1, 10**9)] == [NOON, NOON, None, None, None, None]
    check(database, 2, NOON + timedelta(days=1))
    assert checked.of(2) == NOON
    checked.refresh()
    assert [checked.of(1), checked.of(2)] == [NOON, NOON + timedelta(days=1)]


def test_what_was_checked_earlier_and_stored_later_is_not_missed(database: Engine) -> None:
    checked = PageDates(database)
    check(database, 2, NOON - OVERLAP + timedelta(seconds=1))
    checked.refresh()
    assert checked.of(2) == NOON - OVERLAP + timedelta(seconds=1)


def test_only_what_is_new_is_read(database: Engine) -> None:
    checked = PageDates(database)
    check(database, 1, NOON - timedelta(days=30))
    checked.refresh()
    assert checked.of(1) == NOON


def test_a_time_to_come_hides_no_later_check(database: Engine) -> None:
    checked = PageDates(database)
    check(database, 1, NOON + timedelta(days=400))
    checked.refresh()
    check(database, 2, NOON + timedelta(minutes=1))
    checked.refresh()
    assert [checked.of(1), checked.of(2)] == [NOON + timedelta(days=400), NOON + timedelta(minutes=1)]


def test_what_was_read_is_not_read_for_ever(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    checked, asked = PageDates(database), list[datetime | None]()

    def checked_since(_store: PageStore, moment: datetime | None) -> Iterator[tuple[int, datetime]]:
        asked.append(moment)
        yield from ()

    monkeypatch.setattr(PageStore, "checked_since", checked_since)
    for hours in (1, 2):
        monkeypatch.setattr(clock, "now", lambda later=NOON + timedelta(hours=hours): later)
        checked.refresh()
    assert asked[1] == NOON + timedelta(hours=1) - OVERLAP


def test_ids_may_be_large(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(update(pages).where(pages.c.id == 2).values(id=70_000))
    assert PageDates(database).of(70_000) == NOON
