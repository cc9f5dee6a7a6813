"""Pins in the database, on SQLite and PostgreSQL."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from index import revisions
from index.pins.store import Pin, PinStore, Target, Terms, wording_key
from tests.index.conftest import CITIES
from townclerk.errors import BadInput, NotFound
from townclerk.jurisdictions import Jurisdictions

TARGET = Target("passage", "oakton", "page:7", "k" * 40, "https://oakton.example/snow", "Snow", "Roads are closed.")


@pytest.fixture
def store(engine: Engine) -> PinStore:
    """The store on each database."""
    Jurisdictions(engine).put(CITIES)
    return PinStore(engine)


def terms(*wordings: str, city: str = "oakton", **more: date) -> Terms:
    return Terms(city, wordings or ("Is school closed?",), more.get("valid_from"), more.get("valid_until"))


def test_what_is_stored_is_read_again(store: PinStore) -> None:
    made = store.add(terms("Is school closed?", "School closed"), TARGET, by="clerk")
    assert (made.terms.wordings, made.target, made.created_by) == (
        ("Is school closed?", "School closed"),
        TARGET,
        "clerk",
    )
    assert made.terms.active
    assert store.all("oakton") == [made] == store.all()
    assert store.all("elmville") == []
    store.remove(made.id)
    assert store.all() == []
    with pytest.raises(NotFound, match="pin list"):
        store.remove(made.id)


def test_every_change_is_counted_so_that_searches_learn_of_it(store: PinStore, engine: Engine) -> None:
    counts = [revisions.number(engine, revisions.PINS)]
    made = store.add(terms(), TARGET, by="a")
    counts.append(revisions.number(engine, revisions.PINS))
    changed = store.change(made.id, terms("Snow day?"), TARGET, by="b")
    counts.append(revisions.number(engine, revisions.PINS))
    store.remove(made.id)
    counts.append(revisions.number(engine, revisions.PINS))
    assert counts == [0, 1, 2, 3]
    assert (changed.created_by, changed.changed_by, changed.terms.wordings) == ("a", "b", ("Snow day?",))


def test_vectors_are_kept_until_the_wordings_change(store: PinStore, engine: Engine) -> None:
    made = store.add(terms("One", "Two"), TARGET, by="")
    before = revisions.number(engine, revisions.PINS)
    store.embedded({made.id: b"12345678"}, {made.id: ("One", "Two")}, model="toy")
    assert revisions.number(engine, revisions.PINS) == before
    assert kept(store.get(made.id)) == (b"12345678", "toy")
    assert kept(store.change(made.id, terms("One", "Two"), TARGET, by="")) == (b"12345678", "toy")
    assert kept(store.change(made.id, terms("One"), TARGET, by="")) == (b"", "")
    store.embedded({made.id: b"12345678"}, {made.id: ("One", "Two")}, model="toy")
    assert kept(store.get(made.id)) == (b"", "")


def kept(pin: Pin) -> tuple[bytes, str]:
    return pin.vectors, pin.model


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Terms("oakton", ("  ", "")), "needs a question"),
        (Terms("oakton", tuple(f"question {n}" for n in range(21))), "got 21"),
        (Terms("oakton", ("x" * 1001,)), "1001"),
        (Terms("oakton", ("x",), date(2026, 2, 2), date(2026, 2, 1)), "would end"),
    ],
)
def test_terms_that_cannot_be_are_refused(store: PinStore, wrong: Terms, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        store.add(wrong, TARGET, by="")
    assert store.all() == []


def test_one_wording_in_two_spellings_is_kept_once(store: PinStore) -> None:
    made = store.add(terms("Is  school closed?", "is school closed", "Snow?"), TARGET, by="")
    assert made.terms.wordings == ("Is school closed?", "Snow?")


def test_a_pin_holds_from_its_first_day_to_its_last() -> None:
    first, day = date(2026, 2, 1), timedelta(days=1)
    storm = terms(valid_from=first, valid_until=first + day)
    assert [storm.holds(first + n * day) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert not Terms("oakton", ("x",), active=False).holds(first)
    assert terms().holds(first)


@pytest.mark.parametrize(
    "text",
    [
        "When is trash collected",
        "  WHEN is   trash collected?!",
        "when, is: trash_collected",
        "When is trash ｃollected?",
    ],
)
def test_wordings_are_compared_without_case_and_punctuation(text: str) -> None:
    assert wording_key(text) == "when is trash collected"


def test_wordings_of_signs_alone_differ() -> None:
    assert wording_key("🙂") != wording_key("🚮") != ""
