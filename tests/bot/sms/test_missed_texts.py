"""Texts that could not be handed over are fetched from the carrier, once."""

import asyncio
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.gateway.app import make_app
from bot.sms import missed_texts
from bot.sms.missed_texts import MissedTexts
from bot.sms.twilio_client import TryLater, TwilioApi
from tests.bot.fakes import TRASH
from tests.bot.town import ACCOUNT, CITY_NUMBER, FREE_NUMBER, TOKEN, Town, serving, until
from tests.bot.town import town as started
from tests.ports import free_ports
from townclerk import clock
from townclerk.clock import now


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts of this very second may be fetched, and nobody looks by itself."""
    monkeypatch.setattr(missed_texts, "UNHEARD", timedelta())
    monkeypatch.setattr(missed_texts, "FIRST_SECONDS", 3600.0)


def of(town: Town) -> MissedTexts:
    assert town.gateway.recovery is not None
    return town.gateway.recovery


async def known(town: Town, number: str = CITY_NUMBER) -> None:
    """Somebody texted this number of ours before, while the gateway ran."""
    async with serving(make_app(town.settings), town.settings.gateway_port):
        await town.text("Hello?", phone="+16035550199", to=number)
        await town.received(1, phone="+16035550199")


async def test_texts_of_a_time_when_nobody_listened_are_answered_once(tmp_path: Path) -> None:
    async with started(tmp_path, gateway=False) as town:
        await known(town)
        await town.lost("When is trash day?")
        await town.lost("When is trash day?", phone="+16035550124")
        town.app = make_app(town.settings)
        async with serving(town.app, town.settings.gateway_port):
            assert await town.inbox() == []
            assert await of(town).look() == 2
            for phone in ("+16035550123", "+16035550124"):
                (reply,) = await town.received(1, phone=phone)
                assert TRASH in reply
            await town.text("When is trash day?")
            await town.received(2)
            assert await of(town).look() == 0
            assert len(town.rasa.heard) == 4


async def test_a_lost_stop_is_kept_and_an_old_one_undoes_no_start(tmp_path: Path) -> None:
    async with started(tmp_path, gateway=False) as town:
        await known(town)
        await town.lost("STOP")
        town.app = make_app(town.settings)
        async with serving(town.app, town.settings.gateway_port):
            await of(town).look()
            assert town.rows("select reason from suppressions") == [("stop",)]
            assert await town.inbox() == []
    async with started(tmp_path / "other", gateway=False) as town:
        await known(town)
        await town.lost("STOP")
        await town.lost("please stop texting me")
        town.app = make_app(town.settings)
        async with serving(town.app, town.settings.gateway_port):
            await town.text("START")
            assert await of(town).look() == 2
            assert set(
                town.rows(
                    "select state from sms_inbox where body != 'START' and person = (select person from sms_inbox where body = 'STOP')"
                )
            ) == {("silent",)}
            assert town.rows("select count(*) from suppressions") == [(0,)]
            await town.text("When is trash day?")
            await town.received(1)


async def test_only_what_came_to_our_numbers_lately_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = "+15550177"  # another service of the same account
    async with started(tmp_path, gateway=False) as town:
        await town.lost("Answered by whom we follow")
        await asyncio.sleep(1.1)  # the carrier tells whole seconds
        await known(town)
        await town.lost("When is trash day?")
        await town.lost("When is trash day?", to=other)
        await town.lost("When is trash day?", to=FREE_NUMBER)
        town.app = make_app(town.settings)
        async with serving(town.app, town.settings.gateway_port):
            monkeypatch.setattr(missed_texts, "UNHEARD", timedelta(hours=1))
            assert await of(town).look() == 0  # these may still be on their way
            monkeypatch.setattr(missed_texts, "UNHEARD", timedelta())
            with clock.stopped(now() + timedelta(minutes=61)):
                assert await of(town).look() == 0  # too old to be answered
            assert await of(town).look() == 1
            assert town.rows("select to_number, body from sms_inbox order by body") == [
                (CITY_NUMBER, "Hello?"),
                (CITY_NUMBER, "When is trash day?"),
            ]


async def test_a_carrier_that_cannot_say_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(missed_texts, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(missed_texts, "EVERY_SECONDS", 0.1)
    async with started(tmp_path) as town, aiohttp.ClientSession() as http:
        sid = await town.text("When is trash day?")
        ours = of(town)
        away = TwilioApi(http, account=ACCOUNT, token=TOKEN, base=f"http://127.0.0.1:{free_ports(1)[0]}")
        with pytest.raises(TryLater):
            await away.received(CITY_NUMBER, since=now())
        there, ours._api = ours._api, away
        await until(lambda: "Twilio could not say which texts came lately" in caplog.text)
        ours._api = there
        await asyncio.sleep(0.5)
        assert town.rows("select message_sid from sms_inbox") == [(sid,)]
        assert len(await town.received(1)) == 1
