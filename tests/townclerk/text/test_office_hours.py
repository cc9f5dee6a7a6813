"""Whether an office is open, and when next: in its own zone, holidays and days that are named left out."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from townclerk.errors import BadInput
from townclerk.jurisdictions import Jurisdiction, Jurisdictions, read_files
from townclerk.text.office_hours import OfficeHours, Opening

OFFICE = OfficeHours("Monday to Friday, 8 a.m. to noon and 1 p.m. to 5 p.m.", closed=("2026-12-24",))
ZONE = "America/Denver"


@pytest.mark.parametrize(
    ("utc", "open_", "opens"),
    [
        ("2026-11-30 14:59", False, (date(2026, 11, 30), "8 a.m.")),  # 7:59 in Denver
        ("2026-11-30 15:00", True, (date(2026, 11, 30), "1 p.m.")),
        ("2026-11-30 19:30", False, (date(2026, 11, 30), "1 p.m.")),
        ("2026-12-01 00:00", False, (date(2026, 12, 1), "8 a.m.")),  # 5 p.m. on Monday
        ("2026-12-04 18:00", True, (date(2026, 12, 4), "1 p.m.")),
        ("2026-12-05 18:00", False, (date(2026, 12, 7), "8 a.m.")),
        ("2026-11-26 18:00", False, (date(2026, 11, 27), "8 a.m.")),  # Thanksgiving
        ("2026-12-24 18:00", False, (date(2026, 12, 28), "8 a.m.")),  # closed, Christmas, a weekend
        ("2026-07-03 18:00", False, (date(2026, 7, 6), "8 a.m.")),  # kept for the Fourth, a Saturday
    ],
)
def test_it_is_open_by_its_own_clock(utc: str, open_: bool, opens: tuple[date, str]) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert OFFICE.is_open(at, ZONE) is open_
    assert OFFICE.opens(at, ZONE) == Opening(*opens)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('hours = "at any hour"', "no weekly hours are read from 'at any hour'"),
        ("minutes = 0", "whole number from 1 to 60; got 0"),
        ('closed = ["24 Dec"]', "dates such as 2026-12-24; got '24 Dec'"),
        ("staff = 3", "hours, minutes, closed and answers; got staff"),
    ],
)
def test_a_wrong_table_is_refused_by_what_is_wrong(tmp_path: Path, table: str, message: str) -> None:
    city = '[[jurisdiction]]\nid = "elm"\nname = "Elm"\nhours = "Monday to Friday, 8 a.m. to 5 p.m."\n'
    (tmp_path / "elm.toml").write_text(f"{city}[jurisdiction.handoff]\n{table}\n")
    with pytest.raises(BadInput, match=message):
        read_files(tmp_path)


def test_the_citys_hours_hold_unless_the_office_has_its_own(tmp_path: Path, engine: Engine) -> None:
    city = '[[jurisdiction]]\nid = "elm"\nname = "Elm"\nhours = "Monday to Friday, 8 a.m. to 5 p.m."\n'
    (tmp_path / "elm.toml").write_text(f'{city}[jurisdiction.handoff]\nanswers = ["Please call."]\n')
    (elm,) = read_files(tmp_path)
    assert elm.handoff == OfficeHours("Monday to Friday, 8 a.m. to 5 p.m.", answers=("Please call.",))
    Jurisdictions(engine).put([elm, Jurisdiction("oak", "Oak")])
    assert [Jurisdictions(engine).get(id).handoff for id in ("elm", "oak")] == [elm.handoff, None]
