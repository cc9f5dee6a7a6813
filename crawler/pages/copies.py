"""Which of several pages with one text answers for all: a rule, not the order in which they were fetched."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, RowMapping, select, update

from crawler.pages.revisions import next_revision
from crawler.tables import pages
from townclerk.database import writing

SAME = 0.8
"""Share of the blocks of a page that have to stand on its declared canonical page: sites that name their home page
everywhere must not lose their pages."""


@dataclass(frozen=True)
class _Row:
    id: int
    url: str
    canonical: str
    hidden: bool
    duplicate_of: int | None
    content_hash: str
    raw_hash: str
    changed_at: datetime


def settle_copies(engine: Engine, *, source_id: str, start: str, since: datetime) -> None:
    """Choose the original of each text of a source, and fold pages onto the address that they declare.

    The original is the page that staff hide, so that no copy brings its text back, else that at `start`, else the one that others declare, else the one that was it before the run that
    began at `since`, else the shortest address without parameters.
    """
    columns = [getattr(pages.c, name) for name in _Row.__dataclass_fields__]
    with writing(engine) as connection:
        query = select(*columns).where(pages.c.source_id == source_id, ~pages.c.gone).order_by(pages.c.url)
        rows = [_Row(**row) for row in connection.execute(query).mappings()]
        root = _originals(rows, start, since)
        _fold(connection, rows, root)
        for row in rows:
            if root[row.id] != row.id and root[row.id] != row.duplicate_of:
                _store(connection, row, root[row.id])
        for row in rows:
            if root[row.id] == row.id and row.duplicate_of is not None:
                _store(connection, row, None)


def _originals(rows: list[_Row], start: str, since: datetime) -> dict[int, int]:
    """Page -> the page with its text or its bytes that answers for it."""
    declared = {row.canonical for row in rows if row.canonical != row.url}

    def rank(row: _Row) -> tuple[bool, bool, bool, bool, bool, int, int, str]:
        parts = urlsplit(row.url)
        was = row.duplicate_of is None and row.changed_at < since
        shape = (bool(parts.query), parts.path.count("/"), len(row.url), row.url)
        return not row.hidden, row.url != start, row.url not in declared, not was, *shape

    root: dict[int, int] = {}
    by_hash: dict[str, int] = {}
    for row in sorted(rows, key=rank):
        keys = [key for key in (row.content_hash, row.raw_hash) if key]
        twin = next((by_hash[key] for key in keys if key in by_hash), row.id)
        root[row.id] = twin
        for key in keys:
            by_hash.setdefault(key, twin)
    return root


def _fold(connection: Connection, rows: list[_Row], root: dict[int, int]) -> None:
    by_url = {row.url: row for row in rows}
    members = defaultdict(list)
    for row in rows:
        members[root[row.id]].append(row.id)
    for row in rows:
        target = by_url.get(row.canonical)
        if target is None or root[row.id] != row.id:
            continue
        onto = root[target.id]
        if onto != row.id and (row.duplicate_of == onto or _stands_on(connection, row.id, onto)):
            for id in members[row.id]:
                root[id] = onto
            members[onto] += members.pop(row.id)


def _stands_on(connection: Connection, copy: int, original: int) -> bool:
    found = connection.execute(select(pages.c.id, pages.c.blocks).where(pages.c.id.in_((copy, original)))).mappings()
    texts = {row["id"]: _texts(row) for row in found}
    there = set(texts[original])
    return bool(texts[copy]) and sum(text in there for text in texts[copy]) >= SAME * len(texts[copy])


def _texts(row: RowMapping) -> list[str]:
    return [block["text"] for block in row["blocks"]]


def _store(connection: Connection, row: _Row, original: int | None) -> None:
    values: dict[str, int | None] = {"duplicate_of": original}
    if (row.duplicate_of is None) != (original is None):
        values["revision"] = next_revision(connection)
    connection.execute(update(pages).where(pages.c.id == row.id).values(values))
