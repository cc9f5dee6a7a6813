"""The staff console under /admin. Every route but log-in and files is guarded here, in one place."""

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from bot.admin.auth import login
from bot.admin.auth.guard import authorize
from bot.admin.console import audit, faqs, overview, pins, questions, records, sources, synonyms
from bot.admin.paths import HOME, PREFIX
from bot.admin.rendering import STATIC


def router() -> APIRouter:
    """All routes of the console. `app.state.gateway` holds its settings, engine, http session and jurisdictions."""
    console = APIRouter(include_in_schema=False)
    console.add_api_route(PREFIX, to_console)
    console.include_router(STATIC.router())
    console.include_router(login.open_routes, prefix=PREFIX)
    for part in (overview, sources, faqs, pins, synonyms, questions, records, audit, login):
        console.include_router(part.routes, prefix=PREFIX, dependencies=[Depends(authorize)])
    console.include_router(audit.rest, prefix=PREFIX, dependencies=[Depends(authorize)])
    return console


async def to_console() -> RedirectResponse:
    """/admin without its slash."""
    return RedirectResponse(HOME, 308)
