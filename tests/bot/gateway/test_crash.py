"""kill -9 of the real gateway process in the middle of its work: after a restart every text has one reply."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.bot.town import ACCOUNT, CITY_NUMBER, TOKEN, Town, until
from tests.bot.town import town as started

PHONES = [f"+160355510{n:02}" for n in range(12)]


@asynccontextmanager
async def process(town: Town, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot.gateway`, ready to take requests; killed at the end."""
    given = town.settings
    env = {name: value for name, value in os.environ.items() if not name.startswith("TOWNCLERK_")} | {
        "TOWNCLERK_HOME": str(given.home), "TOWNCLERK_GATEWAY_PORT": str(given.gateway_port),
        "TOWNCLERK_SIMULATOR_PORT": str(given.simulator_port), "TOWNCLERK_ASSISTANT_PORT": str(given.assistant_port),
        "TOWNCLERK_INDEX_PORT": str(given.index_port), "TOWNCLERK_TWILIO_ACCOUNT_SID": ACCOUNT,
        "TOWNCLERK_TWILIO_AUTH_TOKENS": TOKEN, "TOWNCLERK_TWILIO_API_URL": given.twilio_api_url,
        "TOWNCLERK_TWILIO_NUMBERS": f"{CITY_NUMBER}=alder-falls", "TOWNCLERK_LOG_LEVEL": "ERROR", **more,
    }  # fmt: skip
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.gateway", env=env)
    try:
        await until(lambda: _lives(town), seconds=60)
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGKILL)
        await running.wait()


async def _lives(town: Town) -> bool:
    try:
        async with town.http.get(town.url + "/health/live") as reply:
            return reply.status == 200
    except aiohttp.ClientError:
        return False


def _holds(accepted: set[str], least: int) -> bool:
    return len(accepted) >= least


@pytest.mark.system
@pytest.mark.timeout(900)
async def test_no_text_is_lost_or_answered_twice(tmp_path: Path) -> None:
    chance = random.Random(7)
    async with started(tmp_path, gateway=False) as town:
        town.rasa.fault, town.rasa.seconds = "slow", 0.05
        await town.fault("slow", count=40, seconds=0.1)
        accepted: set[str] = set()

        async def send(number: int, phone: str) -> None:
            form = town.form(f"Question {number}?", sid=f"SM{number}", From=phone)
            for _ in range(2):  # Twilio, too, posts once more
                try:
                    if await town.webhook(form) == 200:
                        accepted.add(form["MessageSid"])
                except aiohttp.ClientError:
                    continue

        for round_number in range(4):
            async with process(town) as running:
                sending = [asyncio.create_task(send(round_number * 100 + n, p)) for n, p in enumerate(PHONES)]
                # Every other kill comes while texts are being answered, however slow the machine is.
                least = len(accepted) + round_number % 2
                await until(partial(_holds, accepted, least), seconds=60)
                await asyncio.sleep(chance.uniform(0.03, 0.5))
                running.send_signal(signal.SIGKILL)
                await asyncio.gather(*sending)
        async with process(town):
            # A text may be stored though the kill swallowed the answer to its webhook: its reply is awaited too.
            await until(lambda: not town.rows("select 1 from sms_inbox where state = 'new'"), seconds=60)
            waiting = "select 1 from sms_outbox where state in ('queued', 'sending')"
            await until(lambda: not town.rows(waiting), seconds=60)
        stored = {row[0] for row in town.rows("select message_sid from sms_inbox where state = 'done'")}
        assert accepted <= stored
        assert len(accepted) >= 2
        replies = [body for phone in PHONES for body in await town.inbox(phone)]
        assert len(replies) == len(stored)  # each once: the carrier counts what it was given
        assert town.rows("pragma integrity_check") == [("ok",)]
