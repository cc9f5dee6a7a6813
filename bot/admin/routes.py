"""The staff console under /admin. Every route but log-in and files is guarded here, in one place."""

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse

from bot.admin import faqs, history, log_in, overview, pins, questions, records, sources, synonyms
from bot.admin.desk import at_desk
from bot.admin.pages import STATIC

PREFIX = "/admin"


def router() -> APIRouter:
    """All routes of the console. `app.state.gateway` holds its settings, engine, http session and jurisdictions."""
    console = APIRouter(include_in_schema=False)
    console.add_api_route(PREFIX, to_console)
    console.include_router(STATIC.router())
    console.include_router(log_in.open_routes, prefix=PREFIX)
    for part in (overview, sources, faqs, pins, synonyms, questions, records, history, log_in):
        console.include_router(part.routes, prefix=PREFIX, dependencies=[Depends(at_desk)])
    console.include_router(history.rest, prefix=PREFIX, dependencies=[Depends(at_desk)])
    return console


async def to_console() -> RedirectResponse:
    """/admin without its slash."""
    return RedirectResponse(PREFIX + "/", 308)
