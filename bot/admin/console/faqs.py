"""The city's own questions and answers: files in, files out, and one at a time."""

from collections.abc import Container
from typing import Annotated, Self

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.rendering import Pages, download
from index.schemas.faqs import FaqEntry, FaqRequest
from townclerk.errors import NotFound, TownclerkError
from townclerk.spreadsheet_rows import ImportResult

routes = APIRouter(route_class=Pages)
SHOWN = 500
Text = Annotated[str, Field(max_length=2000)]


class FaqForm(BaseModel):
    """What is typed. `id` is the number of the FAQ that is changed."""

    id: str = Field(default="", pattern=r"^\d{0,9}$")
    question: Text = ""
    answer: str = Field(default="", max_length=20_000)
    city: str = Field(default="", max_length=63)
    url: Text = ""
    language: Text = ""
    valid_from: Text = ""
    valid_until: Text = ""
    owner: Text = ""
    review_by: Text = ""

    @classmethod
    def of(cls, faq: FaqEntry) -> Self:
        """The form filled with a stored FAQ."""
        return cls.model_validate({name: str(value or "") for name, value in faq.model_dump().items()})

    def request(self, sent: Container[str]) -> FaqRequest:
        """The FAQ to store. Editing sets the fields that were `sent`, empty ones too; otherwise only those that are filled."""
        fields = self.model_dump(exclude={"id"})
        chosen = {name for name, value in fields.items() if (name in sent if self.id else value)}
        return FaqRequest.model_validate({n: fields[n] for n in chosen | {"question", "answer", "city"}})


@routes.get("/faqs")
async def list_faqs(staff: Staff, city: str = "", question: str = "", edit: int | None = None) -> Response:
    """All FAQs, of one city or all; `question` starts a new one, `edit` puts a stored one into the form."""
    if edit is None:
        return await _list(staff, city, typed=FaqForm(question=question[:2000], city=city[:63]))
    faq = next((faq for faq in await staff.index.faqs() if faq.id == edit), None)
    if faq is None:
        raise NotFound(f"There is no FAQ {edit}. Somebody may have removed it.")
    return await _list(staff, city, typed=FaqForm.of(faq))


@routes.post("/faqs/import")
async def import_file(
    staff: Staff, file: Annotated[UploadFile, File()], city: Annotated[str, Form(max_length=63)] = ""
) -> Response:
    """Import a CSV file and show what happened to its rows."""
    data = await file.read()
    try:
        result = await staff.index.import_faqs(data, city=city)
    except TownclerkError as error:
        return await _list(staff, city, error=error)
    await staff.record("faq.import", city or "cities of the file", import_summary(file.filename, result))
    return await _list(staff, city, result=result)


@routes.post("/faqs")
async def put_faq(request: Request, staff: Staff, typed: Annotated[FaqForm, Form()]) -> Response:
    """Add one FAQ, update the one with the same question, or change the one that is edited."""
    try:
        faq = await staff.index.put_faq(typed.request(await request.form()), id=int(typed.id) if typed.id else None)
    except TownclerkError as error:
        return await _list(staff, typed.city, error=error, typed=typed)
    await staff.record("faq.put", faq.city, faq.question)
    return await staff.done(f"/admin/faqs?city={faq.city}", "Saved. Answers use it within a few seconds.")


@routes.post("/faqs/{id}/remove")
async def remove_faq(staff: Staff, id: int, city: Annotated[str, Form(max_length=63)] = "") -> Response:
    """Delete one FAQ."""
    await staff.index.remove_faq(id)
    await staff.record("faq.remove", str(id), city)
    return await staff.done(f"/admin/faqs?city={city}", "Removed. Import it again to bring it back.")


@routes.get("/faqs.csv")
async def export(staff: Staff, city: str = "") -> Response:
    """The FAQs as a file that can be imported again; cells that a spreadsheet would run are escaped."""
    name = f"faqs-{city}.csv" if city.replace("-", "").replace("_", "").isalnum() else "faqs.csv"
    return download(await staff.index.faqs_csv(city), name)


def import_summary(file: str | None, result: ImportResult) -> str:
    """What became of an imported file, for the audit log."""
    counts = f"{result.imported} added, {result.updated} changed, {result.unchanged} the same"
    return f"{(file or 'file')[:100]}: {counts}, {len(result.rejected)} rejected"


async def _list(
    staff: StaffRequest,
    city: str,
    *,
    typed: FaqForm | None = None,
    error: TownclerkError | None = None,
    result: ImportResult | None = None,
) -> Response:
    faqs = await staff.index.faqs(city)
    values = {"faqs": faqs[:SHOWN], "total": len(faqs), "city": city, "result": result}
    return await staff.show_places("faqs.html", typed=typed or FaqForm(city=city), error=error, **values)
