"""Rules in the database: kept, changed, imported, never half."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from index.synonyms import csv_file
from index.synonyms.rules import drafted, shown
from index.synonyms.starters import WRITER, stocked
from index.synonyms.store import SynonymStore
from tests.index.conftest import CITIES
from townclerk.errors import BadInput, Conflict, NotFound, TooLarge
from townclerk.jurisdictions import Jurisdictions

TRASH = drafted(["trash", "garbage"])


@pytest.fixture
def cities(engine: Engine) -> Engine:
    """Both kinds of database, with the cities."""
    Jurisdictions(engine).put(CITIES)
    return engine


@pytest.fixture
def store(cities: Engine) -> SynonymStore:
    return SynonymStore(cities)


def lines(store: SynonymStore, city: str | None = None) -> list[str]:
    return [shown(rule) for rule in store.all(city)]


def test_a_rule_says_who_changed_it_and_when(store: SynonymStore) -> None:
    before = store.revision()
    made = store.put(TRASH, by="anna")
    changed = store.put(drafted(["trash", "refuse"]), by="ben", id=made.id)
    assert (changed.id, changed.changed_by) == (made.id, "ben")
    assert changed.changed_at is not None
    assert made.changed_at is not None
    assert changed.changed_at >= made.changed_at
    assert lines(store) == ["trash = refuse"]
    assert store.revision() > before


def test_one_place_has_one_group_for_a_word(store: SynonymStore) -> None:
    first = store.put(TRASH, by="a")
    with pytest.raises(Conflict, match=rf"'trash' stands in rule {first.id} already \(trash = garbage\)"):
        store.put(drafted(["Trash", "rubbish"]), by="a")
    store.put(drafted(["Trash", "rubbish"], city="oakton"), by="a")
    store.put(drafted(["trash"], "household waste"), by="a")
    with pytest.raises(Conflict):
        store.put(drafted(["TRASH"], "Household Waste"), by="a")
    store.put(drafted(["trash"], "solid waste"), by="a")
    other = store.put(drafted(["tenant", "renter"]), by="a")
    with pytest.raises(Conflict):
        store.put(drafted(["tenant", "garbage"]), by="a", id=other.id)
    assert lines(store, "oakton") == ["Trash = rubbish"]
    assert len(lines(store, "all")) == 4


def test_unknown_cities_and_numbers(store: SynonymStore) -> None:
    with pytest.raises(NotFound, match="no city 'nowhere'"):
        store.put(drafted(["a1", "b1"], city="nowhere"), by="a")
    for step in (
        lambda: store.remove(7),
        lambda: store.switch(7, active=False, by="a"),
        lambda: store.put(TRASH, by="a", id=7),
    ):
        with pytest.raises(NotFound, match="no synonym rule 7"):
            step()
    with pytest.raises(NotFound):
        store.all("nowhere")


def test_switching_off_and_removing(store: SynonymStore) -> None:
    made = store.put(TRASH, by="a")
    assert store.switch(made.id, active=False, by="b").active is False
    assert store.all()[0].changed_by == "b"
    store.remove(made.id)
    assert store.all() == []


def test_a_file_adds_changes_and_reports_by_line(store: SynonymStore) -> None:
    store.put(TRASH, by="a")
    data = (
        "terms;meaning;city;active\n"
        "trash = garbage = refuse;;;\n"
        "BRT;Board of Revision of Taxes;oakton;no\n"
        "alone;;;\n"
        "a1 = b1;;nowhere;\n"
        '"broken;;;\n'
        "x1 = y1;;;maybe\n"
    )
    done = csv_file.load(store, data.encode(), by="file")
    assert (done.imported, done.updated, done.unchanged) == (1, 1, 0)
    assert [rejection.line for rejection in done.rejected] == [4, 5, 6, 7]
    assert lines(store) == ["trash = garbage = refuse", "BRT -> Board of Revision of Taxes"]
    assert [rule.active for rule in store.all()] == [True, False]


def test_what_is_exported_changes_nothing_when_it_is_imported(store: SynonymStore) -> None:
    csv_file.load(store, b"terms,meaning,city,active\n=1+1 = sum,,,\nBRT,Board,oakton,no\n", by="a")
    written = csv_file.write(store.all())
    done = csv_file.load(store, written.encode(), by="b")
    assert (done.imported, done.updated, done.unchanged, done.rejected) == (0, 0, 2, ())
    assert {rule.changed_by for rule in store.all()} == {"a"}


def test_a_row_that_joins_two_stored_groups_is_rejected(store: SynonymStore) -> None:
    store.put(TRASH, by="a")
    store.put(drafted(["waste", "refuse"]), by="a")
    done = csv_file.load(store, b"terms\ntrash = refuse\n", by="a")
    assert "more than one rule" in done.rejected[0].reason
    assert len(store.all()) == 2


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        (b"", BadInput, "empty"),
        (b"words,meaning\na = b,\n", BadInput, "must name the column terms"),
        (b"terms,terms\n", BadInput, "twice"),
        (b"terms\n" + b"a" * 1_000_001, TooLarge, "at most 1 MB"),
    ],
)
def test_a_file_that_cannot_be_used(store: SynonymStore, data: bytes, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        csv_file.load(store, data, by="a")


def test_an_installation_starts_with_some_rules_once(cities: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: stocked(cities), range(4)))
    found = stores[0].all()
    assert {rule.changed_by for rule in found} == {WRITER}
    assert len({shown(rule) for rule in found}) == len(found) > 50
    for rule in found:
        stores[0].remove(rule.id)
    assert stocked(cities).all() == []


def test_there_is_a_most(store: SynonymStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.synonyms.store.MAX_RULES", 2)
    done = csv_file.load(store, b"terms\na1 = b1\nc1 = d1\n", by="a")
    assert done.imported == 2
    with pytest.raises(BadInput, match="At most 2"):
        store.put(TRASH, by="a")
    assert len(store.all()) == 2
