"""Alerts: the topics that residents can ask for, and what is sent to those who did."""

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.rendering import Pages
from bot.alerts.replies import confirmation
from bot.alerts.subscriptions import receivers
from bot.alerts.topics import Topic, put_topic, topics_of
from townclerk.database import reading, writing
from townclerk.errors import NotFound, TownclerkError

routes = APIRouter(route_class=Pages)
PAGE = "/admin/alerts"


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


@routes.get("/alerts")
async def list_alerts(staff: Staff, topic: int = 0) -> Response:
    """Topics with how many get them; `topic` puts one into the form."""
    if not topic:
        return await _show(staff)
    found = next((each for each in await _topics(staff) if each.id == topic), None)
    if found is None:
        raise NotFound(f"There is no topic {topic}. The list shows all.")
    return await _show(staff, typed=TopicForm.model_validate(vars(found)))


@routes.post("/alerts/topics")
async def keep_topic(staff: Staff, typed: Annotated[TopicForm, Form()]) -> Response:
    """Add a topic, or change one; a refusal leaves what was typed in the form."""

    def keep() -> Topic:
        topic = replace(Topic(**typed.model_dump()), name=typed.name.strip(), words=typed.words.strip())
        with writing(staff.gateway.engine) as connection:
            return put_topic(connection, topic)

    try:
        if all(place.id != typed.city for place in await staff.places()):
            raise NotFound("Choose the city that the topic is for.")
        topic = await asyncio.to_thread(keep)
    except TownclerkError as error:
        return await _show(staff, typed=typed, error=error)
    await staff.record("alert.topic", f"{topic.city} {topic.number}", _line(topic))
    return await staff.done(PAGE, f"Saved. Residents get it with ALERTS {topic.number}.")


async def _topics(staff: StaffRequest) -> list[Topic]:
    def read() -> list[Topic]:
        with reading(staff.gateway.engine) as connection:
            return topics_of(connection)

    return await asyncio.to_thread(read)


async def _show(
    staff: StaffRequest, *, typed: TopicForm | None = None, error: TownclerkError | None = None
) -> Response:
    def read() -> list[tuple[Topic, int]]:
        with reading(staff.gateway.engine) as connection:
            return [(topic, receivers(connection, [topic.id])) for topic in topics_of(connection)]

    topics = await asyncio.to_thread(read)
    cities = {place.id: place for place in await staff.places()}
    told = {topic.id: confirmation(cities[topic.city], [topic]) for topic, _count in topics if topic.city in cities}
    shown = typed or TopicForm(active=True)
    return await staff.show_places("alerts.html", topics=topics, told=told, typed=shown, error=error)


def _line(topic: Topic) -> str:
    """A topic in a line of the audit log."""
    marks = "".join(mark for mark, on in ((", urgent", topic.urgent), (", off", not topic.active)) if on)
    return f"{topic.name} (words: {topic.words}; {topic.description}; {topic.monthly or 'varying'} a month{marks})"
