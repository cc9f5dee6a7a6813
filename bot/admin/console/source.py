"""One source: how it stands, its runs, and the form that changes it in place."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.console.source_form import OTHER, SCHEDULES, SourceForm, form_of
from bot.admin.rendering import Pages
from bot.admin.roles import may
from crawler.page_schemas import Preview
from crawler.schemas import ChangedSource, DueTimes, PreviewRequest, SourceEntry
from townclerk.errors import NotFound, TownclerkError

routes = APIRouter(route_class=Pages)
RUNS = 20
"""Runs of the history."""


class SourceEdit(SourceForm):
    """The form of a stored source. `agreed` is how many pages its sender was told would go."""

    agreed: int = 0


@routes.get("/sources/{id}")
async def show_source(staff: Staff, id: str, leave_out: str = "") -> Response:
    """How a source stands, and the form that changes it; with one more pattern to `leave_out`, what that would drop."""
    source = await source_of(staff, id)
    if not leave_out or not may(staff.session.role, f"/admin/sources/{id}", write=True):
        return await _show(staff, source)
    patterns = "|".join(filter(None, [source.exclude, leave_out[:1000]]))
    typed = form_of(source).model_copy(update={"exclude": patterns})
    try:
        plan = await staff.crawler.change_source(id, typed.change(), dry_run=True)
    except TownclerkError as error:
        return await _show(staff, source, typed=typed, error=error)
    return await _show(staff, source, typed=typed, found=plan)


@routes.post("/sources/{id}")
async def change_source(staff: Staff, id: str, typed: Annotated[SourceEdit, Form()]) -> Response:
    """Change a source; before pages go, say which, and ask once more. A refusal leaves what was typed in the form."""
    source = await source_of(staff, id)
    try:
        if typed.step == "preview":
            wanted = PreviewRequest(**typed.request().model_dump(), id=id)
            return await _show(staff, source, typed=typed, found=await staff.crawler.preview(wanted))
        plan = await staff.crawler.change_source(id, typed.change(), dry_run=True)
        if typed.step == "check" or plan.dropped != typed.agreed:
            return await _show(staff, source, typed=typed, found=plan)
        changed = await staff.crawler.change_source(id, typed.change())
    except TownclerkError as error:
        return await _show(staff, source, typed=typed, error=error)
    await staff.record("source.edit", id, _differences(source, changed))
    gone = f" {changed.dropped} pages are no longer used for answers." if changed.dropped else ""
    return await staff.done(f"/admin/sources/{id}", f"Saved.{gone}")


@routes.post("/sources/{id}/pause")
async def pause(staff: Staff, id: str, paused: Annotated[bool, Form()] = False) -> Response:
    """Let a source's schedule rest, or count again."""
    source = await staff.crawler.pause_source(id, paused=paused)
    await staff.record("source.pause" if paused else "source.resume", id)
    said = "It is not read by its schedule until you resume it; its pages stay in the answers."
    return await staff.done(f"/admin/sources/{source.id}", said if paused else "Its schedule counts again.")


async def source_of(staff: StaffRequest, id: str) -> SourceEntry:
    """The source with this id. Raises NotFound."""
    for source in await staff.crawler.sources():
        if source.id == id:
            return source
    raise NotFound(f"There is no source {id}; somebody may have removed it. The list shows all.")


async def _show(
    staff: StaffRequest,
    source: SourceEntry,
    *,
    typed: SourceForm | None = None,
    found: ChangedSource | Preview | None = None,
    error: TownclerkError | None = None,
) -> Response:
    form = typed or form_of(source)
    runs, due = await asyncio.gather(staff.crawler.runs(source_id=source.id, limit=RUNS), _due(staff, source, form))
    values: dict[str, object] = {"source": source, "typed": form, "runs": runs, "due": due}
    values |= {
        "plan": found if isinstance(found, ChangedSource) else None,
        "preview": found if isinstance(found, Preview) else None,
    }
    return await staff.show_places("source.html", error=error, schedules=SCHEDULES, other=OTHER, **values)


async def _due(staff: StaffRequest, source: SourceEntry, form: SourceForm) -> DueTimes:
    """When the typed schedule is due, or the stored one where that cannot be read."""
    try:
        return await staff.crawler.schedule(form.city, form.line)
    except TownclerkError:
        return await staff.crawler.schedule(source.city, source.schedule)


def _differences(before: SourceEntry, changed: ChangedSource) -> str:
    """What an edit changed, in a line of the audit log."""
    after = changed.source
    fields = ("city", "schedule", "depth", "max_pages", "include", "exclude")
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in fields]
    lines = [f"{name} {old!r} to {new!r}" for name, old, new in pairs if old != new]
    return "; ".join([*lines, f"{changed.dropped} pages dropped"] if changed.dropped else lines)
