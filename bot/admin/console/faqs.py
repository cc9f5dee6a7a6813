"""The city's own questions and answers: files in, files out, and one at a time."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from bot.admin.auth.guard import AtDesk, Desk
from bot.admin.rendering import Pages
from index.schemas.faqs import ImportResult
from townclerk.errors import BadInput, TownclerkError

routes = APIRouter(route_class=Pages)
SHOWN = 500


@routes.get("/faqs")
async def list_faqs(desk: AtDesk, city: str = "", question: str = "") -> Response:
    """All FAQs, of one city or all; `question` starts a new one."""
    return await _list(desk, city, question=question)


@routes.post("/faqs/import")
async def import_file(
    desk: AtDesk, file: Annotated[UploadFile, File()], city: Annotated[str, Form(max_length=63)] = ""
) -> Response:
    """Import a CSV file and show what happened to its rows."""
    data = await file.read()
    try:
        done = await desk.searches.import_faqs(data, city=city)
    except TownclerkError as error:
        return await _list(desk, city, error=error)
    counts = f"{done.imported} added, {done.updated} changed, {done.unchanged} the same, {len(done.rejected)} rejected"
    await desk.record("faq.import", city or "cities of the file", f"{(file.filename or 'file')[:100]}: {counts}")
    return await _list(desk, city, done=done)


@routes.post("/faqs")
async def put_faq(
    desk: AtDesk,
    question: Annotated[str, Form(max_length=2000)] = "",
    answer: Annotated[str, Form(max_length=20_000)] = "",
    url: Annotated[str, Form(max_length=2000)] = "",
    city: Annotated[str, Form(max_length=63)] = "",
) -> Response:
    """Add one FAQ, or replace the answer of the same question."""
    try:
        done = await desk.searches.put_faq(question.strip(), answer.strip(), url=url.strip(), city=city)
        if done.rejected:
            raise BadInput(f"It was not taken: {done.rejected[0].reason}.")
    except TownclerkError as error:
        return await _list(desk, city, error=error, question=question, answer=answer, url=url)
    await desk.record("faq.put", city, question)
    return await desk.done(f"/admin/faqs?city={city}", "Saved. It is used in answers within a few seconds.")


@routes.post("/faqs/{id}/remove")
async def remove_faq(desk: AtDesk, id: int, city: Annotated[str, Form(max_length=63)] = "") -> Response:
    """Delete one FAQ."""
    await desk.searches.remove_faq(id)
    await desk.record("faq.remove", str(id), city)
    return await desk.done(f"/admin/faqs?city={city}", "Removed. Import it again to bring it back.")


@routes.get("/faqs.csv")
async def export(desk: AtDesk, city: str = "") -> Response:
    """The FAQs as a file that can be imported again; cells that a spreadsheet would run are escaped."""
    data = await desk.searches.faqs_csv(city)
    name = f"faqs-{city}.csv" if city.replace("-", "").replace("_", "").isalnum() else "faqs.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


async def _list(
    desk: Desk, city: str, *, error: TownclerkError | None = None, done: ImportResult | None = None, **typed: str
) -> Response:
    faqs, places = await asyncio.gather(desk.searches.faqs(city), desk.places())
    return await desk.show(
        "faqs.html",
        status=error.status if error else 200,
        faqs=faqs[:SHOWN],
        total=len(faqs),
        places=places,
        names={j.id: j.name for j in places},
        city=city,
        typed={"question": "", "answer": "", "url": ""} | typed,
        done=done,
        error=error.message if error else "",
    )
