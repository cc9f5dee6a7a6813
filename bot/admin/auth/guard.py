"""The guard of every page of the console but log-in and files, and the request that it lets through.

`authorize` needs a session whose role is enough, and for every write also our own Origin and the session's form token.
"""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Annotated, Protocol
from urllib.parse import urlsplit

import aiohttp
from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Engine

from bot.admin.audit_log import AuditLog
from bot.admin.auth.second_factor import required
from bot.admin.auth.throttle import cookie_name
from bot.admin.paths import LOG_OUT, SECOND_FACTOR, inside, log_in_path
from bot.admin.rendering import Shown, show
from bot.admin.roles import may, needed
from bot.admin.sessions import Session, Sessions
from crawler.client import CrawlerClient
from index.client import IndexClient
from townclerk.errors import Refused, TownclerkError, Unauthenticated
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.settings import Settings

SAFE = frozenset({"GET", "HEAD"})
PATIENCE = 10.0
"""Seconds that staff wait for a service: longer than a resident, who is answered otherwise then."""


class Gateway(Protocol):
    """What the console needs of `app.state.gateway`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def http(self) -> aiohttp.ClientSession: ...
    @property
    def jurisdictions(self) -> Jurisdictions: ...


class LogInFirst(Unauthenticated):
    """No valid session; `path` is where to go after logging in."""

    def __init__(self, path: str) -> None:
        super().__init__("Log in first; after 30 minutes without use you are logged out.")
        self.way_out = log_in_path(path)
        self.back_to = path


class SecondFactorFirst(Refused):
    """The account must have a second factor, and has none yet."""

    way_out = SECOND_FACTOR

    def __init__(self) -> None:
        super().__init__("Set up a second factor first: the page that opens says how.")


@dataclass(frozen=True)
class StaffRequest:
    """A request of a logged-in member of staff."""

    session: Session
    gateway: Gateway
    path: str

    @property
    def index(self) -> IndexClient:
        return IndexClient.of(self.gateway.settings, timeout=PATIENCE, http=self.gateway.http)

    @property
    def crawler(self) -> CrawlerClient:
        return CrawlerClient.of(self.gateway.settings, timeout=PATIENCE, http=self.gateway.http)

    async def places(self) -> list[Jurisdiction]:
        """All cities and layers, cities first."""
        places = await asyncio.to_thread(self.gateway.jurisdictions.all)
        return sorted(places, key=lambda place: (place.level != "city", place.name))

    async def show(self, template: str, *, error: TownclerkError | None = None, **values: object) -> HTMLResponse:
        """A page, with the notice that waited for it. With `error` it has that status and message."""
        if self.session.notice:
            await asyncio.to_thread(Sessions(self.gateway.engine).leave_notice, self.session, "")
        values["error"] = error.message if error else ""
        return show(template, Shown(self.session, self.path), status=error.status if error else 200, **values)

    async def show_places(
        self, template: str, *, error: TownclerkError | None = None, **values: object
    ) -> HTMLResponse:
        """A page on which places are named or chosen: `show` with `places`, and `names` and time `zones` by id."""
        places = await self.places()
        names = {place.id: place.name for place in places}
        zones = {place.id: place.timezone for place in places}
        return await self.show(template, error=error, places=places, names=names, zones=zones, **values)

    async def done(self, path: str, notice: str) -> RedirectResponse:
        """Go to a page and say there what was done."""
        await asyncio.to_thread(Sessions(self.gateway.engine).leave_notice, self.session, notice)
        return RedirectResponse(path, 303)

    async def record(self, action: str, subject: str, detail: str = "") -> None:
        """Write a change to the audit log."""
        await asyncio.to_thread(audit_log(self.gateway).record, self.session.name, action, subject, detail)


async def authorize(request: Request, form_token: Annotated[str, Form()] = "") -> StaffRequest:
    """The guard. Raises LogInFirst without a session, Refused for a write that this browser's form did not send."""
    gateway: Gateway = request.app.state.gateway
    token = request.cookies.get(cookie_name(gateway.settings), "")
    session = await asyncio.to_thread(Sessions(gateway.engine).find, token) if token else None
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if session is None:
        raise LogInFirst(path if request.method in SAFE else _page_of_form(request))
    if request.method not in SAFE:
        same_origin(request)
        if not secrets.compare_digest(form_token.encode(), session.form_token.encode()):
            raise Refused("This form is out of date. Go back, load the page again and repeat the step.")
    _allowed(session, request)
    if (
        not session.factor_salt
        and required(gateway.settings, session.role)
        and request.url.path not in (SECOND_FACTOR, LOG_OUT)
    ):
        raise SecondFactorFirst
    return StaffRequest(session, gateway, request.url.path)


def _page_of_form(request: Request) -> str:
    """The page that a form was on, as far as the browser tells."""
    page = urlsplit(request.headers.get("referer", ""))
    return inside(page.path + (f"?{page.query}" if page.query else ""))


def _allowed(session: Session, request: Request) -> None:
    write = request.method not in SAFE
    if may(session.role, request.url.path, write=write):
        return
    least = needed(request.url.path, write=write)
    if least is None:
        raise Refused("Nobody may send this form: its path is missing in bot/admin/roles.py.")
    raise Refused(f"This needs the role {least}, yours is {session.role}. An admin can change it on the page People.")


Staff = Annotated[StaffRequest, Depends(authorize)]


def same_origin(request: Request) -> None:
    """Raises Refused for a write that another site's page sent. Browsers put Origin on every POST."""
    gateway: Gateway = request.app.state.gateway
    origin = request.headers.get("origin", "")
    own = urlsplit(gateway.settings.public_base)
    if origin == f"{own.scheme}://{own.netloc}":
        return
    # Before a public address is set, staff reach us by whatever name this host has.
    if gateway.settings.public_url or not origin or urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Refused(
            f"Forms are taken from {gateway.settings.public_base} only. Open the console there, or correct TOWNCLERK_PUBLIC_URL."
        )


def audit_log(gateway: Gateway) -> AuditLog:
    """The log of this installation."""
    return AuditLog(gateway.engine, gateway.settings.home)
