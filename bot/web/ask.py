"""GET /ask: the same answers on a plain page, for browsers without JavaScript."""

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from bot.conversation.emergency import recognise
from bot.conversation.sanitize import WEB_LIMIT, plain_words, visible
from bot.web.gateway import Gateway
from bot.widget.routes import ask_response, language_wanted
from bot.widget.templates import AskPage
from index.schemas.search import SearchRequest
from townclerk.errors import NotFound, TownclerkError
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.language_detection import language_of
from townclerk.text.translation import gettext as _
from townclerk.text.translation import speaking

ANSWERS = 3
"""Passages on the page: the best, and two more that may help."""


def router() -> APIRouter:
    """The route. It finds the gateway at `request.app.state.gateway`."""
    routes = APIRouter(tags=["chat"])
    routes.add_api_route("/ask", ask, response_class=HTMLResponse)
    return routes


async def ask(
    request: Request,
    q: Annotated[str, Query(max_length=WEB_LIMIT)] = "",
    city: Annotated[str, Query(max_length=63)] = "",
    lang: Annotated[str, Query(max_length=35)] = "",
) -> HTMLResponse:
    """Search the city's pages and show the answers, in the question's language. Raises NotFound for an unknown city."""
    gateway: Gateway = request.app.state.gateway
    seen = visible(q)
    if emergency := recognise(seen):
        with speaking(emergency.language):
            return ask_response(replace(_page([], "", question=seen), text=emergency.text))
    await gateway.limits.web(request)
    before = language_wanted(request, gateway.settings, lang)
    with speaking(await asyncio.to_thread(language_of, seen, before=before, served=gateway.settings.spoken)):
        return await _answer(gateway, seen, city)


async def _answer(gateway: Gateway, seen: str, city: str) -> HTMLResponse:
    known = await asyncio.to_thread(gateway.jurisdictions.all)
    empty = _page(known, city, question=seen)
    if not seen:
        return ask_response(empty)
    return ask_response(await _search(gateway, empty, plain_words(seen)))


def _page(known: list[Jurisdiction], city: str, *, question: str) -> AskPage:
    cities = [j for j in known if j.level == "city"]
    chosen = next((j for j in cities if j.id == city), cities[0] if len(cities) == 1 and not city else None)
    if city and chosen is None:
        raise NotFound(f"There is no city {city!r}.")
    return AskPage(question=question, city=chosen, cities=cities, contact=chosen, places={j.id: j for j in known})


async def _search(gateway: Gateway, page: AskPage, question: str) -> AskPage:
    if not question:
        return page
    if page.city is None and len(page.cities) > 1:
        return replace(page, text=_("Please choose your city."))
    try:
        asked = SearchRequest(text=question, city=page.city.id if page.city else None, limit=ANSWERS)
        found = await gateway.index.search(asked)
    except TownclerkError:
        return replace(page, error=_("The search is not available right now. Please try again in a few minutes."))
    refused = found.refused or not found.answers
    return replace(page, answers=() if refused else found.answers, refused=refused)
