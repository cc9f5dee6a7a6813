"""What the crawler keeps and the index reads: pages, and the order in which they changed.

This module is light on purpose: the index imports it and nothing else of the crawler.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Engine, RowMapping, func, or_, select

from crawler.tables import page_revisions, pages, sources
from townclerk.database import reading

BlockKind = Literal["text", "list", "table", "faq"]


@dataclass(frozen=True)
class Block:
    """One piece of a page under one heading.

    `heading` is the path of headings above it, outermost first, without the page title.
    `text` is plain text with "\\n" between lines, rows or items; of a `faq` it is the answer.
    `anchor` is the fragment id to link to, or "".
    """

    kind: BlockKind
    heading: tuple[str, ...]
    text: str
    question: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Page:
    """One page as a resident would read it. `page_date` is the date the page itself states, `checked_at` ours."""

    url: str
    jurisdiction: str
    title: str
    language: str
    blocks: tuple[Block, ...]
    page_date: date | None
    page_date_origin: str
    checked_at: datetime
    content_hash: str


@dataclass(frozen=True)
class StoredPage:
    """A page as stored. `gone` means: answer nothing from it any more."""

    id: int
    source_id: str
    revision: int
    gone: bool
    page: Page


class PageStore:
    """Reads stored pages. A page's revision moves when its text, title, jurisdiction or gone-state changes.

    A page whose content another page of the same source already holds is reported as
    gone, so one text is answered from one address; it comes back when the other goes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def changes_since(self, revision: int, *, limit: int = 500) -> list[StoredPage]:
        """Pages changed after `revision`, oldest change first, each once in its newest state."""
        query = select(pages).where(pages.c.revision > revision).order_by(pages.c.revision).limit(limit)
        with reading(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(query).mappings()]

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
        return None if row is None else _from_row(row)

    def at(self, url: str) -> list[int]:
        """Ids of the pages that answer for an address, with or without a last slash: those stored there, or what they are copies of."""
        bare = url.rstrip("/")
        # By source, for that is how the index of addresses begins.
        stored = select(func.coalesce(pages.c.duplicate_of, pages.c.id)).where(
            pages.c.source_id.in_(select(sources.c.id)), pages.c.url.in_([bare, f"{bare}/"]), ~pages.c.gone
        )
        with reading(self._engine) as connection:
            return sorted(set(connection.execute(stored).scalars()))

    def count(self, source_id: str | None = None) -> int:
        """How many pages can be answered from (not gone, not the copy of another)."""
        query = select(func.count()).select_from(pages).where(~or_(pages.c.gone, pages.c.duplicate_of.is_not(None)))
        if source_id is not None:
            query = query.where(pages.c.source_id == source_id)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()


def content_hash(title: str, blocks: Iterable[Block]) -> str:
    """SHA-256 over title and blocks with Unicode (NFC) and white space normalised.

    Layout noise does not change it; a changed word, heading or order does.
    """
    parts = [
        _normal(title),
        *([b.kind, *map(_normal, b.heading), _normal(b.question), _normal(b.text)] for b in blocks),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def blocks_to_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Blocks in the form they are stored in."""
    return [
        {"kind": b.kind, "heading": list(b.heading), "text": b.text, "question": b.question, "anchor": b.anchor}
        for b in blocks
    ]


def blocks_from_json(stored: Iterable[dict[str, Any]]) -> tuple[Block, ...]:
    """The inverse of `blocks_to_json`."""
    return tuple(Block(b["kind"], tuple(b["heading"]), b["text"], b["question"], b["anchor"]) for b in stored)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _from_row(row: RowMapping) -> StoredPage:
    page = Page(
        url=row["url"],
        jurisdiction=row["jurisdiction"],
        title=row["title"],
        language=row["language"],
        blocks=blocks_from_json(row["blocks"]),
        page_date=row["page_date"],
        page_date_origin=row["page_date_origin"],
        checked_at=row["checked_at"],
        content_hash=row["content_hash"],
    )
    gone = row["gone"] or row["duplicate_of"] is not None
    return StoredPage(id=row["id"], source_id=row["source_id"], revision=row["revision"], gone=gone, page=page)
