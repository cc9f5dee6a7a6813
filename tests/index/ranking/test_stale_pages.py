"""A current page stands before what it supersedes, and a city's own page before a copy of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from index.answers.result import Candidate
from index.embedding.encoder import open_encoder
from index.passages.document import Document
from tests.index.toy import LocalIndex, mark, page
from townclerk import clock
from townclerk.settings import Settings

LAYERS = ("oakton", "county", "state")
NOW, STALE = timedelta(days=100), timedelta(days=6 * 365)
OTHERS = [
    page(90 + n, text)
    for n, text in enumerate(
        (
            "The council meets on Monday.",
            "Dogs need a license.",
            "Parking at the harbor costs $3.",
            "The pool opens in May.",
        )
    )
]


@pytest.fixture
def engine(settings: Settings) -> Iterator[LocalIndex]:
    """With the real model: this is about what texts mean."""
    made = LocalIndex.open(settings, encoder=open_encoder(settings))
    yield made
    made.close()


def dated(document: Document, age: timedelta) -> Document:
    return replace(document, page_date=clock.now().date() - age)


def asked(engine: LocalIndex, *documents: Document, text: str = "permit fee for a new fence") -> list[Candidate]:
    engine.apply([*OTHERS, *documents], [], marker=mark(engine.marker.pages + 1))
    return engine.search(text, jurisdictions=LAYERS).candidates


# The second words fit the question better: alone they stand first, whatever the layer and a few years take off.
FEE = "A fence permit costs {}."
FEE_IN_THEIR_WORDS = "The permit fee for a new fence is {}."


def test_the_fixture_puts_the_better_words_first(engine: LocalIndex) -> None:
    found = asked(engine, page(1, FEE.format("$48")), page(2, FEE_IN_THEIR_WORDS.format("$48 or more")))
    assert found[0].passage.document_key == "page:2"


def test_the_own_current_page_stands_before_an_older_copy_at_the_county(engine: LocalIndex) -> None:
    own = dated(page(1, FEE.format("$48")), NOW)
    copy = dated(page(2, FEE_IN_THEIR_WORDS.format("$31"), jurisdiction="county"), STALE)
    first, second = asked(engine, own, copy)[:2]
    assert ["$48" in first.excerpt, "$31" in second.excerpt] == [True, True]
    assert first.score >= second.score
    assert first.parts["superseded"] > 0 > second.parts["superseded"]


@pytest.mark.parametrize("age", [NOW, None])
def test_the_own_page_stands_before_a_copy_of_its_age_or_of_unknown_age(
    engine: LocalIndex, age: timedelta | None
) -> None:
    own, copy = page(1, FEE.format("$48")), page(2, FEE_IN_THEIR_WORDS.format("$31"), jurisdiction="county")
    first = asked(engine, *[dated(each, age) if age else each for each in (own, copy)])[0]
    assert first.passage.jurisdiction == "oakton"


def test_a_stale_page_of_the_city_does_not_stand_before_the_current_one_of_the_county(engine: LocalIndex) -> None:
    stale = dated(page(1, FEE_IN_THEIR_WORDS.format("$31")), STALE)
    current = dated(page(2, FEE.format("$48"), jurisdiction="county"), NOW)
    first, second = asked(engine, stale, current)[:2]
    assert (first.passage.jurisdiction, second.passage.jurisdiction) == ("county", "oakton")


def test_an_old_page_stays_where_no_newer_one_says_the_same_kind_of_thing(engine: LocalIndex) -> None:
    old = dated(page(1, FEE_IN_THEIR_WORDS.format("$31")), STALE)
    other = dated(page(2, "A new roof is inspected by the fire desk.", jurisdiction="county"), NOW)
    assert asked(engine, old, other)[0].passage.document_key == "page:1"


def test_an_old_page_stays_before_a_newer_one_that_is_worded_alike_about_another_thing(engine: LocalIndex) -> None:
    old = dated(page(1, "Elm Street is closed to cars while its water main is replaced."), STALE)
    other = dated(page(2, "Oak Street is closed to cars while its water main is replaced."), NOW)
    assert asked(engine, old, other, text="is elm street closed")[0].passage.document_key == "page:1"


def test_who_names_the_year_wants_the_page_of_that_year(engine: LocalIndex) -> None:
    old = dated(page(1, FEE_IN_THEIR_WORDS.format("$31")), STALE)
    current = dated(page(2, FEE.format("$48")), NOW)
    year = (clock.now().date() - STALE).year
    assert asked(engine, old, current, text=f"permit fee for a new fence in {year}")[0].passage.document_key == "page:1"
    assert asked(engine, old, current)[0].passage.document_key == "page:2"


def test_pages_of_many_places_side_by_side_are_left_as_they_are(engine: LocalIndex) -> None:
    stale = dated(page(1, FEE_IN_THEIR_WORDS.format("$31")), STALE)
    current = dated(page(2, FEE.format("$48"), jurisdiction="county"), NOW)
    engine.apply([*OTHERS, stale, current], [], marker=mark(1))
    found = engine.search("permit fee for a new fence", jurisdictions=[*LAYERS, "elmville", "ashford"]).candidates
    assert found[0].passage.document_key == "page:1"


def test_each_of_several_versions_stands_behind_the_newer_ones(engine: LocalIndex) -> None:
    texts = (FEE_IN_THEIR_WORDS.format("$31"), FEE.format("$45"), FEE.format("$48"))
    versions = [dated(page(n, text), timedelta(days=2000 - 900 * n)) for n, text in enumerate(texts)]
    found = [c for c in asked(engine, *versions) if "fence" in c.excerpt]
    assert [c.passage.document_key for c in found] == ["page:2", "page:1", "page:0"]
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert isinstance(found[0].passage.page_date, date)
