"""Home pages stand behind what answers."""

from collections.abc import Sequence

import pytest

from index.passages.document import Passage
from index.ranking.home_pages import GIVES_WAY, behind, home_path
from index.ranking.ranker import Ranked
from index.segments.document_table import DocumentRow

HOMES = {"/", "/oakton"}
POOL = ("https://oakton.example/pool.html", "The pool opens on June 1. A day ticket costs $5.")
HOME = ("https://oakton.example/index.html", "Welcome to Oakton, a river town of 4,000 people.")


def order(found: Sequence[tuple[float, str, str]], *, kind: str = "passage") -> list[tuple[int, float]]:
    """Which of the found, by number, stand where and at what score."""
    passages = [
        Passage(f"k{i}", f"page:{i}", "oakton", "faq" if kind == "faq" else "passage", url, "", "", text, "", "en")
        for i, (_, url, text) in enumerate(found)
    ]
    ranked = [
        Ranked(i, DocumentRow(f"page:{i}", "", "oakton", "page", 1), f"k{i}", score, {})
        for i, (score, _, _) in enumerate(found)
    ]
    return [(each.i, each.score) for each in behind(ranked, homes=HOMES, read=lambda each: passages[each.i])]


@pytest.mark.parametrize("url", [HOME[0], "http://127.0.0.1:8091/oakton/"])
def test_a_home_page_gives_way_to_what_is_about_as_near(url: str) -> None:
    home = (url, HOME[1])
    assert order([(1.0, *home), (0.9, *POOL), (0.2, *POOL)]) == [(1, 1.0), (0, 0.9), (2, 0.2)]
    assert order([(1.0, *home), (1.0 - GIVES_WAY - 0.01, *POOL)])[0] == (0, 1.0)
    assert order([(1.0, *POOL), (0.9, *home)]) == [(0, 1.0), (1, 0.9)]
    assert order([(1.0, *home), (0.9, *home)]) == [(0, 1.0), (1, 0.9)]


def test_a_faq_with_the_address_of_the_home_page_answers() -> None:
    assert order([(1.0, *HOME), (0.9, *HOME)], kind="faq") == [(0, 1.0), (1, 0.9)]
    assert order([]) == []


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://oakton.example", "/"),
        ("https://oakton.example/", "/"),
        ("https://oakton.example/index.html#top", "/"),
        ("https://oakton.example/Home.aspx", "/"),
        ("https://oakton.example/oakton/default.htm", "/oakton"),
        ("https://oakton.example/pool.html", "/pool.html"),
        ("https://oakton.example/nursing-home", "/nursing-home"),
        ("", "/"),
    ],
)
def test_the_file_that_stands_for_a_folder_is_no_part_of_a_path(url: str, path: str) -> None:
    assert home_path(url) == path
