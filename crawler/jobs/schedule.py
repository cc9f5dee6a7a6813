"""When sources are due: cron lines in the city's own time zone, right across daylight saving changes."""

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from townclerk.clock import as_utc
from townclerk.errors import BadInput


def check_cron(line: str) -> None:
    """Raises BadInput unless `line` is empty or a cron line that will ever be due."""
    next_due(line, timezone="UTC", after=datetime(2024, 1, 1, tzinfo=UTC))


def next_due(line: str, *, timezone: str, after: datetime) -> datetime | None:
    """The first due time after `after`, in UTC; None when there is no schedule. Raises BadInput."""
    return next(iter(due_times(line, timezone=timezone, after=after, count=1)), None)


def due_times(line: str, *, timezone: str, after: datetime, count: int) -> list[datetime]:
    """The first `count` due times after `after`, in UTC; none when there is no schedule. Raises BadInput."""
    if not line.strip():
        return []
    try:
        local = as_utc(after).astimezone(ZoneInfo(timezone))
        due = [moment.astimezone(UTC) for moment in islice(CronSim(line, local), count)]
        if not due:
            raise StopIteration
        return due
    except (CronSimError, StopIteration) as error:
        raise BadInput(
            f"A schedule is a cron line of five fields such as '0 3 * * *' (each day at 3); got {line!r}."
        ) from error
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput(f"There is no time zone {timezone!r}; correct the city's timezone.") from error
