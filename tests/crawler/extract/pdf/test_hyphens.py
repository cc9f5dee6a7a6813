"""Words cut by a line end are made whole by what the document and the language say."""

import pytest

from crawler.extract.pdf.hyphens import Hyphens
from crawler.extract.pdf.lines import join


@pytest.mark.parametrize(
    ("first", "second", "language", "whole"),
    [
        ("the depart-", "ment pays", "en", "the department pays"),
        ("with-", "out delay", "en", "without delay"),
        ("a week-", "long fair", "en", "a week-long fair"),
        ("the inspec-", "tor of homes", "en", "the inspector of homes"),
        ("the pre-", "k class", "en", "the pre-k class"),  # the document writes it so
        ("agriculture-", "funded work", "en", "agriculture-funded work"),
        ("non-", "English forms", "en", "non-English forms"),
        ("rooms 12-", "14 are free", "en", "rooms 12-14 are free"),
        ("los resi-", "dentes", "es", "los residentes"),
        ("para-", "sol", "es", "parasol"),
    ],
)
def test_cut_words(first: str, second: str, language: str, whole: str) -> None:
    text = join((first, second))
    said = "The pre-k teachers of agriculture. It is funded. Ask para and sol."
    assert Hyphens([text, said], language).mend(text) == whole


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("Call 555-555-", "0143 at night", "Call 555-555-0143 at night"),
        ("the season 2025-", "2026 ends", "the season 2025-2026 ends"),
        ("ZIP 03999-", "1234", "ZIP 03999-1234"),
        ("$5-", "$10 each", "$5- $10 each"),
    ],
)
def test_a_number_that_a_line_end_cuts_is_whole(first: str, second: str, whole: str) -> None:
    assert join([first, second]) == whole
