"""Deleting on request, through the real doors."""

import asyncio
from pathlib import Path

import pytest

from bot.records.erasure import DELETED, HELD, asked, erase
from tests.bot.town import CITY_NUMBER, PHONE, Town, until
from tests.bot.town import town as started
from townclerk.database import writing
from townclerk.records.holds import Holds
from townclerk.schema import open_database

TABLES = ("messages", "sessions", "shown_answers")


@pytest.mark.parametrize(
    "text",
    [
        "delete my data", "Delete my data!", "DELETE ALL MY DATA", "please erase my personal information", "Forget me.",
        "delete my messages now", "borra mis datos", "Elimine todos mis datos, por favor", "  Remove my history please ",
    ],
)  # fmt: skip
def test_what_asks_for_it(text: str) -> None:
    assert asked(text)


@pytest.mark.parametrize(
    "text",
    [
        "how do I delete my data?", "delete my account at the library", "Can the city delete my parking record?", "forget it",
        "where do I get data", "delete", "my data", "do you delete my data after a while", "erase graffiti", "",
    ],
)  # fmt: skip
def test_what_is_a_question_or_something_else(text: str) -> None:
    assert not asked(text)


def kept(town: Town) -> list[int]:
    return [town.rows(f"select count(*) from {table}")[0][0] for table in TABLES]


async def test_a_web_chat_is_deleted_and_starts_anew(town: Town) -> None:
    first = await town.chat("When is trash day?", city="alder-falls")
    other = await town.chat("When is trash day?", city="alder-falls")
    said = await town.chat("Delete my data", session=first["session"], city="alder-falls")
    assert said["messages"][0]["text"] == DELETED
    assert kept(town) == [2, 1, 1]  # those of the other one
    assert len(town.rasa.heard) == 2
    await town.chat("And on Sunday?", session=first["session"], city="alder-falls")
    senders = [heard["sender"] for heard in town.rasa.heard]
    assert len(set(senders)) == 3  # what the assistant remembers of the first talk has no way back to it
    await town.chat("And on Monday?", session=other["session"], city="alder-falls")
    assert town.rasa.heard[-1]["sender"] == senders[1]
    assert town.rows("select kind, cause from disposals where cause = 'request'") == [("one person", "request")]


async def test_a_text_is_answered_once_and_nothing_of_its_writer_is_left(town: Town) -> None:
    await town.text("When is trash day?")
    await town.received(1)
    await until(lambda: town.rows("select state from sms_outbox") == [("sent",)])
    await town.text("delete my data")
    assert (await town.received(2))[1] == DELETED
    await until(lambda: town.rows("select * from sms_outbox") == [])  # the confirmation goes too, once it is sent
    assert kept(town) == [0, 0, 0]
    told = town.rows("select message_sid, person, from_number, body, place from sms_inbox")
    assert [row[1:] for row in told] == [("", "", "", "{}")] * 2
    for sid, *_ in told:  # a webhook that is posted again is still known
        assert await town.webhook(town.form("When is trash day?", sid=sid)) == 200
    await town.text("When is trash day?")
    await town.received(3)
    assert len(town.rasa.heard) == 2
    assert len(await town.inbox()) == 3


async def test_who_wants_no_texts_is_heard_without_a_reply(town: Town) -> None:
    await town.text("When is trash day?")
    await town.received(1)
    await until(lambda: town.rows("select state from sms_outbox") == [("sent",)])
    await town.text("STOP")
    await town.text("delete my data")
    assert kept(town) == [0, 0, 0]
    assert set(town.rows("select person, from_number, body from sms_inbox")) == {("", "", "")}
    assert len(town.rows("select * from suppressions")) == 1
    assert len(await town.inbox()) == 1


async def test_a_hold_goes_first_and_the_resident_is_told(town: Town) -> None:
    first = await town.chat("When is trash day?", city="alder-falls")
    engine = open_database(town.settings)
    Holds(engine).place(reason="records request 7", by="clerk")
    engine.dispose()
    before = kept(town)
    said = await town.chat("delete my data", session=first["session"], city="alder-falls")
    assert said["messages"][0]["text"] == HELD
    assert kept(town) == [before[0] + 2, *before[1:]]  # the request and its answer are records too
    assert len(town.rows("select * from erasures")) == 1
    await town.text("delete my data", phone=PHONE, to=CITY_NUMBER)
    assert await town.received(1) == [HELD]
    assert len(town.rows("select * from erasures")) == 2


async def test_what_staff_delete_does_not_come_back_with_a_message_under_way(town: Town) -> None:
    first = await town.chat("When is trash day?", city="alder-falls")
    ((person, name),) = town.rows("select person, name from sessions")
    town.rasa.fault, town.rasa.seconds = "slow", 1.0
    under_way = asyncio.create_task(town.chat("And on Sunday?", session=first["session"], city="alder-falls"))
    await until(lambda: len(town.rasa.heard) == 2)
    engine = open_database(town.settings)
    with writing(engine) as connection:
        assert erase(connection, person, by="clerk")
    engine.dispose()
    assert (await under_way)["status"] == 200
    ((after, history, answers),) = town.rows("select name, history, answers from sessions")
    assert after not in ("", name)
    assert (history, answers) == ("[]", "[]")


async def test_it_is_done_for_who_gets_no_answer_any_more(tmp_path: Path) -> None:
    async with started(tmp_path, limit_phone="1/hour") as town:
        await town.text("When is trash day?")
        await town.received(1)
        await until(lambda: town.rows("select state from sms_outbox") == [("sent",)])
        await town.text("delete my data")
        await until(lambda: kept(town) == [0, 0, 0])
        assert set(town.rows("select person, from_number, body from sms_inbox")) == {("", "", "")}
        assert len(await town.inbox()) == 1


async def test_an_emergency_goes_before_it(town: Town) -> None:
    said = await town.chat("delete my data my house is on fire", city="alder-falls")
    assert "911" in said["messages"][0]["text"]
