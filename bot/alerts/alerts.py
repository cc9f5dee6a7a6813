"""Alerts as staff write them: approved by another one where many get them, canceled, looked at.

Every function here runs inside a transaction of the caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.alert_tables import alert_topics, alerts
from bot.alerts.subscriptions import receivers, subscribed_topics
from bot.alerts.topics import Topic
from bot.tables import sms_outbox
from townclerk.clock import now
from townclerk.errors import BadInput, Conflict, NotFound, Refused
from townclerk.text.translation import gettext as _
from townclerk.text.translation import speaking

LONGEST = 900
VALID = timedelta(hours=24)
"""How long after its time an alert is sent at most; what quiet hours hold up longer is not sent."""
FARTHEST = timedelta(days=366)
TWICE = timedelta(minutes=10)
"""Within it the same alert is taken for a form that was sent twice."""
CANCELED = {"state": "failed", "error": "canceled by staff"}
"""How a text of a canceled alert ends."""


@dataclass(frozen=True)
class Alert:
    """One alert. `texts` by language has the first, which everybody else gets, under "en"."""

    id: int
    city: str
    topics: tuple[int, ...]
    texts: Mapping[str, str]
    state: str
    send_at: datetime
    created_at: datetime
    created_by: str
    approved_by: str
    canceled_by: str
    result: Mapping[str, int]


@dataclass(frozen=True)
class NewAlert:
    """An alert as it is written."""

    topics: Sequence[Topic]
    texts: Mapping[str, str]
    send_at: datetime


def as_sent(city: str, topic: Topic, texts: Mapping[str, str], language: str) -> str:
    """The text message: who sends it, about what, and how to end it, in the receiver's language where there is a text in it."""
    chosen = language if texts.get(language) else "en"
    with speaking(chosen):
        how = _("Reply STOP {number} to end these.", number=topic.number)
    return f"{city}, {topic.name}: {texts[chosen].strip()}\n{how}"


def write_alert(connection: Connection, new: NewAlert, *, by: str, most: int) -> Alert:
    """Keep an alert; it waits for a second member of staff when more than `most` phones get it.

    Raises BadInput, and Conflict for one that says the same as another one that was just written.
    """
    topics, send_at = new.topics, new.send_at
    kept = {language: text.strip() for language, text in new.texts.items() if text.strip()}
    if not topics or len({topic.city for topic in topics}) != 1:
        raise BadInput("Choose one or more topics of one city.")
    if "en" not in kept or any(len(text) > LONGEST for text in kept.values()):
        raise BadInput(f"An alert needs a text, of at most {LONGEST} characters.")
    if not now() - timedelta(minutes=5) <= send_at <= now() + FARTHEST:
        raise BadInput("The time to send it lies in the past, or more than a year ahead.")
    ids = [topic.id for topic in topics]
    _refuse_twin(connection, NewAlert(topics, kept, send_at))
    row = {
        "city": topics[0].city, "topics": ids, "texts": kept, "send_at": send_at, "created_at": now(), "created_by": by,
        "state": "waiting" if receivers(connection, ids) > most else "ready", "approved_by": "", "canceled_by": "", "result": {},
    }  # fmt: skip
    return _read(connection.execute(insert(alerts).values(row).returning(*alerts.c)).mappings().one())


def approve(connection: Connection, id: int, *, by: str) -> Alert:
    """Let a waiting alert go. Raises Refused for who wrote it, Conflict when it does not wait."""
    alert = find(connection, id)
    if alert.created_by == by:
        raise Refused("Somebody else must approve it: who wrote an alert cannot see what they overlooked.")
    return _move(
        connection, alert, ("waiting",), {"state": "ready", "approved_by": by, "send_at": max(alert.send_at, now())}
    )


def cancel(connection: Connection, id: int, *, by: str) -> Alert:
    """Stop an alert; who was not sent it yet does not get it. Raises Conflict when it is over."""
    alert = find(connection, id)
    mine = (sms_outbox.c.alert_id == id) & (sms_outbox.c.state == "queued")
    connection.execute(update(sms_outbox).where(mine).values(CANCELED))
    return _move(connection, alert, ("waiting", "ready", "sending"), {"state": "canceled", "canceled_by": by})


def why_not(connection: Connection, id: int, *, person: str, our_number: str) -> Mapping[str, str]:
    """How a text of an alert ends that was canceled, or whose topics its receiver ended; empty for one to be sent."""
    alert = find(connection, id)
    if alert.state == "canceled":
        return CANCELED
    mine = {topic.id for topic in subscribed_topics(connection, person, our_number)}
    return {"state": "suppressed"} if mine.isdisjoint(alert.topics) else {}


def find(connection: Connection, id: int) -> Alert:
    """One alert. Raises NotFound."""
    row = connection.execute(select(alerts).where(alerts.c.id == id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no alert {id}. The list shows all.")
    return _read(row)


def latest(connection: Connection, *, limit: int = 50) -> list[Alert]:
    """The newest alerts."""
    query = select(alerts).order_by(alerts.c.id.desc()).limit(limit)
    return [_read(row) for row in connection.execute(query).mappings()]


def due(connection: Connection) -> list[Alert]:
    """What is to be sent now, oldest first."""
    query = select(alerts).where(alerts.c.state.in_(("ready", "sending")), alerts.c.send_at <= now())
    return [_read(row) for row in connection.execute(query.order_by(alerts.c.id)).mappings()]


def set_state(connection: Connection, alert: Alert, state: str, *, result: Mapping[str, int] | None = None) -> None:
    """Move an alert on."""
    values = {"state": state} | ({"result": dict(result)} if result is not None else {})
    connection.execute(update(alerts).where(alerts.c.id == alert.id).values(values))


def _refuse_twin(connection: Connection, new: NewAlert) -> None:
    ids = {topic.id for topic in new.topics}
    # PostgreSQL: who writes on the same topics, or renames one, waits until this alert is kept.
    connection.execute(select(alert_topics.c.id).where(alert_topics.c.id.in_(ids)).order_by("id").with_for_update())
    lately = (alerts.c.state != "canceled") & (alerts.c.created_at > now() - TWICE)
    mine = lately & (alerts.c.city == new.topics[0].city)
    for other in map(_read, connection.execute(select(alerts).where(mine)).mappings()):
        # "Now" is another moment in each of two forms, and moves when the alert is approved.
        if set(other.topics) == ids and other.texts == new.texts and abs(other.send_at - new.send_at) < TWICE:
            raise Conflict(
                f"Alert {other.id} says the same to the same topics at this time and was written in the last ten minutes; "
                "this one was not kept. To send it once more, cancel that one, change the text, or wait."
            )


def _move(connection: Connection, alert: Alert, since: Sequence[str], values: Mapping[str, object]) -> Alert:
    changed = update(alerts).where(alerts.c.id == alert.id, alerts.c.state.in_(since)).values(values)
    row = connection.execute(changed.returning(*alerts.c)).mappings().first()
    if row is None:
        raise Conflict(f"Alert {alert.id} is {alert.state} by now; nothing was changed.")
    return _read(row)


def _read(row: RowMapping) -> Alert:
    return Alert(**{**row, "topics": tuple(row["topics"])})
