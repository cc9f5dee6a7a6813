"""Which city is asked: named > chosen > given by the channel > asked for once."""

import pytest

from tests.actions.conftest import Talk
from tests.actions.fake_index import FakeIndex


def test_the_city_of_the_widget_is_used_and_not_called_chosen(talk: Talk, index: FakeIndex) -> None:
    said = talk.search("when is trash day?")
    assert index.searches[-1]["city"] == said["city"] == "alder-falls"
    assert "city" not in talk.state


def test_a_city_named_in_the_question_wins_and_is_remembered(talk: Talk, index: FakeIndex) -> None:
    talk.search("when is trash day in Port Maren?")
    assert index.searches[-1]["city"] == "port-maren"
    assert talk.state["city"] == "port-maren"
    talk.search("and recycling?")
    assert index.searches[-1]["city"] == "port-maren"


def test_the_city_is_asked_once_and_the_question_is_answered_when_it_comes(stranger: Talk, index: FakeIndex) -> None:
    asked = stranger.search("when is trash day?")
    assert asked["type"] == "ask_city"
    assert [c["text"] for c in asked["choices"]] == ["Alder Falls", "Port Maren"]
    assert index.searches == []
    said = stranger.search("port maren")
    assert index.searches[-1]["text"] == "when is trash day?"
    assert index.searches[-1]["city"] == "port-maren"
    assert said["type"] == "answers"
    assert said["text"].startswith("Port Maren it is.")
    assert (stranger.state["city"], stranger.state["pending"]) == ("port-maren", "")


@pytest.mark.parametrize(
    ("reply", "city"),
    [
        ("99994", "port-maren"),
        ("Alder Falls!", "alder-falls"),
        ("i live in the falls", "alder-falls"),
        ("I'm in Port Maren, please", "port-maren"),
        ("my zip code is 99990", "alder-falls"),
        ("vivo en Port Maren", "port-maren"),
    ],
)
@pytest.mark.parametrize("action", ["action_search", "action_change_city", "action_vote_up", "action_greet"])
def test_a_bare_city_or_zip_is_understood_whatever_the_intent(
    stranger: Talk, index: FakeIndex, reply: str, city: str, action: str
) -> None:
    stranger.search("when is trash day?")
    assert stranger.run(action, reply)["city"] == city
    assert index.searches[-1] | {"city": city, "text": "when is trash day?"} == index.searches[-1]


def test_after_asking_once_the_federal_layer_is_tried(stranger: Talk, index: FakeIndex) -> None:
    stranger.search("when is trash day?")
    said = stranger.search("how do I get a passport?")
    assert "city" not in index.searches[-1] or index.searches[-1]["city"] is None
    assert said["type"] == "answers"


def test_an_unknown_city_keeps_the_question(stranger: Talk, index: FakeIndex) -> None:
    stranger.search("when is trash day?")
    index.refused = True
    said = stranger.search("Springfield")
    assert said["type"] == "ask_city"
    assert "Alder Falls and Port Maren" in said["text"]
    index.refused = False
    stranger.search("99990")
    assert index.searches[-1]["text"] == "when is trash day?"


def test_changing_the_city_answers_the_last_question_again(talk: Talk, index: FakeIndex) -> None:
    talk.search("when is trash day?")
    assert talk.run("action_change_city", "wrong city")["type"] == "ask_city"
    said = talk.search("Port Maren")
    assert (
        index.searches[-1] | {"text": "when is trash day?", "city": "port-maren", "history": []} == index.searches[-1]
    )
    assert said["city"] == "port-maren"
    assert talk.state["history"] == ["when is trash day?"]


@pytest.mark.parametrize(
    "text", ["what about Port Maren?", "and in Port Maren?", "¿y en Port Maren?", "how about Port Maren"]
)
def test_a_city_asked_about_answers_the_last_question_there(talk: Talk, index: FakeIndex, text: str) -> None:
    talk.search("when is trash day?")
    talk.search(text)
    assert (index.searches[-1]["text"], index.searches[-1]["city"]) == (
        "when is trash day?",
        "port-maren",
    )


def test_choosing_the_same_city_asks_nothing_again(talk: Talk, index: FakeIndex) -> None:
    talk.search("when is trash day?")
    said = talk.run("action_change_city", "I live in Alder Falls")
    assert said["type"] == "city"
    assert said["city"] == "alder-falls"
    assert len(index.searches) == 1


def test_a_long_message_taken_for_a_change_of_city_is_searched(talk: Talk, index: FakeIndex) -> None:
    talk.run("action_change_city", "we moved here from another town and need to know how to register our dog")
    assert len(index.searches) == 1


def test_a_guessed_city_is_said_once(server: str, index: FakeIndex) -> None:
    guessed = Talk(server, guess=True)
    assert "I am answering for Alder Falls" in guessed.search("when is trash day?")["text"]
    assert "I am answering" not in guessed.search("and recycling?")["text"]
    assert "I am answering" not in Talk(server, guess=True).search("trash day in Port Maren")["text"]


def test_a_city_that_is_gone_is_asked_for_again(server: str, index: FakeIndex) -> None:
    assert Talk(server, city="atlantis").search("when is trash day?")["type"] == "ask_city"
