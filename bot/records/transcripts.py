"""Transcripts to hand over: what a person, or everybody, wrote and was told, personal data masked."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine, select

from bot.tables import messages
from townclerk.clock import iso
from townclerk.database import reading

_PART = 1000


def transcripts(
    engine: Engine, *, person: str = "", since: date | None = None, until: date | None = None
) -> Iterator[dict[str, str | None]]:
    """Messages in the order they came, of one person or all, from the first of these days to the last (UTC)."""
    wanted = [messages.c.person == person] if person else []
    wanted += [messages.c.at >= _begin(since)] if since else []
    wanted += [messages.c.at < _begin(until + timedelta(days=1))] if until and until < date.max else []
    last = 0
    while True:
        query = select(messages).where(messages.c.id > last, *wanted).order_by(messages.c.id).limit(_PART)
        with reading(engine) as connection:
            rows = connection.execute(query).mappings().all()
        for row in rows:
            yield {
                "at": iso(row["at"]),
                **{name: row[name] for name in ("person", "channel", "city", "direction", "text")},
            }
        if len(rows) < _PART:
            return
        last = rows[-1]["id"]


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
