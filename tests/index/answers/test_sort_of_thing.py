"""A license, permit or bill of another sort than the question names is no answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.answers.doubts import doubted
from index.answers.sort_of_thing import of_another_sort, unnamed
from index.segments.passage_cache import CachedPassage
from index.synonyms.rules import Rule
from tests.index.toy import LocalIndex, mark, open_engine, page

TEXT = "A permit for a shed costs $40. Apply at City Hall."
SHED = page(1, TEXT, title="Building permits")
DRIVE = page(2, "Renew a driver license at any office of the state.", title="Licenses")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LocalIndex]:
    made = open_engine(tmp_path)
    made.apply([SHED, DRIVE], marker=mark(1))
    yield made
    made.close()


def another(engine: LocalIndex, text: str, *documents: str) -> bool:
    """Whether the first of these documents is of another sort."""
    rows = {
        segment.passage(position)[0].document_key: CachedPassage(segment, position)
        for segment in engine.reader.segments
        for position in range(len(segment.rows))
    }
    return of_another_sort(engine.read(text), [rows[key] for key in documents], encoder=engine.encoder)


@pytest.mark.parametrize(
    "text",
    [
        "gun permit",
        "how much is a taxi permit",
        "is there a dog park",
        "electric bills",
        "Where do I get a hunting permit?",
    ],
)
def test_a_sort_of_which_the_page_says_nothing(engine: LocalIndex, text: str) -> None:
    assert another(engine, text, "page:1")


@pytest.mark.parametrize(
    "text",
    [
        "shed permit",
        "building permits",
        "how do I get a permit",
        "new permit",
        "my permit",
        "renew permit",
        "gun",
        "gun or permit",
    ],
)
def test_what_the_page_names_and_what_names_no_sort(engine: LocalIndex, text: str) -> None:
    assert not another(engine, text, "page:1")


def test_a_sort_that_only_a_word_of_like_meaning_names_is_not_sure(engine: LocalIndex) -> None:
    [shed] = [CachedPassage(segment, 0) for segment in engine.reader.segments if segment.passage(0)[0].text == TEXT]
    assert unnamed(engine.read("gun permit"), [shed]) == ["gun"]
    assert not unnamed(engine.read("shed permit"), [shed])
    assert doubted("high", engine.read("gun permit"), shed.passage, TEXT, unnamed=["gun"]) == "medium"


def test_forms_of_a_word_and_synonyms_name_the_same_sort(engine: LocalIndex) -> None:
    assert not another(engine, "driving license", "page:2", "page:1")
    assert another(engine, "shack permit", "page:1")
    engine.searcher.questions.thesaurus.use([Rule(id=1, terms=("shack", "shed"))])
    assert not another(engine, "shack permit", "page:1")


def test_the_word_of_the_sort_may_stand_in_another_passage_of_the_page_only(engine: LocalIndex) -> None:
    assert another(engine, "driver permit", "page:1", "page:2")
