"""Asking for alerts and ending them by text, through the real webhook, queue and carrier simulator."""

from tests.bot.alerts.rows import put_topics, subscribed
from tests.bot.town import CITY_NUMBER, PHONE, Town, until
from townclerk.text.segments import measure

TOLD = (
    "Alder Falls: you will get alerts on Trash day changes. About 2 texts a month. Msg & data rates may apply. "
    "Reply STOP 1 to end these, STOP to end all texts, HELP for help."
)
STANDING = "select topic_id from alert_subscriptions where ended_at is null order by topic_id"


async def test_the_list_a_number_and_the_consent_on_record(town: Town) -> None:
    put_topics(town.gateway.engine)
    await town.text("ALERTS")
    (listed,) = await town.received()
    assert listed.splitlines() == [
        "Alerts from Alder Falls:", "1 Trash day changes", "2 Snow emergencies", "3 Road closings",
        "Reply ALERTS and a number, for example ALERTS 1.",
    ]  # fmt: skip
    sid = await town.text("ALERTS 1")
    assert (await town.received(2))[1] == TOLD
    assert measure(TOLD).segments <= 2
    record = (
        "select topic_id, our_number, phone, language, message_sid, asked, wording, ended_by from alert_subscriptions"
    )
    assert town.rows(record) == [(1, CITY_NUMBER, PHONE, "en", sid, "ALERTS 1", TOLD, "")]
    await town.text("Alerts 1")  # again
    await town.received(3)
    assert town.rows("select count(*) from alert_subscriptions") == [(1,)]
    await town.text("alerts")
    assert "1 Trash day changes (you get these)" in (await town.received(4))[3]
    assert town.rasa.heard == []


async def test_own_words_and_what_is_unsure_is_asked(town: Town) -> None:
    put_topics(town.gateway.engine)
    await town.text("tell me when trash day moves")
    assert (await town.received())[0] == TOLD
    await town.text("alert me about trash or snow")
    asked = (await town.received(2))[1]
    assert asked.startswith("Which alerts do you mean?")
    assert "2 Snow emergencies" in asked
    assert "Road" not in asked
    await town.text("alert me about meteors")
    assert (await town.received(3))[2].startswith("There are no alerts on that.\nAlerts from Alder Falls:\n1 Trash")
    assert town.rows(STANDING) == [(1,)]


async def test_one_topic_ends_by_number_or_name_and_all_together(town: Town) -> None:
    for topic in put_topics(town.gateway.engine):
        subscribed(town.gateway.engine, topic, "x")
    await town.text("ALERTS 1 2 3")
    await town.received()
    await town.text("STOP 1")
    ended = (await town.received(2))[1]
    assert (
        ended == "You will get no more alerts on Trash day changes. Reply ALERTS for the list, STOP to end all texts."
    )
    await town.text("stop road closings")
    await town.received(3)
    mine = "select topic_id, phone, ended_by from alert_subscriptions where person != 'x' order by topic_id"
    assert town.rows(mine) == [(1, "", "text"), (2, PHONE, ""), (3, "", "text")]
    await town.text("stop alerts")
    assert "no more alerts. Reply" in (await town.received(4))[3]
    await town.text("stop 2")
    await until(lambda: town.rasa.heard or len(town.rows("select 1 from sms_outbox")) == 5)
    assert town.rows("select count(*) from suppressions") == [(0,)]
    assert town.rows("select count(*) from alert_subscriptions where ended_at is null") == [(3,)]  # another's


async def test_stop_ends_alerts_for_good_and_start_brings_none_back(town: Town) -> None:
    put_topics(town.gateway.engine)
    await town.text("ALERTS 1")
    await town.received()
    await town.text("STOP")
    await until(lambda: town.rows("select phone, ended_by from alert_subscriptions") == [("", "stop")])
    await town.text("START")
    await town.text("alerts")
    assert "1 Trash day changes\n" in (await town.received(2))[1]
    assert town.rows(STANDING) == []
    await town.text("alerts 1")
    await town.received(3)
    assert town.rows(STANDING) == [(1,)]


async def test_in_spanish_as_the_talk_and_cheap(town: Town) -> None:
    put_topics(town.gateway.engine)
    await town.text("avíseme cuando cambie el día de la basura por favor")
    (told,) = await town.received()
    assert told.startswith("Alder Falls: le enviaremos avisos sobre Trash day changes. Unos 2 mensajes al mes.")
    assert "tarifas de mensajes y datos" in told
    assert (measure(told).encoding, measure(told).segments) == ("GSM-7", 2)


async def test_emergencies_and_questions_stay_as_they_are(town: Town) -> None:
    put_topics(town.gateway.engine)
    await town.text("alert me there is a fire in my house")
    assert "911" in (await town.received())[0]
    await town.text("tell me when trash day is")
    await town.received(2)
    assert [heard["message"] for heard in town.rasa.heard] == ["tell me when trash day is"]


async def test_without_topics_alerts_are_for_the_talk(town: Town) -> None:
    await town.text("ALERTS")
    await town.received()
    assert [heard["message"] for heard in town.rasa.heard] == ["ALERTS"]


async def test_delete_my_data_takes_consent_and_number_along(town: Town) -> None:
    put_topics(town.gateway.engine)
    await town.text("ALERTS 1")
    await town.received()
    await town.text("delete my data")
    await town.received(2)
    assert town.rows("select count(*) from alert_subscriptions") == [(0,)]
