"""The staff console under /admin. Every route but log-in and files is guarded here, in one place; roles.py lists what needs which role."""

from fastapi import Depends, FastAPI
from fastapi.responses import RedirectResponse

from bot.admin.auth import factor_page, join, login, people
from bot.admin.auth.guard import authorize
from bot.admin.auth.log_ins import LogIns
from bot.admin.console import (
    alerts,
    audit,
    faqs,
    inbox,
    overview,
    page_browser,
    pins,
    questions,
    records,
    source,
    sources,
    synonyms,
)
from bot.admin.paths import HOME, PREFIX
from bot.admin.rendering import STATIC
from townclerk.settings import Settings


def add_to(app: FastAPI, settings: Settings) -> None:
    """Add the console. `app.state.gateway` holds engine, http session and jurisdictions.

    Not as one router of routers: FastAPI would prepare each route once for every router around it.
    """
    app.state.log_ins = LogIns(settings)
    app.add_api_route(PREFIX, to_console, include_in_schema=False)
    app.include_router(STATIC.router())
    for routes in (login.open_routes, join.routes):
        app.include_router(routes, prefix=PREFIX, include_in_schema=False)
    content = (overview, inbox, sources, source, page_browser, faqs, pins, synonyms, questions, alerts, records)
    guarded = [part.routes for part in (*content, people, audit, login, factor_page)]
    for routes in (*guarded, audit.rest):
        app.include_router(routes, prefix=PREFIX, dependencies=[Depends(authorize)], include_in_schema=False)


async def to_console() -> RedirectResponse:
    """/admin without its slash."""
    return RedirectResponse(HOME, 308)
