"""The endpoints for FAQs."""

from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import FastAPI, Form, Query, Response, UploadFile
from sqlalchemy import Engine

from index.api.views import faq_entry
from index.faqs import csv_file, history
from index.faqs.row import check_row
from index.faqs.store import FaqStore
from index.schemas.base import Number
from index.schemas.faqs import By, FaqChange, FaqEntry, FaqRequest, ImportPreview, UndoRequest
from townclerk.errors import BadInput
from townclerk.spreadsheet_rows import ImportResult


class Opened(Protocol):
    """What holds the FAQs."""

    @property
    def database(self) -> Engine: ...
    @property
    def faqs(self) -> FaqStore: ...


def add(app: FastAPI, lifecycle: Callable[[], Opened]) -> None:
    """Add them to the application."""

    @app.post("/faqs", tags=["faqs"])
    def import_faqs(
        file: UploadFile,
        city: Annotated[str, Form(max_length=63)] = "",
        by: Annotated[By, Form()] = "",
        revision: Annotated[int | None, Form()] = None,
    ) -> ImportResult:
        """Import a CSV file or a workbook. Good rows are stored; bad ones are reported by line. `revision`: that of the preview."""
        return csv_file.load(lifecycle().faqs, file.file.read(), city=city, by=by, revision=revision)

    @app.post("/faqs/preview", tags=["faqs"])
    def preview_import(file: UploadFile, city: Annotated[str, Form(max_length=63)] = "") -> ImportPreview:
        """What importing a file would do. Nothing is written."""
        return csv_file.preview(lifecycle().faqs, file.file.read(), city=city)

    @app.get("/faqs", tags=["faqs"])
    def list_faqs(city: str | None = None, question: str | None = None) -> list[FaqEntry]:
        """Stored FAQs, of one city or all; with `question` only those that have it, case and spacing aside."""
        return [faq_entry(faq) for faq in lifecycle().faqs.all(city, question=question)]

    @app.get("/faqs.csv", tags=["faqs"])
    def export_faqs(city: str | None = None) -> Response:
        """The same as a CSV file that can be imported again."""
        headers = {"Content-Disposition": 'attachment; filename="faqs.csv"'}
        return Response(
            csv_file.write(lifecycle().faqs.all(city)), media_type="text/csv; charset=utf-8", headers=headers
        )

    _add_changes(app, lifecycle)


def _add_changes(app: FastAPI, lifecycle: Callable[[], Opened]) -> None:
    @app.put("/faqs", tags=["faqs"])
    def put_faq(faq: FaqRequest) -> FaqEntry:
        """Add a FAQ, or update the one with the same question and city."""
        return _save(lifecycle, faq, None)

    @app.put("/faqs/{id}", tags=["faqs"])
    def change_faq(id: Number, faq: FaqRequest) -> FaqEntry:
        """Change a FAQ, its question included."""
        return _save(lifecycle, faq, id)

    @app.delete("/faqs/{id}", tags=["faqs"], status_code=204)
    def remove_faq(id: Number, by: Annotated[By, Query()] = "") -> None:
        """Delete one FAQ."""
        lifecycle().faqs.remove(id, by=by)

    @app.get("/faqs/changes", tags=["faqs"])
    def changes(
        faq: Annotated[Number | None, Query()] = None,
        city: str | None = None,
        before: Annotated[Number | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> list[FaqChange]:
        """Who changed what, newest first: of one FAQ, of one city, or all; those below number `before` for the next page."""
        return history.latest(lifecycle().database, faq=faq, city=city, before=before, limit=limit)

    @app.post("/faqs/changes/{revision}/undo", tags=["faqs"])
    def undo(revision: Number, request: UndoRequest) -> FaqEntry:
        """Take a change back, an import's or a removal too."""
        return faq_entry(lifecycle().faqs.undo(revision, by=request.by))


def _save(lifecycle: Callable[[], Opened], faq: FaqRequest, id: int | None) -> FaqEntry:
    row = check_row(0, faq.model_dump(exclude_none=True, exclude={"by", "revision"}))
    if isinstance(row, str):
        raise BadInput(f"The FAQ was not stored: {row}.")
    return faq_entry(lifecycle().faqs.save(row, id=id, by=faq.by, revision=faq.revision))
