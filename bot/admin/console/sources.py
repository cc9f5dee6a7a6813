"""Sources and their crawls."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.console.source_form import OTHER, SCHEDULES, SourceForm
from bot.admin.rendering import Pages
from crawler.page_schemas import Preview
from crawler.schemas import OUTCOMES, AcceptRequest, HeldChange, PreviewRequest, RunDetail
from townclerk.errors import NotFound, TownclerkError

routes = APIRouter(route_class=Pages)
PAGE = 100
"""Outcomes on one page."""


@routes.get("/sources")
async def list_sources(staff: Staff) -> Response:
    """All sources with their last crawl."""
    return await _list(staff)


@routes.post("/sources")
async def add_source(staff: Staff, typed: Annotated[SourceForm, Form()]) -> Response:
    """Add a source, or look at its site before; a refusal leaves what was typed in the form."""
    try:
        if typed.step == "preview":
            preview = await staff.crawler.preview(PreviewRequest(**typed.request().model_dump()))
            return await _list(staff, typed=typed, preview=preview)
        source = await staff.crawler.add_source(typed.request())
    except TownclerkError as error:
        return await _list(staff, typed=typed, error=error)
    await staff.record(
        "source.add", source.id, f"{source.url} for {source.city}, schedule {source.schedule or 'by hand'}"
    )
    return await staff.done("/admin/sources", f"Added {source.url} as {source.id}. Press “Crawl now” to read it.")


@routes.post("/sources/{id}/crawl")
async def crawl(staff: Staff, id: str, allow_removals: Annotated[bool, Form()] = False) -> Response:
    """Queue a crawl and show it. `allow_removals` accepts whatever it finds."""
    run = await staff.crawler.crawl(id, allow_removals=allow_removals)
    await staff.record("crawl.start", id, f"run {run.id}{', accepting all that it finds' if allow_removals else ''}")
    return await staff.done(f"/admin/runs/{run.id}", f"Crawl {run.id} of {id} is queued.")


@routes.post("/sources/{id}/remove")
async def remove(staff: Staff, id: str) -> Response:
    """Remove a source; its pages leave the answers."""
    await staff.crawler.remove_source(id)
    await staff.record("source.remove", id)
    return await staff.done("/admin/sources", f"Removed {id}. Its pages are no longer used for answers.")


@routes.get("/runs/{id}")
async def run_detail(staff: Staff, id: int, kind: str = "", text: str = "", page: int = 0) -> Response:
    """One crawl: counts, what it held back and what became of each URL."""
    shown = Part(kind if kind in OUTCOMES else "", text.strip()[:200], max(0, min(page, 10_000)))
    return await _run(staff, id, shown)


@routes.post("/runs/{id}/stop")
async def stop(staff: Staff, id: int) -> Response:
    """Stop a crawl; what it has read is kept."""
    run = await staff.crawler.stop(id, by=staff.session.name)
    await staff.record("crawl.stop", run.source, f"run {id}")
    return await staff.done(f"/admin/runs/{id}", "The crawl stops; what was read is kept, and nothing is removed.")


@routes.post("/runs/{id}/accept")
async def accept(
    staff: Staff, id: int, urls: Annotated[list[str] | None, Form()] = None, everything: Annotated[bool, Form()] = False
) -> Response:
    """Make the chosen changes that a crawl held back, or all of them."""
    run = await staff.crawler.run(id, limit=1)
    try:
        done = await staff.crawler.accept(run.source, AcceptRequest(urls=urls or [], everything=everything))
    except TownclerkError as error:
        return await _run(staff, id, Part(), error=error)
    said = f"{done.changed} changed, {done.removed} removed, {done.left} held back still"
    await staff.record("source.accept", run.source, f"run {id}: {said}" + "".join(f"; {url}" for url in urls or []))
    return await staff.done(f"/admin/runs/{id}", f"Pages of {run.source}: {said}.")


@dataclass(frozen=True)
class Part:
    """Which outcomes of a run are shown: of one kind or all, of addresses that hold a text, which hundred."""

    kind: str = ""
    text: str = ""
    page: int = 0


async def _run(staff: StaffRequest, id: int, part: Part, *, error: TownclerkError | None = None) -> Response:
    run = await staff.crawler.run(id, kind=part.kind, text=part.text, offset=part.page * PAGE, limit=PAGE)
    more, held = run.next_offset is not None, await _held(staff, run)
    return await staff.show_places("run.html", error=error, run=run, held=held, kinds=OUTCOMES, more=more, **vars(part))


async def _held(staff: StaffRequest, run: RunDetail) -> list[HeldChange]:
    """What the run held back and is not settled, accepted or found anew since."""
    if run.status != "held":
        return []
    try:
        held = await staff.crawler.held(run.source)
    except NotFound:  # the source was removed
        return []
    return held.changes if held.run == run.id else []


async def _list(
    staff: StaffRequest,
    *,
    typed: SourceForm | None = None,
    preview: Preview | None = None,
    error: TownclerkError | None = None,
) -> Response:
    sources = await staff.crawler.sources()
    values: dict[str, object] = {
        "sources": sources,
        "schedules": SCHEDULES,
        "other": OTHER,
        "typed": typed or SourceForm(),
    }
    values["preview"] = preview
    return await staff.show_places("sources.html", error=error, **values)
