"""Sources and their crawls."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.admin.auth.guard import AtDesk
from bot.admin.rendering import Pages
from crawler.schemas import OUTCOMES, SourceRequest
from townclerk.errors import TownclerkError

routes = APIRouter(route_class=Pages)
PAGE = 100
"""Outcomes on one page."""
SCHEDULES = (
    ("", "By hand only"),
    ("0 3 * * *", "Every night at 3:00"),
    ("0 * * * *", "Every hour"),
    ("0 3 * * 0", "Every Sunday at 3:00"),
)


@routes.get("/sources")
async def list_sources(desk: AtDesk) -> Response:
    """All sources with their last crawl."""
    return await _list(desk)


@routes.post("/sources")
async def add_source(desk: AtDesk, request: Annotated[SourceRequest, Form()]) -> Response:
    """Add a source; a refusal leaves what was typed in the form."""
    try:
        source = await desk.crawler.add_source(request)
    except TownclerkError as error:
        return await _list(desk, typed=request, error=error)
    await desk.record(
        "source.add", source.id, f"{source.url} for {source.city}, schedule {source.schedule or 'by hand'}"
    )
    return await desk.done("/admin/sources", f"Added {source.url} as {source.id}. Press “Crawl now” to read it.")


@routes.post("/sources/{id}/crawl")
async def crawl(desk: AtDesk, id: str) -> Response:
    """Queue a crawl and show it."""
    run = await desk.crawler.crawl(id)
    await desk.record("crawl.start", id, f"run {run.id}")
    return await desk.done(f"/admin/runs/{run.id}", f"Crawl {run.id} of {id} is queued.")


@routes.post("/sources/{id}/remove")
async def remove(desk: AtDesk, id: str) -> Response:
    """Remove a source; its pages leave the answers."""
    await desk.crawler.remove_source(id)
    await desk.record("source.remove", id)
    return await desk.done("/admin/sources", f"Removed {id}. Its pages are no longer used for answers.")


@routes.get("/runs/{id}")
async def run_detail(desk: AtDesk, id: int, kind: str = "", page: int = 0) -> Response:
    """One crawl: counts and what became of each URL."""
    kind = kind if kind in OUTCOMES else ""
    page = max(0, min(page, 10_000))
    run = await desk.crawler.run(id, kind=kind, offset=page * PAGE, limit=PAGE)
    more = run.next_offset is not None
    return await desk.show("run.html", run=run, kinds=OUTCOMES, kind=kind, page=page, more=more)


async def _list(desk: AtDesk, *, typed: SourceRequest | None = None, error: TownclerkError | None = None) -> Response:
    sources, places = await asyncio.gather(desk.crawler.sources(), desk.places())
    return await desk.show(
        "sources.html",
        status=error.status if error else 200,
        sources=sources,
        places=places,
        names={j.id: j.name for j in places},
        schedules=SCHEDULES,
        typed=typed,
        error=error.message if error else "",
    )
