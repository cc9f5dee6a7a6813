"""Legal holds: while one stands, nothing that it covers is deleted, neither by age nor on request."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, exists, insert, not_, or_, select, text, update

from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.errors import BadInput, NotFound
from townclerk.records.tables import record_holds

EVERYBODY = ""
LONGEST = 500
_PLACING = 7_202_611_22  # any fixed number of ours
_STANDING = record_holds.c.released_at.is_(None)


@dataclass(frozen=True)
class Hold:
    """One hold, standing until it is released. `person` is empty for everybody."""

    id: int
    person: str
    reason: str
    placed_at: datetime
    placed_by: str
    released_at: datetime | None = None
    released_by: str = ""


class Holds:
    """Places, releases and lists holds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def place(self, *, person: str = EVERYBODY, reason: str, by: str) -> Hold:
        """Keep everything of a person, or of everybody, from now on. Raises BadInput without a reason in one line."""
        if not reason.strip():
            raise BadInput("A hold needs a reason, for example the number of the records request.")
        if len(reason) > LONGEST or not reason.isprintable():
            raise BadInput(f"A hold's reason is one line of at most {LONGEST} characters, in UTF-8.")
        row = {"person": person, "reason": reason.strip(), "placed_at": now(), "placed_by": by[:63]}
        with writing(self._engine) as connection:
            _lock(connection, "pg_advisory_xact_lock")  # who deletes just now ends first, and sees it the next time
            made = connection.execute(insert(record_holds).values(row).returning(*record_holds.c)).mappings().one()
        return Hold(**made)

    def release(self, id: int, *, by: str) -> Hold:
        """End a hold. Raises NotFound when there is none of this number, BadInput when it was released before."""
        with writing(self._engine) as connection:
            mine = record_holds.c.id == id
            found = connection.execute(select(record_holds).where(mine)).mappings().first()
            if found is None:
                raise NotFound(f"There is no hold {id}. `townclerk records status` lists those that stand.")
            if found["released_at"] is not None:
                raise BadInput(f"Hold {id} was released already, on {found['released_at']:%Y-%m-%d}.")
            changed = {"released_at": now(), "released_by": by[:63]}
            connection.execute(update(record_holds).where(mine).values(changed))
        return Hold(**{**found, **changed})

    def standing(self) -> list[Hold]:
        """Those in force, oldest first."""
        query = select(record_holds).where(_STANDING).order_by(record_holds.c.id)
        with reading(self._engine) as connection:
            return [Hold(**row) for row in connection.execute(query).mappings()]


def wait_for_placing(connection: Connection) -> None:
    """To be called before looking for holds in a transaction that deletes: a hold is placed before or after, not meanwhile.

    On SQLite every write transaction has the database to itself.
    """
    _lock(connection, "pg_advisory_xact_lock_shared")


def covers(connection: Connection, person: str) -> bool:
    """Whether what is kept of a person may not be deleted."""
    either = or_(record_holds.c.person == person, record_holds.c.person == EVERYBODY)
    return connection.execute(select(record_holds.c.id).where(_STANDING, either)).first() is not None


def free(person: ColumnElement[str]) -> ColumnElement[bool]:
    """A condition on a table's column of persons: no hold covers the row."""
    either = or_(record_holds.c.person == person, record_holds.c.person == EVERYBODY)
    return not_(exists().where(_STANDING, either))


def _lock(connection: Connection, how: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT {how}({_PLACING})"))
