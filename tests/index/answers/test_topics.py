"""A message that is the name of a page, of a part of it or of a FAQ."""

import pytest

from index.answers.topics import is_named
from index.passages.document import Passage
from index.query.query import ask

JOBS = Passage("1", "page:1", "oakton", "passage", "", "Jobs with the city", "Summer jobs > Lifeguards", "", "", "en")
COUCH = Passage("2", "faq:2", "oakton", "faq", "", "", "", "", "How do I get rid of a couch or mattress?", "en")


@pytest.mark.parametrize(
    ("text", "passage", "named"),
    [
        ("jobs", JOBS, True),
        ("city jobs", JOBS, True),
        ("lifeguard jobs", JOBS, True),
        ("mattress", COUCH, True),
        ("mattress pickup", COUCH, True),
        ("mattress store", COUCH, False),
        ("summer", JOBS, False),
        ("hours", JOBS, False),
        ("are there jobs", JOBS, False),
        ("couch mattress jobs", COUCH, False),
    ],
)
def test_a_name_says_enough(text: str, passage: Passage, named: bool) -> None:
    assert is_named(ask(text), passage) == named
