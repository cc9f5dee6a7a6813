"""The web chat when the assistant, search, or both fail."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.conversation.circuit_breaker import CircuitBreaker
from tests.bot.town import Town
from tests.bot.town import town as started


@pytest.mark.parametrize("fault", ["empty", "500", "invalid", "nonsense", "unavailable"])
async def test_failing_assistant_means_a_direct_answer(town: Town, fault: str) -> None:
    town.rasa.fault = fault
    said = await town.chat("When is trash day?", city="alder-falls")
    assert said["messages"][0]["answers"][0]["id"] == "a1"
    assert len(said["messages"][0]["answers"]) == 1
    more = await town.chat("More", session=said["session"], city="alder-falls")
    assert more["messages"][0]["answers"][0]["id"] == "a2"
    done = await town.chat("more", session=said["session"], city="alder-falls")
    assert "That is all I found" in done["messages"][0]["text"]


async def test_hanging_assistant_is_answered_in_time_then_left_alone(tmp_path: Path) -> None:
    async with started(tmp_path, assistant_timeout=0.4) as town:
        now = 0.0
        town.gateway.assistant.breaker = CircuitBreaker(clock=lambda: now)
        town.rasa.fault = "hang"
        for _ in range(3):
            said = await town.chat("When is trash day?", city="alder-falls")
            assert said["messages"][0]["answers"]
        heard = len(town.rasa.heard)
        await asyncio.gather(*(town.chat("When is trash day?", city="alder-falls") for _ in range(10)))
        assert len(town.rasa.heard) == heard  # nobody waits for it while the circuit is open
        town.rasa.fault = ""
        now += 10.1  # the pause is over
        await town.chat("When is trash day?", city="alder-falls")
        assert len(town.rasa.heard) == heard + 1
        assert not town.gateway.assistant.breaker.is_open


async def test_with_search_down_too_the_city_is_named(town: Town) -> None:
    await town.rasa_server.stop()
    await town.index_server.stop()
    began = time.monotonic()
    said = await town.chat("When is trash day?", city="alder-falls")
    assert "555-010-0100" in said["messages"][0]["text"]
    assert time.monotonic() - began < 8


@pytest.mark.timeout(30)
async def test_all_hanging_still_answers_within_8_seconds(town: Town) -> None:
    town.rasa.fault = town.index.fault = "hang"
    began = time.monotonic()
    said = await town.chat("When is trash day?", city="alder-falls")
    assert "555-010-0100" in said["messages"][0]["text"]
    assert time.monotonic() - began < 15  # 8 s, and what a busy machine adds; the parts behind hang for a minute


async def test_refused_search_shows_no_answer(town: Town) -> None:
    town.rasa.fault, town.index.fault = "empty", "refuse"
    said = await town.chat("Who is the king of Mars?", city="alder-falls")
    assert "answers" not in said["messages"][0]
    assert "could not find" in said["messages"][0]["text"]
    assert "555-010-0100" in said["messages"][0]["text"]


async def test_without_assistant_the_city_is_asked_and_remembered(town: Town) -> None:
    town.rasa.fault = "empty"
    said = await town.chat("When is trash day?")
    assert {c["text"] for c in said["messages"][0]["choices"]} == {"Alder Falls", "Birch Bay"}
    then = await town.chat("birch bay", session=said["session"])
    assert then["messages"][0]["answers"]
    assert (town.index.searched[-1].text, town.index.searched[-1].city) == ("When is trash day?", "birch-bay")
    await town.chat("and recycling?", session=said["session"])
    assert (town.index.searched[-1].city, town.index.searched[-1].history) == ("birch-bay", ["When is trash day?"])


TALKS = {
    "the city is asked first": ["When is trash day?", "birch bay", "MORE", "more", "and recycling?", "YES"],
    "disagreeing": ["When is trash day in Alder Falls?", "NO", "No.", "no", "MORE", "yes"],
    "several cities": ["Alder Falls", "trash in Birch Bay or Alder Falls?", "trash in Birch Bay?", "Birch Bay"],
    "an unknown city twice": ["When is trash day?", "Springfield", "Shelbyville", "03050"],
    "no question": ["Hi", "yes", "no", "more", "help", "thanks", "agent", "bye"],
    "a person": ["agent", "Birch Bay", "agent"],
}


@pytest.mark.parametrize("name", TALKS)
async def test_the_assistant_may_fail_at_any_turn_and_the_replies_are_the_same(town: Town, name: str) -> None:
    """The state is in the database alone, so either side goes on where the other stopped."""
    town.gateway.assistant.breaker = CircuitBreaker(failures=1000)
    talks = []
    for fails_at in ("....", "xxxx", ".x.x", "x.x.", ".xxx", "..xx"):
        session: dict[str, str] = {}
        messages = []
        for turn, text in enumerate(TALKS[name]):
            town.rasa.fault = "empty" if fails_at[turn % 4] == "x" else ""
            reply = await town.chat(text, **session)
            session = {"session": reply["session"]}
            messages.append(reply["messages"])
        talks.append(messages)
    assert talks == [talks[0]] * len(talks)


async def test_words_of_rasas_own_leave_the_state_as_it_was(town: Town) -> None:
    first = await town.chat("When is trash day?")
    town.rasa.fault, town.rasa.seconds = "own_words", 0
    own = await town.chat("thanks", session=first["session"])
    assert own["messages"] == [{"text": "Reply to thanks", "lang": "en"}]
    town.rasa.fault = ""
    await town.chat("birch bay", session=first["session"])
    assert town.index.searched[-1].text == "When is trash day?"


async def test_a_stored_state_of_another_version_is_forgotten_but_for_the_city(town: Town) -> None:
    first = await town.chat("When is trash day in Birch Bay?")
    town.execute("update sessions set answers = '[{\"id\": 1}]'")
    await town.chat("and recycling?", session=first["session"])
    assert (town.index.searched[-1].city, town.index.searched[-1].history) == ("birch-bay", [])


async def test_while_the_pages_are_being_read_that_is_said(town: Town) -> None:
    town.index.fault = "starting"
    for fault in ("", "empty"):
        town.rasa.fault = fault
        reply = await town.chat("When is trash day?", city="alder-falls")
        assert reply["messages"][0]["text"].startswith("I am still reading the city's pages.")


async def test_ready_names_what_is_missing(town: Town) -> None:
    await town.gateway.probe()
    async with town.http.get(town.url + "/health/ready") as reply:
        assert (reply.status, (await reply.json())["waiting"]) == (200, {})
    await town.rasa_server.stop()
    await town.index_server.stop()
    await town.gateway.probe()
    async with town.http.get(town.url + "/health/ready") as reply:
        assert reply.status == 503
        assert set((await reply.json())["waiting"]) == {"assistant", "index"}
