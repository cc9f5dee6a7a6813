"""Answers a text about alerts, and carries out what it asks, in one transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.alerts.requests import AlertRequest, read_request
from bot.alerts.subscriptions import Consent, subscribe, subscribed_topics, unsubscribe
from bot.alerts.topics import Topic, topics_of
from bot.conversation.emergency import recognise
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.translation import gettext as _
from townclerk.text.translation import speaking


def answer(connection: Connection, consent: Consent, city: Jurisdiction | None) -> str | None:
    """The reply to a text that asks for alerts of `city` or ends some, in its language; None for another text."""
    if recognise(consent.asked) is not None:
        return None
    topics = topics_of(connection, city.id, active=True) if city else []
    mine = subscribed_topics(connection, consent.person, consent.our_number)
    request = read_request(consent.asked, topics, mine)
    if request is None:
        return None
    with speaking(consent.language):
        if request.kind == "leave":
            return _leave(connection, consent, request, mine)
        if city is None:
            return None
        return _join(connection, consent, request, city) or _list(request, city, topics, mine)


def _join(connection: Connection, consent: Consent, request: AlertRequest, city: Jurisdiction) -> str:
    """What is told of each topic that was asked for: the wording that consent is given to."""
    if request.kind != "join" or not request.topics:
        return ""
    told = confirmation(city, request.topics)
    for topic in request.topics:
        subscribe(connection, consent, topic, wording=told)
    return told


def confirmation(city: Jurisdiction, topics: Sequence[Topic]) -> str:
    """What messaging rules (CTIA) ask to be told: who, what, how often, the cost, and how to stop and get help."""
    count = 0 if any(topic.monthly == 0 for topic in topics) else sum(topic.monthly for topic in topics)
    how_often = _("About {count} texts a month.", count=count) if count else _("How many varies.")
    return _(
        "{name}: you will get alerts on {topic}. {how_often} Msg & data rates may apply. "
        "Reply STOP {number} to end these, STOP to end all texts, HELP for help.",
        name=city.name,
        topic=", ".join(topic.name for topic in topics),
        how_often=how_often,
        number=" ".join(str(topic.number) for topic in topics),
    )


def _list(request: AlertRequest, city: Jurisdiction, topics: Sequence[Topic], mine: Sequence[Topic]) -> str:
    chosen = request.topics if request.kind == "choose" and request.topics else topics
    if request.missing:
        lead = _("There is no alert {number}.", number=request.missing[0])
    elif request.kind == "choose":
        lead = _("Which alerts do you mean?") if request.topics else _("There are no alerts on that.")
    else:
        lead = ""
    on = {topic.id for topic in mine}
    lines = [f"{t.number} {t.name}" + (" " + _("(you get these)") if t.id in on else "") for t in chosen]
    first = next((topic for topic in chosen if topic.id not in on), chosen[0])
    how = _("Reply ALERTS and a number, for example ALERTS {number}.", number=first.number)
    return "\n".join(filter(None, (lead, _("Alerts from {name}:", name=city.name), *lines, how)))


def _leave(connection: Connection, consent: Consent, request: AlertRequest, mine: Sequence[Topic]) -> str | None:
    if request.all:
        unsubscribe(connection, consent.person, consent.our_number, by="text")
        return _("You will get no more alerts. Reply ALERTS for the list, STOP to end all texts.")
    ended = [topic for topic in request.topics if topic in mine]
    unsubscribe(connection, consent.person, consent.our_number, by="text", topics=ended)
    told = [_("You will get no more alerts on {topic}.", topic=topic.name) for topic in ended]
    told += [_("You get no alerts on {topic}.", topic=topic.name) for topic in request.topics if topic not in mine]
    told += [_("There is no alert {number}.", number=number) for number in request.missing]
    return " ".join([*told, _("Reply ALERTS for the list, STOP to end all texts.")])
