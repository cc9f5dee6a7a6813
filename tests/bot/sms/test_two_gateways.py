"""Two gateways on one PostgreSQL database: each text is answered once and in its order, whatever Twilio does."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.gateway.app import make_app
from tests.bot.town import Town, serving, until
from tests.bot.town import town as started
from tests.ports import free_ports

PHONES = [f"+160355520{n:02}" for n in range(100)]
TEXTS = 5
FAULTS = {"hang": 25, "drop": 25, "drop_after_accept": 25, "500_after_accept": 15, "429": 10, "slow": 20}


@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_each_of_500_texts_is_answered_once(tmp_path: Path, postgres_url: str) -> None:
    public = "http://ask.example.gov"
    async with started(tmp_path, gateway=False, database_url=postgres_url, public_url=public) as first:
        second = replace(first, settings=first.settings.model_copy(update={"gateway_port": free_ports(1)[0]}))
        faults = [kind for kind, count in FAULTS.items() for _ in range(count)]
        random.Random(9).shuffle(faults)
        for kind in faults:
            await first.fault(kind, seconds=0.5)
        async with (
            serving(make_app(first.settings), first.settings.gateway_port),
            serving(make_app(second.settings), second.settings.gateway_port),
        ):
            await asyncio.gather(*(_talk(phone, (first, second)) for phone in PHONES))
            done = "select count(*) from sms_outbox where state = 'sent'"
            await until(lambda: first.rows(done) == [(len(PHONES) * TEXTS,)], seconds=240)
        assert first.rows("select state, count(*) from sms_inbox group by state") == [("done", len(PHONES) * TEXTS)]
        assert first.rows("select count(*) from leases") == [(0,)]
        assert first.simulator is not None
        assert first.simulator.state.parts.carrier.faults == []
        assert [len(await first.inbox(phone)) for phone in PHONES] == [TEXTS] * len(PHONES)
        for phone in PHONES:
            heard = [turn["message"] for turn in first.rasa.heard if phone in turn["message"]]
            assert heard == [_question(phone, n) for n in range(TEXTS)]


async def _talk(phone: str, gateways: tuple[Town, Town]) -> None:
    """Texts one after another, without waiting for replies, to this and that gateway; some are posted twice."""
    chance = random.Random(phone)
    for n in range(TEXTS):
        form = gateways[0].form(_question(phone, n), sid=f"SM{phone}-{n}", From=phone)
        for _ in range(1 + (n == 0)):
            assert await _posted(chance.choice(gateways), form) == 200


async def _posted(gateway: Town, form: dict[str, str]) -> int:
    try:
        return await gateway.webhook(form)
    except aiohttp.ClientError:  # it closed an idle connection; Twilio, too, tries again
        return await gateway.webhook(form)


def _question(phone: str, number: int) -> str:
    return f"Question {number} of {phone}?"
