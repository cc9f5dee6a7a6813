"""What a rule may say, and what staff are told when it may not."""

import pytest

from index.synonyms import csv_file, starters
from index.synonyms.rules import drafted, parsed, shown
from townclerk.errors import BadInput


def test_a_rule_is_cleaned_and_shown_on_one_line() -> None:
    made = drafted(["  trash ", "", "yard\twaste\x00"])
    assert made.terms == ("trash", "yard waste")
    assert shown(made) == "trash = yard waste"
    assert shown(drafted(["BRT"], " Board of  Revision of Taxes ")) == "BRT -> Board of Revision of Taxes"


@pytest.mark.parametrize(
    ("text", "terms", "meaning"),
    [
        ("a = b=c", ["a ", " b", "c"], ""),
        ("BRT -> Board", ["BRT"], "Board"),
        ("BRT=brt office=>Board", ["BRT", "brt office"], "Board"),
        ("BRT → Board", ["BRT"], "Board"),
    ],
)
def test_a_line_is_read(text: str, terms: list[str], meaning: str) -> None:
    assert parsed(text) == (terms, meaning)


@pytest.mark.parametrize(
    ("terms", "meaning", "reason"),
    [
        ([], "", "needs words"),
        (["  ", "\n"], "", "needs words"),
        ([], "Board of Taxes", "needs words"),
        (["trash"], "", "One term alone"),
        (["trash", "Trash"], "", "are the same to search"),
        (["licenses", "license"], "", "are the same to search"),
        (["driver's license", "drivers license"], "", "are the same to search"),
        (["BRT"], "brt", "are the same to search"),
        (["of the", "trash"], "", "only words that stand in every question"),
        (["US"], "United States", "only words that stand in every question"),
        (["x", "trash"], "", "at least two letters"),
        (["--", "trash"], "", "at least two letters"),
        (["a" * 81, "trash"], "", "at most 80 characters"),
        (["one two three four five six seven eight nine", "trash"], "", "8 words"),
        (["trash"], "w" * 200, "at most 80 characters"),
        (["a|b", "trash"], "", "holds no"),
        ([f"word{n}" for n in range(21)], "", "at most 20 terms"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_with_the_reason(terms: list[str], meaning: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        drafted(terms, meaning)


def test_two_arrows_are_refused() -> None:
    with pytest.raises(BadInput, match="One arrow"):
        parsed("a -> b -> c")


def test_the_starting_rules_are_whole_and_share_no_word_with_each_other() -> None:
    drafts, rejected = csv_file.read(starters.FILE.read_bytes())
    assert rejected == []
    assert len(drafts) > 50
    groups = [draft.keys for draft in drafts if not draft.meaning]
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
