"""Takes stored pages out of the answers, or gives them to another jurisdiction, within the caller's transaction."""

from sqlalchemy import Connection, func, select, update

from crawler.pages.revisions import next_revision
from crawler.tables import pages


def retire(connection: Connection, source_id: str) -> int:
    """Mark every page of a source gone, within the caller's transaction. Returns how many were not before."""
    query = select(pages.c.id).where(pages.c.source_id == source_id, ~pages.c.gone)
    ids = list(connection.execute(query).scalars())
    for id in ids:
        _mark_gone(connection, id)
    return len(ids)


def hand_over(connection: Connection, source_id: str, city: str) -> None:
    """Make the pages of a source those of another jurisdiction, within the caller's transaction."""
    ids = list(connection.execute(select(pages.c.id).where(pages.c.source_id == source_id)).scalars())
    for id in ids:
        values = {"jurisdiction": city, "revision": next_revision(connection)}
        connection.execute(update(pages).where(pages.c.id == id).values(values))


def remove(connection: Connection, ids: list[int]) -> None:
    """Mark pages gone, within the caller's transaction; a copy of one of them takes its place."""
    for id in ids:
        _mark_gone(connection, id)
        release_copies(connection, id)


def _mark_gone(connection: Connection, id: int) -> None:
    values = {"gone": True, "duplicate_of": None, "revision": next_revision(connection)}
    connection.execute(update(pages).where(pages.c.id == id).values(values))


def release_copies(connection: Connection, id: int) -> None:
    """The page `id` no longer holds the text its copies share: the oldest copy becomes the original."""
    oldest = connection.execute(select(func.min(pages.c.id)).where(pages.c.duplicate_of == id)).scalar()
    if oldest is None:
        return
    values = {"duplicate_of": None, "revision": next_revision(connection)}
    connection.execute(update(pages).where(pages.c.id == oldest).values(values))
    connection.execute(update(pages).where(pages.c.duplicate_of == id).values(duplicate_of=oldest))
