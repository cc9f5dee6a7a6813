"""Quiet hours by the city's clock."""

from datetime import UTC, datetime

import pytest

from bot.alerts.quiet_hours import QuietHours, start_of_day

NIGHT = QuietHours.read("21-8", "America/New_York")


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-07-01T00:59", False), ("2026-07-01T01:00", True), ("2026-07-01T11:59", True), ("2026-07-01T12:00", False),
        ("2026-12-01T01:59", False), ("2026-12-01T02:00", True), ("2026-12-01T12:59", True), ("2026-12-01T13:00", False),
        ("2026-03-08T12:00", False), ("2026-03-08T11:59", True), ("2026-11-01T12:30", True), ("2026-11-01T13:00", False),
    ],
)  # fmt: skip
def test_nine_to_eight_in_summer_in_winter_and_on_the_days_between(moment: str, quiet: bool) -> None:
    assert NIGHT.holds(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is quiet


def test_when_the_next_begin() -> None:
    noon = datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert NIGHT.begins(noon) == datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert NIGHT.begins(datetime(2026, 7, 2, 1, tzinfo=UTC)) == datetime(2026, 7, 3, 1, tzinfo=UTC)
    assert start_of_day(noon, "America/New_York") == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_hours_of_the_day_and_none() -> None:
    siesta, never = QuietHours.read("13-15", "UTC"), QuietHours.read("0-0", "UTC")
    at = [datetime(2026, 7, 1, hour, 30, tzinfo=UTC) for hour in range(24)]
    assert [moment.hour for moment in at if siesta.holds(moment)] == [13, 14]
    assert [moment for moment in at if never.holds(moment)] == []
    assert never.begins(at[0]) is None
