"""Words that mean the same, and abbreviations: one at a time, files in, files out. A change counts in the next question."""

import re
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.admin.auth.guard import Staff, StaffRequest
from bot.admin.console.faqs import import_summary
from bot.admin.rendering import Pages, download
from index.schemas.synonyms import SynonymEntry, SynonymRule, SynonymSwitch
from townclerk.errors import NotFound, TownclerkError
from townclerk.spreadsheet_rows import ImportResult

routes = APIRouter(route_class=Pages)
SHOWN = 500
City = Annotated[str, Form(max_length=63)]


class RuleForm(BaseModel):
    """What is typed. `id` is the number of the rule that is changed."""

    terms: str = Field(default="", max_length=4000)
    meaning: str = Field(default="", max_length=4000)
    city: str = Field(default="", max_length=63)
    id: str = Field(default="", pattern=r"^\d{0,9}$")


@routes.get("/synonyms")
async def list_rules(staff: Staff, city: str = "", edit: int | None = None) -> Response:
    """All rules, of one city or all; `edit` puts one into the form."""
    if edit is None:
        return await _list(staff, city)
    rule = next((rule for rule in await staff.index.synonyms() if rule.id == edit), None)
    if rule is None:
        raise NotFound(f"There is no rule {edit}. Somebody may have removed it.")
    typed = RuleForm(terms="\n".join(rule.terms), meaning=rule.meaning, city=rule.city or "", id=str(edit))
    return await _list(staff, city, typed=typed)


@routes.post("/synonyms")
async def put_rule(staff: Staff, typed: Annotated[RuleForm, Form()]) -> Response:
    """Add a rule, or write it in place of the one with this number."""
    terms = [term.strip()[:2000] for term in re.split(r"[\n=]", typed.terms) if term.strip()][:100]
    meaning, city = typed.meaning.strip()[:2000], typed.city or None
    rule = SynonymRule(terms=terms, meaning=meaning, city=city, by=staff.session.name)
    try:
        stored = await staff.index.put_synonym(rule, id=int(typed.id) if typed.id else None)
    except TownclerkError as error:
        return await _list(staff, "", error=error, typed=typed)
    await staff.record("synonym.put", str(stored.id), _line(stored))
    return await staff.done("/admin/synonyms", "Saved. It counts in the next question.")


@routes.post("/synonyms/import")
async def import_file(staff: Staff, file: Annotated[UploadFile, File()], city: City = "") -> Response:
    """Import a CSV file and show what happened to its rows."""
    data = await file.read()
    try:
        result = await staff.index.import_synonyms(data, city=city, by=staff.session.name)
    except TownclerkError as error:
        return await _list(staff, "", error=error)
    await staff.record("synonym.import", city or "cities of the file", import_summary(file.filename, result))
    return await _list(staff, "", result=result)


@routes.post("/synonyms/{id}/active")
async def switch_rule(staff: Staff, id: int, active: Annotated[bool, Form()]) -> Response:
    """Switch a rule off, or on again."""
    stored = await staff.index.switch_synonym(id, SynonymSwitch(active=active, by=staff.session.name))
    await staff.record("synonym.switch", str(id), f"{'on' if active else 'off'}: {_line(stored)}")
    return await staff.done("/admin/synonyms", f"Switched {'on' if active else 'off'}: {_line(stored)}")


@routes.post("/synonyms/{id}/remove")
async def remove_rule(staff: Staff, id: int) -> Response:
    """Delete a rule."""
    await staff.index.remove_synonym(id)
    await staff.record("synonym.remove", str(id))
    return await staff.done("/admin/synonyms", "Removed.")


@routes.get("/synonyms.csv")
async def export(staff: Staff, city: str = "") -> Response:
    """The rules as a file that can be imported again; cells that a spreadsheet would run are escaped."""
    return download(await staff.index.synonyms_csv(city), "synonyms.csv")


def _line(rule: SynonymEntry) -> str:
    """A rule on one line."""
    return " = ".join(rule.terms) + (f" -> {rule.meaning}" if rule.meaning else "")


async def _list(
    staff: StaffRequest,
    city: str,
    *,
    error: TownclerkError | None = None,
    result: ImportResult | None = None,
    typed: RuleForm | None = None,
) -> Response:
    rules = await staff.index.synonyms(city)
    values = {"rules": rules[:SHOWN], "total": len(rules), "city": city, "result": result}
    return await staff.show_places("synonyms.html", typed=typed or RuleForm(), error=error, **values)
