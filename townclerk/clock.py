"""The one clock. Times are aware UTC everywhere; storage and JSON use ISO 8601 with zone."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time in UTC, to the second's fraction."""
    return datetime.now(UTC)


def as_utc(moment: datetime) -> datetime:
    """`moment` with its zone: SQLite hands back naive times, which are UTC by our rule."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with seconds, or None: the one time format of the HTTP contracts."""
    return None if moment is None else as_utc(moment).isoformat(timespec="seconds")
