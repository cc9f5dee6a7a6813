"""From the console's tables to the phones, through the real outbox, sender and carrier simulator."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.alerts.alerts import Alert, NewAlert, approve, cancel, find, write_alert
from bot.alerts.outcomes import LIMIT_OF_THE_DAY, STOPPED, outcomes
from bot.alerts.subscriptions import unsubscribe
from bot.alerts.topics import Topic, put_topic
from bot.records.erasure import erase
from bot.sms import queue
from bot.tables import sms_outbox
from tests.bot.alerts.rows import put_topics, subscribed
from tests.bot.town import Town, until
from tests.bot.town import town as started
from townclerk import clock
from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict, Refused

NOON, NIGHT = datetime(2026, 7, 1, 16, tzinfo=UTC), datetime(2026, 7, 2, 2, tzinfo=UTC)
PHONES = [f"+160355530{n:02}" for n in range(20)]
WORDS = "Trash is picked up on Friday this week."


def write(town: Town, *topics: Topic, most: int = 100, at: datetime | None = None, words: str = WORDS) -> Alert:
    with writing(town.gateway.engine) as connection:
        texts = {"en": words, "es": "La basura pasa el viernes."}
        return write_alert(connection, NewAlert(topics, texts, at or now()), by="ann", most=most)


def went(town: Town, alert: Alert) -> tuple[str, dict[str, int]]:
    with reading(town.gateway.engine) as connection:
        return find(connection, alert.id).state, outcomes(connection, alert.id)


async def test_who_asked_gets_it_once_in_their_language_with_how_to_end_it(tmp_path: Path) -> None:
    async with started(tmp_path, alert_quiet_hours="0-0", alert_rate=100) as town:
        trash, snow, _roads = put_topics(town.gateway.engine)
        subscribed(town.gateway.engine, trash, *PHONES[:3])
        subscribed(town.gateway.engine, snow, PHONES[0])
        await town.text("avíseme cuando cambie el día de la basura por favor")
        await town.received()
        alert = write(town, trash, snow)
        await until(lambda: went(town, alert)[0] == "done", seconds=20)
        sent = f"Alder Falls, Trash day changes: {WORDS}\nReply STOP 1 to end these."
        assert await town.inbox(PHONES[1]) == [sent]
        assert await town.inbox(PHONES[0]) == [
            sent.replace("Trash day changes", "Snow emergencies").replace("STOP 1", "STOP 2")
        ]
        assert (await town.inbox())[1].endswith("La basura pasa el viernes.\nResponda STOP 1 para terminar estos.")
        await until(lambda: went(town, alert)[1] == {"delivered": 4})


async def test_none_after_stop_even_when_it_was_queued_and_none_beyond_the_day(tmp_path: Path) -> None:
    async with started(tmp_path, alert_quiet_hours="0-0", alert_rate=100, alerts_a_day=1) as town:
        trash, *_ = put_topics(town.gateway.engine)
        await town.text("ALERTS 1")
        await town.received()
        subscribed(town.gateway.engine, trash, PHONES[0])
        await town.fault("429", count=4)
        first = write(town, trash)
        await until(lambda: len(town.rows("select 1 from sms_outbox where alert_id = 1 and attempts > 0")) == 2)
        await town.text("STOP")
        await until(lambda: went(town, first)[0] == "done", seconds=30)
        assert len(await town.inbox()) == 1
        assert went(town, first)[1][STOPPED] == 1
        second = write(town, trash, words="On Saturday, then.")
        await until(lambda: went(town, second)[0] == "done", seconds=20)
        assert went(town, second)[1] == {f"not sent: {LIMIT_OF_THE_DAY}": 1}
        assert len(await town.inbox(PHONES[0])) == 1


@pytest.mark.parametrize("ended", ["canceled", "unsubscribed", "erased"])
async def test_a_text_that_twilio_put_off_is_not_sent_when_it_is_not_wanted_any_more(town: Town, ended: str) -> None:
    trash, *_ = put_topics(town.gateway.engine)
    subscribed(town.gateway.engine, trash, "+16035550900")
    alert = write(town, trash, at=now() + timedelta(days=1))
    row = {
        "message_sid": "alert-1",
        "part": 0,
        "person": "+16035550900",
        "alert_id": alert.id,
        "from_number": "+15550100",
    }
    row |= {"to_number": "+16035550900", "state": "queued", "body": WORDS, "error": "", "created_at": now()}
    with writing(town.gateway.engine) as connection:
        connection.execute(insert(sms_outbox).values(row))
        part = queue.next_reply(connection, "+16035550900")
        assert part is not None
        part = queue.start_sending(connection, part)
        assert part is not None
        if ended == "canceled":
            cancel(connection, alert.id, by="ann")
        elif ended == "unsubscribed":
            unsubscribe(connection, part.person, part.from_number, by="text", topics=[trash])
        else:
            erase(connection, part.person, by="clerk")
        queue.settle(connection, part, state="queued", error="waits for Twilio")
        assert queue.start_sending(connection, part) is None
        assert not queue.is_waiting(connection, part.person)
    told = {"canceled": {"not sent: canceled by staff": 1}, "unsubscribed": {STOPPED: 1}, "erased": {}}
    assert went(town, alert)[1] == told[ended]


async def test_a_form_that_is_posted_twice_makes_one_alert(town: Town) -> None:
    trash, snow, _roads = put_topics(town.gateway.engine)
    with clock.stopped(NOON):
        first = write(town, trash, snow, at=NOON + timedelta(days=1))
    with clock.stopped(NOON + timedelta(minutes=9)):
        with pytest.raises(Conflict, match=f"Alert {first.id} says the same"):
            write(town, snow, trash, at=NOON + timedelta(days=1))
        write(town, trash, at=NOON + timedelta(days=1))
        write(town, trash, snow, at=NOON + timedelta(days=2))
        write(town, trash, snow, at=NOON + timedelta(days=1), words="On Saturday, then.")
        with writing(town.gateway.engine) as connection:
            cancel(connection, first.id, by="ann")
        write(town, trash, snow, at=NOON + timedelta(days=1))
    with clock.stopped(NOON + timedelta(minutes=20)):
        now_it_is = write(town, trash, snow, at=NOON + timedelta(days=1))
    assert now_it_is.id == first.id + 5


async def test_a_topic_keeps_its_name_while_an_alert_goes_out_under_it(town: Town) -> None:
    trash, *_ = put_topics(town.gateway.engine)
    subscribed(town.gateway.engine, trash, *PHONES[:3])
    alert = write(town, trash, most=2, at=now() + timedelta(days=1))
    renamed = replace(trash, name="Trash and recycling")
    with writing(town.gateway.engine) as connection:
        for move in (lambda: None, lambda: approve(connection, alert.id, by="bea")):
            move()
            with pytest.raises(Conflict, match=f"Alert {alert.id} goes out under"):
                put_topic(connection, renamed)
        assert put_topic(connection, replace(trash, words="bins")).words == "bins"
        cancel(connection, alert.id, by="ann")
        assert put_topic(connection, renamed).name == "Trash and recycling"


async def test_quiet_hours_hold_it_up_but_not_what_is_urgent(town: Town) -> None:
    trash, snow, _roads = put_topics(town.gateway.engine)
    subscribed(town.gateway.engine, trash, PHONES[0])
    subscribed(town.gateway.engine, snow, PHONES[1])
    alerts = town.gateway.alerts
    assert alerts is not None
    with clock.stopped(NIGHT):
        alert = write(town, trash, snow)
        await alerts.look(seconds=10)
        assert town.rows("select person from sms_outbox") == [(PHONES[1],)]
    with clock.stopped(NIGHT + timedelta(hours=10)):
        await alerts.look(seconds=10)
        assert town.rows("select count(*) from sms_outbox") == [(2,)]
        until_nine = "select not_after from sms_outbox where person = '+16035553000'"
        assert town.rows(until_nine) == [("2026-07-03 01:00:00.000000",)]
    assert alert.state == "ready"


async def test_what_is_not_sent_before_quiet_hours_waits_for_the_morning_or_ends(town: Town) -> None:
    trash, *_ = put_topics(town.gateway.engine)
    subscribed(town.gateway.engine, trash, PHONES[0])
    alerts = town.gateway.alerts
    assert alerts is not None
    with clock.stopped(NOON + timedelta(hours=8, minutes=59)):
        alert = write(town, trash)
        await town.fault("429", count=2)
        await alerts.look(seconds=10)
        await until(lambda: town.rows("select attempts from sms_outbox") != [(0,)])
    with clock.stopped(NOON + timedelta(hours=9, minutes=1)):
        await until(lambda: town.rows("select 1 from sms_outbox") == [], seconds=20)
        assert await town.inbox(PHONES[0]) == []
    with clock.stopped(NIGHT + timedelta(days=2)):
        await alerts.look(seconds=10)
        assert went(town, alert) == ("done", {})


async def test_the_rate_holds_and_what_is_under_way_is_bounded(town: Town) -> None:
    trash, *_ = put_topics(town.gateway.engine)
    subscribed(town.gateway.engine, trash, *PHONES)
    alerts = town.gateway.alerts
    assert alerts is not None
    with clock.stopped(NOON):
        write(town, trash)
        assert [await alerts.look(seconds=1) for _ in range(3)] == [1, 1, 1]
        assert await alerts.look(seconds=0.5) == 0
    assert len({person for (person,) in town.rows("select person from sms_outbox")}) == 3


async def test_many_receivers_need_a_second_one_of_staff(town: Town) -> None:
    trash, *_ = put_topics(town.gateway.engine)
    subscribed(town.gateway.engine, trash, *PHONES[:3])
    alert = write(town, trash, most=2, at=now() + timedelta(days=1))
    assert alert.state == "waiting"
    with writing(town.gateway.engine) as connection:
        with pytest.raises(Refused, match="Somebody else"):
            approve(connection, alert.id, by="ann")
        assert approve(connection, alert.id, by="bea").state == "ready"
        assert cancel(connection, alert.id, by="ann").canceled_by == "ann"
        with pytest.raises(Conflict, match="canceled by now"):
            approve(connection, alert.id, by="bea")


async def test_what_cannot_be_sent_is_refused(town: Town) -> None:
    trash, *_ = put_topics(town.gateway.engine)
    for topics, at in (
        ((), now()),
        ((trash, Topic("birch-bay", "Trash", id=9)), now()),
        ((trash,), now() - timedelta(days=1)),
    ):
        with pytest.raises(BadInput):
            write(town, *topics, at=at)
