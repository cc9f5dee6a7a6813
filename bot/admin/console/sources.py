"""Sources and their crawls."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.admin.auth.guard import Staff, StaffRequest
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
async def list_sources(staff: Staff) -> Response:
    """All sources with their last crawl."""
    return await _list(staff)


@routes.post("/sources")
async def add_source(staff: Staff, request: Annotated[SourceRequest, Form()]) -> Response:
    """Add a source; a refusal leaves what was typed in the form."""
    try:
        source = await staff.crawler.add_source(request)
    except TownclerkError as error:
        return await _list(staff, typed=request, error=error)
    await staff.record(
        "source.add", source.id, f"{source.url} for {source.city}, schedule {source.schedule or 'by hand'}"
    )
    return await staff.done("/admin/sources", f"Added {source.url} as {source.id}. Press “Crawl now” to read it.")


@routes.post("/sources/{id}/crawl")
async def crawl(staff: Staff, id: str) -> Response:
    """Queue a crawl and show it."""
    run = await staff.crawler.crawl(id)
    await staff.record("crawl.start", id, f"run {run.id}")
    return await staff.done(f"/admin/runs/{run.id}", f"Crawl {run.id} of {id} is queued.")


@routes.post("/sources/{id}/remove")
async def remove(staff: Staff, id: str) -> Response:
    """Remove a source; its pages leave the answers."""
    await staff.crawler.remove_source(id)
    await staff.record("source.remove", id)
    return await staff.done("/admin/sources", f"Removed {id}. Its pages are no longer used for answers.")


@routes.get("/runs/{id}")
async def run_detail(staff: Staff, id: int, kind: str = "", page: int = 0) -> Response:
    """One crawl: counts and what became of each URL."""
    kind = kind if kind in OUTCOMES else ""
    page = max(0, min(page, 10_000))
    run = await staff.crawler.run(id, kind=kind, offset=page * PAGE, limit=PAGE)
    more = run.next_offset is not None
    return await staff.show("run.html", run=run, kinds=OUTCOMES, kind=kind, page=page, more=more)


async def _list(
    staff: StaffRequest, *, typed: SourceRequest | None = None, error: TownclerkError | None = None
) -> Response:
    sources = await staff.crawler.sources()
    return await staff.show_places("sources.html", sources=sources, schedules=SCHEDULES, typed=typed, error=error)
