"""Words that mean the same, and abbreviations: one at a time, files in, files out. A change counts in the next question."""

import asyncio
import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from bot.admin.auth.guard import AtDesk, Desk
from bot.admin.rendering import Pages
from index.schemas.faqs import ImportResult
from index.schemas.synonyms import SynonymEntry, SynonymRule, SynonymSwitch
from townclerk.errors import NotFound, TownclerkError

routes = APIRouter(route_class=Pages)
SHOWN = 500
Text = Annotated[str, Form(max_length=4000)]
City = Annotated[str, Form(max_length=63)]


@dataclass(frozen=True)
class Filled:
    """What stands in the form; `id` is the number of the rule that is changed."""

    terms: str = ""
    meaning: str = ""
    city: str = ""
    id: str = ""


@routes.get("/synonyms")
async def list_rules(desk: AtDesk, city: str = "", edit: int | None = None) -> Response:
    """All rules, of one city or all; `edit` puts one into the form."""
    if edit is None:
        return await _list(desk, city)
    rule = next((rule for rule in await desk.searches.synonyms() if rule.id == edit), None)
    if rule is None:
        raise NotFound(f"There is no rule {edit}. Somebody may have removed it.")
    return await _list(desk, city, filled=Filled("\n".join(rule.terms), rule.meaning, rule.city or "", str(edit)))


@routes.post("/synonyms")
async def put_rule(
    desk: AtDesk,
    terms: Text = "",
    meaning: Text = "",
    city: City = "",
    id: Annotated[str, Form(pattern=r"^\d{0,9}$")] = "",
) -> Response:
    """Add a rule, or write it in place of the one with this number."""
    given = [term.strip()[:2000] for term in re.split(r"[\n=]", terms) if term.strip()]
    try:
        rule = SynonymRule(terms=given[:100], meaning=meaning.strip()[:2000], city=city or None, by=desk.session.name)
        made = await desk.searches.put_synonym(rule, id=int(id) if id else None)
    except TownclerkError as error:
        return await _list(desk, "", error=error, filled=Filled(terms, meaning, city, id))
    await desk.record("synonym.put", str(made.id), told(made))
    return await desk.done("/admin/synonyms", "Saved. It counts in the next question.")


@routes.post("/synonyms/import")
async def import_file(desk: AtDesk, file: Annotated[UploadFile, File()], city: City = "") -> Response:
    """Import a CSV file and show what happened to its rows."""
    data = await file.read()
    try:
        done = await desk.searches.import_synonyms(data, city=city, by=desk.session.name)
    except TownclerkError as error:
        return await _list(desk, "", error=error)
    counts = f"{done.imported} added, {done.updated} changed, {done.unchanged} the same, {len(done.rejected)} rejected"
    await desk.record("synonym.import", city or "cities of the file", f"{(file.filename or 'file')[:100]}: {counts}")
    return await _list(desk, "", done=done)


@routes.post("/synonyms/{id}/active")
async def switch_rule(desk: AtDesk, id: int, active: Annotated[bool, Form()]) -> Response:
    """Switch a rule off, or on again."""
    made = await desk.searches.switch_synonym(id, SynonymSwitch(active=active, by=desk.session.name))
    await desk.record("synonym.switch", str(id), f"{'on' if active else 'off'}: {told(made)}")
    return await desk.done("/admin/synonyms", f"Switched {'on' if active else 'off'}: {told(made)}")


@routes.post("/synonyms/{id}/remove")
async def remove_rule(desk: AtDesk, id: int) -> Response:
    """Delete a rule."""
    await desk.searches.remove_synonym(id)
    await desk.record("synonym.remove", str(id))
    return await desk.done("/admin/synonyms", "Removed.")


@routes.get("/synonyms.csv")
async def export(desk: AtDesk, city: str = "") -> Response:
    """The rules as a file that can be imported again; cells that a spreadsheet would run are escaped."""
    data = await desk.searches.synonyms_csv(city)
    headers = {
        "Content-Disposition": 'attachment; filename="synonyms.csv"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


def told(rule: SynonymEntry) -> str:
    """A rule on one line."""
    return " = ".join(rule.terms) + (f" -> {rule.meaning}" if rule.meaning else "")


async def _list(
    desk: Desk,
    city: str,
    *,
    error: TownclerkError | None = None,
    done: ImportResult | None = None,
    filled: Filled | None = None,
) -> Response:
    rules, places = await asyncio.gather(desk.searches.synonyms(city), desk.places())
    return await desk.show(
        "synonyms.html",
        status=error.status if error else 200,
        rules=rules[:SHOWN],
        total=len(rules),
        places=places,
        names={j.id: j.name for j in places},
        city=city,
        typed=filled or Filled(),
        done=done,
        error=error.message if error else "",
    )
