"""The one clock. Times are aware UTC everywhere; storage and JSON use ISO 8601 with zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from townclerk.errors import BadInput

_stopped: list[datetime] = []


def now() -> datetime:
    """The current time in UTC, to the second's fraction."""
    return _stopped[-1] if _stopped else datetime.now(UTC)


@contextmanager
def stopped(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment` in this process: for measurements that must not depend on the calendar."""
    _stopped.append(as_utc(moment))
    try:
        yield
    finally:
        _stopped.pop()


def as_utc(moment: datetime) -> datetime:
    """`moment` with its zone: SQLite hands back naive times, which are UTC by our rule."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise BadInput(f"{moment} lies outside the years 1 to 9999 in UTC. Give another time.") from error


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with seconds, or None: the one time format of the HTTP contracts."""
    return None if moment is None else as_utc(moment).isoformat(timespec="seconds")
