"""Weekly opening hours: read where they are clear, and not at all in doubt."""

import pytest

from townclerk.text.weekly_hours import days_named, weekly_hours


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("The mill museum is open Tuesday to Thursday 9 a.m. to 7 p.m. It is closed on Monday.", "0 1:9-19 2:9-19 3:9-19"),
        ("Monday – Wednesday: 8:00 AM – 5:30 PM", "0:8-17.5 1:8-17.5 2:8-17.5"),
        ("Monday: 10 a.m. to 8 p.m.\nSaturday: noon to 4 p.m.\nSunday: Closed", "0:10-20 5:12-16 6"),
        ("Day: Friday; Hours: 9 a.m. to 5 p.m.", "4:9-17"),
        ("10 a.m. to 2 p.m. on Saturday, and 1 p.m. to 2 p.m. on Sunday", "5:10-14 6:13-14"),
        ("Mon. & Wed. 9 a.m. to noon and 1 p.m. to 4 p.m.", "0:9-12,13-16 2:9-12,13-16"),
        ("The counter is closed on Fridays, weekends and city holidays.", "4 5 6"),
        ("Open weekends 6 a.m. to midnight", "5:6-24 6:6-24"),
        ("Friday to Monday 9am-5pm", "0:9-17 4:9-17 5:9-17 6:9-17"),
        ("Abierto los sábados de 8 a.m. a mediodía; cerrado los domingos.", "5:8-12 6"),
    ],
)  # fmt: skip
def test_clear_hours_are_read(text: str, read: str) -> None:
    assert _written(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "Open in summer Monday 9 a.m. to 5 p.m.",
        "From June to August open Monday 9 a.m. to 5 p.m.",
        "On the second Monday 9 a.m. to 5 p.m.",
        "Monday 9 a.m. to 5 p.m., except in bad weather",
        "Monday 9 a.m. to 5 p.m. Monday 6 p.m. to 8 p.m.",
        "Open Monday to Friday. Doors close at 5 p.m.",
        "Monday 9 a.m. to 5 p.m. Closed for repairs.",
        "Quiet hours are 10 p.m. to 7 a.m. on weekdays",
        "Mon-Fri 8-5",
        "Monday 9:75 a.m. to 5 p.m.",
        "Monday 9 a.m. to 5:60 p.m.",
        "Open Tuesday and Thursday",
        "The bridge is closed.",
        "",
    ],
)
def test_what_is_in_doubt_is_not(text: str) -> None:
    assert weekly_hours(text) == {}


def test_days_are_found_by_their_names() -> None:
    assert days_named("North on Monday, South on Wed., and los sábados") == [0, 2, 5]
    assert days_named("The sunny monument") == []


def _written(text: str) -> str:
    week = sorted(weekly_hours(text).items())
    spans = {day: ",".join(f"{_hour(each.start)}-{_hour(each.end)}" for each in hours) for day, hours in week}
    return " ".join(f"{day}:{span}" if span else f"{day}" for day, span in spans.items())


def _hour(time: object) -> str:
    hour, minute, second = str(time).split(":")
    return f"{round(int(hour) + int(minute) / 60 + int(second) / 3600, 1):g}"
