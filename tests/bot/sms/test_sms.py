"""Text messages through the real webhook, queue and carrier simulator."""

import asyncio
from pathlib import Path

import pytest

from bot.simulator import app as simulator
from tests.bot.fakes import TRASH, answer
from tests.bot.town import ACCOUNT, FREE_NUMBER, PHONE, Town, until
from tests.bot.town import town as started
from townclerk.text.segments import measure

LINK = "https://www.alder-falls.example/trash"


async def test_question_is_answered_with_quote_link_and_hint(town: Town) -> None:
    await town.text("When is trash day?")
    (reply,) = await town.received()
    assert reply == f"From Alder Falls:\n{TRASH}\n{LINK}\nHelpful? Reply YES or NO. MORE for more."
    assert town.rasa.heard[0]["metadata"]["city"] == "alder-falls"
    await until(lambda: town.rows("select state, delivery from sms_outbox") == [("sent", "delivered")])


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop. ", "/QUIT", "END", "CANCEL", "REVOKE", "OPTOUT"])
async def test_stop_words_are_silent_and_start_brings_back(town: Town, word: str) -> None:
    await town.text(word)
    assert town.rows("select state from sms_inbox") == [("silent",)]
    assert town.rows("select reason from suppressions") == [("stop",)]
    await town.text("When is trash day?")
    await asyncio.sleep(0.2)
    assert await town.inbox() == []
    assert town.rasa.heard == []
    await town.text("START")
    await town.text("When is trash day?")
    assert len(await town.received()) == 1


@pytest.mark.parametrize(
    ("words", "stopped", "welcome"),
    [("please stop", "no more texts", "Welcome to Alder Falls"), ("ALTO", "dado de baja", "Welcome to Alder Falls"),
     ("I want to unsubscribe", "no more texts", "Welcome to Alder Falls")],
)  # fmt: skip
async def test_stop_in_other_words_is_confirmed_and_start_is_welcomed(
    town: Town, words: str, stopped: str, welcome: str
) -> None:
    await town.text(words)
    assert stopped in (await town.received())[0]
    await town.text("START")
    assert (await town.received(2))[1].startswith(welcome)
    await town.text("When is trash day?")
    assert TRASH in (await town.received(3))[2]


async def test_start_of_a_new_phone_is_welcomed(town: Town) -> None:
    await town.text("START")
    assert (await town.received())[0].startswith("Welcome to Alder Falls")


async def test_what_twilio_took_for_a_keyword_is_not_answered_twice(town: Town) -> None:
    for n, (body, kind) in enumerate(
        [("Byebye", "STOP"), ("When is trash day?", ""), ("Sign me up", "START"), ("Hilfe", "HELP")]
    ):
        assert await town.webhook(town.form(body, sid=f"SM{n}", OptOutType=kind)) == 200
        reasons = [("stop",)] if kind in ("STOP", "") else []
        assert town.rows("select reason from suppressions") == reasons
    assert town.rows("select distinct state from sms_inbox") == [("silent",)]
    await town.text("When is trash day?")
    assert TRASH in (await town.received())[0]
    assert len(town.rasa.heard) == 1


async def test_reactions_get_no_reply_no_vote_and_no_search(town: Town) -> None:
    await town.text("When is trash day?")
    await town.received()
    for reaction in ("Liked “Trash is picked up on Tuesdays.”", "Loved an image", "Le encantó “Trash”"):
        await town.text(reaction)
    assert town.rows("select count(*) from sms_inbox where state = 'silent'") == [(3,)]
    assert (len(town.index.searched), town.index.votes) == (1, [])


async def test_the_same_automatic_sentence_is_answered_three_times(town: Town) -> None:
    for n in range(8):
        await town.text("I am driving and cannot answer now")
        await town.received(min(n + 1, 3))
    assert town.rows("select count(*) from sms_inbox where state = 'silent'") == [(5,)]
    await town.text("When is trash day?")
    assert len(await town.received(4)) == 4


async def test_stop_reaches_what_is_already_queued(town: Town) -> None:
    town.rasa.fault, town.rasa.seconds = "slow", 0.4
    await town.text("When is trash day?")
    await town.text("STOP")
    await until(lambda: town.rows("select state from sms_outbox") == [("suppressed",)])
    assert await town.inbox() == []


async def test_yes_lifts_a_stop_but_is_a_vote_otherwise(town: Town) -> None:
    await town.text("STOP")
    await town.text("Yes")
    assert town.rows("select count(*) from suppressions") == [(0,)]
    assert town.rasa.heard == []
    await town.text("Yes")
    await until(lambda: [h["message"] for h in town.rasa.heard] == ["Yes"])


async def test_stop_in_own_words_is_confirmed_once(town: Town) -> None:
    await town.text("please stop texting me")
    (reply,) = await town.received()
    assert "no more texts" in reply
    assert "START" in reply
    await town.text("stop texting me!!")
    await town.text("When is trash day?")
    await asyncio.sleep(0.2)
    assert len(await town.inbox()) == 1
    assert town.rasa.heard == []


async def test_stop_inside_a_question_is_a_question(town: Town) -> None:
    await town.text("when does the bus STOP here?")
    await town.received()
    assert town.rasa.heard[0]["message"] == "when does the bus STOP here?"
    assert town.rows("select count(*) from suppressions") == [(0,)]


async def test_help_gives_city_and_phone(town: Town) -> None:
    await town.text("HELP")
    (reply,) = await town.received()
    assert "Alder Falls" in reply
    assert "555-010-0100" in reply
    assert town.rasa.heard == []


async def test_carrier_opt_out_is_remembered(town: Town) -> None:
    assert town.simulator is not None
    town.simulator.state.parts.carrier.opted_out.add((PHONE, "+15550100"))
    await town.text("When is trash day?")
    await until(lambda: town.rows("select reason from suppressions") == [("carrier",)])
    assert town.rows("select state, attempts from sms_outbox") == [("suppressed", 1)]


@pytest.mark.parametrize("kind", ["429", "500", "drop", "500_after_accept", "drop_after_accept"])
async def test_twilio_faults_give_exactly_one_text(town: Town, kind: str) -> None:
    await town.fault(kind, count=2 if kind in ("429", "500") else 1)
    await town.text("When is trash day?")
    await until(lambda: town.rows("select state from sms_outbox") == [("sent",)], seconds=30)
    await asyncio.sleep(0.3)
    assert len(await town.inbox()) == 1


async def test_slow_twilio_holds_up_nobody_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go, waiting = asyncio.Event(), []

    async def held(kind: str, _seconds: float) -> None:
        waiting.append(kind)
        await let_go.wait()

    monkeypatch.setattr(simulator, "_before", held)
    await town.fault("slow", count=20)
    for n in range(20):
        assert await town.webhook(town.form("Trash?", sid=f"SM{n}", From=f"+1603555{n:04}")) == 200
    try:
        await until(lambda: waiting == ["slow"] * 20)  # all of them at once
        await town.chat("When is trash day?", city="alder-falls")
        assert town.rows("select count(*) from sms_outbox where state = 'sent'") == [(0,)]
    finally:
        let_go.set()
    await until(lambda: town.rows("select count(*) from sms_outbox where state = 'sent'") == [(20,)])


async def test_one_phones_texts_are_answered_in_order(town: Town) -> None:
    town.rasa.fault, town.rasa.seconds = "own_words", 0.05
    for n in range(5):
        assert await town.webhook(town.form(f"q{n}", sid=f"SM{9 - n}")) == 200
    assert await town.received(5) == [f"Reply to q{n}" for n in range(5)]


async def test_emergency_with_everything_down(town: Town) -> None:
    await town.rasa_server.stop()
    await town.index_server.stop()
    await town.text("my hosue is on fire!!")
    (reply,) = await town.received()
    assert "911" in reply
    await town.text("quiero morir")
    assert "988" in (await town.received(2))[1]


async def test_emergency_waits_for_nobody(town: Town) -> None:
    town.rasa.fault = town.index.fault = "hang"
    await town.text("my hosue is on fire!!")
    assert "911" in (await town.received())[0]
    assert (town.rasa.heard, town.index.searched) == ([], [])


async def test_long_answer_is_cut_at_a_sentence_and_more_brings_the_rest(town: Town) -> None:
    sentences = [f"Rule {n} says that carts stay at the curb until noon." for n in range(12)]
    town.index.answers = [answer("long", title="Rules", heading="", excerpt=" ".join(sentences))]
    await town.text("What are the rules?")
    (first,) = await town.received()
    assert first.endswith(f"noon.\n{LINK}\nReply MORE for the rest.")
    for n in range(2, 5):
        await town.text("more")
        await town.received(n)
    texts = await town.inbox()
    told = " ".join(t.split("\nhttps")[0].removesuffix("\nReply MORE for the rest.") for t in texts[:3])
    assert told == " ".join(sentences)
    assert [h["message"] for h in town.rasa.heard] == ["What are the rules?", "more"]


async def test_of_a_long_answer_the_part_that_answers_is_sent_first(town: Town) -> None:
    around = " ".join(f"Rule {n} says that carts stay at the curb until noon." for n in range(5))
    part = "A second cart costs $4.50 a month."
    town.index.answers = [answer("long", excerpt=f"{around} {part} {around}", short=part, short_highlights=[(2, 8)])]
    await town.text("What does a second cart cost?")
    (first,) = await town.received()
    assert first.startswith(f"Trash and recycling - Pick-up days: {part} Rule 0 says")
    assert first.endswith(f"\n{LINK}\nReply MORE for the rest.")
    await town.text("more")
    await town.received(2)
    assert (await town.inbox())[1].startswith("Rule 0 says")


@pytest.mark.parametrize(
    ("place", "city"),
    [
        ({"FromZip": "03049", "FromCity": "NASHUA", "FromState": "NH", "FromCountry": "US"}, "alder-falls"),
        ({"FromCity": "BIRCH BAY", "FromState": "CS", "FromCountry": "US"}, "birch-bay"),
        ({"FromCity": "birch bay"}, "birch-bay"),
        ({"FromCity": "BIRCH BAY", "FromState": "WA", "FromCountry": "US"}, None),
        ({"FromCity": "TORONTO", "FromState": "ON", "FromCountry": "CA", "FromZip": ""}, None),
        ({"FromZip": "99999"}, None),
        ({}, None),
    ],
)
async def test_city_is_guessed_only_from_a_clear_place(town: Town, place: dict[str, str], city: str | None) -> None:
    await town.text("When is trash day?", to=FREE_NUMBER, place=place)
    await until(lambda: town.rasa.heard)
    metadata = town.rasa.heard[0]["metadata"]
    assert (metadata["city"], metadata["city_is_guess"]) == (city, city is not None)
    await town.received()


async def test_guess_is_stated_once_when_search_answers_alone(town: Town) -> None:
    town.rasa.fault = "empty"
    for n in (1, 2):
        await town.text(f"When is trash day {n}?", to=FREE_NUMBER, place={"FromZip": "03049"})
        await town.received(n)
    first, second = await town.inbox()
    assert first.startswith("I am answering for Alder Falls; send your city or ZIP code if you live elsewhere.")
    assert "I am answering" not in second


async def test_status_reports_only_move_forward(town: Town) -> None:
    await town.text("When is trash day?")
    await until(lambda: town.rows("select delivery from sms_outbox") == [("delivered",)])
    sid = town.rows("select twilio_sid from sms_outbox")[0][0]
    for status in ("sent", "queued", "delivered", "nonsense"):
        form = {"AccountSid": ACCOUNT, "MessageSid": sid, "MessageStatus": status}
        assert await town.webhook(form, path="/sms/status") == 200
    assert town.rows("select delivery from sms_outbox") == [("delivered",)]


async def test_phone_limit_still_lets_emergencies_through(tmp_path: Path) -> None:
    async with started(tmp_path, limit_phone="1/hour") as town:
        await town.text("When is trash day?")
        await town.received()
        await town.text("And recycling?")
        await until(lambda: town.rows("select count(*) from sms_inbox where state = 'silent'") == [(1,)])
        await town.text("my house is on fire")
        assert "911" in (await town.received(2))[1]


async def test_picture_without_words(town: Town) -> None:
    assert await town.webhook(town.form("", NumMedia="1")) == 200
    (reply,) = await town.received()
    assert "send your question as text" in reply


async def test_phone_number_stands_only_in_the_queues(town: Town) -> None:
    await town.text("When is trash day?")
    await town.received()
    for table in ("sessions", "messages", "shown_answers", "suppressions"):
        assert not any("5550123" in str(row) for row in town.rows(f"select * from {table}"))


async def test_stop_and_help_are_answered_in_spanish_in_one_message_each(town: Town) -> None:
    await town.text("ayuda")
    told = (await town.received())[0]
    assert told.startswith("Le damos la bienvenida a Alder Falls")
    await town.text("por favor no me manden más mensajes")
    stopped = (await town.received(2))[1]
    assert "dado de baja" in stopped
    assert [measure(text).encoding for text in (told, stopped)] == ["GSM-7", "GSM-7"]
    assert measure(stopped).segments == 1
