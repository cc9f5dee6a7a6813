"""Cities and the layers above them: city, county, state, federal, one tree.

Reviewed inputs are TOML files in `data/cities/`; `townclerk city add` adds more to the
database. A question asked in a city is answered from the city first, then from each
layer above it, and from nowhere else.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import JSON, Column, Engine, ForeignKey, String, Table, select

from townclerk.database import metadata, reading, upsert, writing
from townclerk.errors import BadInput, Conflict, NotFound
from townclerk.report_channels import ReportChannel, check_address
from townclerk.text.office_hours import OfficeHours

LEVELS = ("city", "county", "state", "federal")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")

jurisdictions = Table(
    "jurisdictions",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("level", String(10), nullable=False),
    Column("parent_id", String(63), ForeignKey("jurisdictions.id"), nullable=True),
    Column("phone", String(60), nullable=False, default=""),
    Column("url", String(2000), nullable=False, default=""),
    Column("timezone", String(60), nullable=False, default="America/New_York"),
    Column("aliases", JSON, nullable=False, default=list),
    Column("zips", JSON, nullable=False, default=list),
    Column("origin", String(10), nullable=False, default="command"),
    Column("hours", String(200), nullable=False, default="", server_default=""),
    Column("alerts", String(2000), nullable=False, default="", server_default=""),
    Column("report", JSON, nullable=False, default=list, server_default="[]"),
    Column("handoff", JSON(none_as_null=True), nullable=True),
)


@dataclass(frozen=True)
class Jurisdiction:
    """One city, county, state or the federal level.

    `phone` and `url` are what a resident is given when nothing was found. `aliases` are
    other names people type. `zips` are the postal codes that lie in it. `hours` says when `phone` is answered, `alerts` is the
    page where residents sign up for alerts, `report` where problems are reported. `handoff`: staff of this office take talks in the console;
    None: who asks for a person is given the phone number.
    """

    id: str
    name: str
    level: str = "city"
    parent_id: str | None = None
    phone: str = ""
    url: str = ""
    timezone: str = "America/New_York"
    aliases: tuple[str, ...] = ()
    zips: tuple[str, ...] = ()
    origin: str = field(default="command", compare=False)
    hours: str = ""
    alerts: str = ""
    report: tuple[ReportChannel, ...] = ()
    handoff: OfficeHours | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise BadInput(
                f"A city id is 1-63 characters of a-z, 0-9, - and _, starting with a letter or digit; got {self.id!r}."
            )
        if self.level not in LEVELS:
            raise BadInput(f"A level is one of {', '.join(LEVELS)}; got {self.level!r}.")
        check_address("alerts", self.alerts)

    def channel(self, kind: str) -> ReportChannel | None:
        """Where a kind of problem is reported, else where any is; None when nothing is configured."""
        of = {each.kind: each for each in self.report}
        return of.get(kind) or of.get("other")


class Branch(NamedTuple):
    """What is above a jurisdiction, and its time zone by its name in the IANA database."""

    level: str
    parent: str | None
    timezone: str


class Jurisdictions:
    """The tree, kept in the database. Cheap to make; reads are one small query."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Jurisdiction]:
        """Every jurisdiction, by id."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(jurisdictions).order_by(jurisdictions.c.id)).mappings()
            return [_from_row(dict(row)) for row in rows]

    def tree(self) -> "dict[str, Branch]":
        """Level, parent and time zone of every jurisdiction, by id: what each search needs, in a tenth of the time of `all`."""
        kept = jurisdictions.c
        query = select(kept.id, kept.level, kept.parent_id, kept.timezone).order_by(kept.id)
        with reading(self._engine) as connection:
            return {id: Branch(*rest) for id, *rest in connection.execute(query)}

    def names(self) -> dict[str, tuple[str, ...]]:
        """What each is called, by id, ZIP codes included. Those of the federal layer are words of other questions: left out."""
        return {j.id: (j.name, *j.aliases, *j.zips) for j in self.all() if j.level != "federal"}

    def get(self, id: str) -> Jurisdiction:
        """The one with this id. Raises NotFound with the command that adds it."""
        with reading(self._engine) as connection:
            row = connection.execute(select(jurisdictions).where(jurisdictions.c.id == id)).mappings().first()
        if row is None:
            raise NotFound(
                f"There is no city {id!r}. `townclerk city list` shows all; `townclerk city add {id}` adds it."
            )
        return _from_row(dict(row))

    def layers(self, id: str) -> list[Jurisdiction]:
        """The city itself, then each layer above it, nearest first. Raises NotFound."""
        known = {j.id: j for j in self.all()}
        if id not in known:
            return [self.get(id)]
        found: list[Jurisdiction] = []
        current: str | None = id
        while current is not None and current in known and all(current != j.id for j in found):
            found.append(known[current])
            current = known[current].parent_id
        return found

    def add(self, jurisdiction: Jurisdiction) -> None:
        """Add a new one. Raises Conflict when the id is taken, NotFound for an unknown parent."""
        with writing(self._engine) as connection:
            taken = connection.execute(select(jurisdictions.c.id).where(jurisdictions.c.id == jurisdiction.id)).first()
        if taken:
            raise Conflict(f"{jurisdiction.id!r} exists already. `townclerk city list` shows it.")
        if jurisdiction.parent_id is not None:
            self.get(jurisdiction.parent_id)
        self.put([jurisdiction])

    def put(self, items: Iterable[Jurisdiction]) -> None:
        """Add or replace several, parents before children."""
        ordered = sorted(items, key=lambda j: LEVELS.index(j.level), reverse=True)
        with writing(self._engine) as connection:
            for item in ordered:
                row = asdict(item) | {"aliases": list(item.aliases), "zips": list(item.zips)}
                row["report"] = list(map(asdict, item.report))
                statement = upsert(connection, jurisdictions).values(row)
                connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def read_files(folder: Path) -> list[Jurisdiction]:
    """All `[[jurisdiction]]` tables of the TOML files in `folder`. Raises BadInput with file and reason."""
    found: list[Jurisdiction] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8")).get("jurisdiction", [])
            found += [_from_row(entry | {"origin": "file"}) for entry in entries]
        except (tomllib.TOMLDecodeError, TypeError, BadInput) as error:
            raise BadInput(f"{path}: {error}. See data/cities/README.md for the form.") from error
    return found


def _from_row(row: dict[str, object]) -> Jurisdiction:
    report = ReportChannel.read(row.get("report") or [])
    handoff = OfficeHours.read(row.get("handoff"), hours=str(row.get("hours") or ""))
    made = Jurisdiction(**row | {"report": report, "handoff": handoff})  # type: ignore[arg-type]
    return replace(made, aliases=tuple(made.aliases), zips=tuple(made.zips))
