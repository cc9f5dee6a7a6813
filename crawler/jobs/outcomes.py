"""What became of each address in the runs of a source."""

from collections import Counter

from sqlalchemy import Connection, Engine, delete, func, insert, select

from crawler.outcome import UrlOutcome, reason_group
from crawler.schemas import ReasonCount
from crawler.tables import crawl_runs, page_outcomes
from townclerk.database import reading

OUTCOMES_KEPT = 10
"""Runs per source whose per-URL outcomes are kept."""


def reasons(engine: Engine, run_id: int, *, most: int = 12) -> list[ReasonCount]:
    """The commonest reasons why addresses of a run were skipped, failed or are gone, commonest first."""
    each = (
        select(page_outcomes.c.outcome, page_outcomes.c.reason, func.count())
        .where(page_outcomes.c.run_id == run_id, page_outcomes.c.outcome.in_(("failed", "gone", "skipped")))
        .group_by(page_outcomes.c.outcome, page_outcomes.c.reason)
    )
    counts: Counter[tuple[str, str]] = Counter()
    with reading(engine) as connection:
        for outcome, reason, count in connection.execute(each):
            counts[outcome, reason_group(reason)] += count
    return [
        ReasonCount(outcome=outcome, reason=reason, count=count)
        for (outcome, reason), count in counts.most_common(most)
    ]


def save(connection: Connection, id: int, outcomes: list[UrlOutcome]) -> None:
    """Add outcomes of a run, within the caller's transaction."""
    if outcomes:
        rows = [{"run_id": id, "url": o.url[:2048], "outcome": o.kind, "reason": o.reason} for o in outcomes]
        connection.execute(insert(page_outcomes), rows)


def forget_old(connection: Connection, source_id: str) -> None:
    """Remove the outcomes of all but the last runs of a source, within the caller's transaction."""
    older = (
        select(crawl_runs.c.id)
        .where(crawl_runs.c.source_id == source_id)
        .order_by(crawl_runs.c.id.desc())
        .offset(OUTCOMES_KEPT)
    )
    connection.execute(delete(page_outcomes).where(page_outcomes.c.run_id.in_(older)))
