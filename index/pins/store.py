"""The pins that staff set, kept in the database. Every change counts `state.PINS` up, which is how searches learn of it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Engine, RowMapping, delete, insert, select, update

from index import revisions
from index.tables import pins
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, NotFound
from townclerk.jurisdictions import Jurisdictions

MOST_WORDINGS = 20
LONGEST_WORDING = 1_000

Kind = Literal["faq", "page", "passage"]


@dataclass(frozen=True)
class Target:
    """What is pinned: a FAQ, a page, or one passage, each as a document of the index in `place`, its jurisdiction.

    A page of which a passage is pinned gets other passages when it changes, and another number when
    its source is added anew; `url` (without fragment) and the passage's `text` find it again.
    """

    kind: Kind
    place: str
    document: str
    passage: str = ""
    url: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class Terms:
    """For which questions a pin holds, where and when. Both dates are included, in the city's time zone."""

    jurisdiction: str
    wordings: tuple[str, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    active: bool = True

    def holds(self, today: date) -> bool:
        """Whether it is in force on this day."""
        started = self.valid_from is None or self.valid_from <= today
        return self.active and started and (self.valid_until is None or today <= self.valid_until)


@dataclass(frozen=True)
class Pin:
    """One stored pin. `vectors` are those of its wordings under `model`, float32, one after the other; empty until made."""

    id: int
    terms: Terms
    target: Target
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str
    vectors: bytes
    model: str


class PinStore:
    """Reads and writes pins."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self, city: str | None = None) -> list[Pin]:
        """Every pin, newest first, of one jurisdiction or all. Raises NotFound for an unknown city."""
        query = select(pins).order_by(pins.c.id.desc())
        if city is not None:
            query = query.where(pins.c.jurisdiction == Jurisdictions(self._engine).get(city).id)
        with reading(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def get(self, id: int) -> Pin:
        """One pin. Raises NotFound."""
        with reading(self._engine) as connection:
            row = connection.execute(select(pins).where(pins.c.id == id)).mappings().first()
        if row is None:
            raise _unknown(id)
        return _from_row(row)

    def add(self, terms: Terms, target: Target, *, by: str) -> Pin:
        """Store a new pin. Raises BadInput for terms that cannot be."""
        moment = clock.now()
        signed = {"created_at": moment, "created_by": by[:63], "changed_at": moment, "changed_by": by[:63]}
        row = _values(checked(terms), target) | signed | {"vectors": b"", "model": ""}
        with writing(self._engine) as connection:
            revisions.advance(connection, revisions.PINS)
            id = int(connection.execute(insert(pins).values(row).returning(pins.c.id)).scalar_one())
        return self.get(id)

    def change(self, id: int, terms: Terms, target: Target, *, by: str) -> Pin:
        """Replace the terms and target of a pin. Raises NotFound, or BadInput."""
        good = checked(terms)
        row = _values(good, target) | {"changed_at": clock.now(), "changed_by": by[:63]}
        if self.get(id).terms.wordings != good.wordings:
            row |= {"vectors": b"", "model": ""}
        with writing(self._engine) as connection:
            revisions.advance(connection, revisions.PINS)
            if connection.execute(update(pins).where(pins.c.id == id).values(row)).rowcount == 0:
                raise _unknown(id)
        return self.get(id)

    def remove(self, id: int) -> None:
        """Delete a pin. Raises NotFound."""
        with writing(self._engine) as connection:
            revisions.advance(connection, revisions.PINS)
            if connection.execute(delete(pins).where(pins.c.id == id)).rowcount == 0:
                raise _unknown(id)

    def embedded(self, made: Mapping[int, bytes], wordings: Mapping[int, Sequence[str]], *, model: str) -> None:
        """Keep the vectors of pins' wordings, unless the wordings were changed meanwhile. Counts as no change."""
        with writing(self._engine) as connection:
            for id, vectors in made.items():
                stored = connection.execute(select(pins.c.wordings).where(pins.c.id == id)).scalar()
                if stored == list(wordings[id]):
                    connection.execute(update(pins).where(pins.c.id == id).values(vectors=vectors, model=model))


def wording_key(text: str) -> str:
    """Equal for the same wording in another case, spacing, punctuation or Unicode form."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", folded)) or " ".join(folded.split())


def checked(terms: Terms) -> Terms:
    """The terms with each wording once, in one line. Raises BadInput."""
    by_key = {wording_key(text): " ".join(text.split()) for text in reversed(terms.wordings)}
    wordings = tuple(text for _, text in reversed(by_key.items()) if text)
    if not wordings:
        raise BadInput("A pin needs a question. Give it as a resident would ask it.")
    if len(wordings) > MOST_WORDINGS or max(map(len, wordings)) > LONGEST_WORDING:
        raise BadInput(
            f"A pin has at most {MOST_WORDINGS} wordings of {LONGEST_WORDING} characters each; got {len(wordings)}, "
            f"the longest with {max(map(len, wordings))}. Set a second pin for the others."
        )
    if terms.valid_from and terms.valid_until and terms.valid_until < terms.valid_from:
        raise BadInput(f"The pin would end ({terms.valid_until}) before it begins ({terms.valid_from}). Change a date.")
    return Terms(terms.jurisdiction, wordings, terms.valid_from, terms.valid_until, terms.active)


def _unknown(id: int) -> NotFound:
    return NotFound(f"There is no pin {id}. `townclerk pin list` shows all.")


def _values(terms: Terms, target: Target) -> dict[str, Any]:
    return asdict(terms) | asdict(target) | {"wordings": list(terms.wordings)}


def _from_row(row: RowMapping) -> Pin:
    values = dict(row)
    terms = {name: values.pop(name) for name in ("jurisdiction", "wordings", "valid_from", "valid_until", "active")}
    target = {name: values.pop(name) for name in ("kind", "place", "document", "passage", "url", "title", "text")}
    return Pin(terms=Terms(**terms | {"wordings": tuple(terms["wordings"])}), target=Target(**target), **values)
