"""The FAQs that staff curate, kept in the database.

Importing adds and updates; it never deletes. The same question may have another answer in
another city. Every change gets a revision, which is how the index finds what to read, and stands
in the history with who made it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Select, and_, insert, or_, select, update

from index import revisions
from index.faqs import history
from index.faqs.faq import Faq, from_row
from index.faqs.plan import plan
from index.faqs.row import FaqRow, question_key
from index.schemas.faqs import ImportPreview
from index.tables import faqs
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import Conflict, NotFound
from townclerk.jurisdictions import Jurisdictions
from townclerk.spreadsheet_rows import ImportResult, RejectedRow, no_city

_PART = 400
"""Keys in one IN list: SQLite and PostgreSQL both take it."""


class FaqStore:
    """Reads and writes FAQs. Every import is one transaction: whole or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, rows: Sequence[FaqRow], *, by: str = "", revision: int | None = None) -> ImportResult:
        """Add new rows and update changed ones. Rows of unknown cities are rejected with the next step.

        Raises Conflict when one that it would change was changed since `revision`.
        """
        good, rejected = self._known(rows)
        result = ImportResult(rejected=rejected)
        if good:
            with writing(self._engine) as connection:
                result = replace(self._merge(connection, good, by=by, revision=revision), rejected=rejected)
        return result

    def preview(self, rows: Sequence[FaqRow]) -> ImportPreview:
        """What `put` would do. Nothing is written."""
        good, rejected = self._known(rows)
        revision, stored = self.latest_revision(), self.all()
        with reading(self._engine) as connection:
            planned = list(plan(good, self._stored(connection, good)))
        shown = [each.shown for each in planned if each.values]
        named = {(row.jurisdiction, row.question_key) for row in good}
        cities = {row.jurisdiction for row in good}
        return ImportPreview(
            revision=revision,
            new=[each for each in shown if each.before is None],
            changed=[each for each in shown if each.before is not None],
            unchanged=len(planned) - len(shown),
            absent=[
                f.question
                for f in stored
                if f.jurisdiction in cities and (f.jurisdiction, question_key(f.question)) not in named
            ],
            rejected=list(rejected),
        )

    def save(self, row: FaqRow, *, id: int | None = None, by: str = "", revision: int | None = None) -> Faq:
        """Store one FAQ: in place of FAQ `id`, else of the one with the same question and city, else as a new one.

        What `row.fields` leaves out stays as stored. Raises NotFound for an unknown city or number, and
        Conflict when FAQ `id` gets the question of another, or the FAQ does not have `revision` (0: is not there).
        """
        city = Jurisdictions(self._engine).get(row.jurisdiction).id
        key = (city, row.question_key)
        with writing(self._engine) as connection:
            revisions.advance(connection, revisions.FAQS, by=0)
            if revision is not None:
                now = self._stored(connection, [row]).get(key) if id is None else _find(connection, id)
                _expect(connection, now, revision)
            if id is None:
                self._merge(connection, [row], by=by)
            else:
                self._replace(connection, id, row, by=by)
            return self._stored(connection, [row])[key]

    def undo(self, revision: int, *, by: str = "") -> Faq:
        """Take one change back; that is a change too. Raises NotFound, and Conflict when it was changed over since."""
        with writing(self._engine) as connection:
            revisions.advance(connection, revisions.FAQS, by=0)
            change = history.find(connection, revision)
            faq = _find(connection, change.faq)
            if any(getattr(faq.version, name) != getattr(change.after, name) for name in (*change.fields, "gone")):
                raise Conflict(f"{history.changer(connection, faq.id)} changed it again since. Undo that first.")
            self._put(connection, faq, {name: getattr(change.before, name) for name in change.fields}, by=by)
            return _find(connection, faq.id)

    def all(self, city: str | None = None, *, question: str | None = None) -> list[Faq]:
        """Stored FAQs by city and id, without deleted ones, or only those of one question. Raises NotFound for an unknown city."""
        query = select(faqs).where(~faqs.c.gone).order_by(faqs.c.jurisdiction, faqs.c.id)
        if question is not None:
            query = query.where(faqs.c.question_key == question_key(question))
        if city is not None:
            query = query.where(faqs.c.jurisdiction == Jurisdictions(self._engine).get(city).id)
        return self._select(query)

    def changes_since(self, revision: int, *, limit: int = 500) -> list[Faq]:
        """FAQs changed after `revision`, oldest change first, deleted ones included."""
        return self._select(select(faqs).where(faqs.c.revision > revision).order_by(faqs.c.revision).limit(limit))

    def dated(self) -> list[Faq]:
        """FAQs that begin or end on some day."""
        has_dates = or_(faqs.c.valid_from.is_not(None), faqs.c.valid_until.is_not(None))
        return self._select(select(faqs).where(has_dates, ~faqs.c.gone))

    def place_ids(self) -> dict[str, str]:
        """The id of each city and layer by its id and its name, case folded; a name that two have stands for neither."""
        places = Jurisdictions(self._engine).all()
        times = Counter(place.name.casefold() for place in places)
        named = {place.name.casefold(): place.id for place in places if times[place.name.casefold()] == 1}
        return named | {place.id.casefold(): place.id for place in places}

    def latest_revision(self) -> int:
        """The newest revision; 0 before the first FAQ."""
        return revisions.number(self._engine, revisions.FAQS)

    def remove(self, id: int, *, by: str = "") -> None:
        """Delete one FAQ; it leaves the index at the next look. Undoing or importing it again brings it back. Raises NotFound."""
        with writing(self._engine) as connection:
            revisions.advance(connection, revisions.FAQS, by=0)
            self._write(connection, [], {_standing(connection, id): {"gone": True}}, by=by)

    def _select(self, query: Select[Any]) -> list[Faq]:
        with reading(self._engine) as connection:
            return [from_row(row) for row in connection.execute(query).mappings()]

    def _known(self, rows: Sequence[FaqRow]) -> tuple[list[FaqRow], tuple[RejectedRow, ...]]:
        known = {j.id for j in Jurisdictions(self._engine).all()}
        rejected = tuple(RejectedRow(r.line, no_city(r.jurisdiction)) for r in rows if r.jurisdiction not in known)
        return [row for row in rows if row.jurisdiction in known], rejected

    def _merge(
        self, connection: Connection, rows: Sequence[FaqRow], *, by: str, revision: int | None = None
    ) -> ImportResult:
        # Locks the counter first, so two imports at once do not add the same question twice.
        revisions.advance(connection, revisions.FAQS, by=0)
        planned = list(plan(rows, self._stored(connection, rows)))
        added = [each.values for each in planned if each.values and each.old is None]
        changed = {each.old: each.values for each in planned if each.values and each.old is not None}
        late = next((faq for faq in changed if revision is not None and faq.revision > revision), None)
        if late is not None:
            who = history.changer(connection, late.id)
            raise Conflict(
                f"{who} changed {late.question[:80]!r} in the meantime. Nothing was imported: look at the file once more."
            )
        self._write(connection, added, changed, by=by)
        return ImportResult(imported=len(added), updated=len(changed), unchanged=len(rows) - len(added) - len(changed))

    def _replace(self, connection: Connection, id: int, row: FaqRow, *, by: str) -> None:
        content = {name: getattr(row, name) for name in row.fields} | {"city": row.jurisdiction}
        self._put(connection, _standing(connection, id), content, by=by)

    def _put(self, connection: Connection, faq: Faq, content: dict[str, Any], *, by: str) -> None:
        city, key = content.pop("city", faq.jurisdiction), question_key(content.get("question", faq.question))
        same = and_(faqs.c.jurisdiction == city, faqs.c.question_key == key, faqs.c.id != faq.id)
        twin = connection.execute(select(faqs.c.id, faqs.c.gone).where(same)).first()
        if twin is not None:
            if not twin.gone:
                raise Conflict(f"FAQ {twin.id} answers this question in {city} already. Change that one.")
            # A question stands once in the table: the removed FAQ gives its own up.
            freed = update(faqs).where(faqs.c.id == twin.id)
            connection.execute(freed.values(question_key=f"removed {twin.id}"))
        if faq.differs(content := content | {"jurisdiction": city}):
            self._write(connection, [], {faq: content | {"question_key": key}}, by=by)

    def _stored(self, connection: Connection, rows: Sequence[FaqRow]) -> dict[tuple[str, str], Faq]:
        keys = sorted({row.question_key for row in rows})
        stored: dict[tuple[str, str], Faq] = {}
        for start in range(0, len(keys), _PART):
            query = select(faqs).where(faqs.c.question_key.in_(keys[start : start + _PART]))
            for row in connection.execute(query).mappings():
                stored[row["jurisdiction"], row["question_key"]] = from_row(row)
        return stored

    def _write(
        self,
        connection: Connection,
        added: Sequence[dict[str, object]],
        changed: Mapping[Faq, dict[str, object]],
        *,
        by: str,
    ) -> None:
        total = len(added) + len(changed)
        if not total:
            return
        start = revision = revisions.advance(connection, revisions.FAQS, by=total) - total
        moment = clock.now()
        for content in added:
            revision += 1
            content |= {"revision": revision, "updated_at": moment, "gone": False}
        if added:
            connection.execute(insert(faqs), list(added))
        for faq, content in changed.items():
            revision += 1
            values = content | {"revision": revision, "updated_at": moment}
            connection.execute(update(faqs).where(faqs.c.id == faq.id).values(values))
        old = {faq.id: faq for faq in changed}
        written = map(from_row, connection.execute(select(faqs).where(faqs.c.revision > start)).mappings())
        history.record(connection, [faq.since(old.get(faq.id), by) for faq in written])


def todays(engine: Engine) -> dict[str, date]:
    """The present day of every jurisdiction in its own time zone."""
    moment = clock.now()
    return {j.id: moment.astimezone(ZoneInfo(j.timezone)).date() for j in Jurisdictions(engine).all()}


def _find(connection: Connection, id: int) -> Faq:
    row = connection.execute(select(faqs).where(faqs.c.id == id)).mappings().first()
    if row is None:
        raise NotFound(f"There is no FAQ {id}. The list of FAQs shows all.")
    return from_row(row)


def _standing(connection: Connection, id: int) -> Faq:
    faq = _find(connection, id)
    if faq.gone:
        raise NotFound(f"There is no FAQ {id}; it was removed. The list of FAQs shows all.")
    return faq


def _expect(connection: Connection, faq: Faq | None, revision: int) -> None:
    """Raises Conflict when the FAQ was changed, added or removed since `revision` was read."""
    if faq is not None and revision != (0 if faq.gone else faq.revision):
        what = "removed it" if faq.gone else "changed it" if revision else "answered this question"
        who = history.changer(connection, faq.id)
        raise Conflict(f"{who} {what} in the meantime. Nothing was stored: look at both, then save again.")
