"""Schedules in the city's time zone."""

from datetime import UTC, datetime

import pytest

from crawler.jobs.schedule import check_cron, next_due
from townclerk.errors import BadInput


def test_a_line_is_read_in_the_citys_time() -> None:
    after = datetime(2026, 1, 10, 12, tzinfo=UTC)
    assert next_due("0 3 * * *", timezone="America/Chicago", after=after) == datetime(2026, 1, 11, 9, tzinfo=UTC)
    summer = datetime(2026, 7, 10, 12, tzinfo=UTC)
    assert next_due("0 3 * * *", timezone="America/Chicago", after=summer) == datetime(2026, 7, 11, 8, tzinfo=UTC)


def test_the_hour_that_daylight_saving_skips_still_runs_once() -> None:
    # 2026-03-08: clocks go from 2:00 to 3:00 in Chicago.
    after = datetime(2026, 3, 8, 0, tzinfo=UTC)
    first = next_due("30 2 * * *", timezone="America/Chicago", after=after)
    assert first == datetime(2026, 3, 8, 8, tzinfo=UTC)


def test_no_schedule_is_never_due() -> None:
    assert next_due("", timezone="UTC", after=datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize("line", ["daily", "* * *", "61 * * * *", "0 0 30 2 *"])
def test_a_wrong_line_is_named(line: str) -> None:
    with pytest.raises(BadInput, match="cron line"):
        check_cron(line)
