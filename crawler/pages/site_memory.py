"""Learns the frame of a source from its stored pages, and marks on each page what of it is left out."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, RowMapping, select, update

from crawler.page import blocks_from_json
from crawler.pages.frame import Frame
from crawler.pages.revisions import next_revision
from crawler.tables import pages
from townclerk.database import reading, writing

_TOGETHER = 200  # pages read or written in one step


def learn(engine: Engine, source_id: str) -> list[str]:
    """Mark the frame on every page of a source. Returns addresses of pages that hold nothing else.

    The outcome follows from the stored pages alone: pages that did not change keep their revision, and a run that was
    killed before this step is made good by the next.
    """
    frame = Frame()
    for row in _rows(engine, source_id):
        frame.learn(blocks_from_json(row["blocks"]))
    changed: list[tuple[int, dict[str, Any]]] = []
    alone: list[str] = []
    for row in _rows(engine, source_id):
        marks, only_frame = frame.of_page(blocks_from_json(row["blocks"]), blocks_from_json(row["contacts"]))
        if marks != row["frame"]:
            changed.append((row["id"], marks))
        if only_frame:
            alone.append(row["url"])
    for start in range(0, len(changed), _TOGETHER):
        with writing(engine) as connection:
            for id, marks in changed[start : start + _TOGETHER]:
                values = {"frame": marks, "revision": next_revision(connection)}
                connection.execute(update(pages).where(pages.c.id == id).values(values))
    return alone


def _rows(engine: Engine, source_id: str) -> Iterator[RowMapping]:
    """The pages of a source that are answered from, in the order in which they were met."""
    query = select(pages.c.id, pages.c.url, pages.c.blocks, pages.c.contacts, pages.c.frame).where(
        pages.c.source_id == source_id, ~pages.c.gone, pages.c.duplicate_of.is_(None)
    )
    with reading(engine) as connection:
        yield from connection.execution_options(yield_per=_TOGETHER).execute(query.order_by(pages.c.id)).mappings()
