"""Whom a gateway works for, when two share one database."""

import asyncio

import pytest
from sqlalchemy import Engine

from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.leases import Leases


@pytest.fixture(autouse=True)
def shared(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one gateway")


async def test_one_gateway_at_a_time_works_for_a_person(engine: Engine) -> None:
    here, there = Leases(DatabaseThreads(engine)), Leases(DatabaseThreads(engine))
    async with here.hold("ann") as mine, there.hold("ann") as theirs, there.hold("bob") as other:
        assert (mine, theirs, other) == (True, False, True)
    async with there.hold("ann") as theirs, here.hold("ann") as mine:
        assert (mine, theirs) == (False, True)
        await there.release_all()
        async with here.hold("ann") as mine:
            assert mine


async def test_the_lease_of_a_gateway_that_died_runs_out_and_that_of_a_living_one_does_not(engine: Engine) -> None:
    dead, living = (Leases(DatabaseThreads(engine), seconds=0.3) for _ in range(2))
    third = Leases(DatabaseThreads(engine))
    renewing = asyncio.create_task(living.renew())
    async with dead.hold("ann"), living.hold("bob"):
        await asyncio.sleep(0.6)
        async with third.hold("ann") as taken, third.hold("bob") as refused:
            assert (taken, refused) == (True, False)
    renewing.cancel()
