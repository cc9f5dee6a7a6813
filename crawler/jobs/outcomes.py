"""What became of each address in the runs of a source."""

from sqlalchemy import Connection, delete, insert, select

from crawler.outcome import UrlOutcome
from crawler.tables import crawl_runs, page_outcomes

OUTCOMES_KEPT = 10
"""Runs per source whose per-URL outcomes are kept."""


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
