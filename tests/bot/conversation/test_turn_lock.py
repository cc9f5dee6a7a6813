"""One message of a person at a time."""

import asyncio

import pytest
from sqlalchemy import Engine

from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.turn_lock import TurnLock
from townclerk.errors import TooMany


async def test_line_is_bounded_and_keeps_its_order(engine: Engine) -> None:
    turns, order = TurnLock(DatabaseThreads(engine), waiting=2), list[int]()

    async def speak(number: int) -> None:
        async with turns.of("ann"):
            order.append(number)
            await asyncio.sleep(0.01)

    first = [asyncio.create_task(speak(n)) for n in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await speak(9)
    await asyncio.gather(*first, speak_as(turns, "bob"))
    assert order == [0, 1, 2]


async def test_a_turn_waits_for_another_gateway(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one gateway")
    here, there = TurnLock(DatabaseThreads(engine)), TurnLock(DatabaseThreads(engine), seconds=0.2)
    async with here.of("ann"):
        with pytest.raises(TooMany):
            async with there.of("ann"):
                pass
        async with there.of("bob"):
            pass
    async with there.of("ann"):
        pass


async def speak_as(turns: TurnLock, person: str) -> None:
    async with turns.of(person):
        pass
