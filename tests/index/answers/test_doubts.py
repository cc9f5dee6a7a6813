"""What takes the confidence of a quotation down."""

from dataclasses import replace
from datetime import date

import pytest

from index.answers.doubts import beside, doubted, untold
from index.passages.document import Passage
from index.query.query import ask
from townclerk import clock

POOL = Passage(
    key="p",
    document_key="page:1",
    jurisdiction="oakton",
    kind="passage",
    url="https://oakton.example/pool",
    title="Swimming pool",
    heading="Fees for 2026",
    text="A day ticket costs $5. The pool opens at noon. Residents of Port Maren pay the same.",
    question="",
    language="en",
)


@pytest.mark.parametrize(
    ("question", "quote", "confidence"),
    [
        ("how much is a day ticket", "A day ticket costs $5.", "high"),
        ("how much is a day ticket", "Ask at the desk for a day ticket.", "medium"),
        ("when does the pool open", "The pool opens at noon.", "high"),
        ("when does the pool open", "A day ticket costs $5.", "medium"),
        ("pool fees 2026", "A day ticket costs $5.", "high"),
        ("pool fees 2021", "A day ticket costs $5.", "low"),
        ("swimming pool", "Ask at the desk.", "high"),
    ],
)
def test_a_quotation_without_what_was_asked_for_is_not_sure(question: str, quote: str, confidence: str) -> None:
    assert doubted("high", ask(question), POOL, quote) == confidence
    assert doubted("medium", ask(question), POOL, quote) == ("low" if confidence == "low" else "medium")
    assert doubted("low", ask(question), POOL, quote) == "low"


def test_the_date_of_a_page_names_a_year() -> None:
    dated = replace(POOL, page_date=date(2021, 5, 1))
    assert doubted("high", ask("pool fees 2021"), dated, "A day ticket costs $5.") == "high"


def test_a_page_without_a_year_is_of_this_one() -> None:
    undated = replace(POOL, title="Pool", text="A day ticket costs $5.")
    year = clock.now().year
    assert not beside(ask(f"pool fees {year}"), undated)
    assert beside(ask(f"pool fees {year - 9}"), undated)


@pytest.mark.parametrize(
    ("question", "untold_there"),
    [
        ("how much is a day ticket", False),
        ("what is the phone number of the pool", True),
        ("when does the pool open", False),
        ("where do i park for the pool", False),
        ("how much is a locker", False),
    ],
    ids=[
        "a price is there",
        "no number is there",
        "not told as a figure",
        "nor is this",
        "of another thing, which is not seen here",
    ],
)
def test_a_price_or_a_number_that_no_passage_tells(question: str, untold_there: bool) -> None:
    assert untold(ask(question), [POOL]) == untold_there


def test_another_passage_of_the_page_may_tell_it() -> None:
    desk = replace(POOL, text="Call the desk at 555-555-0100.")
    assert not untold(ask("what is the phone number of the pool"), [POOL, desk])
    assert not untold(ask("and the phone number?", ["when does the pool open"]), [POOL])


def test_a_passage_that_does_not_name_the_place_asked_about_is_no_answer() -> None:
    asked = replace(ask("pool fees in Port Maren"), elsewhere="Port Maren")
    assert not beside(asked, POOL)
    assert doubted("high", asked, POOL, "A day ticket costs $5.") == "high"
    assert beside(replace(asked, elsewhere="Springfield"), POOL)
    assert doubted("high", replace(asked, elsewhere="Springfield"), POOL, "A day ticket costs $5.") == "low"
