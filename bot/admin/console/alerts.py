"""Alerts: the topics that residents can ask for, and what is sent to those who did."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.forms import Number
from bot.admin.rendering import Pages
from bot.alerts.alerts import Alert, NewAlert, approve, as_sent, cancel, latest, write_alert
from bot.alerts.outcomes import outcomes
from bot.alerts.replies import confirmation
from bot.alerts.subscriptions import receivers
from bot.alerts.topics import Topic, put_topic, topics_of
from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.errors import BadInput, NotFound, Refused, TownclerkError
from townclerk.text.segments import measure

routes = APIRouter(route_class=Pages)
PAGE = "/admin/alerts"
Made = TypeVar("Made")


class TopicForm(BaseModel):
    """What is typed of a topic. `id` is that of the topic that is changed, 0 for a new one."""

    id: int = Field(default=0, ge=0, le=2**31 - 1)
    city: str = Field(default="", max_length=63)
    name: str = Field(default="", max_length=200)
    words: str = Field(default="", max_length=2000)
    description: str = Field(default="", max_length=2000)
    monthly: int = Field(default=0, ge=0, le=1000)
    urgent: bool = False
    active: bool = False


class AlertForm(BaseModel):
    """What is typed of an alert. `send_at` is a time of the city's clock, empty for now; `step` is preview or send."""

    topics: list[int] = Field(default=[], max_length=50)
    text: str = Field(default="", max_length=2000)
    spanish: str = Field(default="", max_length=2000)
    send_at: str = Field(default="", max_length=40)
    step: str = Field(default="preview", max_length=10)

    def texts(self) -> dict[str, str]:
        """By language, those that are not empty."""
        return {tag: text for tag, text in (("en", self.text), ("es", self.spanish)) if text.strip()}


@dataclass(frozen=True)
class Preview:
    """An alert before it is kept: as it is sent by language, its longest form in segments, receivers and US dollars."""

    topics: tuple[Topic, ...]
    send_at: datetime
    bodies: tuple[str, ...]
    segments: int
    receivers: int
    cost: float


@routes.get("/alerts")
async def list_alerts(staff: Staff, topic: int = 0) -> Response:
    """Topics with how many get them; `topic` puts one into the form."""
    if not topic:
        return await _show(staff)
    found = next((each for each in await _read(staff, topics_of) if each.id == topic), None)
    if found is None:
        raise NotFound(f"There is no topic {topic}. The list shows all.")
    return await _show(staff, typed=TopicForm.model_validate(vars(found)))


@routes.post("/alerts/topics")
async def keep_topic(staff: Staff, typed: Annotated[TopicForm, Form()]) -> Response:
    """Add a topic, or change one; a refusal leaves what was typed in the form."""

    try:
        if all(place.id != typed.city for place in await staff.places()):
            raise NotFound("Choose the city that the topic is for.")
        was = any(each.urgent for each in await _read(staff, topics_of) if each.id == typed.id)
        if typed.urgent != was and staff.session.role != "admin":
            raise Refused("Only an admin says which topics are urgent: those are sent in quiet hours.")
        kept = Topic(**typed.model_dump() | {"name": typed.name.strip(), "words": typed.words.strip()})
        topic = await _write(staff, lambda db: put_topic(db, kept))
    except TownclerkError as error:
        return await _show(staff, typed=typed, error=error)
    await staff.record("alert.topic", f"{topic.city} {topic.number}", _line(topic))
    return await staff.done(PAGE, f"Saved. Residents get it with ALERTS {topic.number}.")


@routes.post("/alerts")
async def send_alert(staff: Staff, typed: Annotated[AlertForm, Form()]) -> Response:
    """Preview an alert, or with `step` send keep it to be sent; a refusal leaves what was typed in the form."""
    try:
        preview = await _preview(staff, typed)
        if typed.step != "send":
            return await _show(staff, preview=preview, written=typed)
        most = staff.gateway.settings.alert_approval_over
        new, by = NewAlert(preview.topics, typed.texts(), preview.send_at), staff.session.name
        alert = await _write(staff, lambda db: write_alert(db, new, by=by, most=most))
    except TownclerkError as error:
        return await _show(staff, written=typed, error=error)
    await staff.record(
        "alert.write",
        f"alert {alert.id}",
        f"{alert.send_at:%Y-%m-%d %H:%M} UTC to {preview.receivers}: {preview.bodies[0]}",
    )
    waits = alert.state == "waiting"
    return await staff.done(
        PAGE,
        f"Alert {alert.id} "
        + (
            f"waits: more than {most} get it, so somebody else must approve it."
            if waits
            else "is kept and is sent at its time."
        ),
    )


@routes.post("/alerts/{id}/approve")
async def approve_alert(staff: Staff, id: Number) -> Response:
    """Let an alert of a colleague go."""
    alert = await _write(staff, lambda db: approve(db, id, by=staff.session.name))
    await staff.record("alert.approve", f"alert {id}", alert.texts["en"])
    return await staff.done(PAGE, f"Alert {id} is approved.")


@routes.post("/alerts/{id}/cancel")
async def cancel_alert(staff: Staff, id: Number) -> Response:
    """Stop an alert; what is sent is sent."""
    alert = await _write(staff, lambda db: cancel(db, id, by=staff.session.name))
    await staff.record("alert.cancel", f"alert {id}", alert.texts["en"])
    return await staff.done(PAGE, f"Alert {id} is canceled. Who was not sent it yet does not get it.")


async def _write(staff: StaffRequest, work: Callable[[Connection], Made]) -> Made:
    def write() -> Made:
        with writing(staff.gateway.engine) as connection:
            return work(connection)

    return await asyncio.to_thread(write)


async def _read(staff: StaffRequest, work: Callable[[Connection], Made]) -> Made:
    def read() -> Made:
        with reading(staff.gateway.engine) as connection:
            return work(connection)

    return await asyncio.to_thread(read)


async def _preview(staff: StaffRequest, typed: AlertForm) -> Preview:
    """What is typed, as it will be sent. Raises BadInput."""
    topics = [topic for topic in await _read(staff, topics_of) if topic.id in typed.topics]
    cities = {place.id: place for place in await staff.places()}
    if not topics or len({topic.city for topic in topics}) != 1 or not typed.text.strip():
        raise BadInput("Choose one or more topics of one city, and write a text.")
    city, texts = cities[topics[0].city], typed.texts()
    bodies = tuple(as_sent(city.name, topics[0], texts, language) for language in texts)
    segments = max(measure(body).segments for body in bodies)
    count = await _read(staff, lambda db: receivers(db, [topic.id for topic in topics]))
    cost = count * segments * staff.gateway.settings.alert_segment_cost
    return Preview(tuple(topics), _moment(typed.send_at, city.timezone), bodies, segments, count, cost)


def _moment(typed: str, timezone: str) -> datetime:
    """The time that was typed, by the city's clock; now for an empty field. Raises BadInput."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(timezone)) if typed.strip() else now()
    except ValueError:
        raise BadInput(f"The time to send it must be like 2026-11-30T09:00; got {typed[:40]!r}.") from None


async def _show(
    staff: StaffRequest, *, typed: TopicForm | None = None, written: AlertForm | None = None, preview: Preview | None = None,
    error: TownclerkError | None = None,
) -> Response:  # fmt: skip
    def read(connection: Connection) -> tuple[list[tuple[Topic, int]], list[tuple[Alert, dict[str, int]]]]:
        topics = [(topic, receivers(connection, [topic.id])) for topic in topics_of(connection)]
        return topics, [(alert, outcomes(connection, alert.id) or dict(alert.result)) for alert in latest(connection)]

    topics, sent = await _read(staff, read)
    cities = {place.id: place for place in await staff.places()}
    told = {topic.id: confirmation(cities[topic.city], [topic]) for topic, _count in topics if topic.city in cities}
    return await staff.show_places(
        "alerts.html", topics=topics, alerts=sent, told=told, typed=typed or TopicForm(active=True), cities=cities,
        written=written or AlertForm(), preview=preview, most=staff.gateway.settings.alert_approval_over, error=error,
    )  # fmt: skip


def _line(topic: Topic) -> str:
    """A topic in a line of the audit log."""
    marks = "".join(mark for mark, on in ((", urgent", topic.urgent), (", off", not topic.active)) if on)
    return f"{topic.name} (words: {topic.words}; {topic.description}; {topic.monthly or 'varying'} a month{marks})"
