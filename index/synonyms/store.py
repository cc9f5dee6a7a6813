"""The rules in the database. Every change counts the revision up, by which each process sees that it must read again."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select, update

from index import revisions
from index.synonyms.rules import NewRule, Rule, key, shown
from index.tables import synonyms
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict, NotFound
from townclerk.jurisdictions import Jurisdictions
from townclerk.spreadsheet_rows import ImportResult, RejectedRow, no_city

MAX_RULES = 5_000
EVERY = "all"
"""How every city is named where a word is needed."""


class SynonymStore:
    """Reads and writes rules. Every change is one transaction; two at once wait for each other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def revision(self) -> int:
        """Counts changes; 0 before the first."""
        return revisions.number(self._engine, revisions.SYNONYMS)

    def all(self, city: str | None = None) -> list[Rule]:
        """Stored rules, those for every city first; with `city` only its own (`all`: only those for every city).

        Raises NotFound for an unknown city.
        """
        query = select(synonyms)
        if city == EVERY:
            query = query.where(synonyms.c.jurisdiction.is_(None))
        elif city is not None:
            query = query.where(synonyms.c.jurisdiction == Jurisdictions(self._engine).get(city).id)
        with reading(self._engine) as connection:
            rules = [_from_row(row) for row in connection.execute(query).mappings()]
        return sorted(rules, key=lambda rule: (rule.city or "", shown(rule).lower()))

    def put(self, draft: NewRule, *, by: str, id: int | None = None) -> Rule:
        """Add a rule, or with `id` write it in place of a stored one.

        Raises Conflict when another rule says so already or shares a word with it, NotFound for an
        unknown city or number.
        """
        if draft.city is not None:
            Jurisdictions(self._engine).get(draft.city)
        with writing(self._engine) as connection:
            stored = _locked(connection)
            if id is not None and all(rule.id != id for rule in stored):
                raise NotFound(_missing(id))
            alike = [rule for rule in stored if rule.id != id and _alike(rule, draft)]
            if alike:
                raise Conflict(_taken(alike[0], draft))
            rule = _write(connection, draft, by, id)
            _bounded(connection)
        return rule

    def switch(self, id: int, *, active: bool, by: str) -> Rule:
        """Switch a rule off, or on again. Raises NotFound."""
        with writing(self._engine) as connection:
            stored = {rule.id: rule for rule in _locked(connection)}
            if id not in stored:
                raise NotFound(_missing(id))
            return _write(connection, replace(stored[id], active=active), by, id)

    def remove(self, id: int) -> None:
        """Delete a rule. Raises NotFound."""
        with writing(self._engine) as connection:
            revisions.advance(connection, revisions.SYNONYMS)
            if connection.execute(delete(synonyms).where(synonyms.c.id == id)).rowcount == 0:
                raise NotFound(_missing(id))

    def load(self, drafts: Sequence[NewRule], *, by: str) -> ImportResult:
        """Add the rules of a file. One that shares a word with one stored rule of its kind and city replaces it."""
        known = {j.id for j in Jurisdictions(self._engine).all()}
        result = ImportResult()
        with writing(self._engine) as connection:
            stored = _locked(connection)
            for draft in drafts:
                if draft.city is not None and draft.city not in known:
                    result = result.rejecting(RejectedRow(draft.line, no_city(draft.city)))
                else:
                    result = _merged(connection, stored, draft, (result, by))
            _bounded(connection)
        return result

    def load_first(self, drafts: Sequence[NewRule], *, by: str) -> bool:
        """Add the rules that an installation starts with, unless rules were ever changed here; tells whether it did."""
        if self.revision():
            return False
        with writing(self._engine) as connection:
            # Locks the counter: of two processes that start together one loads.
            if revisions.advance(connection, revisions.SYNONYMS, by=0):
                return False
            for draft in drafts:
                _write(connection, draft, by, None)
            revisions.advance(connection, revisions.SYNONYMS)
        return True


def _locked(connection: Connection) -> list[Rule]:
    revisions.advance(connection, revisions.SYNONYMS)
    return [_from_row(row) for row in connection.execute(select(synonyms)).mappings()]


def _merged(
    connection: Connection, stored: list[Rule], draft: NewRule, so_far: tuple[ImportResult, str]
) -> ImportResult:
    result, by = so_far
    alike = [rule for rule in stored if _alike(rule, draft)]
    if len(alike) > 1:
        listed = "; ".join(f"{rule.id}: {shown(rule)}" for rule in alike[:3])
        reason = f"it shares words with more than one rule ({listed}). Remove one of them first"
        return result.rejecting(RejectedRow(draft.line, reason))
    if alike and _content(alike[0]) == _content(draft):
        return replace(result, unchanged=result.unchanged + 1)
    written = _write(connection, draft, by, alike[0].id if alike else None)
    stored[:] = [rule for rule in stored if rule.id != written.id] + [written]
    return replace(result, updated=result.updated + 1) if alike else replace(result, imported=result.imported + 1)


def _content(rule: NewRule) -> tuple[object, ...]:
    return (frozenset(rule.terms), rule.meaning, rule.active)


def _alike(rule: Rule, draft: NewRule) -> bool:
    """Whether two rules of one place cannot stand beside each other: they are of one kind and share a term."""
    return rule.city == draft.city and key(rule.meaning) == key(draft.meaning) and bool(rule.keys & draft.keys)


def _write(connection: Connection, draft: NewRule, by: str, id: int | None) -> Rule:
    values = {
        "jurisdiction": draft.city,
        "terms": list(draft.terms),
        "meaning": draft.meaning,
        "active": draft.active,
        "changed_by": by[:63],
        "changed_at": clock.now(),
    }
    if id is None:
        id = int(connection.execute(insert(synonyms).values(values).returning(synonyms.c.id)).scalar_one())
    else:
        connection.execute(update(synonyms).where(synonyms.c.id == id).values(values))
    return _from_row(connection.execute(select(synonyms).where(synonyms.c.id == id)).mappings().one())


def _bounded(connection: Connection) -> None:
    count = int(connection.execute(select(func.count()).select_from(synonyms)).scalar_one())
    if count > MAX_RULES:
        raise BadInput(f"At most {MAX_RULES:,} synonym rules are kept; these would be {count:,}. Remove some first.")


def _taken(rule: Rule, draft: NewRule) -> str:
    word = next(term for term in rule.terms if key(term) in draft.keys)
    return f"{word!r} stands in rule {rule.id} already ({shown(rule)}). Change that rule, or remove it first."


def _missing(id: int) -> str:
    return f"There is no synonym rule {id}. `townclerk synonyms list` shows all."


def _from_row(row: RowMapping) -> Rule:
    values = dict(row)
    return Rule(city=values.pop("jurisdiction"), terms=tuple(values.pop("terms")), **values)
