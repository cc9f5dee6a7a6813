"""An emergency gets its text on both channels, whatever else is broken."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from tests.bot.town import Town, until
from tests.bot.town import town as started

FIRE = "my house is on fire"


@contextmanager
def locked(town: Town) -> Iterator[None]:
    """Somebody else holds the database's write lock."""
    connection = sqlite3.connect(town.settings.home / "townclerk.db", isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
    finally:
        connection.rollback()
        connection.close()


async def both_answer(town: Town) -> None:
    async with asyncio.timeout(10):
        said = await town.chat(FIRE, city="alder-falls")
        assert said["status"] == 200
        assert "911" in said["messages"][0]["text"]
        async with town.http.get(town.url + "/ask", params={"q": FIRE}) as page:
            assert "911" in await page.text()
        await town.text(FIRE)
        assert "911" in (await town.received())[0]


async def test_while_the_database_is_locked(town: Town) -> None:
    with locked(town):
        await both_answer(town)
    done = "select (select count(*) from sms_inbox where state = 'done'), (select count(*) from messages)"
    await until(lambda: town.rows(done) == [(1, 4)])
    assert town.rows("select state from sms_outbox") == [("sent",)]
    assert len(await town.inbox()) == 1


async def test_with_no_room_for_a_byte(town: Town) -> None:
    """An ordinary question is answered as well; only the record of it is lost, and that is logged."""
    pages = town.rows("pragma page_count")[0][0]
    town.gateway.engine.dispose()
    event.listen(town.gateway.engine, "connect", lambda raw, _record: raw.execute(f"pragma max_page_count = {pages}"))
    for n in range(5):
        said = await town.chat(f"When is trash day {n}? " + "x" * 1900, city="alder-falls")
        assert said["messages"][0]["answers"]
    assert town.rows("select count(*) from messages") < [(10,)]
    await both_answer(town)


async def test_a_question_while_the_database_is_locked_is_answered_and_recorded_later(town: Town) -> None:
    with locked(town):
        said = await town.chat("When is trash day?", city="alder-falls")
        assert said["messages"][0]["answers"]
        assert town.rows("select count(*) from messages") == [(0,)]
    await until(lambda: town.rows("select count(*) from messages") == [(2,)])


async def test_over_every_limit(tmp_path: Path) -> None:
    one = "1/hour"
    async with started(tmp_path, limit_network=one, limit_everybody=one, limit_session=one, limit_phone=one) as town:
        await town.chat("When is trash day?", city="alder-falls")
        assert (await town.chat("When is trash day?", city="alder-falls"))["status"] == 429
        await both_answer(town)


async def test_with_a_session_that_is_not_valid(town: Town) -> None:
    assert "911" in (await town.chat(FIRE, session="forged"))["messages"][0]["text"]


async def test_a_text_handed_over_twice_is_answered_once(town: Town) -> None:
    form = town.form(FIRE, sid="SM77")
    assert await asyncio.gather(*(town.webhook(form) for _ in range(10))) == [200] * 10
    await until(lambda: town.rows("select state from sms_outbox") == [("sent",)])
    assert await town.webhook(form) == 200
    assert len(await town.inbox()) == 1


async def test_who_asked_for_silence_gets_none_of_it(town: Town) -> None:
    await town.text("STOP")
    await town.text(FIRE)
    await until(lambda: town.rows("select count(*) from sms_inbox where state = 'silent'") == [(2,)])
    assert await town.inbox() == []
