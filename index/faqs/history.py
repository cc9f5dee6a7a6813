"""Who changed which FAQ, from what to what. Written with each change, in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, insert, select

from index.schemas.faqs import FaqChange
from index.tables import faq_changes, faqs
from townclerk.database import reading
from townclerk.errors import NotFound


def record(connection: Connection, changes: Sequence[FaqChange]) -> None:
    """Keep these changes."""
    versions = {"before", "after"}
    rows = [
        {**change.model_dump(exclude=versions), **change.model_dump(mode="json", include=versions)}
        for change in changes
    ]
    connection.execute(insert(faq_changes), rows)


def find(connection: Connection, revision: int) -> FaqChange:
    """The change of this number. Raises NotFound."""
    row = connection.execute(select(faq_changes).where(faq_changes.c.revision == revision)).mappings().first()
    if row is None:
        raise NotFound(f"There is no change {revision} of a FAQ. The history shows all.")
    return FaqChange.model_validate(row)


def changer(connection: Connection, faq: int) -> str:
    """Who changed a FAQ last, to begin a sentence with."""
    query = select(faq_changes.c.by).where(faq_changes.c.faq == faq).order_by(faq_changes.c.revision.desc()).limit(1)
    return connection.execute(query).scalar() or "Somebody"


def latest(
    engine: Engine, *, faq: int | None = None, city: str | None = None, before: int | None = None, limit: int
) -> list[FaqChange]:
    """Changes, newest first: of one FAQ, of one city, or all; those below number `before` for the next page."""
    query = select(faq_changes).order_by(faq_changes.c.revision.desc()).limit(limit)
    if city is not None:
        query = query.join(faqs, faqs.c.id == faq_changes.c.faq).where(faqs.c.jurisdiction == city)
    for column, value in ((faq_changes.c.faq == faq, faq), (faq_changes.c.revision < (before or 0), before)):
        query = query if value is None else query.where(column)
    with reading(engine) as connection:
        return [FaqChange.model_validate(row) for row in connection.execute(query).mappings()]
