"""Hours in which nothing is sent, in a city's own zone, right across daylight saving changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class QuietHours:
    """From one hour of the day to another, such as 21 to 8; none when both are the same. `timezone` is an IANA name."""

    since: int
    until: int
    timezone: str

    @classmethod
    def read(cls, setting: str, timezone: str) -> "QuietHours":
        """Of `TOWNCLERK_ALERT_QUIET_HOURS`, whose form the settings check."""
        since, until = map(int, setting.split("-"))
        return cls(since % 24, until % 24, timezone)

    def holds(self, moment: datetime) -> bool:
        """Whether it is quiet then."""
        hour = moment.astimezone(ZoneInfo(self.timezone)).hour
        if self.since <= self.until:
            return self.since <= hour < self.until
        return hour >= self.since or hour < self.until

    def begins(self, moment: datetime) -> datetime | None:
        """When the next quiet hours begin, in UTC; None when there are none."""
        if self.since == self.until:
            return None
        zone = ZoneInfo(self.timezone)
        today = moment.astimezone(zone).date()
        starts = (datetime.combine(today + timedelta(days=n), time(self.since), zone).astimezone(UTC) for n in (0, 1))
        return next(start for start in starts if start > moment)


def start_of_day(moment: datetime, timezone: str) -> datetime:
    """Midnight before `moment` in this zone, in UTC."""
    zone = ZoneInfo(timezone)
    return datetime.combine(moment.astimezone(zone).date(), time(), zone).astimezone(UTC)
