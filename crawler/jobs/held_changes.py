"""What a guarded run held back: looked at and accepted by a person, page by page or as a whole."""

from collections.abc import Collection, Sequence

from sqlalchemy import Engine, RowMapping, delete, insert, select

from crawler.crawling.answer import Answer, load
from crawler.crawling.safeguards import Held, full_text
from crawler.jobs.runs import CrawlRun, Runs
from crawler.outcome import OutcomeKind
from crawler.pages import site_memory
from crawler.pages.writer import FetchedPage, PageWriter
from crawler.schemas import AcceptedChanges, HeldChange, HeldList
from crawler.source import Source
from crawler.tables import held_changes, page_outcomes
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict, NotFound


class HeldChanges:
    """The held changes of every source, kept in the database: those of its last run that came to an end."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def replace(self, run: CrawlRun, held: Sequence[Held]) -> None:
        """Note what `run` held back, and forget what the runs of its source before it did."""
        rows = [
            {
                "source_id": run.source_id,
                "run_id": run.id,
                "url": change.url,
                "kind": change.kind,
                "reason": change.reason,
                "answer": Answer("page", page=change.page).dump() if change.page else "",
            }
            for change in held
        ]
        with writing(self._engine) as connection:
            connection.execute(delete(held_changes).where(held_changes.c.source_id == run.source_id))
            if rows:
                connection.execute(insert(held_changes), rows)

    def of(self, source: Source) -> HeldList:
        """What waits to be accepted, by address."""
        rows, writer = self._rows(source), _writer(self._engine, source)
        known = writer.known() if rows else {}
        changes = [
            HeldChange(
                url=row["url"],
                kind=row["kind"],
                reason=row["reason"],
                before=writer.text(known[row["url"]]),
                after=full_text(_page(row).extracted) if row["answer"] else "",
            )
            for row in rows
        ]
        return HeldList(source=source.id, run=rows[0]["run_id"] if rows else None, changes=changes)

    def accept(self, source: Source, urls: Collection[str], *, everything: bool = False) -> AcceptedChanges:
        """Make the held changes of these addresses, or all of them; the others stay held.

        Raises NotFound for an address of which nothing is held, BadInput without any, Conflict while the source is crawled.
        """
        if not urls and not everything:
            raise BadInput("Name the addresses whose changes to accept, or accept all.")
        for run in Runs(self._engine).latest(source_id=source.id, limit=1):
            if run.status == "running":
                raise Conflict(f"Run {run.id} of {source.id} is under way; wait for it to end.")
        rows = {row["url"]: row for row in self._rows(source)}
        if unknown := [url for url in urls if url not in rows]:
            raise NotFound(f"Nothing is held back of {unknown[0]}. `townclerk source held {source.id}` lists what is.")
        chosen = [row for url, row in rows.items() if everything or url in urls]
        self._make(source, chosen)
        changed = sum(row["kind"] == "changed" for row in chosen)
        return AcceptedChanges(
            source=source.id, changed=changed, removed=len(chosen) - changed, left=len(rows) - len(chosen)
        )

    def _make(self, source: Source, rows: Sequence[RowMapping]) -> None:
        """Change and remove the pages, then forget that it was held. Done again after a fault it changes nothing more."""
        writer = _writer(self._engine, source)
        known = writer.known()
        writer.keep([(_page(row), known[row["url"]]) for row in rows if row["answer"]])
        writer.remove([known[row["url"]].id for row in rows if not row["answer"] and not known[row["url"]].gone])
        with writing(self._engine) as connection:
            for row in rows:
                kind: OutcomeKind = "changed" if row["answer"] else "gone"
                reason = f"{row['reason']}; accepted by staff"
                values = {"run_id": row["run_id"], "url": row["url"], "outcome": kind, "reason": reason}
                connection.execute(insert(page_outcomes).values(values))
                connection.execute(
                    delete(held_changes).where(held_changes.c.source_id == source.id, held_changes.c.url == row["url"])
                )
        site_memory.learn(self._engine, source.id)

    def _rows(self, source: Source) -> Sequence[RowMapping]:
        query = select(held_changes).where(held_changes.c.source_id == source.id).order_by(held_changes.c.url)
        with reading(self._engine) as connection:
            return connection.execute(query).mappings().all()


def _writer(engine: Engine, source: Source) -> PageWriter:
    return PageWriter(engine, source_id=source.id, jurisdiction=source.city)


def _page(row: RowMapping) -> FetchedPage:
    page = load(row["answer"]).page
    if page is None:  # only pages are written down
        raise ValueError(f"the held change of {row['url']} holds no page")
    return page
