"""Greeting, help, a person; and that the server offers what the assistant's domain names."""

import re

import httpx

from actions.replies.sentences import listed
from tests.actions.conftest import Talk
from tests.actions.fake_index import FakeIndex
from tests.conftest import CHECKOUT


def test_greeting_and_help_name_the_city(talk: Talk) -> None:
    assert "Alder Falls" in talk.run("action_greet", "hi")["text"]
    told = talk.run("action_help", "help")
    assert "MORE" in told["text"]
    assert "555-555-0100" in told["text"]
    assert len(told["choices"]) == 3


def test_greeting_without_a_city_asks_nothing(stranger: Talk) -> None:
    assert "your city" in stranger.run("action_greet", "hi")["text"]


def test_no_words_of_ours_ask_for_a_carrier_command(talk: Talk) -> None:
    said = " ".join(
        talk.run(action, "help")["text"] for action in ("action_help", "action_greet", "action_talk_to_person")
    )
    assert not re.search(r"\b(STOP|END|CANCEL|QUIT|REVOKE|OPTOUT|UNSUBSCRIBE)\b", said)


def test_a_person_is_reached_by_the_citys_phone(talk: Talk) -> None:
    assert "call 555-555-0100 or visit https://falls.example" in talk.run("action_talk_to_person", "agent")["text"]


def test_thanks_and_goodbye_leave_the_state_as_it_was(talk: Talk) -> None:
    talk.search("what is the fee?")
    before = talk.state
    assert "welcome" in talk.run("action_thanks", "gracias")["text"]
    assert "Goodbye" in talk.run("action_goodbye", "bye")["text"]
    assert talk.state == before


def test_a_person_of_an_unknown_city_needs_the_city(stranger: Talk, index: FakeIndex) -> None:
    assert stranger.run("action_talk_to_person", "agent")["type"] == "ask_city"


def test_the_server_has_every_action_of_the_domain(server: str) -> None:
    offered = {item["name"] for item in httpx.get(server + "/actions").json()}
    domain = (CHECKOUT / "bot" / "assistant" / "domain.yml").read_text()
    assert offered == set(re.findall(r"^  - (action_\w+)$", domain, re.MULTILINE))


def test_other_origins_get_no_permission(server: str) -> None:
    reply = httpx.get(server + "/health", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in reply.headers


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed([]), listed(["A"]), listed(["A", "B"]), listed(["A", "B", "C"])] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
