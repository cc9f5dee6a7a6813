"""Passages of the pages that were shown stand first when what is said now fits them."""

from index.passages.document import Passage
from index.ranking.ranker import Ranked
from index.ranking.shown_pages import ShownPages, lifted
from index.segments.document_table import DocumentRow

PAGES = ShownPages(frozenset({"https://oakton.example/rink"}), frozenset({"page:1"}), (1, 2), {"a": "Open on Monday."})


def ranked(key: str, document: str, score: float) -> Ranked:
    return Ranked(0, DocumentRow(document, "", "oakton", document.partition(":")[0], 1), key, score, {})


def passage(url: str, *, title: str = "", question: str = "") -> Passage:
    return Passage("p", "page:9", "oakton", "passage", url, title, "", "text", question, "en")


def test_what_is_worth_enough_comes_first_and_the_rest_keeps_its_order() -> None:
    order = [
        ranked("x", "page:2", 1.0),
        ranked("a", "page:1", 0.5),
        ranked("y", "page:3", 0.4),
        ranked("b", "page:1", 0.1),
    ]
    moved = lifted(order, {"a": 0.5, "b": 0.9}, least=0.5)
    assert [each.key for each in moved] == ["b", "a", "x", "y"]
    assert [each.score for each in moved] == sorted((each.score for each in moved), reverse=True)
    assert moved[0].parts["shown"] > 0
    assert lifted(order, {"a": 0.4}, least=0.5) == []


def test_a_page_has_its_own_passages_and_the_faqs_of_its_address() -> None:
    rink, other = passage("https://oakton.example/rink#a1"), passage("https://oakton.example/pool")
    assert PAGES.holds(ranked("a", "page:1", 0), other)
    assert PAGES.holds(ranked("f", "faq:7", 0), rink)
    assert not PAGES.holds(ranked("f", "faq:7", 0), other)
    assert not PAGES.holds(ranked("q", "page:8", 0), rink)


def test_a_quotation_was_shown_when_it_is_part_of_one() -> None:
    assert PAGES.were_quoted("on Monday")
    assert not PAGES.were_quoted("Open on Tuesday.")


def test_another_page_is_named_by_its_title_or_a_question() -> None:
    elsewhere = "https://oakton.example/parking"
    assert PAGES.are_left(passage(elsewhere, title="Parking permits"), "parking")
    assert PAGES.are_left(passage(elsewhere, question="How do I get a burn permit?"), "burn permits")
    assert not PAGES.are_left(passage(elsewhere, title="Parking permits"), "late fees")
    assert not PAGES.are_left(passage("https://oakton.example/rink", title="Rink"), "rink")
