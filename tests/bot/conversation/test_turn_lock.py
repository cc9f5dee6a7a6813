"""One message of a person at a time."""

import asyncio

import pytest

from bot.conversation.turn_lock import Turns
from townclerk.errors import TooMany


async def test_line_is_bounded_and_forgotten() -> None:
    turns, order = Turns(waiting=2), list[int]()

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
    assert turns._lines == {}


async def speak_as(turns: Turns, person: str) -> None:
    async with turns.of(person):
        pass
