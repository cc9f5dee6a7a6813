"""Pages whose main text is known, in the frames of the systems that governments use."""

from collections import defaultdict

import pytest

from crawler.extract.html.extractor import extract_html
from tests.crawler.extract.marked import MarkedPage, marked_pages, scores, text_read, words_of

PAGES = list(marked_pages())


def read(page: MarkedPage) -> list[str]:
    return words_of(text_read(extract_html(page.html.encode(), url=f"https://www.alder.example/{page.content}")))


def test_there_are_pages_of_every_kind_of_system() -> None:
    assert len(PAGES) >= 80
    assert {page.system for page in PAGES} == {"civicplus", "plain", "revize", "uswds", "vision", "wordpress"}


def test_no_main_text_is_lost_and_little_else_is_read() -> None:
    by_system = defaultdict(list)
    for page in PAGES:
        by_system[page.system].append(scores(read(page), page.words))
    for system, values in by_system.items():
        precision, recall, f1 = (sum(column) / len(values) for column in zip(*values, strict=True))
        assert (recall >= 0.995, precision >= 0.97, f1 >= 0.98) == (True, True, True), (system, precision, recall, f1)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_word_of_the_frame_is_read(page: MarkedPage) -> None:
    """Repeated heads of table columns are words of the page; those of menu, banner, footer and notices are not."""
    assert set(read(page)) <= set(page.words)
