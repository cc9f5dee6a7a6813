"""Writes pages: added, changed, checked again, missing, gone, copies of one another.

Every write is one short transaction, so what a killed run has stored stays stored. A
revision number is taken inside the transaction, which makes revisions visible in order.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, bindparam, func, insert, select, update

from crawler.extracted import EXTRACTOR, Extracted
from crawler.fetching.fetcher import Fetched, Validators
from crawler.outcome import OutcomeKind, UrlOutcome
from crawler.page import blocks_to_json, content_hash
from crawler.pages.copies import settle_copies
from crawler.pages.removal import release_copies, remove
from crawler.pages.revisions import next_revision
from crawler.tables import pages
from townclerk.database import reading, writing

MAX_LINKS = 2000
"""Links kept per page, for following them when the page is unchanged."""
_CHECKED = update(pages).where(pages.c.id == bindparam("page")).values(strikes=0)
_BOOKKEEPING = [column for column in pages.c if column.name not in ("blocks", "links", "contacts", "frame")]


@dataclass(frozen=True)
class KnownPage:
    """What a run needs to know about a stored page before it fetches it.

    A page that was read by older rules has no validators and no `raw_hash`: nothing that
    is fetched counts as read already.
    """

    id: int
    url: str
    validators: Validators
    raw_hash: str
    content_hash: str
    gone: bool
    strikes: int
    canonical: str
    first_seen_at: datetime
    changed_at: datetime
    checked_at: datetime


@dataclass(frozen=True)
class FetchedPage:
    """One page as fetched and read in this run. `links` are canonical and on this site, and so is `canonical`."""

    url: str
    fetched: Fetched
    extracted: Extracted
    links: tuple[str, ...]
    checked_at: datetime
    canonical: str = ""

    @property
    def content_hash(self) -> str:
        return content_hash(self.extracted.title, self.extracted.blocks)


class PageWriter:
    """The stored pages of one source."""

    def __init__(self, engine: Engine, *, source_id: str, jurisdiction: str) -> None:
        self._engine = engine
        self._source = source_id
        self._jurisdiction = jurisdiction
        self.moved = False
        """Whether it wrote more than that a page is as it was."""

    def known(self) -> dict[str, KnownPage]:
        """All stored pages by URL, gone ones too."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(*_BOOKKEEPING).where(pages.c.source_id == self._source)).mappings()
            return {row["url"]: _known(row) for row in rows}

    def links(self, known: KnownPage) -> tuple[str, ...]:
        """The links that the page had when it was last read."""
        with reading(self._engine) as connection:
            return tuple(connection.execute(select(pages.c.links).where(pages.c.id == known.id)).scalar_one())

    def text(self, known: KnownPage) -> str:
        """Title and text of the page as stored, a block a line."""
        with reading(self._engine) as connection:
            title, blocks = connection.execute(
                select(pages.c.title, pages.c.blocks).where(pages.c.id == known.id)
            ).one()
            return "\n".join([title, *(block["text"] for block in blocks)])

    def keep(self, read: Iterable[tuple[FetchedPage, KnownPage | None]]) -> list[UrlOutcome]:
        """Store pages that were read. An equal text moves only what belongs to the check itself."""
        self.moved = True
        with writing(self._engine) as connection:
            return [self._keep(connection, page, known) for page, known in read]

    def _keep(self, connection: Connection, page: FetchedPage, known: KnownPage | None) -> UrlOutcome:
        values = self._check_values(page)
        if known is not None and known.content_hash == page.content_hash and not known.gone:
            connection.execute(update(pages).where(pages.c.id == known.id).values(values))
            return UrlOutcome(page.url, "unchanged")
        values |= self._text_values(connection, page, known.id if known else None)
        if known is None:
            fixed = {"source_id": self._source, "url": page.url, "first_seen_at": page.checked_at}
            connection.execute(insert(pages).values(fixed | values))
        else:
            connection.execute(update(pages).where(pages.c.id == known.id).values(values))
            release_copies(connection, known.id)
        kind: OutcomeKind = "added" if known is None or known.gone else "changed"
        return UrlOutcome(page.url, kind, _copy_reason(connection, values["duplicate_of"]))

    def touch(self, checked: Collection[tuple[KnownPage, Validators]], *, at: datetime) -> dict[int, tuple[str, ...]]:
        """These pages are as stored; one that was gone is back. Returns the links that each had when it was last read, by id.

        Validators without any value leave those that are stored.
        """
        validators = {known.id: sent if sent != Validators() else known.validators for known, sent in checked}
        rows = [{"page": id, "checked_at": at, **asdict(sent)} for id, sent in validators.items()]
        with writing(self._engine) as connection:
            connection.execute(_CHECKED, rows)
            for known, _ in checked:
                if known.gone:
                    self._bring_back(connection, known)
            links = connection.execute(select(pages.c.id, pages.c.links).where(pages.c.id.in_(validators)))
            return {id: tuple(found) for id, found in links}

    def _bring_back(self, connection: Connection, known: KnownPage) -> None:
        self.moved = True
        twin = self._twin(connection, (known.content_hash, known.raw_hash), known.id)
        values = {"gone": False, "revision": next_revision(connection), "duplicate_of": twin}
        connection.execute(update(pages).where(pages.c.id == known.id).values(values))

    def lose(self, struck: list[int], gone: list[int], *, mark: Callable[[Connection], None]) -> None:
        """Note that the pages `struck` were missing in this run and remove those `gone`, all or nothing, `mark` too."""
        with writing(self._engine) as connection:
            for id in struck:
                connection.execute(update(pages).where(pages.c.id == id).values(strikes=pages.c.strikes + 1))
            remove(connection, gone)
            mark(connection)

    def remove(self, ids: list[int]) -> None:
        """See the function `remove`."""
        self.moved = self.moved or bool(ids)
        with writing(self._engine) as connection:
            remove(connection, ids)

    def settle_copies(self, start: str, since: datetime) -> None:
        """Choose which of several pages with one text answers, see `copies`."""
        settle_copies(self._engine, source_id=self._source, start=start, since=since)

    def _check_values(self, page: FetchedPage) -> dict[str, Any]:
        return {
            "checked_at": page.checked_at,
            "strikes": 0,
            "etag": page.fetched.etag,
            "last_modified": page.fetched.last_modified,
            "raw_hash": page.fetched.raw_hash,
            "extractor": 0 if page.extracted.expires else EXTRACTOR,
            "links": list(page.links[:MAX_LINKS]),
            "contacts": blocks_to_json(page.extracted.contacts),
            "canonical": page.canonical,
            "page_date": page.extracted.page_date,
            "page_date_origin": page.extracted.page_date_origin[:60],
        }

    def _text_values(self, connection: Connection, page: FetchedPage, id: int | None) -> dict[str, Any]:
        return {
            "revision": next_revision(connection),
            "gone": False,
            "duplicate_of": self._twin(connection, (page.content_hash, page.fetched.raw_hash), id),
            "jurisdiction": self._jurisdiction,
            "title": page.extracted.title,
            "language": page.extracted.language[:20] or "en",
            "blocks": blocks_to_json(page.extracted.blocks),
            "frame": {},
            "content_hash": page.content_hash,
            "changed_at": page.checked_at,
        }

    def _twin(self, connection: Connection, hashes: tuple[str, str], id: int | None) -> int | None:
        """The page of this source that holds the same text or the same bytes already, if any.

        Bytes too, because a page without a title of its own is titled by its address.
        """
        text, raw = hashes
        for same in (pages.c.content_hash == text, and_(pages.c.raw_hash == raw, pages.c.raw_hash != "")):
            query = select(func.min(pages.c.id)).where(
                pages.c.source_id == self._source,
                same,
                pages.c.duplicate_of.is_(None),
                ~pages.c.gone,
                pages.c.id != (id or 0),
            )
            if (twin := connection.execute(query).scalar()) is not None:
                return int(twin)
        return None


def _copy_reason(connection: Connection, original: int | None) -> str:
    if original is None:
        return ""
    url = connection.execute(select(pages.c.url).where(pages.c.id == original)).scalar_one()
    return f"same text as {url}"


def _known(row: RowMapping) -> KnownPage:
    read = row["extractor"] == EXTRACTOR
    return KnownPage(
        id=row["id"],
        url=row["url"],
        validators=Validators(row["etag"], row["last_modified"]) if read else Validators(),
        raw_hash=row["raw_hash"] if read else "",
        content_hash=row["content_hash"],
        gone=row["gone"],
        **{name: row[name] for name in ("strikes", "canonical", "first_seen_at", "changed_at", "checked_at")},
    )
