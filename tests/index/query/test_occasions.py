"""What else is looked for when a question names a holiday."""

from datetime import date

from index.query.occasions import at
from index.query.query import ask

DAY = date(2026, 11, 20)


def test_the_usual_name_and_holidays_are_looked_for_too() -> None:
    asked = at(ask("garbage on xmas"), DAY)
    assert asked.occasion is not None
    assert [(each.own, each.others[0].stems, each.others[1].stems) for each in asked.concepts] == [
        ((("xmas", 1.0),), ("christma",), ("holiday",))
    ]
    assert asked.stands_for == {"christma": "xmas", "holiday": "xmas"}


def test_a_month_is_looked_for_as_it_is_and_most_questions_stay_as_they_are() -> None:
    month = at(ask("sandbags in july"), DAY)
    assert month.occasion is not None
    assert month.concepts == ()
    plain = ask("sandbags")
    assert at(plain, DAY) == plain
