"""Everything that is kept of one address: the stored page, and what became of it in each run."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import process
from sqlalchemy import Connection, Engine, RowMapping, Select, select, union

from crawler.fetching.urls import canonical, site
from crawler.page import StoredPage, blocks_to_json
from crawler.page_schemas import SeenBlock, SeenInRun, SeenPage
from crawler.pages.frame import contacts_of
from crawler.pages.store import stored_page
from crawler.tables import crawl_runs, page_outcomes, pages, sources
from townclerk.database import reading
from townclerk.errors import NotFound

_ALIKE = 70  # of 100: an address that may have been meant
_OUTCOMES: Select[Any] = (
    select(
        page_outcomes.c.url,
        page_outcomes.c.run_id,
        page_outcomes.c.outcome,
        page_outcomes.c.reason,
        crawl_runs.c.source_id,
        crawl_runs.c.started_at,
    )
    .join(crawl_runs)
    .order_by(page_outcomes.c.id.desc())
)


def seen(engine: Engine, url: str) -> list[tuple[SeenPage, StoredPage | None]]:
    """What is known of an address, one entry for each source that met it, with the stored page if there is one.

    The address may lack its scheme or its last slash. Outcomes of runs are kept for the last ten runs of a source,
    pages for ever. Raises NotFound, which names addresses like it, when no source met it.
    """
    addresses = _spellings(url)
    with reading(engine) as connection:
        rows = connection.execute(select(pages).where(pages.c.url.in_(addresses))).mappings().all()
        met = connection.execute(_OUTCOMES.where(page_outcomes.c.url.in_(addresses))).mappings().all()
        known = dict.fromkeys((row["source_id"], row["url"]) for row in (*rows, *met))
        if not known:
            raise NotFound(_unknown(connection, url))
        row_by_key = {(row["source_id"], row["url"]): row for row in rows}
        return [
            _entry(connection, key, row_by_key.get(key), [o for o in met if (o["source_id"], o["url"]) == key])
            for key in known
        ]


def _spellings(url: str) -> list[str]:
    schemes = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    known = [address for each in schemes if (address := canonical(each))]
    return [spelling for each in known for spelling in (each, each.rstrip("/"), f"{each.rstrip('/')}/")]


def _entry(
    connection: Connection, key: tuple[str, str], row: RowMapping | None, outcomes: Sequence[RowMapping]
) -> tuple[SeenPage, StoredPage | None]:
    source = connection.execute(select(sources).where(sources.c.id == key[0])).mappings().one()
    runs = [SeenInRun(run=o["run_id"], at=o["started_at"], outcome=o["outcome"], reason=o["reason"]) for o in outcomes]
    common = {"url": key[1], "source": key[0], "city": source["jurisdiction"], "runs": runs}
    if row is None:
        return SeenPage(answered=False, why=f"never read: {_last(runs)}", **common), None
    stored = stored_page(row)
    moments = {name: row[name] for name in ("first_seen_at", "changed_at", "checked_at")}
    dated = {name: row[name] for name in ("title", "language", "page_date", "page_date_origin")}
    why = _why_not(connection, row, runs, removed=source["removed_at"] is not None)
    entry = SeenPage(
        answered=not why,
        hidden=row["hidden"],
        why=why or _standing(row, runs),
        blocks=_blocks(row),
        **common,
        **dated,
        **moments,
    )
    return entry, stored


def _blocks(row: RowMapping) -> list[SeenBlock]:
    left = row["frame"].get("left", {})
    read = [
        SeenBlock(**block, part="frame" if left.get(str(place)) == "" else "content")
        for place, block in enumerate(row["blocks"])
    ]
    kept = blocks_to_json(contacts_of(row["frame"]))
    return [*read, *(SeenBlock(**block, part="contact") for block in kept)]


def _why_not(connection: Connection, row: RowMapping, runs: list[SeenInRun], *, removed: bool) -> str:
    """Why a stored page is not answered from, or ""."""
    if removed:
        return "its source was removed"
    if row["hidden"]:
        return "hidden by staff"
    if row["gone"]:
        return next(
            (f"gone: {run.reason}" for run in runs if run.outcome == "gone"), "gone: it was missing in two runs"
        )
    if row["duplicate_of"] is not None:
        original = connection.execute(select(pages.c.url).where(pages.c.id == row["duplicate_of"])).scalar_one()
        return f"the same text as {original}, which is answered from instead"
    return ""


def _standing(row: RowMapping, runs: list[SeenInRun]) -> str:
    if row["strikes"]:
        return f"kept although the last run did not find it: {_last(runs)}"
    if runs and runs[0].outcome in ("failed", "skipped"):
        return f"kept as it was: {_last(runs)}"
    return "read and kept"


def _last(runs: list[SeenInRun]) -> str:
    return f"{runs[0].outcome}: {runs[0].reason}".rstrip(": ") if runs else "no run of late met it"


def _unknown(connection: Connection, url: str) -> str:
    """What to say of an address that no source met: the source it would belong to, and addresses like it."""
    host = site(url if "://" in url else f"https://{url}")
    of_host = [row for row in connection.execute(select(sources.c.id, sources.c.url)) if site(row.url) == host]
    named = union(select(pages.c.url), select(page_outcomes.c.url))
    alike = process.extract(url, connection.execute(named).scalars().all(), limit=3, score_cutoff=_ALIKE)
    nearest = "".join(f"\n  {address}" for address, _, _ in alike)
    reason = (
        f"source {of_host[0].id} ({of_host[0].url}) met no link to it and no sitemap names it"
        if of_host
        else f"no source is on {urlsplit(url if '://' in url else f'https://{url}').hostname or url}; `townclerk source add` adds one"
    )
    return f"{url} is not known: {reason}." + (f" Known addresses like it:{nearest}" if nearest else "")
