"""What every page of the console is handed: who asks, proof that they may, and ways to answer.

`at_desk` guards all routes but log-in and files: it needs a session, and for every write
also our own Origin and the session's form token.
"""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Annotated, Protocol
from urllib.parse import quote, urlsplit

import aiohttp
from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Engine

from bot.admin.audit_log import AuditLog
from bot.admin.auth.sessions import Session, Sessions
from bot.admin.clients.index import SearchService
from bot.admin.rendering import Shown, show
from crawler.client import CrawlerClient
from townclerk.errors import Refused, Unauthenticated
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.settings import Settings

SAFE = frozenset({"GET", "HEAD"})


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
        self.path = path


@dataclass(frozen=True)
class Desk:
    """One request of a logged-in member of staff."""

    session: Session
    gateway: Gateway
    path: str

    @property
    def crawler(self) -> CrawlerClient:
        return CrawlerClient.of(self.gateway.settings, timeout=10.0, http=self.gateway.http)

    @property
    def searches(self) -> SearchService:
        return SearchService(self.gateway.http, self.gateway.settings)

    async def places(self) -> list[Jurisdiction]:
        """All cities and layers, cities first."""
        known = await asyncio.to_thread(self.gateway.jurisdictions.all)
        return sorted(known, key=lambda j: (j.level != "city", j.name))

    async def show(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page, with the notice that waited for it."""
        if self.session.notice:
            await asyncio.to_thread(Sessions(self.gateway.engine).leave_notice, self.session, "")
        return show(template, Shown(self.session, self.path), status=status, **values)

    async def done(self, path: str, notice: str) -> RedirectResponse:
        """Go to a page and say there what was done."""
        await asyncio.to_thread(Sessions(self.gateway.engine).leave_notice, self.session, notice)
        return RedirectResponse(path, 303)

    async def record(self, action: str, subject: str, detail: str = "") -> None:
        """Write a change to the audit log."""
        await asyncio.to_thread(audit_log(self.gateway).record, self.session.name, action, subject, detail)


async def at_desk(request: Request, form_token: Annotated[str, Form()] = "") -> Desk:
    """The guard. Raises LogInFirst without a session, Refused for a write that this browser's form did not send."""
    gateway: Gateway = request.app.state.gateway
    token = request.cookies.get(cookie_name(gateway.settings), "")
    session = await asyncio.to_thread(Sessions(gateway.engine).find, token) if token else None
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if session is None:
        raise LogInFirst(path if request.method in SAFE else "/admin/")
    if request.method not in SAFE:
        same_origin(request)
        if not secrets.compare_digest(form_token.encode(), session.form_token.encode()):
            raise Refused("This form is out of date. Go back, load the page again and repeat the step.")
    return Desk(session, gateway, request.url.path)


AtDesk = Annotated[Desk, Depends(at_desk)]


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


def cookie_name(settings: Settings) -> str:
    """The prefix __Host- makes browsers refuse the cookie from anywhere but this very host over TLS."""
    return "__Host-townclerk_staff" if secure(settings) else "townclerk_staff"


def secure(settings: Settings) -> bool:
    """Whether residents and staff reach us over TLS."""
    return settings.public_base.startswith("https://")


def log_in_path(after: str) -> str:
    """The log-in page, leading back to `after`."""
    return f"/admin/login?next={quote(after, safe='')}"
