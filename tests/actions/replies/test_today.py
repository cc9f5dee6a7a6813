"""What a question about today is told before the quotation, and when nothing is."""

from datetime import UTC, datetime

import pytest

from actions.replies.today import told_of_day
from index.schemas.search import Answer
from townclerk.text.translation import speaking

RINK = "The rink is open Tuesday to Saturday 9 a.m. to 7 p.m. and Sunday noon to 5 p.m. It is closed on Monday."
CARTS = "Every week: North on Monday, East on Tuesday."
NOON = "2026-11-20 18:00"
"""A Friday; noon where the rink is."""


def told(question: str, excerpt: str = RINK, at: str = NOON, **fields: str) -> str:
    given = {
        "id": "1",
        "kind": "passage",
        "title": "Rink",
        "heading": "Hours",
        "excerpt": excerpt,
        "url": "https://falls.example",
    }
    given |= {"jurisdiction": "alder-falls", "confidence": "medium", "passage": "1"} | fields
    found = Answer.model_validate({"score": 1.0} | given)
    return told_of_day(question, found, "America/Chicago", datetime.fromisoformat(at).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("question", "at", "said"),
    [
        ("is the rink open now", NOON, "Open today until 7 p.m."),
        ("is the rink open tonight?", NOON, "Open today until 7 p.m."),
        ("is the rink open now", "2026-11-21 02:00", "Closed now. Today's hours: 9 a.m. - 7 p.m."),
        ("is the rink open now", "2026-11-20 14:00", "Closed now. Today's hours: 9 a.m. - 7 p.m."),
        ("open today?", "2026-11-20 14:00", "Today is Friday. Open on Friday: 9 a.m. - 7 p.m."),
        ("is the rink open tomorrow", NOON, "Tomorrow is Saturday. Open on Saturday: 9 a.m. - 7 p.m."),
        ("is the rink open today", "2026-11-23 18:00", "Today is Monday. Closed on Monday."),
        ("rink hours on sunday", NOON, "Open on Sunday: noon - 5 p.m."),
        ("is the rink closed mondays", NOON, "Closed on Monday."),
    ],
)
def test_hours_are_told_of_the_day(question: str, at: str, said: str) -> None:
    assert told(question, at=at) == said


@pytest.mark.parametrize(
    ("question", "at", "said"),
    [
        ("is the rink open tomorrow", "2026-11-25 18:00", "Tomorrow is a public holiday."),
        ("is the rink open today", "2026-11-26 18:00", "Today is a public holiday."),
        ("is the rink open tomorrow", "2026-11-26 18:00", "Tomorrow is Friday."),  # many close then too
        ("is the rink open today", "2026-12-24 18:00", "Today is Thursday."),
    ],
)
def test_holidays_win(question: str, at: str, said: str) -> None:
    assert told(question, at=at) == said


@pytest.mark.parametrize(
    ("question", "excerpt", "said"),
    [
        ("is the rink open on thanksgiving?", RINK, "Thanksgiving is Thursday, November 26, 2026."),
        ("rink hours xmas day", RINK, "Christmas is Friday, December 25, 2026."),
        ("are you open on MLK day", RINK, "Martin Luther King Jr. Day is Monday, January 18, 2027."),
        ("trash pickup new year's day", CARTS, "New Year's Day is Friday, January 1, 2027."),
        ("what about veterans day", RINK, "Veterans Day is Thursday, November 11, 2027."),
    ],
)
def test_a_holiday_is_told_by_name_and_date_before_the_hours_of_every_week(
    question: str, excerpt: str, said: str
) -> None:
    assert told(question, excerpt) == f"{said} I found no rule for it; this is the usual."


@pytest.mark.parametrize(
    ("question", "excerpt"),
    [
        ("is the rink open on thanksgiving?", f"{RINK} It is closed on Thanksgiving."),
        ("is the rink open on thanksgiving?", f"{RINK} It is closed on holidays."),
        ("when is the thanksgiving parade", "The parade starts Thursday on Mill Street."),
        ("can i burn leaves on labor day", "Never burn leaves."),
    ],
)
def test_the_rule_of_a_holiday_speaks_for_itself(question: str, excerpt: str) -> None:
    assert told(question, excerpt) == ""


def test_a_schedule_is_led_by_which_day_it_is() -> None:
    assert told("is trash picked up tomorrow", CARTS, "2026-11-30 18:00") == "Tomorrow is Tuesday."
    assert told("is trash picked up today", CARTS, "2026-12-01 03:00") == "Today is Monday."  # still, where it is asked
    assert told("when is trash picked up", CARTS) == ""
    assert told("can i burn leaves today", "Never burn leaves.") == ""


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("is the library open on sunday", {}),  # these are hours of another thing
        ("is the rink open on sunday", {"confidence": "low"}),
        ("is the rink open on sunday", {"excerpt": "The rink is open. In winter it opens Sunday noon to 5 p.m."}),
        ("is the rink open sunday or monday", {}),
        ("is the rink open", {}),
    ],
)
def test_nothing_is_told_in_doubt(question: str, fields: dict[str, str]) -> None:
    assert told(question, **fields) == ""


@pytest.mark.parametrize(
    ("excerpt", "said"),
    [
        ("The hearing is on November 12, 2026.", "That date is past."),
        ("The hearing is on 11/12/2026 and again on 12/12/2026.", ""),
        ("Hearings are open to all since November 12, 2020.", ""),
        ("The hearing is on November 12.", ""),
        ("The hearing is on 13/32/2020.", ""),
    ],
)
def test_dates_that_are_past_are_said_to_be(excerpt: str, said: str) -> None:
    assert told("when is the hearing", excerpt) == said
    assert told("what is a hearing", excerpt) == ""
    assert told("when was the hearing", excerpt) == ""


def test_it_is_told_in_the_language_spoken() -> None:
    museum = {"title": "Museo", "excerpt": "El museo abre los sábados de 9 a.m. a 5 p.m."}
    with speaking("es"):
        assert (
            told("¿está abierto el museo mañana?", **museum) == "Mañana es sábado. Abierto el sábado: 9 a.m. - 5 p.m."
        )
        assert told("¿está abierto el museo por la mañana?", **museum) == ""
        assert told("¿abre el museo en navidad?", **museum).startswith(
            "Navidad es el viernes, 25 de diciembre de 2026."
        )
    with speaking("ht"):
        assert told("is the rink closed on monday") == "Fèmen lendi."
        assert told("rink hours christmas").startswith("Christmas se vandredi 25/12/2026.")
