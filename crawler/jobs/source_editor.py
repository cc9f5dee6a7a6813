"""Changes a source in place: what an edit would drop, the edit itself, pause and resume."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select, update

from crawler.fetching.address_guard import HostPort
from crawler.jobs.schedule import check_cron, due_times, next_due
from crawler.jobs.sources import Sources, checked_url
from crawler.pages.removal import hand_over, remove
from crawler.schemas import SourceChange, SourceRequest
from crawler.source import Source
from crawler.tables import crawl_runs, pages, sources
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import Conflict
from townclerk.jurisdictions import Jurisdictions

NEXT = 5
"""Due times that are shown of a schedule."""


class SourceEditor:
    """Edits the stored sources; their addresses stay."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sources = Sources(engine)
        self._cities = Jurisdictions(engine)

    def plan(self, id: str, change: SourceChange) -> tuple[Source, list[str]]:
        """The source as it would be, and the stored pages, by address, that its rules would no longer hold.

        Depth and the limit of pages drop nothing: they hold for addresses that are met from then on. Raises NotFound
        for the source or its city, BadInput for a wrong schedule, limit or pattern.
        """
        before = self._sources.get(id)
        after = replace(before, **change.model_dump(exclude_none=True))
        city = self._cities.get(after.city)
        due = next_due(after.schedule, timezone=city.timezone, after=clock.now())
        with reading(self._engine) as connection:
            return replace(after, next_due_at=None if after.paused else due), list(_outside(connection, after).values())

    def tried(self, id: str, wanted: SourceRequest, *, private: frozenset[HostPort]) -> Source:
        """The source that `wanted` would make, or make of the stored one with this id. Raises what adding it raises."""
        if id:
            return self.plan(id, SourceChange(**wanted.model_dump(exclude={"url"})))[0]
        self._cities.get(wanted.city)
        check_cron(wanted.schedule)
        url = checked_url(wanted.url, private=private)
        return Source(id="", **wanted.model_dump(exclude_none=True) | {"url": url})

    def change(self, id: str, change: SourceChange) -> tuple[Source, list[str]]:
        """Make the change: the pages that `plan` names leave the answers at once, the others move to a new city.

        Raises what `plan` raises, and Conflict when it changes whose or which the pages are while the source is crawled.
        """
        before, (after, _) = self._sources.get(id), self.plan(id, change)
        moves = (before.city, before.include, before.exclude) != (after.city, after.include, after.exclude)
        with writing(self._engine) as connection:
            running = select(func.count()).where(crawl_runs.c.source_id == id, crawl_runs.c.status == "running")
            if moves and connection.execute(running).scalar_one():
                raise Conflict(f"{id} is being crawled. Stop the crawl, or wait until it has ended, then change it.")
            named = ("schedule", "depth", "max_pages", "include", "exclude", "next_due_at")
            values = {name: getattr(after, name) for name in named} | {"jurisdiction": after.city}
            connection.execute(update(sources).where(sources.c.id == id).values(values))
            outside = _outside(connection, after)
            remove(connection, list(outside))
            if before.city != after.city:
                hand_over(connection, id, after.city)
        return self._sources.get(id), list(outside.values())

    def pause(self, id: str, *, paused: bool) -> Source:
        """Let its schedule rest, or count again from now on. A crawl under way goes on. Raises NotFound."""
        source = self._sources.get(id)
        timezone = self._cities.get(source.city).timezone
        due = None if paused else next_due(source.schedule, timezone=timezone, after=clock.now())
        with writing(self._engine) as connection:
            values = {"paused": paused, "next_due_at": due}
            connection.execute(update(sources).where(sources.c.id == id).values(values))
        return self._sources.get(id)

    def due(self, schedule: str, city: str) -> tuple[str, list[datetime]]:
        """The time zone of a city, and when a schedule is due there next. Raises NotFound and BadInput."""
        timezone = self._cities.get(city).timezone
        return timezone, due_times(schedule, timezone=timezone, after=clock.now(), count=NEXT)


def _outside(connection: Connection, source: Source) -> dict[int, str]:
    """Stored pages, by id, that the rules of `source` leave out, in the order of their addresses."""
    query = select(pages.c.id, pages.c.url).where(pages.c.source_id == source.id, ~pages.c.gone).order_by(pages.c.url)
    return {id: url for id, url in connection.execute(query) if source.rules.why_not(url)}
