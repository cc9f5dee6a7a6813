"""The endpoints for FAQs."""

from typing import Annotated

from fastapi import FastAPI, Form, Response, UploadFile

from index.api.lifecycle import IndexLifecycle
from index.api.views import faq_entry
from index.faqs import csv_file
from index.faqs.row import check_row
from index.schemas.base import Number
from index.schemas.faqs import FaqEntry, FaqRequest
from townclerk.errors import BadInput
from townclerk.spreadsheet_rows import ImportResult


def add(app: FastAPI, lifecycle: IndexLifecycle) -> None:
    """Add them to the application."""

    @app.post("/faqs", tags=["faqs"])
    def import_faqs(file: UploadFile, city: Annotated[str, Form(max_length=63)] = "") -> ImportResult:
        """Import a CSV file. Good rows are stored; bad ones are reported by line."""
        return csv_file.load(lifecycle().faqs, file.file.read(), city=city)

    @app.get("/faqs", tags=["faqs"])
    def list_faqs(city: str | None = None) -> list[FaqEntry]:
        """Stored FAQs, of one city or all."""
        return [faq_entry(faq) for faq in lifecycle().faqs.all(city)]

    @app.get("/faqs.csv", tags=["faqs"])
    def export_faqs(city: str | None = None) -> Response:
        """The same as a CSV file that can be imported again."""
        headers = {"Content-Disposition": 'attachment; filename="faqs.csv"'}
        return Response(
            csv_file.write(lifecycle().faqs.all(city)), media_type="text/csv; charset=utf-8", headers=headers
        )

    @app.put("/faqs", tags=["faqs"])
    def put_faq(faq: FaqRequest) -> FaqEntry:
        """Add a FAQ, or update the one with the same question and city."""
        return _save(lifecycle, faq, None)

    @app.put("/faqs/{id}", tags=["faqs"])
    def change_faq(id: Number, faq: FaqRequest) -> FaqEntry:
        """Change a FAQ, its question included."""
        return _save(lifecycle, faq, id)

    @app.delete("/faqs/{id}", tags=["faqs"], status_code=204)
    def remove_faq(id: Number) -> None:
        """Delete one FAQ."""
        lifecycle().faqs.remove(id)


def _save(lifecycle: IndexLifecycle, faq: FaqRequest, id: int | None) -> FaqEntry:
    row = check_row(0, faq.model_dump(exclude_none=True))
    if isinstance(row, str):
        raise BadInput(f"The FAQ was not stored: {row}.")
    return faq_entry(lifecycle().faqs.save(row, id=id))
