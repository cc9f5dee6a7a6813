"""The addresses of a source as staff look through them, and hide one from the answers."""

from sqlalchemy import Engine, case, func, literal, null, or_, select, union_all, update

from crawler.page_schemas import ListedPage, PageState, SeenPage
from crawler.pages.address_history import seen
from crawler.pages.revisions import next_revision
from crawler.tables import crawl_runs, page_outcomes, pages
from townclerk.database import reading, writing
from townclerk.errors import NotFound

_STATE = case(
    (pages.c.gone, "gone"), (pages.c.hidden, "hidden"), (pages.c.duplicate_of.is_not(None), "copy"), else_="answered"
)


class PageBrowser:
    """Looks through stored pages and the addresses that the last run left unread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(
        self, source_id: str, *, text: str = "", state: PageState | None = None, offset: int = 0, limit: int = 100
    ) -> list[ListedPage]:
        """Addresses, in their order, that hold `text` in themselves or their title, whatever its case."""
        stored = select(
            pages.c.url, pages.c.title, _STATE.label("state"), literal("").label("reason"), pages.c.changed_at
        ).where(pages.c.source_id == source_id)
        last = select(func.max(crawl_runs.c.id)).where(
            crawl_runs.c.source_id == source_id, crawl_runs.c.started_at.is_not(None)
        )
        kept = select(pages.c.url).where(pages.c.source_id == source_id)
        unread = select(
            page_outcomes.c.url,
            literal("").label("title"),
            literal("unread").label("state"),
            page_outcomes.c.reason,
            null().label("changed_at"),
        ).where(
            page_outcomes.c.run_id == last.scalar_subquery(),
            page_outcomes.c.outcome.in_(("failed", "skipped")),
            page_outcomes.c.url.not_in(kept),
        )
        met = union_all(stored, unread).subquery()
        query = select(met).where(
            or_(met.c.url.icontains(text, autoescape=True), met.c.title.icontains(text, autoescape=True))
        )
        if state is not None:
            query = query.where(met.c.state == state)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(met.c.url).offset(offset).limit(limit)).mappings()
            return [ListedPage.model_validate(dict(row)) for row in rows]

    def seen(self, source_id: str, url: str) -> SeenPage:
        """Everything that is kept of an address. Raises NotFound when this source never met it."""
        for entry, _ in seen(self._engine, url):
            if entry.source == source_id and entry.url == url:
                return entry
        raise NotFound(f"Source {source_id} met no page at {url}.")

    def hide(self, source_id: str, url: str, *, hidden: bool) -> SeenPage:
        """Take a stored page out of the answers, or bring it back; it is read on. Raises NotFound."""
        this = (pages.c.source_id == source_id) & (pages.c.url == url)
        with writing(self._engine) as connection:
            values = {"hidden": hidden, "revision": next_revision(connection)}
            changed = connection.execute(update(pages).where(this, pages.c.hidden != hidden).values(values)).rowcount
            if not changed and connection.execute(select(pages.c.id).where(this)).first() is None:
                raise NotFound(f"Source {source_id} keeps no page at {url}.")
        return self.seen(source_id, url)
