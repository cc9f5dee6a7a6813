"""POST /chat and POST /feedback: the web chat, for the widget and anything else that speaks JSON."""

import asyncio
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from actions.replies.reply import Reply
from bot.conversation import sessions
from bot.conversation.conversation import Incoming
from bot.conversation.emergency import recognise
from bot.conversation.sanitize import WEB_LIMIT, visible
from bot.handoff import handoffs
from bot.web.gateway import Gateway
from bot.web.staff_replies import ask_again
from index.schemas.feedback import FeedbackRequest, FeedbackResponse
from townclerk.errors import BadInput, Refused, Unauthenticated
from townclerk.text.languages import nearest

COMMENT_LIMIT = 1000
"""Characters of a comment to a vote."""

Token = Annotated[str, StringConstraints(max_length=400)]
Name = Annotated[str, StringConstraints(max_length=63)]


class ChatRequest(BaseModel):
    """A message. `session` comes from the first reply; `city` is the page's city, `lang` its language (a BCP 47 tag)."""

    model_config = ConfigDict(frozen=True)

    text: str
    session: Token | None = None
    city: Name | None = None
    lang: Annotated[str, StringConstraints(max_length=35)] = ""


class ChatResponse(BaseModel):
    """The session to go on with, and what the bot says: nothing while staff have the talk.

    `staff_after`: then what they write is asked for at `/chat/staff`, in so many seconds for the first time.
    """

    session: str
    messages: list[Reply]
    staff_after: int = 0


class VoteRequest(BaseModel):
    """Whether an answer that this session was shown helped, and a comment."""

    model_config = ConfigDict(frozen=True)

    session: Token
    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    vote: Literal["up", "down"]
    comment: Annotated[str, StringConstraints(max_length=COMMENT_LIMIT)] | None = None


def router() -> APIRouter:
    """The two routes. They find the gateway at `request.app.state.gateway`."""
    routes = APIRouter(tags=["chat"])
    routes.add_api_route("/chat", chat, methods=["POST"], response_model_exclude_defaults=True)
    routes.add_api_route("/feedback", feedback, methods=["POST"])
    return routes


async def chat(asked: ChatRequest, request: Request, response: Response) -> ChatResponse:
    """Answer a message. Without `session` a new one begins. An emergency is answered whatever else is wrong."""
    gateway: Gateway = request.app.state.gateway
    if recognise(visible(asked.text[:WEB_LIMIT])):
        return await _emergency(gateway, asked)
    await gateway.limits.web(request)
    if len(asked.text) > WEB_LIMIT:
        raise BadInput(
            f"A message has at most {WEB_LIMIT} characters, this one has {len(asked.text)}. Please shorten it."
        )
    session = asked.session or gateway.identity.new_session()
    person = gateway.identity.session_person(session)
    await gateway.limits.session(person)
    if asked.city:
        await asyncio.to_thread(gateway.jurisdictions.get, asked.city)
    incoming = Incoming(person, "web", asked.text, asked.city, language=nearest([asked.lang]))
    exchange = await gateway.conversation.answer(incoming)
    response.headers["Server-Timing"] = exchange.timings.header()
    talk = await gateway.storage.read(partial(handoffs.latest, person=person)) if exchange.involves_staff else None
    said = [] if exchange.silent else [exchange.reply]
    return ChatResponse(session=session, messages=said, staff_after=ask_again(talk))


async def _emergency(gateway: Gateway, asked: ChatRequest) -> ChatResponse:
    session = asked.session or gateway.identity.new_session()
    try:
        person = gateway.identity.session_person(session)
    except Unauthenticated:
        session = gateway.identity.new_session()
        person = gateway.identity.session_person(session)
    reply = await gateway.conversation.answer_emergency(Incoming(person, "web", asked.text, asked.city))
    return ChatResponse(session=session, messages=[reply] if reply else [])


async def feedback(voted: VoteRequest, request: Request) -> FeedbackResponse:
    """Vote on an answer this session was shown. A second vote replaces the first."""
    gateway: Gateway = request.app.state.gateway
    await gateway.limits.web(request)
    person = gateway.identity.session_person(voted.session)
    await gateway.limits.session(person)
    if not await gateway.storage.read(partial(sessions.was_shown, person=person, answer_id=voted.answer_id)):
        raise Refused("This session was not shown that answer, so it cannot vote on it.")
    comment = visible(voted.comment) or None if voted.comment else None
    vote = FeedbackRequest(
        answer_id=voted.answer_id, vote=voted.vote, voter=gateway.identity.voter(person), comment=comment
    )
    return await gateway.index.feedback(vote)
