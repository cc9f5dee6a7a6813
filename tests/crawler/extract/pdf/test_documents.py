"""Documents of the shapes that cities publish are read as a person reads them."""

import re
from collections import Counter

import pytest

from crawler.extract.pdf.extractor import extract_pdf
from crawler.extracted import Extracted
from tests.crawler.extract.pdf.documents import MAKERS, Document, drawn_grid, leaders

URL = "https://www.alder.example/files/a.pdf"


def reading(page: Extracted) -> str:
    """Everything that is read, each heading once."""
    parts: list[str] = [page.title] if page.title != "A" else []
    above: tuple[str, ...] = ()
    for block in page.blocks:
        parts += [heading for i, heading in enumerate(block.heading) if block.heading[: i + 1] != above[: i + 1]]
        parts += [block.question, block.text]
        above = block.heading
    return "\n".join(filter(None, parts))


def tokens(text: str) -> list[str]:
    return re.findall(r"[$\w][\w.,:/²-]*\w|\w", text)


def token_f1(found: str, wanted: str) -> float:
    got, right = Counter(tokens(found)), Counter(tokens(wanted))
    return 2 * (got & right).total() / (got.total() + right.total())


def order_errors(found: str, lines: tuple[str, ...]) -> int:
    """Lines that are not found whole behind the line before them."""
    flat, place, errors = " ".join(found.split()), 0, 0
    for line in lines:
        at = flat.find(line, place)
        errors += at < 0
        place = max(place, at + len(line) if at >= 0 else place)
    return errors


@pytest.fixture(scope="module", params=MAKERS, ids=lambda maker: maker.__name__)
def document(request: pytest.FixtureRequest) -> Document:
    made: Document = request.param()
    return made


def test_what_is_read_is_what_a_person_reads(document: Document) -> None:
    found = reading(extract_pdf(document.pdf, url=URL))
    assert token_f1(found, "\n".join(document.lines)) >= 0.95, found
    assert order_errors(found, document.lines) == 0, found
    assert [words for words in document.absent if words in found] == []


def test_rows_are_lines_of_a_table() -> None:
    page = extract_pdf(leaders().pdf, url=URL)
    assert [(b.kind, b.text.split("\n")) for b in page.blocks] == [
        (
            "table",
            ["Adult day pass: $7", "Child day pass: $4", "Family season pass: $165", "Swim class: $38", "Locker: $2"],
        )
    ]
    assert extract_pdf(drawn_grid().pdf, url=URL).blocks[0].kind == "table"
