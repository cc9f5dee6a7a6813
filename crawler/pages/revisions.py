"""The order in which pages change."""

from sqlalchemy import Connection, insert, update

from crawler.tables import page_revisions


def next_revision(connection: Connection) -> int:
    """A number above all given out, within the caller's transaction, so that revisions become visible in order."""
    step = update(page_revisions).where(page_revisions.c.id == 1).values(value=page_revisions.c.value + 1)
    value = connection.execute(step.returning(page_revisions.c.value)).scalar()
    if value is None:
        connection.execute(insert(page_revisions).values(id=1, value=1))
        return 1
    return int(value)
