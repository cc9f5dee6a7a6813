"""Corrections that move a question to the county, the state or the city, and answers that point there."""

import pytest

from actions.understanding.jurisdiction_switch import leans, meant, pointed_to
from tests.actions.conftest import PLACES, Talk
from tests.actions.fake_index import FakeIndex, answer
from tests.bot import fakes
from townclerk.places import Places

ALL = Places(PLACES)


@pytest.mark.parametrize(
    ("text", "place", "asked"),
    [
        ("no, I meant the county one, how much", "tamarack-county", "how much"),
        ("the county", "tamarack-county", ""),
        ("county?", "tamarack-county", ""),
        ("no the county license", "tamarack-county", ""),
        ("what about the county's", "tamarack-county", ""),
        ("the state one, how much", "cascadia", "how much"),
        ("not the city one, the county one", "tamarack-county", ""),
        ("actually i meant the state", "cascadia", ""),
        ("what about the city's?", "alder-falls", ""),
        ("sorry, i mean the town one", "alder-falls", ""),
        ("how much is the county one?", "tamarack-county", "how much is it?"),
        ("from the county how long does it take", "tamarack-county", "how long does it take"),
    ],
)
def test_a_layer_is_meant(text: str, place: str, asked: str) -> None:
    found = meant(text, ALL.get("alder-falls"), ALL)
    assert found is not None
    assert (found.place.id, found.asked) == (place, asked)


@pytest.mark.parametrize(
    "text",
    [
        "city hall hours", "the county fair", "county jail phone number", "what about city jobs", "state highway potholes", "is there a state park",
        "who is on the city council", "what city am i in", "county clerk", "when are state taxes due", "no", "the other one",
    ],
)  # fmt: skip
def test_a_subject_is_no_layer(text: str) -> None:
    assert meant(text, ALL.get("alder-falls"), ALL) is None


def test_an_answer_points_to_the_layer_that_it_names() -> None:
    city = ALL.get("alder-falls")

    def where(excerpt: str, jurisdiction: str = "alder-falls") -> str | None:
        found = pointed_to(fakes.answer(excerpt=excerpt, jurisdiction=jurisdiction), city, ALL)
        return found.id if found else None

    assert where("Dog licenses are sold by Tamarack County.") == "tamarack-county"
    assert where("Marriage licenses come from the county, not the city.") == "tamarack-county"
    assert where("Route 9 belongs to the state.") == "cascadia"
    assert where("Trash is picked up on Tuesday.") is None
    assert where("The county clerk is in room 104 of Tamarack County.", "tamarack-county") is None


def test_follow_ups_that_name_nothing_lean() -> None:
    assert leans("how much is it")
    assert leans("how much")
    assert not leans("when does the farmers market open")


def test_a_correction_asks_the_question_before_there(talk: Talk, index: FakeIndex) -> None:
    talk.search("where do i get a marriage license")
    index.answers = [answer(7, jurisdiction="tamarack-county")]
    said = talk.search("no, i meant the county one")
    assert said["text"] == "From Tamarack County:"
    last = index.searches[-1]
    assert (last["text"], last["city"], last["shown"]) == ("where do i get a marriage license", "tamarack-county", [])
    talk.search("what do i bring for it")
    assert [each["url"] for each in index.searches[-1]["shown"]] == ["https://falls.example/7"]


def test_the_county_is_no_city_to_change_to(talk: Talk, index: FakeIndex) -> None:
    assert talk.run("action_change_city", "the county")["type"] == "ask_city"
    talk.search("where do i get a marriage license")
    assert talk.run("action_change_city", "the county")["type"] == "answers"
    assert index.searches[-1]["city"] == "tamarack-county"


def test_what_the_city_only_points_to_is_asked_there(talk: Talk, index: FakeIndex) -> None:
    pointing = answer(1, confidence="medium") | {
        "excerpt": "Dog licenses are sold by Tamarack County.",
        "highlights": [],
    }
    index.answers = [pointing]
    talk.search("how much is a dog license")
    assert [each["city"] for each in index.searches] == ["alder-falls", "tamarack-county"]
    index.answers = [pointing | {"confidence": "high"}]
    talk.search("where do i get a dog license")
    assert len(index.searches) == 3


def test_a_question_without_an_answer_is_named_beside_the_one_that_has_one(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {"is there a submarine museum": []}
    said = talk.search("when is the library open and is there a submarine museum")
    assert said["text"] == 'You also asked "is there a submarine museum": I could not find that. From Alder Falls:'
    assert len(said["answers"]) == 1


def test_a_second_question_with_its_own_subject_is_asked_alone(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {
        "when is the pool open": [answer(1)],
        "who is the mayor": [answer(2) | {"excerpt": "Ana Ruiz.", "highlights": []}],
    }
    talk.search("when is the pool open and who is the mayor")
    assert [len(each["shown"]) for each in index.searches] == [0, 0]
    assert index.searches[1]["history"] == []
    index.searches.clear()
    talk.search("when is the pool open and what does it cost")
    assert index.searches[1]["history"][-1] == "when is the pool open"
