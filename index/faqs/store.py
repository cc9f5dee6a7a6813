"""The FAQs that staff curate, kept in the database.

Importing adds and updates; it never deletes. The same question may have another answer in
another city. Every change gets a revision, which is how the index finds what to read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, RowMapping, Select, and_, insert, or_, select, update

from index import revisions
from index.faqs.row import CONTENT, FaqRow
from index.tables import faqs
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import Conflict, NotFound
from townclerk.jurisdictions import Jurisdictions
from townclerk.spreadsheet_rows import ImportResult, RejectedRow, no_city

_PART = 400
"""Keys in one IN list: SQLite and PostgreSQL both take it."""


@dataclass(frozen=True)
class Faq:
    """One stored FAQ. `gone` means it was deleted and must leave the index."""

    id: int
    jurisdiction: str
    question: str
    answer: str
    url: str
    language: str
    valid_from: date | None
    valid_until: date | None
    owner: str
    review_by: date | None
    gone: bool
    revision: int
    updated_at: datetime

    def holds(self, today: date) -> bool:
        """Whether it may be answered on this day: not deleted, and within its dates (both included)."""
        started = self.valid_from is None or self.valid_from <= today
        return not self.gone and started and (self.valid_until is None or today <= self.valid_until)


class FaqStore:
    """Reads and writes FAQs. Every import is one transaction: whole or not at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, rows: Sequence[FaqRow]) -> ImportResult:
        """Add new rows and update changed ones. Rows of unknown cities are rejected with the next step."""
        known = {j.id for j in Jurisdictions(self._engine).all()}
        rejected = tuple(RejectedRow(r.line, no_city(r.jurisdiction)) for r in rows if r.jurisdiction not in known)
        result = ImportResult(rejected=rejected)
        good = [row for row in rows if row.jurisdiction in known]
        if good:
            with writing(self._engine) as connection:
                result = self._merge(connection, good, result)
        return result

    def save(self, row: FaqRow, *, id: int | None = None) -> Faq:
        """Store one FAQ: in place of FAQ `id`, else of the one with the same question and city, else as a new one.

        What `row.fields` leaves out stays as stored. Raises NotFound for an unknown city or number, and
        Conflict when FAQ `id` gets the question of another.
        """
        city = Jurisdictions(self._engine).get(row.jurisdiction).id
        key = (city, row.question_key)
        with writing(self._engine) as connection:
            if id is None:
                self._merge(connection, [row], ImportResult())
            else:
                self._replace(connection, id, row)
            return self._stored(connection, [row])[key]

    def all(self, city: str | None = None) -> list[Faq]:
        """Stored FAQs by city and id, without deleted ones. Raises NotFound for an unknown city."""
        query = select(faqs).where(~faqs.c.gone).order_by(faqs.c.jurisdiction, faqs.c.id)
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

    def latest_revision(self) -> int:
        """The newest revision; 0 before the first FAQ."""
        return revisions.number(self._engine, revisions.FAQS)

    def remove(self, id: int) -> None:
        """Delete one FAQ; it leaves the index at the next look. Importing it again brings it back. Raises NotFound."""
        with writing(self._engine) as connection:
            revision = revisions.advance(connection, revisions.FAQS)
            changed = (
                update(faqs)
                .where(and_(faqs.c.id == id, ~faqs.c.gone))
                .values(gone=True, revision=revision, updated_at=clock.now())
            )
            if connection.execute(changed).rowcount == 0:
                raise _unknown(id)

    def _select(self, query: Select[Any]) -> list[Faq]:
        with reading(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def _merge(self, connection: Connection, rows: Sequence[FaqRow], result: ImportResult) -> ImportResult:
        # Locks the counter first, so two imports at once do not add the same question twice.
        revisions.advance(connection, revisions.FAQS, by=0)
        stored = self._stored(connection, rows)
        added: dict[tuple[str, str], dict[str, object]] = {}
        changed: dict[int, dict[str, object]] = {}
        for row in rows:
            key = (row.jurisdiction, row.question_key)
            content = {name: getattr(row, name) for name in CONTENT}
            old = stored.get(key)
            changes = {name: content[name] for name in row.fields}
            if key in added or (old is not None and (old.id in changed or not _differs(old, changes))):
                result = replace(result, unchanged=result.unchanged + 1)
            elif old is not None:
                changed[old.id] = content if old.gone else changes
            else:
                added[key] = content | {"jurisdiction": key[0], "question_key": key[1]}
        self._write(connection, list(added.values()), changed)
        return replace(result, imported=len(added), updated=len(changed))

    def _replace(self, connection: Connection, id: int, row: FaqRow) -> None:
        revisions.advance(connection, revisions.FAQS, by=0)
        if connection.execute(select(faqs.c.id).where(and_(faqs.c.id == id, ~faqs.c.gone))).first() is None:
            raise _unknown(id)
        twin = self._stored(connection, [row]).get((row.jurisdiction, row.question_key))
        content: dict[str, object] = {name: getattr(row, name) for name in row.fields}
        content |= {"jurisdiction": row.jurisdiction, "question_key": row.question_key}
        if twin is not None and twin.id != id:
            if not twin.gone:
                raise Conflict(f"FAQ {twin.id} answers this question in {row.jurisdiction} already. Change that one.")
            # A question stands once in the table: the removed FAQ gives its own up.
            freed = update(faqs).where(faqs.c.id == twin.id)
            connection.execute(freed.values(question_key=f"removed {twin.id}"))
        self._write(connection, [], {id: content})

    def _stored(self, connection: Connection, rows: Sequence[FaqRow]) -> dict[tuple[str, str], Faq]:
        keys = sorted({row.question_key for row in rows})
        stored: dict[tuple[str, str], Faq] = {}
        for start in range(0, len(keys), _PART):
            query = select(faqs).where(faqs.c.question_key.in_(keys[start : start + _PART]))
            for row in connection.execute(query).mappings():
                stored[row["jurisdiction"], row["question_key"]] = _from_row(row)
        return stored

    def _write(
        self, connection: Connection, added: Sequence[dict[str, object]], changed: dict[int, dict[str, object]]
    ) -> None:
        total = len(added) + len(changed)
        if not total:
            return
        revision = revisions.advance(connection, revisions.FAQS, by=total) - total
        moment = clock.now()
        for content in added:
            revision += 1
            content |= {"revision": revision, "updated_at": moment, "gone": False}
        if added:
            connection.execute(insert(faqs), list(added))
        for id, content in changed.items():
            revision += 1
            connection.execute(
                update(faqs).where(faqs.c.id == id).values(**content, revision=revision, updated_at=moment, gone=False)
            )


def todays(engine: Engine) -> dict[str, date]:
    """The present day of every jurisdiction in its own time zone."""
    moment = clock.now()
    return {j.id: moment.astimezone(ZoneInfo(j.timezone)).date() for j in Jurisdictions(engine).all()}


def _unknown(id: int) -> NotFound:
    return NotFound(f"There is no FAQ {id}. `townclerk faq list` shows all.")


def _differs(old: Faq, content: dict[str, object]) -> bool:
    return old.gone or any(getattr(old, name) != value for name, value in content.items())


def _from_row(row: RowMapping) -> Faq:
    return Faq(**{name: value for name, value in row.items() if name != "question_key"})
