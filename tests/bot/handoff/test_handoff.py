"""From the bot to a person and back, by chat and by text: what the resident is told, and what staff get."""

from datetime import timedelta
from typing import Any

import pytest

from bot.handoff import handoffs, overdue
from bot.handoff.handoffs import Handoff, Said
from tests.bot.handoff.conftest import MONDAY, SUNDAY
from tests.bot.town import PHONE, Town, until
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict
from townclerk.jurisdictions import Jurisdiction

CITY = "alder-falls"


def talks(town: Town) -> list[Handoff]:
    with reading(town.gateway.engine) as connection:
        ids = [row[0] for row in town.rows("SELECT id FROM handoffs ORDER BY id")]
        return [handoffs.get(connection, id) for id in ids]


def lines(town: Town, talk: Handoff) -> list[Said]:
    with reading(town.gateway.engine) as connection:
        return handoffs.said(connection, talk)


def city(town: Town) -> Jurisdiction:
    return town.gateway.jurisdictions.get(CITY)


def answer(town: Town, text: str, by: str = "pat") -> None:
    with writing(town.gateway.engine) as connection:
        handoffs.answer(connection, handoffs.get(connection, talks(town)[-1].id), by, text, city=city(town))


def speak_up(town: Town) -> list[str]:
    return overdue.speak_up(town.gateway.engine, town.gateway.places)


async def heard(town: Town, session: str, after: int = 0, *, status: int = 200) -> dict[str, Any]:
    """What the page of a session gets when it asks."""
    asked = f"{town.url}/chat/staff?after={after}"
    async with town.http.get(asked, headers={"x-session": session}) as reply:
        assert reply.status == status
        body: dict[str, Any] = await reply.json()
        return body


async def test_a_forged_session_gets_nothing(staffed_town: Town) -> None:
    async with staffed_town.http.get(staffed_town.url + "/chat/staff", headers={"x-session": "forged"}) as reply:
        assert reply.status == 401


def text_of(reply: dict[str, Any]) -> str:
    return " ".join(message.get("text", "") for message in reply["messages"])


@pytest.mark.parametrize("fault", ["", "hang", "500"])
async def test_a_person_is_reached_with_and_without_the_assistant(staffed_town: Town, monday: None, fault: str) -> None:
    town = staffed_town
    town.rasa.fault = fault
    first = await town.chat("can I talk to someone about my bill?", city=CITY)
    assert "the staff of Alder Falls" in text_of(first)
    assert "within 5 minutes" in text_of(first)
    assert first["staff_after"] == 5
    more = await town.chat("call me at 603-555-0123", session=first["session"], city=CITY)
    assert (more["messages"], more["staff_after"]) == ([], 5)
    (talk,) = talks(town)
    assert (talk.state, talk.due_at) == ("waiting", MONDAY + timedelta(minutes=5))
    assert [(line.author, line.text) for line in lines(town, talk)] == [
        ("resident", "can I talk to someone about my bill?"),
        ("bot", text_of(first)),
        ("resident", "call me at 603-555-0123"),
    ]
    assert town.index.searched == []
    assert town.rows("SELECT text FROM messages WHERE direction = 'in' AND text LIKE 'call%'") == [
        ("call me at [phone]",)
    ]


async def test_a_person_answers_in_the_chat_and_hands_back(staffed_town: Town, monday: None) -> None:
    town = staffed_town
    first = await town.chat("talk to a person", city=CITY)
    answer(town, "Hello, this is Pat. Call 555-010-0177.")
    told = await heard(town, first["session"])
    assert [line["text"] for line in told["messages"]] == [
        "Staff of Alder Falls: Hello, this is Pat. Call 555-010-0177."
    ]
    assert told["again"] == 5
    (talk,) = talks(town)
    assert (talk.state, talk.claimed_by, talk.due_at) == ("open", "pat", None)
    with writing(town.gateway.engine) as connection:
        handoffs.end(connection, talk, city=city(town), by="pat")
    last = await heard(town, first["session"], told["messages"][0]["id"])
    assert "has ended" in last["messages"][0]["text"]
    assert last["again"] == 0
    asked = await town.chat("When is trash picked up?", session=first["session"], city=CITY)
    assert asked["messages"][0]["answers"]
    assert "staff_after" not in asked


async def test_a_line_number_out_of_range_is_refused(staffed_town: Town, monday: None) -> None:
    session = (await staffed_town.chat("talk to a person", city=CITY))["session"]
    assert "error" in await heard(staffed_town, session, 10**29, status=400)


async def test_an_answer_of_a_talk_that_ended_is_heard_in_the_next_one(staffed_town: Town, monday: None) -> None:
    town = staffed_town
    session = (await town.chat("talk to a person", city=CITY))["session"]
    answer(town, "Your permit is at desk 3.")
    with writing(town.gateway.engine) as connection:
        handoffs.end(connection, talks(town)[0], city=city(town), by="pat")
    await town.chat("talk to a person", session=session, city=CITY)
    assert [talk.state for talk in talks(town)] == ["closed", "waiting"]
    answer(town, "Hello again.")
    told = await heard(town, session)
    assert [line["text"].partition(": ")[2] for line in told["messages"][::2]] == [
        "Your permit is at desk 3.",
        "Hello again.",
    ]
    assert "has ended" in told["messages"][1]["text"]
    assert told["again"] == 5
    assert (await heard(town, session, told["messages"][1]["id"]))["messages"] == told["messages"][2:]


async def test_an_answer_that_is_sent_twice_is_one_line(staffed_town: Town) -> None:
    town = staffed_town
    with clock.stopped(MONDAY):
        session = (await town.chat("talk to a person", city=CITY))["session"]
        for text in ("Yes.", " Yes. ", "Come by.", "Come by."):
            answer(town, text)
        await town.chat("is it open at noon?", session=session, city=CITY)
        answer(town, "Come by.")
    with clock.stopped(MONDAY + timedelta(minutes=1)):
        answer(town, "Come by.")
    said = [line.text for line in lines(town, talks(town)[0]) if line.author == "staff:pat"]
    assert said == ["Yes.", "Come by.", "Come by.", "Come by."]


async def test_emergencies_and_deletion_go_before_staff(staffed_town: Town, monday: None) -> None:
    town = staffed_town
    session = (await town.chat("talk to a person", city=CITY))["session"]
    assert "911" in text_of(await town.chat("my house is on fire", session=session, city=CITY))
    (talk,) = talks(town)
    assert [line.text for line in lines(town, talk)][2] == "my house is on fire"
    assert "deleted" in text_of(await town.chat("delete my data", session=session, city=CITY))
    assert town.rows("SELECT * FROM handoffs") == town.rows("SELECT * FROM handoff_messages") == []
    assert (await heard(town, session)) == {"messages": [], "again": 0}


async def test_a_resident_goes_back_to_the_bot_by_a_word(staffed_town: Town, monday: None) -> None:
    session = (await staffed_town.chat("talk to a person", city=CITY))["session"]
    assert "I answer you again" in text_of(await staffed_town.chat("BOT", session=session, city=CITY))
    assert talks(staffed_town)[0].state == "closed"


async def test_outside_office_hours_a_message_is_taken_and_the_time_told(staffed_town: Town) -> None:
    town = staffed_town
    with clock.stopped(SUNDAY):
        first = await town.chat("quiero hablar con una persona", city=CITY)
        assert "el lunes desde las 8:00 a.m. en adelante" in text_of(first)
        taken = await town.chat("my bill is wrong, pat@example.com", session=first["session"], city=CITY)
        assert "on Monday, from 8:00 a.m. on" in text_of(taken)
        asked = await town.chat("When is trash picked up?", session=first["session"], city=CITY)
        assert asked["messages"][0]["answers"]
        assert asked["staff_after"] == 30
    (talk,) = talks(town)
    assert talk.state == "message"
    assert "my bill is wrong, pat@example.com" in [line.text for line in lines(town, talk)]
    with clock.stopped(MONDAY):
        answer(town, "We corrected it.")
        assert "We corrected it." in (await heard(town, first["session"]))["messages"][0]["text"]
        assert talks(town)[0].state == "open"


@pytest.mark.parametrize("claimed", [False, True])
async def test_nobody_waits_longer_than_set(staffed_town: Town, claimed: bool) -> None:
    town = staffed_town
    with clock.stopped(MONDAY):
        session = (await town.chat("talk to a person", city=CITY))["session"]
        if claimed:
            answer(town, "One moment.")
            await town.chat("thanks, my bill is wrong", session=session, city=CITY)
    with clock.stopped(MONDAY + timedelta(minutes=4, seconds=59)):
        speak_up(town)
        assert talks(town)[0].state == ("open" if claimed else "waiting")
    with clock.stopped(MONDAY + timedelta(minutes=5)):
        speak_up(town)
        speak_up(town)
        told = [line["text"] for line in (await heard(town, session))["messages"] if "not answered yet" in line["text"]]
        assert len(told) == 1
        assert "555-010-0100" in told[0]
        asked = await town.chat("When is trash picked up?", session=session, city=CITY)
        assert asked["messages"][0]["answers"]
        assert talks(town)[0].claimed_by == ""
        answer(town, "Here I am.", by="kim")
        assert talks(town)[0].state == "open"


async def test_a_talk_in_which_nobody_speaks_ends(staffed_town: Town) -> None:
    with clock.stopped(MONDAY):
        await staffed_town.chat("talk to a person", city=CITY)
        answer(staffed_town, "Hello.")
    with clock.stopped(MONDAY + timedelta(hours=2, minutes=1)):
        speak_up(staffed_town)
        assert talks(staffed_town)[0].state == "closed"


async def test_words_written_while_a_colleague_closes_are_not_lost(staffed_town: Town, monday: None) -> None:
    await staffed_town.chat("talk to a person", city=CITY)
    (talk,) = talks(staffed_town)
    with writing(staffed_town.gateway.engine) as connection:
        handoffs.end(connection, talk, city=city(staffed_town), by="pat")
        handoffs.hear(connection, talk, "one more thing", city=city(staffed_town))
    assert talks(staffed_town)[0].state == "message"


async def test_the_second_colleague_is_told_who_has_the_talk(staffed_town: Town, monday: None) -> None:
    await staffed_town.chat("talk to a person", city=CITY)
    (talk,) = talks(staffed_town)
    with writing(staffed_town.gateway.engine) as connection:
        handoffs.claim(connection, talk, "pat")
    for step in (handoffs.claim, handoffs.let_go):
        with pytest.raises(Conflict, match="pat has this talk"), writing(staffed_town.gateway.engine) as connection:
            step(connection, talk, "kim")
    with pytest.raises(Conflict, match="pat has this talk"):
        answer(staffed_town, "Me too.", by="kim")
    with writing(staffed_town.gateway.engine) as connection:
        handoffs.let_go(connection, talk, "pat")
    answer(staffed_town, "Now I can.", by="kim")
    with pytest.raises(BadInput, match="1 to 1000 characters"):
        answer(staffed_town, "x" * 1001, by="kim")


async def test_a_city_without_staff_gives_its_phone(staffed_town: Town, monday: None) -> None:
    told = await staffed_town.chat("talk to a person", city="birch-bay")
    assert "555-010-0200" in text_of(told)
    assert "staff_after" not in told
    assert talks(staffed_town) == []


async def test_who_asks_for_a_person_before_the_city_is_known_reaches_one(staffed_town: Town, monday: None) -> None:
    first = await staffed_town.chat("talk to a person")
    assert "Alder Falls" in text_of(first)
    assert "within 5 minutes" in text_of(await staffed_town.chat("03049", session=first["session"]))
    assert [talk.city for talk in talks(staffed_town)] == [CITY]


async def test_by_text_both_sides_are_heard_and_stop_ends_it(staffed_town: Town, monday: None) -> None:
    town = staffed_town
    await town.text("can I speak to a human")
    (told,) = await town.received(1)
    assert "the staff of Alder Falls" in told
    await town.text("my street was not plowed")
    await until(lambda: len(lines(town, talks(town)[0])) == 3)
    answer(town, "A plow comes today.")
    assert (await town.received(2))[1] == "Staff of Alder Falls: A plow comes today."
    await town.text("STOP")
    await until(lambda: town.rows("SELECT * FROM suppressions"))
    with pytest.raises(Conflict, match="STOP"):
        answer(town, "Are you there?")
    assert len(await town.inbox(PHONE)) == 2


async def test_who_waits_by_text_is_told_when_nobody_answers(staffed_town: Town) -> None:
    town = staffed_town
    with clock.stopped(MONDAY):
        await town.text("agent")
        await town.received(1)
    with clock.stopped(MONDAY + timedelta(minutes=6)):
        assert "You can call 555-010-0100" in (await town.received(2))[1]
        await town.text("when is trash picked up")
        assert "Tuesdays" in (await town.received(3))[2]
