"""The endpoints by which staff keep synonyms. A change counts in the next question."""

from typing import Annotated

from fastapi import FastAPI, Form, Response, UploadFile

from index.api.lifecycle import IndexLifecycle
from index.schemas.base import Number
from index.schemas.synonyms import SynonymEntry, SynonymRule, SynonymSwitch
from index.synonyms import csv_file
from index.synonyms.rules import Rule, drafted
from townclerk.spreadsheet_rows import ImportResult


def add(app: FastAPI, lifecycle: IndexLifecycle) -> None:
    """Add them to the application."""

    @app.get("/synonyms", tags=["synonyms"])
    def list_rules(city: str | None = None) -> list[SynonymEntry]:
        """Stored rules, of one city (`all`: those for every city) or of all."""
        return [entry(rule) for rule in lifecycle().synonyms.all(city)]

    @app.get("/synonyms.csv", tags=["synonyms"])
    def export_rules(city: str | None = None) -> Response:
        """The same as a CSV file that can be imported again."""
        headers = {"Content-Disposition": 'attachment; filename="synonyms.csv"'}
        content = csv_file.write(lifecycle().synonyms.all(city))
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)

    @app.post("/synonyms/import", tags=["synonyms"])
    def import_rules(
        file: UploadFile, city: Annotated[str, Form(max_length=63)] = "", by: Annotated[str, Form(max_length=63)] = ""
    ) -> ImportResult:
        """Import a CSV file. Good rows are stored; bad ones are reported by line."""
        index = lifecycle()
        result = csv_file.load(index.synonyms, file.file.read(), by=by, city=city)
        index.renew_synonyms()
        return result

    _add_changes(app, lifecycle)


def _add_changes(app: FastAPI, lifecycle: IndexLifecycle) -> None:
    @app.post("/synonyms", tags=["synonyms"], status_code=201)
    def add_rule(rule: SynonymRule) -> SynonymEntry:
        """Add a rule."""
        return _put(lifecycle, rule, None)

    @app.put("/synonyms/{id}", tags=["synonyms"])
    def change_rule(id: Number, rule: SynonymRule) -> SynonymEntry:
        """Write a rule in place of a stored one."""
        return _put(lifecycle, rule, id)

    @app.post("/synonyms/{id}/active", tags=["synonyms"])
    def switch_rule(id: Number, wanted: SynonymSwitch) -> SynonymEntry:
        """Switch a rule off, or on again."""
        index = lifecycle()
        made = index.synonyms.switch(id, active=wanted.active, by=wanted.by)
        index.renew_synonyms()
        return entry(made)

    @app.delete("/synonyms/{id}", tags=["synonyms"], status_code=204)
    def remove_rule(id: Number) -> None:
        """Delete a rule."""
        index = lifecycle()
        index.synonyms.remove(id)
        index.renew_synonyms()


def _put(lifecycle: IndexLifecycle, rule: SynonymRule, id: int | None) -> SynonymEntry:
    index = lifecycle()
    draft = drafted(rule.terms, rule.meaning, city=rule.city, active=rule.active)
    made = index.synonyms.put(draft, by=rule.by, id=id)
    index.renew_synonyms()
    return entry(made)


def entry(rule: Rule) -> SynonymEntry:
    """One stored rule."""
    return SynonymEntry.model_validate({**rule.__dict__, "terms": list(rule.terms)})
