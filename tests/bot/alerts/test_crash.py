"""kill -9 of the real gateway while an alert goes out, with faults of Twilio and people who stop: nobody twice."""

import asyncio
import random
import signal
from functools import partial
from pathlib import Path

import pytest

from bot.alerts.alerts import NewAlert, write_alert
from bot.conversation.identity import Identity
from tests.bot.alerts.rows import put_topics, subscribed
from tests.bot.gateway.test_crash import process
from tests.bot.town import town as started
from tests.bot.town import until
from townclerk.clock import now
from townclerk.database import writing
from townclerk.schema import open_database

FAULTS = ("429", "500", "500_after_accept", "drop", "drop_after_accept")
KILLS = 3


@pytest.mark.system
@pytest.mark.timeout(900)
async def test_each_receiver_gets_it_once_and_none_after_stop(tmp_path: Path, receivers: int) -> None:
    chance, phones = random.Random(5), [f"+1603{n:07}" for n in range(2_000_000, 2_000_000 + receivers)]
    rate = str(receivers / 6)
    async with started(tmp_path, gateway=False) as town:
        engine, identity = open_database(town.settings), Identity(town.settings.home, session_days=1)
        trash, snow, _roads = put_topics(engine)
        subscribed(engine, trash, *phones, named=identity.phone_person)
        with writing(engine) as connection:
            write_alert(
                connection, NewAlert((trash, snow), {"en": "Picked up on Friday."}, now()), by="ann", most=receivers
            )
        carrier = town.simulator.state.parts.carrier if town.simulator else None
        assert carrier is not None
        carrier.faults = [
            (chance.choice(FAULTS), 0.1) if chance.random() < 0.05 else ("slow", 0.01) for _ in range(receivers * 2)
        ]
        stopped: dict[str, int] = {}
        count = "select count(*) from sms_outbox where alert_id = 1"

        def queued(least: int) -> bool:
            return bool(town.rows(count)[0][0] >= least)

        extra = {
            "TOWNCLERK_ALERT_RATE": rate,
            "TOWNCLERK_ALERT_QUIET_HOURS": "0-0",
            "TOWNCLERK_ALERT_APPROVAL_OVER": str(receivers),
        }
        for kill in range(1, KILLS + 1):
            async with process(town, **extra) as running:
                await until(partial(queued, receivers * kill // 5), seconds=300)
                for phone in chance.sample(sorted(set(phones) - set(stopped)), receivers // 50):
                    assert await town.webhook(town.form("STOP", sid=f"SM{phone}", From=phone)) == 200
                    stopped[phone] = len(await town.inbox(phone))
                running.send_signal(signal.SIGKILL)
                await running.wait()
        async with process(town, **extra):
            await until(lambda: town.rows("select state from alerts") == [("done",)], seconds=600)
        got = {phone: 0 for phone in phones}
        for message in carrier.messages.values():
            got[message.to_number] = got.get(message.to_number, 0) + (message.direction == "outbound-api")
        assert {phone: times for phone, times in got.items() if times != 1 and phone not in stopped} == {}
        assert {phone: got[phone] for phone in stopped if got[phone] > 1} == {}
        # One may be at Twilio already at the moment of STOP; what is handed over later than that is a fault.
        assert sum(got[phone] - before for phone, before in stopped.items()) == 0
        await asyncio.to_thread(engine.dispose)
