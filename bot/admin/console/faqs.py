"""The city's own questions and answers: one at a time, what became of each, files in and files out."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.console.faq_form import LABELS, FaqForm, Newer, differences, overtaken
from bot.admin.forms import packed, unpacked
from bot.admin.rendering import Pages, download
from townclerk.errors import Conflict, NotFound, TownclerkError
from townclerk.spreadsheet_rows import ImportResult

routes = APIRouter(route_class=Pages)
SHOWN = 500
MOST_CHANGES = 100
City = Annotated[str, Form(max_length=63)]


@routes.get("/faqs")
async def list_faqs(staff: Staff, city: str = "") -> Response:
    """All FAQs, of one city or all."""
    return await _list(staff, city)


@routes.get("/faqs/new")
async def new_faq(staff: Staff, city: str = "", question: str = "", answer: str = "", since: str = "") -> Response:
    """An empty form, or one with a question, an answer and its first day."""
    typed = FaqForm(question=question[:2000], answer=answer[:2000], city=city[:63], valid_from=since[:10])
    return await _edit(staff, typed)


@routes.get("/faqs/history")
async def history(staff: Staff, faq: int | None = None, city: str = "", before: int | None = None) -> Response:
    """Who changed what, newest first: of one FAQ, one city, or all."""
    changes = await staff.index.faq_changes(faq=faq, city=city, before=before)
    shown = [(change, differences(FaqForm.of(change.before), FaqForm.of(change.after))) for change in changes]
    more = len(changes) == MOST_CHANGES
    return await staff.show_places("faq_history.html", changes=shown, faq=faq, city=city, more=more)


@routes.post("/faqs/history/{revision}/undo")
async def undo(staff: Staff, revision: int) -> Response:
    """Take one change back."""
    faq = await staff.index.undo_faq_change(revision, by=staff.session.name)
    await staff.record("faq.undo", faq.city, f"change {revision}: {faq.question}")
    return await staff.done(f"/admin/faqs/history?faq={faq.id}", "Undone. Answers use it within a few seconds.")


@routes.post("/faqs/preview")
async def preview_file(staff: Staff, file: Annotated[UploadFile, File()], city: City = "") -> Response:
    """What importing a file would do. Nothing is written."""
    return await _preview(staff, await file.read(), city, (file.filename or "file")[:100])


@routes.post("/faqs/import")
async def import_file(
    staff: Staff,
    content: Annotated[str, Form()],
    revision: Annotated[int, Form()],
    city: City = "",
    name: Annotated[str, Form(max_length=100)] = "file",
) -> Response:
    """Import the file that was looked at, and show what happened to its rows."""
    data = unpacked(content)
    try:
        result = await staff.index.import_faqs(data, city=city, by=staff.session.name, revision=revision)
    except Conflict as error:
        return await _preview(staff, data, city, name, error=error)
    except TownclerkError as error:
        return await _list(staff, city, error=error)
    await staff.record("faq.import", city or "cities of the file", import_summary(name, result))
    return await _list(staff, city, result=result)


@routes.get("/faqs/{id}/edit")
async def edit_faq(staff: Staff, id: int) -> Response:
    """One stored FAQ in the form."""
    faq = next((faq for faq in await staff.index.faqs() if faq.id == id), None)
    if faq is None:
        raise NotFound(f"There is no FAQ {id}; somebody may have removed it. The history of FAQs brings it back.")
    return await _edit(staff, FaqForm.of(faq))


@routes.post("/faqs")
async def put_faq(request: Request, staff: Staff, typed: Annotated[FaqForm, Form()]) -> Response:
    """Add one FAQ or change the one that is edited, unless a colleague was faster."""
    wanted = typed.request(await request.form(), staff.session.name)
    try:
        faq = await staff.index.put_faq(wanted, id=int(typed.id) if typed.id else None)
    except Conflict as error:
        return await _overtaken(staff, typed, error)
    except TownclerkError as error:
        return await _edit(staff, typed, error=error)
    await staff.record("faq.put", faq.city, faq.question)
    return await staff.done(f"/admin/faqs?city={faq.city}", "Saved. Answers use it within a few seconds.")


@routes.post("/faqs/{id}/remove")
async def remove_faq(staff: Staff, id: int, city: City = "") -> Response:
    """Delete one FAQ."""
    await staff.index.remove_faq(id, by=staff.session.name)
    await staff.record("faq.remove", str(id), city)
    return await staff.done(f"/admin/faqs?city={city}", "Removed. “History” brings it back.")


@routes.get("/faqs.csv")
async def export(staff: Staff, city: str = "") -> Response:
    """The FAQs as a file that can be imported again; cells that a spreadsheet would run are escaped."""
    name = f"faqs-{city}.csv" if city.replace("-", "").replace("_", "").isalnum() else "faqs.csv"
    return download(await staff.index.faqs_csv(city), name)


def import_summary(file: str | None, result: ImportResult) -> str:
    """What became of an imported file, for the audit log."""
    counts = f"{result.imported} added, {result.updated} changed, {result.unchanged} the same"
    return f"{(file or 'file')[:100]}: {counts}, {len(result.rejected)} rejected"


async def _preview(
    staff: StaffRequest, data: bytes, city: str, name: str, *, error: TownclerkError | None = None
) -> Response:
    try:
        found, content = await staff.index.preview_import(data, city=city), packed(data)
    except TownclerkError as problem:
        return await _list(staff, city, error=problem)
    changed = [
        (each, differences(FaqForm.of(each.before), FaqForm.of(each.after))) for each in found.changed if each.before
    ]
    values = {"found": found, "changed": changed, "most": SHOWN, "content": content, "name": name, "city": city}
    return await staff.show_places("faq_import.html", error=error, **values)


async def _overtaken(staff: StaffRequest, typed: FaqForm, error: Conflict) -> Response:
    """The form once more, with what both changed; saving it again replaces what is stored."""
    newer = await (_changed_since if typed.id else _written_since)(staff, typed)
    if newer is None:  # its question is another FAQ's
        return await _edit(staff, typed, error=error)
    return await _edit(staff, overtaken(typed, newer.stored, newer.base), error=error, newer=newer)


async def _changed_since(staff: StaffRequest, typed: FaqForm) -> Newer | None:
    changes = await staff.index.faq_changes(faq=int(typed.id))
    newer = [change for change in changes if change.revision > int(typed.revision)]
    if not newer:
        return None
    last = newer[0]
    place = {"id": "", "revision": "0"} if last.after.gone else {"id": typed.id, "revision": str(last.revision)}
    stored = FaqForm.of(last.after).model_copy(update=place)
    return Newer(stored, FaqForm.of(newer[-1].before), last.by, last.at, gone=last.after.gone)


async def _written_since(staff: StaffRequest, typed: FaqForm) -> Newer | None:
    faq = next(iter(await staff.index.faqs(typed.city, question=typed.question)), None)
    if faq is None:
        return None
    by = next((change.by for change in await staff.index.faq_changes(faq=faq.id)), "")
    return Newer(FaqForm.of(faq), FaqForm(), by, faq.updated_at)


async def _edit(
    staff: StaffRequest, typed: FaqForm, *, error: TownclerkError | None = None, newer: Newer | None = None
) -> Response:
    clashes = differences(newer.stored, typed) if newer else []
    values = {"typed": typed, "labels": LABELS, "newer": newer, "clashes": clashes}
    return await staff.show_places("faq.html", error=error, **values)


async def _list(
    staff: StaffRequest, city: str, *, error: TownclerkError | None = None, result: ImportResult | None = None
) -> Response:
    faqs = await staff.index.faqs(city)
    values = {"faqs": faqs[:SHOWN], "total": len(faqs), "city": city, "result": result}
    return await staff.show_places("faqs.html", error=error, **values)
