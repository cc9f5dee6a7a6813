"""Which occasion a question names, and how exactly texts speak of it."""

from datetime import date

import pytest

from index.text.occasion import EXACT, GENERAL, RANGE, occasion

DAY = date(2026, 11, 25)
"""A Wednesday, the eve of Thanksgiving."""


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("is trash picked up on Thanksgiving?", "Thanksgiving"),
        ("garbage turkey day", "Thanksgiving"),
        ("closed for xmas", "Christmas"),
        ("x-mas eve hours", "Christmas Eve"),
        ("open on the 4th of july", "Independence Day"),
        ("are you open July 4", "Independence Day"),
        ("mlk day", "Martin Luther King Jr. Day"),
        ("presidents’ day hours", "Presidents' Day"),
        ("pickup on new years", "New Year's Day"),
        ("new year's eve party", "New Year's Eve"),
        ("veterans day parking", "Veterans Day"),
        ("¿abren en Navidad?", "Christmas"),
        ("holiday schedule", "holidays"),
        ("is it picked up tomorrow", "Thanksgiving"),
        ("is the pool open in june", "June"),
        ("hours this summer", "Summer"),
    ],
)
def test_an_occasion_is_known_by_any_of_its_names(question: str, name: str) -> None:
    found = occasion(question, DAY)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "question",
    [
        "is it picked up today",
        "may i park here",
        "fall down the stairs",
        "Summer Street bridge",
        "easterly winds",
        "open tuesday",
    ],
)
def test_other_words_name_none(question: str) -> None:
    assert occasion(question, DAY) is None


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("xmas", "There is no collection on Christmas Day.", EXACT),
        ("4th of july", "Offices close on Independence Day.", EXACT),
        ("labor day", "Open until September 7, 2026.", EXACT),
        ("labor day", "Carts are emptied on Saturday when a holiday falls on a weekday.", GENERAL),
        ("memorial day", "The pool is open from June 13 to September 7.", RANGE),
        ("memorial day", "Open Monday to Friday, 9 a.m. to 5 p.m.", 0),
        ("july 4th", "Posted Thursday, July 4, 2024", 0),
        ("new year's eve", "Closed on New Year's Day.", 0),
        ("juneteenth", "Closed on Independence Day.", 0),
        ("holidays", "Closed on Labor Day.", EXACT),
        ("in may", "You may not park here. Last updated: May 29, 2026", 0),
        ("in may", "From April to October", RANGE),
        ("in may", "Opens on May 3", EXACT),
        ("in july", "Open all year", RANGE),
    ],
)
def test_a_text_names_it_or_holidays_or_a_part_of_the_year(question: str, text: str, told: int) -> None:
    named = occasion(question, DAY)
    assert named is not None
    assert named.told(text) == told
