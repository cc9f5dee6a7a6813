"""Hands due alerts to the outbox, a few texts at a time: at the set rate, never in quiet hours, nobody twice.

A receiver's row in the outbox says that they were served. A killed process leaves those who have none: they are
served by the next one. What the outbox holds is sent, or looked for at Twilio first, like any reply.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from bot.alert_tables import alert_subscriptions, alert_topics
from bot.alerts.alerts import VALID, Alert, as_sent, due, set_state
from bot.alerts.outcomes import LIMIT_OF_THE_DAY, outcomes
from bot.alerts.quiet_hours import QuietHours, start_of_day
from bot.alerts.subscriptions import receivers
from bot.alerts.topics import Topic
from bot.conversation.database_threads import DatabaseThreads
from bot.conversation.leases import Leases
from bot.tables import sms_outbox
from townclerk.clock import now
from townclerk.database import upsert
from townclerk.jurisdictions import Jurisdiction
from townclerk.places import PlaceDirectory
from townclerk.settings import Settings

TICK_SECONDS = 1.0
UNDER_WAY_SECONDS = 5
"""Texts of so many seconds are under way at most: a Twilio that is slow is not buried, and replies find a slot."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Step:
    """One look at one alert: to whom it goes now and until when."""

    alert: Alert
    city: Jurisdiction
    not_after: datetime
    quiet: bool


class Dispatcher:
    """Run `run` as a task. `wake` is called with each person who has something in the outbox."""

    def __init__(
        self, storage: DatabaseThreads, places: PlaceDirectory, settings: Settings, wake: Callable[[str], None]
    ) -> None:
        self._storage = storage
        self._places = places
        self._settings = settings
        self._wake = wake
        self._leases = Leases(storage)
        self._allowed = 0.0

    async def run(self) -> None:
        """Look every second until cancelled."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self.look(seconds=TICK_SECONDS)
            except Exception:
                log.exception("alerts could not be sent; tried again in %s s", TICK_SECONDS)

    async def look(self, *, seconds: float) -> int:
        """Hand over what the rate allows after so many seconds more; gives how many texts."""
        rate = self._settings.alert_rate
        self._allowed = min(self._allowed + rate * seconds, max(2 * rate * TICK_SECONDS, 1))
        if not await self._storage.read(due):
            return 0
        await asyncio.to_thread(self._places.current)
        async with self._leases.hold("alerts") as held:
            people = await self._storage.write(self._serve) if held else []
        for person in people:
            self._wake(person)
        self._allowed -= len(people)
        return len(people)

    def _serve(self, connection: Connection) -> list[str]:
        served: list[str] = []
        waiting = sms_outbox.c.alert_id.is_not(None) & sms_outbox.c.state.in_(("queued", "sending"))
        under_way = connection.execute(select(func.count()).where(waiting)).scalar_one()
        room = min(int(self._allowed), int(max(self._settings.alert_rate * UNDER_WAY_SECONDS, 1)) - under_way)
        for alert in due(connection):
            served += self._serve_alert(connection, alert, room - len(served))
        return served

    def _serve_alert(self, connection: Connection, alert: Alert, room: int) -> list[str]:
        city = self._places.current().get(alert.city)
        if city is None or now() >= alert.send_at + VALID:
            return self._done(connection, alert)
        most = self._settings.alert_approval_over
        if alert.state == "ready":
            unapproved = not alert.approved_by and receivers(connection, alert.topics) > most
            set_state(connection, alert, "waiting" if unapproved else "sending")
            if unapproved:
                return []
        hours = QuietHours.read(self._settings.alert_quiet_hours, city.timezone)
        ends = alert.send_at + VALID
        step = _Step(alert, city, min(hours.begins(now()) or ends, ends), hours.holds(now()))
        served = [self._queue(connection, step, row) for row in _next(connection, alert, step.quiet, max(room, 0))]
        if room > 0 and not served and not any(_next(connection, alert, False, 1)):
            return self._done(connection, alert)
        return served

    def _queue(self, connection: Connection, step: _Step, row: Any) -> str:
        """One receiver's text, or why they get none."""
        topic, alert = Topic(**{name: row[name] for name in Topic.__dataclass_fields__}), step.alert
        enough = not topic.urgent and self._had(connection, row["person"], step.city) >= self._settings.alerts_a_day
        text = {
            "message_sid": f"alert-{alert.id}-{row['person'][:40]}", "part": 0, "person": row["person"], "alert_id": alert.id,
            "from_number": row["our_number"], "to_number": row["phone"], "state": "failed" if enough else "queued",
            "body": as_sent(step.city.name, topic, alert.texts, row["language"]), "error": LIMIT_OF_THE_DAY if enough else "",
            "created_at": now(), "not_after": alert.send_at + VALID if topic.urgent else step.not_after,
        }  # fmt: skip
        connection.execute(upsert(connection, sms_outbox).values(text).on_conflict_do_nothing())
        return str(row["person"])

    def _had(self, connection: Connection, person: str, city: Jurisdiction) -> int:
        today = (sms_outbox.c.person == person) & sms_outbox.c.alert_id.is_not(None)
        today &= sms_outbox.c.created_at >= start_of_day(now(), city.timezone)
        return int(connection.execute(select(func.count()).where(today, sms_outbox.c.state != "failed")).scalar_one())

    def _done(self, connection: Connection, alert: Alert) -> list[str]:
        """The alert is over once nothing of it is under way."""
        mine = (sms_outbox.c.alert_id == alert.id) & sms_outbox.c.state.in_(("queued", "sending"))
        if connection.execute(select(sms_outbox.c.id).where(mine).limit(1)).first() is None:
            set_state(connection, alert, "done", result=outcomes(connection, alert.id))
        return []


def _next(connection: Connection, alert: Alert, urgent_only: bool, room: int) -> Iterator[Any]:
    """Receivers without a row in the outbox, each once, by the first of the alert's topics that they asked for."""
    subscription, topic = alert_subscriptions.c, alert_topics.c
    served = (sms_outbox.c.alert_id == alert.id) & (sms_outbox.c.person == subscription.person)
    wanted: list[ColumnElement[bool]] = [subscription.topic_id.in_(alert.topics), subscription.ended_at.is_(None)]
    wanted += [topic.urgent] if urgent_only else []
    query = select(
        *alert_topics.c, subscription.person, subscription.our_number, subscription.phone, subscription.language
    ).join(alert_topics, topic.id == subscription.topic_id)
    query = query.where(*wanted, ~select(sms_outbox.c.id).where(served).exists())
    rows = connection.execute(query.order_by(~topic.urgent, topic.number, subscription.id).limit(room)).mappings()
    yield from {row["person"]: row for row in reversed(rows.all())}.values()
