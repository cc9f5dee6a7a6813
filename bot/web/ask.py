"""/ask: the same answers on a plain page, for browsers without JavaScript. Follow-ups and votes come as forms."""

import asyncio
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, StringConstraints

from bot.conversation.emergency import recognise
from bot.conversation.sanitize import WEB_LIMIT, plain_words, visible
from bot.web.carried_conversation import CarriedConversation, ConversationSigner
from bot.web.gateway import Gateway
from bot.widget.routes import ask_response, language_wanted
from bot.widget.templates import AskPage
from index.schemas.feedback import FeedbackRequest
from index.schemas.search import SearchRequest
from townclerk.errors import NotFound, Refused, TownclerkError
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.language_detection import language_of
from townclerk.text.translation import gettext as _
from townclerk.text.translation import speaking

ANSWERS = 3
"""Passages on the page: the best, and two more that may help."""
TALK_LIMIT = 16_000
"""Characters of a signed talk."""


class Vote(BaseModel):
    """The form below an answer."""

    answer_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    vote: Literal["up", "down"]
    city: Annotated[str, StringConstraints(max_length=63)] = ""
    lang: Annotated[str, StringConstraints(max_length=35)] = ""
    talk: Annotated[str, StringConstraints(max_length=TALK_LIMIT)] = ""


def router() -> APIRouter:
    """The routes. They find the gateway at `request.app.state.gateway`."""
    routes = APIRouter(tags=["chat"])
    routes.add_api_route("/ask", ask, response_class=HTMLResponse)
    routes.add_api_route("/ask", go_on, methods=["POST"], response_class=HTMLResponse)
    routes.add_api_route("/ask/vote", vote, methods=["POST"], response_class=HTMLResponse)
    return routes


async def ask(
    request: Request,
    q: Annotated[str, Query(max_length=WEB_LIMIT)] = "",
    city: Annotated[str, Query(max_length=63)] = "",
    lang: Annotated[str, Query(max_length=35)] = "",
) -> HTMLResponse:
    """Search the city's pages and show the answers, in the question's language. Raises NotFound for an unknown city."""
    return await _asked(request, q, city, lang=lang)


async def go_on(
    request: Request,
    q: Annotated[str, Form(max_length=WEB_LIMIT)] = "",
    city: Annotated[str, Form(max_length=63)] = "",
    lang: Annotated[str, Form(max_length=35)] = "",
    talk: Annotated[str, Form(max_length=TALK_LIMIT)] = "",
) -> HTMLResponse:
    """The same, read with what was asked and shown before. Raises NotFound for an unknown city."""
    return await _asked(request, q, city, lang=lang, talk=talk)


async def vote(request: Request, form: Annotated[Vote, Form()]) -> HTMLResponse:
    """Whether an answer of the talk helped. Raises Refused for an answer that the talk did not show."""
    gateway: Gateway = request.app.state.gateway
    await gateway.limits.web(request)
    before = ConversationSigner(gateway.settings.home).read(form.talk)
    if form.answer_id not in before.answers:
        raise Refused("This page is too old to vote on its answers. Please ask again.")
    feedback = FeedbackRequest(answer_id=form.answer_id, vote=form.vote, voter=gateway.identity.voter(before.voter))
    with speaking(language_wanted(request, gateway.settings, form.lang)):
        known = await asyncio.to_thread(gateway.jurisdictions.all)
        empty = replace(_page(known, form.city, question=""), talk=form.talk)
        try:
            await gateway.index.feedback(feedback)
        except TownclerkError:
            return ask_response(replace(empty, error=_away()))
        helped = form.vote == "up"
        thanks = _("Thank you. I am glad it helped.") if helped else _("Thank you, I noted that.")
        return ask_response(replace(empty, thanks=thanks))


async def _asked(request: Request, q: str, city: str, *, lang: str, talk: str = "") -> HTMLResponse:
    gateway: Gateway = request.app.state.gateway
    seen = visible(q)
    if emergency := recognise(seen):
        with speaking(emergency.language):
            return ask_response(replace(_page([], "", question=seen), text=emergency.text))
    await gateway.limits.web(request)
    before = language_wanted(request, gateway.settings, lang)
    with speaking(await asyncio.to_thread(language_of, seen, before=before, served=gateway.settings.spoken)):
        known = await asyncio.to_thread(gateway.jurisdictions.all)
        empty = _page(known, city, question=seen)
        question = plain_words(seen)
        if not question:
            return ask_response(empty)
        if empty.city is None and len(empty.cities) > 1:
            return ask_response(replace(empty, text=_("Please choose your city.")))
        talks = ConversationSigner(gateway.settings.home)
        so_far = talks.read(talk).in_city(empty.city.id if empty.city else "")
        return ask_response(await _search(gateway, empty, question, talks=talks, talk=so_far))


def _page(known: list[Jurisdiction], city: str, *, question: str) -> AskPage:
    cities = [j for j in known if j.level == "city"]
    chosen = next((j for j in cities if j.id == city), cities[0] if len(cities) == 1 and not city else None)
    if city and chosen is None:
        raise NotFound(f"There is no city {city!r}.")
    return AskPage(question=question, city=chosen, cities=cities, contact=chosen, places={j.id: j for j in known})


async def _search(
    gateway: Gateway, page: AskPage, question: str, *, talks: ConversationSigner, talk: CarriedConversation
) -> AskPage:
    try:
        asked = SearchRequest(
            text=question,
            city=page.city.id if page.city else None,
            history=list(talk.history),
            shown=list(talk.shown),
            limit=ANSWERS,
        )
        found = await gateway.index.search(asked)
    except TownclerkError:
        return replace(page, error=_away(), talk=talks.sign(talk))
    refused = found.refused or not found.answers
    answers = () if refused else tuple(found.answers)
    return replace(page, answers=answers, refused=refused, talk=talks.sign(talk.after(question, answers)))


def _away() -> str:
    return _("The search is not available right now. Please try again in a few minutes.")
