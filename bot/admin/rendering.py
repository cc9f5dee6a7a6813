"""Renders the console's pages, errors included."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from fastapi.routing import APIRoute

from bot.admin.roles import only_allowed
from bot.admin.sessions import Session
from bot.widget.assets import Assets
from bot.widget.security import page, policy
from bot.widget.templates import environment
from townclerk.clock import now
from townclerk.errors import TooMany, TownclerkError
from townclerk.text.redaction import redact

HERE = Path(__file__).parent
STATIC = Assets(HERE / "static", path="/admin/assets")
_PAGES = environment(HERE / "templates")
_PAGES.globals["own"] = STATIC.url
_PAGES.filters.update(masked=redact)


@dataclass(frozen=True)
class Shown:
    """Who sees a page (None before log-in) and which."""

    session: Session | None = None
    path: str = ""


def show(template: str, shown: Shown, *, status: int = 200, **values: object) -> HTMLResponse:
    """One page of the console."""
    markup = _PAGES.get_template(template).render(shown=shown, status=status, now=now(), **values)
    if shown.session:
        markup = only_allowed(markup, shown.session.role)
    return page(markup, csp=policy(forms=True), status=status)


def download(content: str | bytes | Iterator[str], name: str, media_type: str = "text/csv; charset=utf-8") -> Response:
    """A file to save; what residents wrote is neither guessed to be a page nor kept by the browser."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    if isinstance(content, str | bytes):
        return Response(content, media_type=media_type, headers=headers)
    return StreamingResponse(content, media_type=media_type, headers=headers)


class Pages(APIRoute):
    """Routes whose errors are pages, with the status that the error carries."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answer_or_explain(request: Request) -> Response:
            try:
                return await answer(request)
            except TownclerkError as error:
                return _explain(request, error)
            except RequestValidationError as error:
                fields = ", ".join(str(e["loc"][-1]) for e in error.errors()[:5])
                return show(
                    "error.html",
                    Shown(path=request.url.path),
                    status=400,
                    title="Please correct the form",
                    message=f"These fields are missing or wrong: {fields}.",
                )

        return answer_or_explain


def _explain(request: Request, error: TownclerkError) -> Response:
    way_out = getattr(error, "way_out", None)
    if way_out and request.method == "GET":
        return RedirectResponse(way_out, 303)
    back_to = getattr(error, "back_to", None)
    if back_to:
        return show("login.html", Shown(), status=error.status, next=back_to, name="", error=error.message)
    titles = {
        401: "Please log in",
        403: "Not allowed",
        404: "Not found",
        409: "Not now",
        503: "A part of Townclerk is down",
    }
    title = titles.get(error.status, "That did not work")
    response = show("error.html", Shown(path=request.url.path), status=error.status, title=title, message=error.message)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def when(moment: datetime | None) -> str:
    """`12 Nov 2026, 14:03 UTC`; a dash for None."""
    return "–" if moment is None else f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def local(moment: datetime, timezone: str) -> str:
    """`Thu 12 Nov 2026, 14:03 CST`, in a city's own time."""
    there = moment.astimezone(ZoneInfo(timezone))
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M %Z}"


def ago(moment: datetime | None) -> str:
    """How long ago, in one word pair; a dash for None."""
    if moment is None:
        return "–"
    seconds = (now() - moment).total_seconds()
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now" if seconds >= 0 else when(moment)


_PAGES.filters.update(when=when, ago=ago, local=local)
