"""A message that only names a subject starts anew when the pages shown do not have it and another page does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.answers.result import SearchResult
from index.ranking.shown_pages import ShownPages
from tests.index.toy import LocalIndex, mark, open_engine, page

DOGS = page(
    1,
    "A dog license costs $12 a year. Cats need a tag. Bring proof of a rabies shot.",
    title="Dog licenses",
    url="https://oakton.example/dogs",
)
POOL = page(2, "Lifeguards watch the pool. A day ticket costs $5.", title="Pool", url="https://oakton.example/pool")
WORK = page(3, "The city hires clerks and drivers. Apply by mail.", title="Jobs", url="https://oakton.example/work")
BEFORE = "how much is a dog license"
SHOWN = "A dog license costs $12 a year."


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LocalIndex]:
    made = open_engine(tmp_path)
    made.apply([DOGS, POOL, WORK], marker=mark(1))
    yield made
    made.close()


def said_next(engine: LocalIndex, text: str) -> SearchResult:
    rows = engine.searcher.segments.rows_of(["page:1"]).tolist()
    pages = ShownPages(frozenset({"https://oakton.example/dogs"}), frozenset({"page:1"}), tuple(rows), {"p": SHOWN})
    return engine.searcher.search(text, jurisdictions=["oakton"], history=[BEFORE], pages=pages)


@pytest.mark.parametrize(("text", "key"), [("jobs", "page:3"), ("Jobs?", "page:3"), ("pool", "page:2")])
def test_another_page_is_named_by_its_title(engine: LocalIndex, text: str, key: str) -> None:
    assert said_next(engine, text).candidates[0].passage.document_key == key


def test_a_single_word_is_enough_that_the_best_passage_says(engine: LocalIndex) -> None:
    assert said_next(engine, "lifeguards").candidates[0].passage.document_key == "page:2"


@pytest.mark.parametrize("text", ["cats", "rabies shot", "how much", "seniors", "for a cat?", "open monday?"])
def test_what_the_pages_shown_have_or_only_says_for_whom_or_when_goes_on(engine: LocalIndex, text: str) -> None:
    found = said_next(engine, text)
    assert found.refused or found.candidates[0].passage.document_key == "page:1"


def test_what_no_page_has_is_not_answered_with_what_was_shown(engine: LocalIndex) -> None:
    found = said_next(engine, "zeppelins")
    assert found.refused or SHOWN not in found.candidates[0].excerpt
