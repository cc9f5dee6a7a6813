"""Whole talks through a running Rasa and the real actions."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from actions.dialogue import Dialogue
from actions.state import Turn
from bot.conversation.fallback import step_for
from index.client import IndexClient
from tests.actions.fake_index import answer
from tests.bot.assistant.conftest import Model, Running, rasa
from tests.bot.town import town
from tests.ports import free_ports
from townclerk import database
from townclerk.jurisdictions import Jurisdictions
from townclerk.places import PlaceDirectory

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def fresh(running: Running) -> None:
    running.index.reset()


def test_ask_disagree_agree(running: Running) -> None:
    resident = running.resident("ask-disagree-agree")
    assert "Alder Falls" in resident.say("hi")["text"]
    first = resident.say("how do I pay my water bill?")
    assert first["answers"][0]["id"] == "answer-1"
    assert first["choices"][0] == {"label": "Yes", "text": "Yes"}
    assert resident.say("NO")["answers"][0]["id"] == "answer-2"
    assert resident.say("more")["answers"][0]["id"] == "answer-3"
    assert "glad" in resident.say("👍")["text"]
    assert [(v["answer_id"], v["vote"], v["voter"]) for v in running.index.votes] == [
        ("answer-1", "down", "ask-disagree-agree"),
        ("answer-3", "up", "ask-disagree-agree"),
    ]
    assert "welcome" in resident.say("gracias")["text"]
    assert "Goodbye" in resident.say("no thanks")["text"]


def test_follow_ups_carry_the_questions_before(running: Running) -> None:
    resident = running.resident("follow-ups")
    resident.say("what does a dog license cost?")
    resident.say("and for seniors?")
    assert running.index.searches[-1]["history"] == ["what does a dog license cost?"]


def test_the_city_is_asked_and_given(running: Running) -> None:
    resident = running.resident("no-city", city=None)
    assert resident.say("when is trash day?")["type"] == "ask_city"
    assert resident.say("Port Maren")["city"] == "port-maren"
    assert running.index.searches[-1]["text"] == "when is trash day?"
    assert "555-555-0140" in resident.say("I want to talk to a person")["text"]


def test_search_being_down_is_said_with_the_phone_number(running: Running) -> None:
    running.index.fault = "500"
    said = running.resident("down").say("when is the pool open?")
    assert said["type"] == "unavailable"
    assert "555-555-0100" in said["text"]


def test_residents_do_not_share_a_memory(running: Running) -> None:
    running.resident("one").say("when is trash day in Port Maren?")
    running.resident("two").say("when is trash day?")
    assert running.index.searches[-1] | {"city": "alder-falls", "history": []} == running.index.searches[-1]


async def test_two_messages_at_once_are_answered_in_order(running: Running) -> None:
    resident = running.resident("hasty")

    async def post(http: httpx.AsyncClient, text: str, after: float) -> tuple[float, Any]:
        await asyncio.sleep(after)
        reply = await http.post(f"{running.url}/webhooks/rest/webhook", json=resident.body(text))
        return time.monotonic(), reply.json()

    async with httpx.AsyncClient(timeout=20) as http:
        first, second = await asyncio.gather(
            post(http, "when is trash day?", 0), post(http, "when is the pool open?", 0.05)
        )
    assert first[0] < second[0]
    assert [reply[1][0]["custom"]["type"] for reply in (first, second)] == ["answers", "answers"]
    assert [asked["text"] for asked in running.index.searches] == ["when is trash day?", "when is the pool open?"]


def test_the_sixtieth_turn_is_as_small_as_the_fifth(running: Running) -> None:
    """Rasa keeps no tracker: what it sends to the actions tells of this turn and of the state alone."""
    resident = running.resident("sixty")
    running.calls.clear()
    for turn in range(60):
        assert resident.say(f"what is the fee for permit number {turn:02}?")["type"] == "answers"
    assert abs(len(running.calls[59]) - len(running.calls[4])) < 100
    assert [event["event"] for event in json.loads(running.calls[59])["tracker"]["events"]].count("user") == 1


TALKS = {
    "the city is asked first": ["when is trash day?", "port maren", "MORE", "NO", "yes"],
    "disagreeing": ["how do I pay my water bill in Alder Falls?", "no", "no", "no", "more"],
    "several cities": ["Alder Falls", "when is trash day in Port Maren and Alder Falls?", "Port Maren"],
    "an unknown city twice": ["when is trash day?", "Springfield", "Shelbyville", "99994"],
    "no question": ["hello", "yes", "no", "more", "help", "thanks", "agent", "bye"],
}


@pytest.mark.parametrize("name", TALKS)
async def test_the_same_is_said_with_and_without_rasa(running: Running, name: str) -> None:
    resident, alone = running.resident(name, city=None), Turn(text="", voter=name)
    async with IndexClient(running.settings.url("index")) as index:
        dialogue = Dialogue(PlaceDirectory(Jurisdictions(database.connect(running.settings))), index)
        for text in TALKS[name]:
            outcome = await dialogue.answer(step_for(text), alone.model_copy(update={"text": text}))
            alone = alone.model_copy(update={"state": outcome.state})
            with_rasa = await asyncio.to_thread(resident.say, text)
            assert with_rasa == outcome.reply.model_dump(mode="json") | {"type": outcome.type, "city": outcome.city}
            assert resident.turn.state == outcome.state


async def test_a_rasa_that_is_killed_loses_nothing(running: Running, model: Model, tmp_path: Path) -> None:
    home = tmp_path / "rasa"
    home.mkdir()
    (port,) = free_ports(1)
    settings = running.settings.model_copy(update={"home": home, "assistant_port": port})
    running.index.answers = [answer(n) for n in (1, 2, 3)]
    async with town(tmp_path / "gateway", assistant_port=port) as gateway:
        with rasa(settings, model) as process:
            waiting = await gateway.chat("When is trash day?")
            assert "Which city" in waiting["messages"][0]["text"]
            shown = await gateway.chat("What is the fee?", city="alder-falls")
            assert shown["messages"][0]["answers"][0]["id"] == "answer-1"
            process.kill()
            process.wait()
            reply = await gateway.chat("Alder Falls", session=waiting["session"])
            assert reply["messages"][0]["text"].startswith("Alder Falls it is.")
            assert (gateway.index.searched[-1].text, gateway.index.searched[-1].city) == (
                "When is trash day?",
                "alder-falls",
            )
            more = await gateway.chat("MORE", session=shown["session"], city="alder-falls")
            assert more["messages"][0]["answers"][0]["id"] == "answer-2"
        answered_by = "select answered_by from messages where direction = 'out' order by id"
        assert gateway.rows(answered_by) == [("assistant",), ("assistant",), ("search",), ("search",)]


def test_rasa_listens_on_loopback_only(running: Running) -> None:
    ports = (running.settings.assistant_port, running.settings.actions_port)
    listening = [c.laddr for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr]
    assert {address.ip for address in listening if address.port in ports} == {"127.0.0.1"}


def test_a_command_cannot_reach_another_persons_talk(running: Running) -> None:
    """Rasa's HTTP API, which reads any talk, is off."""
    running.resident("private").say("when is trash day?")
    assert httpx.get(f"{running.url}/conversations/private/tracker").status_code == 404
