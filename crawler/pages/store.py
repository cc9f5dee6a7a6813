"""Reads stored pages, and the order in which they changed.

The index imports this module, `crawler.pages.address_history` and `crawler.page`, and nothing else of the crawler.
"""

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Engine, RowMapping, func, or_, select

from crawler.page import Page, StoredPage, blocks_from_json
from crawler.pages.frame import shown
from crawler.tables import crawl_runs, page_revisions, pages, sources
from townclerk.database import reading

_PAGE_COLUMNS = [field.name for field in fields(Page)]


class PageStore:
    """Reads stored pages. A page's revision moves when its text, title, jurisdiction or gone-state changes.

    The frame of the site (`crawler.pages.frame`) is left out of what is read.

    A page whose content another page of the same source already holds is reported as
    gone, so one text is answered from one address; it comes back when the other goes. So is a page that staff hide.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def changes_since(self, revision: int, *, limit: int = 500) -> list[StoredPage]:
        """Pages changed after `revision`, oldest change first, each once in its newest state."""
        query = select(pages).where(pages.c.revision > revision).order_by(pages.c.revision).limit(limit)
        with reading(self._engine) as connection:
            return [stored_page(row) for row in connection.execute(query).mappings()]

    def latest_revision(self) -> int:
        """The newest revision given out; 0 before the first page."""
        with reading(self._engine) as connection:
            return connection.execute(select(func.max(page_revisions.c.value))).scalar() or 0

    def checked_since(self, moment: datetime | None) -> Iterator[tuple[int, datetime]]:
        """Id of each page that was found as it is stored at that moment or later (None: ever), and when."""
        query = select(pages.c.id, pages.c.checked_at)
        if moment is not None:
            query = query.where(pages.c.checked_at >= moment)
        with reading(self._engine) as connection:
            yield from ((id, checked) for id, checked in connection.execution_options(yield_per=5000).execute(query))

    def get(self, id: int) -> StoredPage | None:
        """One page by its id, or None."""
        with reading(self._engine) as connection:
            row = connection.execute(select(pages).where(pages.c.id == id)).mappings().first()
        return None if row is None else stored_page(row)

    def at(self, url: str) -> list[int]:
        """Ids of the pages that answer for an address, with or without a last slash: those stored there, or what they are copies of."""
        bare = url.rstrip("/")
        # By source, for that is how the index of addresses begins.
        stored = select(func.coalesce(pages.c.duplicate_of, pages.c.id)).where(
            pages.c.source_id.in_(select(sources.c.id)),
            pages.c.url.in_([bare, f"{bare}/"]),
            ~pages.c.gone,
            ~pages.c.hidden,
        )
        with reading(self._engine) as connection:
            return sorted(set(connection.execute(stored).scalars()))

    def read_first(self, jurisdictions: Collection[str]) -> bool:
        """Whether a site of one of these is being read, or waits for it, that was never read to its end."""
        read = select(crawl_runs.c.source_id).where(crawl_runs.c.status == "succeeded")
        under_way = (
            select(func.count())
            .select_from(crawl_runs.join(sources))
            .where(
                sources.c.jurisdiction.in_(jurisdictions),
                crawl_runs.c.status.in_(("queued", "running")),
                sources.c.id.not_in(read),
            )
        )
        with reading(self._engine) as connection:
            return connection.execute(under_way).scalar_one() > 0

    def count(self, source_id: str | None = None) -> int:
        """How many pages can be answered from (not gone, not hidden, not the copy of another)."""
        query = (
            select(func.count())
            .select_from(pages)
            .where(~or_(pages.c.gone, pages.c.hidden, pages.c.duplicate_of.is_not(None)))
        )
        if source_id is not None:
            query = query.where(pages.c.source_id == source_id)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()


def stored_page(row: RowMapping) -> StoredPage:
    """A row of `pages` as the index reads it."""
    blocks = shown(blocks_from_json(row["blocks"]), row["frame"])
    page = Page(**{name: row[name] for name in _PAGE_COLUMNS} | {"blocks": blocks})
    gone = row["gone"] or row["hidden"] or row["duplicate_of"] is not None
    return StoredPage(id=row["id"], source_id=row["source_id"], revision=row["revision"], gone=gone, page=page)
