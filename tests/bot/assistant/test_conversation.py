"""Whole talks through a running Rasa and the real actions."""

import asyncio
import statistics
import time
from typing import Any

import httpx
import psutil
import pytest

from tests.actions.fake_index import answer
from tests.bot.assistant.conftest import Running

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

SLOWEST_LATE_TURN = 3
"""How many times the median of turns 2 to 11 that of the last ten of a talk of 60 turns may take."""


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


def test_a_talk_of_sixty_turns_stays_small_and_quick(running: Running) -> None:
    running.index.answers = [answer(n) | {"excerpt": "A sentence of the page. " * 25} for n in range(5)]
    resident = running.resident("sixty")
    took = []
    for turn in range(60):
        began = time.monotonic()
        said = resident.say(f"what is the fee for permit number {turn}?")
        took.append(time.monotonic() - began)
        assert said["type"] == "answers"
    assert statistics.median(took[-10:]) < SLOWEST_LATE_TURN * statistics.median(took[1:11]), took


def test_rasa_listens_on_loopback_only(running: Running) -> None:
    ports = (running.settings.assistant_port, running.settings.actions_port)
    listening = [c.laddr for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr]
    assert {address.ip for address in listening if address.port in ports} == {"127.0.0.1"}


def test_a_command_cannot_reach_another_persons_talk(running: Running) -> None:
    """Rasa's HTTP API, which reads any talk, is off."""
    running.resident("private").say("when is trash day?")
    assert httpx.get(f"{running.url}/conversations/private/tracker").status_code == 404
