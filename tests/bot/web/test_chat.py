"""The web chat: answers, sessions, order, votes and limits."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.bot.town import Town
from tests.bot.town import town as started


async def test_answer_comes_from_the_assistant_with_session_and_timings(town: Town) -> None:
    said = await town.chat("When is trash day?", city="alder-falls")
    assert said["status"] == 200
    shown = said["messages"][0]
    assert shown["answers"][0]["excerpt"].startswith("Trash is picked up")
    assert [choice["text"] for choice in shown["choices"]] == ["Yes", "No", "More"]
    assert "assistant;dur=" in said["headers"]["Server-Timing"]
    assert "search;dur=" in said["headers"]["Server-Timing"]
    heard = town.rasa.heard[0]
    assert heard["message"] == "When is trash day?"
    assert heard["metadata"].keys() == {"channel", "city", "city_is_guess", "state", "voter"}
    assert (heard["metadata"]["channel"], heard["metadata"]["city"]) == ("web", "alder-falls")


async def test_session_goes_on_and_is_one_rasa_sender(town: Town) -> None:
    first = await town.chat("When is trash day?", city="alder-falls")
    await town.chat("And recycling?", session=first["session"], city="alder-falls")
    assert len({heard["sender"] for heard in town.rasa.heard}) == 1
    other = await town.chat("When is trash day?", city="alder-falls")
    assert other["session"] != first["session"]
    assert len({heard["sender"] for heard in town.rasa.heard}) == 2


@pytest.mark.parametrize("token", ["x", "", "a.b.c", "AC" * 100])
async def test_forged_session_is_401(town: Town, token: str) -> None:
    said = await town.chat("Hello", session=token)
    assert said["status"] == 401 if token else 200
    if token:
        assert said["error"]["code"] == "unauthenticated"
        assert town.rasa.heard == []


async def test_another_persons_sender_or_channel_cannot_be_chosen(town: Town) -> None:
    first = await town.chat("When is trash day?")
    sender = town.rasa.heard[0]["sender"]
    said = await town.chat("secret?", session=sender, sender=sender, input_channel="sms")
    assert said["status"] == 401
    tampered = first["session"][:-2] + ("AA" if not first["session"].endswith("AA") else "BB")
    assert (await town.chat("secret?", session=tampered))["status"] == 401


async def test_expired_session_is_401(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await town.chat("Hello")
    month = 31 * 86_400
    real = time.time
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: real() + month)
    assert (await town.chat("Hello", session=first["session"]))["status"] == 401


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("/restart", "restart"),
        ("   /restart", "restart"),
        ("//slow", "slow"),
        (' /greet{"x":1}', 'greet{"x":1}'),
        ("\u200b/nlu_fallback", "nlu_fallback"),
        ("\u202e/ /restart", "restart"),
        ("EXTERNAL: vote_up", "EXTERNAL vote_up"),
        ("external:/restart", "external /restart"),
        ("and/or", "and/or"),
        ("¡Hola! ¿Cuándo?", "¡Hola! ¿Cuándo?"),
    ],
)
async def test_commands_reach_rasa_as_plain_words(town: Town, typed: str, sent: str) -> None:
    await town.chat(typed)
    assert town.rasa.heard[-1]["message"] == sent


async def test_too_long_and_empty_messages(town: Town) -> None:
    assert (await town.chat("x" * 2001))["status"] == 400
    said = await town.chat(" / ")
    assert "send your question as text" in said["messages"][0]["text"]
    assert town.rasa.heard == []


async def test_unknown_city_is_404(town: Town) -> None:
    assert (await town.chat("Hello", city="nowhere"))["status"] == 404


async def test_one_sessions_messages_go_one_after_another(town: Town) -> None:
    first = await town.chat("zero")
    town.rasa.fault, town.rasa.seconds = "slow", 0.1
    texts = ["one", "two", "three", "four"]
    tasks = []
    for text in texts:
        tasks.append(asyncio.create_task(town.chat(text, session=first["session"])))
        await asyncio.sleep(0.02)
    await asyncio.gather(*tasks)
    assert [heard["message"] for heard in town.rasa.heard] == ["zero", *texts]
    assert max(town.rasa.most_inside_per_sender.values()) == 1


async def test_different_sessions_go_in_parallel(town: Town) -> None:
    town.rasa.fault, town.rasa.seconds = "slow", 1
    await asyncio.gather(*(town.chat(f"question {n}") for n in range(8)))
    assert town.rasa.most_inside >= 4


async def test_vote_is_passed_on_once_for_what_was_shown(town: Town) -> None:
    said = await town.chat("When is trash day?", city="alder-falls")
    answer_id = said["messages"][0]["answers"][0]["id"]
    vote = {"session": said["session"], "answer_id": answer_id, "vote": "down", "comment": "old \u202edays"}
    async with town.http.post(town.url + "/feedback", json=vote) as reply:
        assert (reply.status, await reply.json()) == (200, {"recorded": True, "votes": {"up": 1, "down": 0}})
    stored = town.index.votes[0]
    assert (stored.answer_id, stored.vote, stored.comment) == (answer_id, "down", "old days")
    assert stored.voter == town.rasa.heard[0]["metadata"]["voter"]
    assert stored.voter != town.rasa.heard[0]["sender"]
    other = await town.chat("Hello")
    for session, status in ((other["session"], 403), ("forged", 401)):
        async with town.http.post(town.url + "/feedback", json=vote | {"session": session}) as reply:
            assert reply.status == status
    assert len(town.index.votes) == 1


async def test_rate_limits_answer_429_with_retry_after(tmp_path: Path) -> None:
    async with started(tmp_path, limit_session="2/minute", limit_network="5/minute") as town:
        first = await town.chat("one")
        await town.chat("two", session=first["session"])
        limited = await town.chat("three", session=first["session"])
        assert limited["status"] == 429
        assert 1 <= int(limited["headers"]["Retry-After"]) <= 60
        assert (await town.chat("four"))["status"] == 200
        assert (await town.chat("five"))["status"] == 200
        assert (await town.chat("six"))["status"] == 429


async def test_transcript_is_masked(town: Town) -> None:
    await town.chat("My number is 603-555-0188, mail ann@example.com. Trash day?", city="alder-falls")
    rows = town.rows("select direction, text, answered_by, assistant_ms > 0, total_ms > 0 from messages order by id")
    assert rows[0][:2] == ("in", "My number is [phone], mail [email]. Trash day?")
    assert rows[1][0] == "out"
    assert rows[1][2:] == ("assistant", 1, 1)
    state = "".join(str(row) for row in town.rows("select * from sessions"))
    assert "0188" not in state
    assert "ann@" not in state


async def test_headers_and_cors(tmp_path: Path) -> None:
    async with started(tmp_path, widget_origins="https://www.alder-falls.example") as town:
        for origin, allowed in (("https://www.alder-falls.example", True), ("https://evil.example", False)):
            headers = {
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type",
            }
            async with town.http.options(town.url + "/chat", headers=headers) as reply:
                assert (reply.headers.get("Access-Control-Allow-Origin") == origin) is allowed
                assert "Access-Control-Allow-Credentials" not in reply.headers
        async with town.http.get(town.url + "/health/live") as reply:
            assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
            assert reply.headers["X-Content-Type-Options"] == "nosniff"


async def test_large_body_is_refused(town: Town) -> None:
    assert (await town.chat("x" * 100_000))["status"] in (400, 413)
