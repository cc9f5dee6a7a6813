"""Who asked to be told of what, and who no longer does.

Every function here runs inside a transaction of the caller.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from bot.alert_tables import alert_subscriptions, alert_topics, alerts
from bot.alerts.topics import Topic
from bot.tables import sms_outbox
from townclerk.clock import now
from townclerk.text.redaction import redact


@dataclass(frozen=True)
class Consent:
    """The text by which a person asked, and how to reach them."""

    person: str
    our_number: str
    phone: str
    language: str
    message_sid: str
    asked: str


def subscribed_topics(connection: Connection, person: str, our_number: str) -> list[Topic]:
    """The topics that a person is told of by this number of ours."""
    mine = _standing(person, our_number) & (alert_subscriptions.c.topic_id == alert_topics.c.id)
    query = select(alert_topics).where(select(alert_subscriptions.c.id).where(mine).exists())
    return [Topic(**row) for row in connection.execute(query.order_by(alert_topics.c.number)).mappings()]


def subscribe(connection: Connection, consent: Consent, topic: Topic, *, wording: str) -> None:
    """Record that the person asked for the topic, and what they were told; nothing when they get it already."""
    mine = _standing(consent.person, consent.our_number) & (alert_subscriptions.c.topic_id == topic.id)
    if connection.execute(select(alert_subscriptions.c.id).where(mine)).first() is None:
        row = {**vars(consent), "asked": redact(consent.asked), "wording": wording, "topic_id": topic.id}
        connection.execute(insert(alert_subscriptions).values(row | {"since": now(), "ended_by": ""}))


def unsubscribe(
    connection: Connection, person: str, our_number: str, *, by: str, topics: Collection[Topic] | None = None
) -> None:
    """End these topics, or all, with what is queued of them; the consent stays on record, without the phone's number."""
    ended = _standing(person, our_number)
    if topics is not None:
        ended &= alert_subscriptions.c.topic_id.in_([topic.id for topic in topics])
    values = {"ended_at": now(), "ended_by": by[:20], "phone": ""}
    connection.execute(update(alert_subscriptions).where(ended).values(values))
    left = set(
        connection.execute(select(alert_subscriptions.c.topic_id).where(_standing(person, our_number))).scalars()
    )
    queued = (sms_outbox.c.person == person) & (sms_outbox.c.from_number == our_number)
    queued &= (sms_outbox.c.state == "queued") & sms_outbox.c.alert_id.is_not(None)
    query = select(sms_outbox.c.id, alerts.c.topics).join(alerts, alerts.c.id == sms_outbox.c.alert_id).where(queued)
    unwanted = [id for id, about in connection.execute(query) if left.isdisjoint(about)]
    connection.execute(update(sms_outbox).where(sms_outbox.c.id.in_(unwanted)).values(state="suppressed"))


def receivers(connection: Connection, topics: Collection[int]) -> int:
    """How many phones get an alert on these topics."""
    once = select(alert_subscriptions.c.person, alert_subscriptions.c.our_number).where(
        alert_subscriptions.c.topic_id.in_(topics), alert_subscriptions.c.ended_at.is_(None)
    )
    return int(connection.execute(select(func.count()).select_from(once.distinct().subquery())).scalar_one())


def _standing(person: str, our_number: str) -> ColumnElement[bool]:
    kept = alert_subscriptions.c
    return (kept.person == person) & (kept.our_number == our_number) & kept.ended_at.is_(None)
