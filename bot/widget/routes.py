"""Routes of what residents open in a browser. The gateway includes them; `app.state.gateway` holds its parts."""

import asyncio
import logging
from typing import Annotated, Protocol
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from bot.widget.assets import STATIC
from bot.widget.compression import compress
from bot.widget.demo import demo_page
from bot.widget.security import page, policy
from bot.widget.templates import AskPage, Look, named, render_ask, render_frame
from bot.widget.theme import stylesheet
from townclerk.errors import NotFound
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.settings import Settings
from townclerk.text.languages import nearest
from townclerk.text.translation import of_scripts, speaking

log = logging.getLogger(__name__)

WIDGET_SECONDS = 300
"""How long browsers keep /widget.js without asking: a corrected widget reaches everyone within this time."""


class Gateway(Protocol):
    """What these routes need of `app.state.gateway`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def jurisdictions(self) -> Jurisdictions: ...


def router() -> APIRouter:
    """/widget.js, /widget/frame, /widget/theme.css, /widget/places, /widget/texts, /widget/assets/NAME and /demo."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(STATIC.router())
    routes.add_api_route("/widget.js", widget_script)
    routes.add_api_route("/widget/frame", frame)
    routes.add_api_route("/widget/theme.css", theme)
    routes.add_api_route("/widget/places", places)
    routes.add_api_route("/widget/texts", texts)
    routes.add_api_route("/demo", demo)
    return routes


def ask_response(content: AskPage) -> HTMLResponse:
    """The page for GET /ask, with its headers."""
    return page(render_ask(content), csp=policy(forms=True), status=503 if content.error else 200)


async def widget_script(request: Request) -> Response:
    """The one script that a city's page loads. Any site may load it; what it opens checks who embeds it.

    It brings what it says when nothing more can be loaded: the telephone numbers, and which sites may show the chat.
    """
    gateway: Gateway = request.app.state.gateway
    own = _own(request, gateway.settings)
    values = {
        "phones": await asyncio.to_thread(_phones, gateway.jurisdictions),
        "origins": [*own, *widget_origins(gateway.settings)],
        "hosts": [urlsplit(origin).netloc for origin in own],
    }
    response = STATIC.response("widget.js", request, max_age=WIDGET_SECONDS, values=values)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"  # lets pages check it by its hash (integrity=)
    return response


async def frame(
    request: Request,
    look: Annotated[Look, Depends()],
    city: str = "",
    origin: str = "",
    lang: Annotated[str, Query(max_length=35)] = "",
) -> Response:
    """The chat itself. Only pages of the configured origins and our own may embed it, and only they lend it a logo."""
    gateway: Gateway = request.app.state.gateway
    layers = await asyncio.to_thread(_layers, gateway.jurisdictions, city)
    allowed = widget_origins(gateway.settings)
    known = (*allowed, *_own(request, gateway.settings))
    parent = origin if origin in known else ""
    shown = look if _origin(look.logo) in known else look.model_copy(update={"logo": ""})
    with speaking(language_wanted(request, gateway.settings, lang)):
        markup = render_frame(layers[0] if layers else None, layers, parent_origin=parent, look=shown)
    images = [_origin(shown.logo)] if shown.logo else []
    return compress(page(markup, csp=policy(frame_ancestors=["'self'", *allowed], images=images)), request, quality=5)


async def theme(
    request: Request, color: Annotated[str, Query(pattern="^[0-9a-f]{6}$")], dark: bool = False
) -> Response:
    """What follows from a city's color. The address holds all of it, so it never changes."""
    red, green, blue = bytes.fromhex(color)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(stylesheet((red, green, blue), dark=dark), media_type="text/css", headers=headers)


async def texts(lang: Annotated[str, Query(max_length=35)]) -> JSONResponse:
    """What the chat says in a language: its translations of the English sentences in our scripts."""
    return JSONResponse(of_scripts(nearest([lang])), headers={"Cache-Control": "no-store"})


def language_wanted(request: Request, settings: Settings, lang: str) -> str:
    """The language that a page is asked for in, or else the browser's first that we speak, or else our own first."""
    accepted = [part.split(";")[0] for part in request.headers.get("accept-language", "").split(",")]
    return nearest([lang, *accepted], settings.spoken) or settings.spoken[0]


async def places(request: Request, id: Annotated[list[str], Query(max_length=10)] = []) -> JSONResponse:  # noqa: B006
    """Name and level of up to 10 jurisdictions; unknown ids are left out."""
    gateway: Gateway = request.app.state.gateway
    known = await asyncio.to_thread(gateway.jurisdictions.all)
    return JSONResponse(named(j for j in known if j.id in id), headers={"Cache-Control": "no-store"})


async def demo(request: Request, city: str = "") -> HTMLResponse:
    """The invented city's home page. Raises NotFound when there is no city yet."""
    gateway: Gateway = request.app.state.gateway
    known = await asyncio.to_thread(gateway.jurisdictions.all)
    cities = [j for j in known if j.level == "city"]
    chosen = _chosen(cities, city)
    return page(demo_page(chosen, known, settings=gateway.settings), csp=policy(frames=True, forms=True))


def widget_origins(settings: Settings) -> list[str]:
    """Origins whose pages may embed the chat, as configured."""
    return [origin.strip().rstrip("/") for origin in settings.widget_origins.split(",") if origin.strip()]


def _layers(jurisdictions: Jurisdictions, city: str) -> list[Jurisdiction]:
    """The city and the layers above it; none for an id we do not know, so that a mistyped one still chats."""
    try:
        return jurisdictions.layers(city) if city else []
    except NotFound as error:
        log.warning("the widget's page names an unknown city: %s", error)
        return []


def _chosen(cities: list[Jurisdiction], wanted: str) -> Jurisdiction:
    if not cities:
        raise NotFound("There is no city yet. `townclerk up --demo` brings two; `townclerk city add ID` adds yours.")
    if not wanted:
        return cities[0]
    for city in cities:
        if city.id == wanted:
            return city
    raise NotFound(f"There is no city {wanted[:63]!r}. `townclerk city list` shows all.")


def _phones(jurisdictions: Jurisdictions) -> dict[str, str]:
    """By id of the city; none while the database cannot be read, as the widget must come all the same."""
    try:
        return {j.id: j.phone for j in jurisdictions.all() if j.level == "city" and j.phone}
    except SQLAlchemyError as error:
        log.warning("the widget goes out without telephone numbers: %s", type(error).__name__)
        return {}


def _own(request: Request, settings: Settings) -> tuple[str, ...]:
    return tuple(dict.fromkeys((_origin(settings.public_base), _origin(str(request.base_url)))))


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
