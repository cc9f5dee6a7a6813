"""The city's own questions and answers: files in, files out, and one at a time."""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.rendering import Pages, download
from index.schemas.faqs import ImportResult
from townclerk.errors import BadInput, TownclerkError

routes = APIRouter(route_class=Pages)
SHOWN = 500


@routes.get("/faqs")
async def list_faqs(staff: Staff, city: str = "", question: str = "") -> Response:
    """All FAQs, of one city or all; `question` starts a new one."""
    return await _list(staff, city, question=question)


@routes.post("/faqs/import")
async def import_file(
    staff: Staff, file: Annotated[UploadFile, File()], city: Annotated[str, Form(max_length=63)] = ""
) -> Response:
    """Import a CSV file and show what happened to its rows."""
    data = await file.read()
    try:
        done = await staff.index.import_faqs(data, city=city)
    except TownclerkError as error:
        return await _list(staff, city, error=error)
    counts = f"{done.imported} added, {done.updated} changed, {done.unchanged} the same, {len(done.rejected)} rejected"
    await staff.record("faq.import", city or "cities of the file", f"{(file.filename or 'file')[:100]}: {counts}")
    return await _list(staff, city, done=done)


@routes.post("/faqs")
async def put_faq(
    staff: Staff,
    question: Annotated[str, Form(max_length=2000)] = "",
    answer: Annotated[str, Form(max_length=20_000)] = "",
    url: Annotated[str, Form(max_length=2000)] = "",
    city: Annotated[str, Form(max_length=63)] = "",
) -> Response:
    """Add one FAQ, or replace the answer of the same question."""
    try:
        done = await staff.index.put_faq(question.strip(), answer.strip(), url=url.strip(), city=city)
        if done.rejected:
            raise BadInput(f"It was not taken: {done.rejected[0].reason}.")
    except TownclerkError as error:
        return await _list(staff, city, error=error, question=question, answer=answer, url=url)
    await staff.record("faq.put", city, question)
    return await staff.done(f"/admin/faqs?city={city}", "Saved. It is used in answers within a few seconds.")


@routes.post("/faqs/{id}/remove")
async def remove_faq(staff: Staff, id: int, city: Annotated[str, Form(max_length=63)] = "") -> Response:
    """Delete one FAQ."""
    await staff.index.remove_faq(id)
    await staff.record("faq.remove", str(id), city)
    return await staff.done(f"/admin/faqs?city={city}", "Removed. Import it again to bring it back.")


@routes.get("/faqs.csv")
async def export(staff: Staff, city: str = "") -> Response:
    """The FAQs as a file that can be imported again; cells that a spreadsheet would run are escaped."""
    data = await staff.index.faqs_csv(city)
    name = f"faqs-{city}.csv" if city.replace("-", "").replace("_", "").isalnum() else "faqs.csv"
    return download(data, name)


async def _list(
    staff: StaffRequest,
    city: str,
    *,
    error: TownclerkError | None = None,
    done: ImportResult | None = None,
    **typed: str,
) -> Response:
    faqs = await staff.index.faqs(city)
    return await staff.show_places(
        "faqs.html",
        faqs=faqs[:SHOWN],
        total=len(faqs),
        city=city,
        typed={"question": "", "answer": "", "url": ""} | typed,
        done=done,
        error=error,
    )
