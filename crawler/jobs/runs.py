"""Runs: the queue, the lease that keeps two runs of one source apart, and the report of each."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Select, func, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from crawler.crawling.repeats import remembered
from crawler.jobs.lease import is_dead, owner
from crawler.jobs.outcomes import OUTCOMES_KEPT, forget_old, save
from crawler.outcome import Counts, UrlOutcome
from crawler.pages.journal import FRESH
from crawler.tables import crawl_runs, page_outcomes, sources
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import Conflict, NotFound

ALIVE_EVERY = 5.0
"""Seconds between two signs of life of a run."""
MOST_RESUMED = 20
"""Times that one crawl is resumed; then it waits for its schedule, for it may be what ends its process."""


@dataclass(frozen=True)
class CrawlRun:
    """One crawl of one source. `status`: queued, running, succeeded, failed, held, interrupted or stopped (by `stopped_by`)."""

    id: int
    source_id: str
    city: str
    url: str
    status: str
    reason: str
    counts: Counts
    allow_removals: bool
    queued_at: datetime
    since: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    stopped_by: str = ""

    @property
    def seconds(self) -> float:
        """How long it ran, until now if it still does."""
        if self.started_at is None:
            return 0.0
        return round(((self.finished_at or clock.now()) - self.started_at).total_seconds(), 2)


_RUNS = select(crawl_runs, sources.c.jurisdiction.label("city"), sources.c.url).join(sources)


class Runs:
    """The runs, kept in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def queue(self, source_id: str, *, allow_removals: bool = False) -> CrawlRun:
        """Put a run of the source into the queue. Raises Conflict if one waits or runs already."""
        with writing(self._engine) as connection:
            query = select(crawl_runs.c.id, crawl_runs.c.status).where(
                crawl_runs.c.source_id == source_id, crawl_runs.c.status.in_(("queued", "running"))
            )
            if taken := connection.execute(query).first():
                raise Conflict(f"Source {source_id} has run {taken.id} {taken.status} already; wait for it to end.")
            id = _queue(connection, source_id, allow_removals=allow_removals)
        return self.get(id)

    def take_over(self, source_id: str, *, allow_removals: bool = False) -> CrawlRun:
        """The waiting run of the source, or a new one, for a caller that starts it itself."""
        waiting = [run for run in self.queued() if run.source_id == source_id]
        if waiting and waiting[0].allow_removals == allow_removals:
            return waiting[0]
        for run in waiting:
            self.drop(run.id, "replaced by a run from the command line")
        return self.queue(source_id, allow_removals=allow_removals)

    def start(self, id: int) -> CrawlRun:
        """Take a queued run and the lease of its source. Raises Conflict if another run of the source is under way."""
        now = clock.now()
        values = {"status": "running", "started_at": now, "alive_at": now, "owner": owner()}
        values["since"] = func.coalesce(crawl_runs.c.since, now)
        try:
            with writing(self._engine) as connection:
                step = update(crawl_runs).where(crawl_runs.c.id == id, crawl_runs.c.status == "queued").values(values)
                taken = connection.execute(step).rowcount
        except IntegrityError as error:
            raise Conflict(f"Another run of the source of run {id} is under way; wait for it to end.") from error
        if not taken:
            raise Conflict(f"Run {id} is not waiting any more.")
        return self.get(id)

    def alive(self, id: int, counts: Counts, outcomes: list[UrlOutcome]) -> bool:
        """Sign of life: store counts and new outcomes. False when the lease is lost or the run is to stop."""
        with writing(self._engine) as connection:
            step = update(crawl_runs).where(
                crawl_runs.c.id == id,
                crawl_runs.c.status == "running",
                crawl_runs.c.owner == owner(),
                crawl_runs.c.stopped_by == "",
            )
            held = connection.execute(step.values(alive_at=clock.now(), counts=counts.as_dict())).rowcount > 0
            save(connection, id, outcomes)
        return held

    def finish(self, id: int, status: str, *, reason: str, counts: Counts, outcomes: list[UrlOutcome]) -> CrawlRun:
        """End a run and give the lease back. One that was interrupted is queued again, unless somebody stopped it."""
        with writing(self._engine) as connection:
            save(connection, id, outcomes)
            if status == "interrupted":
                status, reason = _stopped(connection, id) or (status, reason)
            step = update(crawl_runs).where(crawl_runs.c.id == id, crawl_runs.c.status == "running")
            ended = connection.execute(
                step.values(status=status, reason=reason, counts=counts.as_dict(), finished_at=clock.now())
            ).rowcount
            source_id = connection.execute(select(crawl_runs.c.source_id).where(crawl_runs.c.id == id)).scalar_one()
            if ended and status == "interrupted":
                _queue_again(connection, id)
            forget_old(connection, source_id)
        return self.get(id)

    def drop(self, id: int, reason: str) -> None:
        """Take a queued run out of the queue."""
        with writing(self._engine) as connection:
            step = update(crawl_runs).where(crawl_runs.c.id == id, crawl_runs.c.status == "queued")
            connection.execute(step.values(status="interrupted", reason=reason, finished_at=clock.now()))

    def stop(self, id: int, by: str) -> CrawlRun:
        """Take a queued run out of the queue; one under way ends with its next sign of life, and what it has stored stays.

        Raises NotFound, and Conflict when it has ended.
        """
        run = self.get(id)
        self.drop(id, f"stopped by {by}")
        with writing(self._engine) as connection:
            step = update(crawl_runs).where(crawl_runs.c.id == id, crawl_runs.c.status == "running")
            asked = connection.execute(step.values(stopped_by=by[:63])).rowcount
        if not asked and run.status != "queued":
            raise Conflict(f"Run {id} of {run.source_id} has ended already: {run.status}.")
        return self.get(id)

    def end_dead(self) -> int:
        """Mark runs whose process is gone as interrupted, and queue them again. Returns how many. Called at every start."""
        with writing(self._engine) as connection:
            running = connection.execute(select(crawl_runs).where(crawl_runs.c.status == "running")).all()
            dead = [run for run in running if is_dead(run.owner, run.alive_at)]
            for run in dead:
                step = update(crawl_runs).where(crawl_runs.c.id == run.id)
                status, reason = _stopped(connection, run.id) or ("interrupted", "its process ended before the run did")
                finished_at = run.alive_at or clock.now()
                connection.execute(step.values(status=status, reason=reason, finished_at=finished_at))
                if status == "interrupted":
                    _queue_again(connection, run.id)
        return len(dead)

    def queued(self) -> list[CrawlRun]:
        """Runs that wait, oldest first."""
        return self._select(_RUNS.where(crawl_runs.c.status == "queued").order_by(crawl_runs.c.id))

    def latest(self, *, source_id: str | None = None, limit: int = 50) -> list[CrawlRun]:
        """The newest runs, newest first."""
        query = _RUNS.order_by(crawl_runs.c.id.desc()).limit(limit)
        return self._select(query if source_id is None else query.where(crawl_runs.c.source_id == source_id))

    def get(self, id: int) -> CrawlRun:
        """One run. Raises NotFound."""
        for run in self._select(_RUNS.where(crawl_runs.c.id == id)):
            return run
        raise NotFound(f"There is no run {id}. GET /runs lists the latest.")

    def outcomes(
        self, id: int, *, offset: int = 0, limit: int = 100, kind: str | None = None, text: str = ""
    ) -> list[UrlOutcome]:
        """What became of each URL of a run that holds `text`, in the order it happened."""
        of_run = select(page_outcomes.c.url, page_outcomes.c.outcome, page_outcomes.c.reason).where(
            page_outcomes.c.run_id == id, page_outcomes.c.outcome == kind if kind else true()
        )
        of_run = of_run.where(page_outcomes.c.url.icontains(text, autoescape=True)) if text else of_run
        with reading(self._engine) as connection:
            rows = connection.execute(of_run.order_by(page_outcomes.c.id).offset(offset).limit(limit))
            return [UrlOutcome(*row) for row in rows]

    def traps(self, source_id: str) -> dict[str, int]:
        """Patterns of addresses that the last run found to repeat themselves -> the run that found it first."""
        ids = [run.id for run in self.latest(source_id=source_id, limit=OUTCOMES_KEPT) if run.status == "succeeded"]
        last = select(page_outcomes.c.reason).where(
            page_outcomes.c.run_id == max(ids, default=0), page_outcomes.c.outcome == "skipped"
        )
        with reading(self._engine) as connection:
            return remembered(connection.execute(last.distinct()).scalars(), since=min(ids, default=0))

    def _select(self, query: Select[Any]) -> list[CrawlRun]:
        with reading(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]


def _stopped(connection: Connection, id: int) -> tuple[str, str] | None:
    """Status and reason of a run that somebody asked to stop; None for others."""
    by = connection.execute(select(crawl_runs.c.stopped_by).where(crawl_runs.c.id == id)).scalar_one()
    return ("stopped", f"stopped by {by}; what was read is kept") if by else None


def _queue(connection: Connection, source_id: str, *, allow_removals: bool) -> int:
    """A new run. It goes on where the last one was interrupted, if that was lately."""
    last = connection.execute(
        select(crawl_runs.c.status, crawl_runs.c.since, crawl_runs.c.finished_at)
        .where(crawl_runs.c.source_id == source_id, crawl_runs.c.started_at.is_not(None))
        .order_by(crawl_runs.c.id.desc())
    ).first()
    lately = last is not None and last.status == "interrupted" and clock.now() - last.finished_at < FRESH
    values: dict[str, Any] = {
        "source_id": source_id,
        "status": "queued",
        "queued_at": clock.now(),
        "since": last.since if last is not None and lately else None,
        "allow_removals": allow_removals,
        "counts": {},
    }
    key = connection.execute(insert(crawl_runs).values(values)).inserted_primary_key
    return int(key[0]) if key else 0


def _queue_again(connection: Connection, id: int) -> None:
    """Queue the source of an interrupted run, unless it waits already, was removed, or ends its process every time."""
    run = connection.execute(select(crawl_runs).where(crawl_runs.c.id == id)).one()
    of_source = crawl_runs.c.source_id == run.source_id
    waiting = select(func.count()).where(of_source, crawl_runs.c.status == "queued")
    tries = select(func.count()).where(of_source, crawl_runs.c.since == run.since)
    removed = select(sources.c.removed_at).where(sources.c.id == run.source_id)
    if connection.execute(waiting).scalar_one() or connection.execute(removed).scalar_one() is not None:
        return
    if connection.execute(tries).scalar_one() <= MOST_RESUMED:
        _queue(connection, run.source_id, allow_removals=run.allow_removals)


def _from_row(row: RowMapping) -> CrawlRun:
    columns = {field.name: row[field.name] for field in fields(CrawlRun)}
    return CrawlRun(**columns | {"counts": Counts(**row["counts"])})
