"""Sources: the sites a city has chosen to be crawled."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, RowMapping, func, insert, select, update
from yarl import URL

from crawler.fetching import address_guard
from crawler.fetching.urls import canonical
from crawler.jobs.schedule import check_cron, next_due
from crawler.pages.removal import retire
from crawler.source import Source
from crawler.tables import crawl_runs, sources
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict, NotFound
from townclerk.jurisdictions import Jurisdictions

_SAME_NAME = ("url", "schedule", "depth", "max_pages", "include", "exclude", "private_ok", "paused")
"""Fields of Source that are stored in a column of the same name."""


class Sources:
    """The sources, kept in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Source]:
        """Every source that is not removed, by id."""
        query = select(sources).where(sources.c.removed_at.is_(None)).order_by(sources.c.id)
        with reading(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def get(self, id: str) -> Source:
        """The one with this id. Raises NotFound."""
        query = select(sources).where(sources.c.id == id, sources.c.removed_at.is_(None))
        with reading(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"There is no source {id!r}. The list of sources shows all.")
        return _from_row(row)

    def add(self, source: Source, *, private: frozenset[address_guard.HostPort] = frozenset()) -> Source:
        """Add a source (its id is chosen here) and return it as stored.

        `private` are the private hosts that the settings open. Raises NotFound for an
        unknown city, BadInput for a wrong URL, cron line or pattern, Refused for a
        private address, Conflict when the city has a source with this URL.
        """
        city = Jurisdictions(self._engine).get(source.city)
        source = replace(source, url=checked_url(source.url, private=private, private_ok=source.private_ok))
        check_cron(source.schedule)
        values = _to_row(source) | {"next_due_at": next_due(source.schedule, timezone=city.timezone, after=clock.now())}
        with writing(self._engine) as connection:
            query = select(sources).where(sources.c.jurisdiction == city.id, sources.c.url == source.url)
            same = connection.execute(query).mappings().first()
            if same and same["removed_at"] is None:
                raise Conflict(
                    f"{city.id} has {source.url} already, as source {same['id']}. Change that one, or remove it first."
                )
            if same:  # added again after a removal: its stored pages come back with the next crawl
                id = str(same["id"])
                connection.execute(update(sources).where(sources.c.id == id).values(values))
            else:
                id = _free_id(city.id, set(connection.execute(select(sources.c.id)).scalars()))
                connection.execute(insert(sources).values(id=id, created_at=clock.now(), **values))
        return self.get(id)

    def remove(self, id: str) -> int:
        """Remove a source; its pages are answered from no more. Returns how many those were.

        Raises NotFound, and Conflict while a run of it is under way.
        """
        self.get(id)
        with writing(self._engine) as connection:
            running = select(func.count()).where(crawl_runs.c.source_id == id, crawl_runs.c.status == "running")
            if connection.execute(running).scalar_one():
                raise Conflict(f"Source {id} is being crawled. Wait until the run has ended, then remove it.")
            connection.execute(
                update(crawl_runs)
                .where(crawl_runs.c.source_id == id, crawl_runs.c.status == "queued")
                .values(status="interrupted", reason="the source was removed", finished_at=clock.now())
            )
            connection.execute(
                update(sources).where(sources.c.id == id).values(removed_at=clock.now(), next_due_at=None)
            )
            return retire(connection, id)

    def due(self, moment: datetime) -> list[Source]:
        """Sources whose next crawl is due at `moment`."""
        query = select(sources).where(
            sources.c.removed_at.is_(None), ~sources.c.paused, sources.c.next_due_at <= moment
        )
        with reading(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

    def set_due(self, id: str, moment: datetime | None) -> None:
        """Store when `id` is to be crawled next."""
        with writing(self._engine) as connection:
            connection.execute(update(sources).where(sources.c.id == id).values(next_due_at=moment))


def checked_url(url: str, *, private: frozenset[address_guard.HostPort] = frozenset(), private_ok: bool = False) -> str:
    """The canonical form of a start URL. Raises BadInput, or Refused for what is never crawled."""
    start = canonical(url)
    if start is None:
        raise BadInput(f"A source is an http or https address, e.g. https://www.example.gov/; got {url!r}.")
    target = URL(start, encoded=True)
    own = address_guard.loopback_literal(target) if private_ok else None
    address_guard.AddressGuard(port=target.port, private=private, loopback=own).check_url(target)
    return start


def _free_id(city: str, taken: set[str]) -> str:
    return next(id for n in range(1, len(taken) + 2) if (id := f"{city}-{n}") not in taken)


def _to_row(source: Source) -> dict[str, object]:
    columns = {name: getattr(source, name) for name in _SAME_NAME}
    return columns | {"jurisdiction": source.city, "schedule": source.schedule.strip(), "removed_at": None}


def _from_row(row: RowMapping) -> Source:
    columns = {name: row[name] for name in _SAME_NAME}
    return Source(id=row["id"], city=row["jurisdiction"], next_due_at=row["next_due_at"], **columns)
