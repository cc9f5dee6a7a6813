"""Yes, no and more."""

from tests.actions.conftest import Talk
from tests.actions.fake_index import FakeIndex, answer


def test_yes_votes_for_the_answer_shown(talk: Talk, index: FakeIndex) -> None:
    talk.search("what is the fee?")
    assert talk.run("action_vote_up", "YES")["text"] == "Thank you. I am glad it helped."
    assert index.votes[0] | {"answer_id": "answer-1", "vote": "up", "voter": "voter-1"} == index.votes[0]


def test_no_votes_against_it_and_offers_the_next(talk: Talk, index: FakeIndex) -> None:
    talk.search("what is the fee?")
    said = talk.run("action_vote_down", "NO")
    assert [a["id"] for a in said["answers"]] == ["answer-2"]
    assert said["text"] == "Thank you, I noted that. Here is another answer. From Alder Falls:"
    talk.run("action_vote_down", "NO")
    last = talk.run("action_vote_down", "NO")
    assert [(v["answer_id"], v["vote"]) for v in index.votes] == [(f"answer-{n}", "down") for n in (1, 2, 3)]
    assert last["type"] == "text"
    assert "no other answer" in last["text"]
    assert "555-555-0100" in last["text"]
    assert len(index.searches) == 1


def test_a_vote_after_more_is_for_the_answer_shown_then(talk: Talk, index: FakeIndex) -> None:
    talk.search("what is the fee?")
    shown = talk.run("action_more", "MORE")
    assert [a["id"] for a in shown["answers"]] == ["answer-2"]
    talk.run("action_vote_up", "YES")
    assert index.votes[0]["answer_id"] == "answer-2"


def test_more_ends(talk: Talk, index: FakeIndex) -> None:
    index.answers = [answer(1), answer(2)]
    talk.search("what is the fee?")
    assert [c["label"] for c in talk.run("action_more", "MORE")["choices"]] == ["Yes", "No"]
    assert talk.run("action_more", "MORE")["text"].startswith("That is all I found.")


def test_votes_with_nothing_to_vote_on_are_met_kindly(talk: Talk, index: FakeIndex) -> None:
    for action, word in (("action_vote_up", "yes"), ("action_vote_down", "NO"), ("action_more", "more")):
        assert talk.run(action, word)["type"] == "text"
    assert index.votes == []


def test_a_vote_that_cannot_be_recorded_still_brings_the_next_answer(talk: Talk, index: FakeIndex) -> None:
    talk.search("what is the fee?")
    index.fault = "500"
    said = talk.run("action_vote_down", "NO")
    assert "could not note your vote" in said["text"]
    assert [a["id"] for a in said["answers"]] == ["answer-2"]
    assert "could not note your vote" in talk.run("action_vote_up", "YES")["text"]


def test_moving_on_changes_the_position_and_what_was_shown_only(talk: Talk) -> None:
    talk.search("what is the fee?")
    before = talk.state
    talk.run("action_more", "MORE")
    assert talk.state == before | {"position": 1, "quoted": talk.state["quoted"]}
    assert [each["passage"] for each in talk.state["quoted"]] == ["passage-1", "passage-2"]
