"""Documents of the shapes that cities publish are read as a person reads them."""

import re
from collections import Counter

import pytest

from crawler.extract.pdf.extractor import extract_pdf
from crawler.extracted import Extracted
from tests.crawler.extract.pdf.documents import MAKERS, Document, Sheet, drawn_grid, leaders

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


@pytest.mark.parametrize(
    ("text", "raised", "size", "read"),
    [
        ("Permit $45", "1", 7, "Permit $45 each"), ("Permit $1,250", "3", 11, "Permit $1,250 each"),
        ("Rent $30", "(2)", 7, "Rent $30 each"), ("Fee $12", "a", 7, "Fee $12 each"), ("Fee $12", "*", 7, "Fee $12* each"),
        ("Fine $99", "95", 6, "Fine $99.95 each"), ("Open until 8", "30", 7, "Open until 8:30 each"),
        ("The 2", "nd", 7, "The 2nd each"), ("Area 40 m", "2", 7, "Area 40 m² each"), ("Pipe of 5", "1/2", 7, "Pipe of 5 1/2 each"),
        ("In 10 days", "4,5", 7, "In 10 days each"),
    ],
)  # fmt: skip
def test_raised_letters_change_no_number(text: str, raised: str, size: float, read: str) -> None:
    sheet = Sheet()
    end = sheet.text(60, 100, text)
    sheet.text(sheet.text(end, 100, raised, size=size, rise=4), 100, " each, by order of the council")
    assert [b.text for b in extract_pdf(sheet.bytes(), url=URL).blocks] == [f"{read}, by order of the council"]


@pytest.mark.parametrize("leader", ["......", ". . . . . .", "………", "·  ·  ·  ·", "-----------", "__________", ""])
def test_a_label_and_its_price_across_any_leader(leader: str) -> None:
    sheet = Sheet()
    for y, (label, price) in enumerate((("Adult", "$7"), ("Child", "$4"), ("Senior", "$3"))):
        sheet.text(sheet.text(60, 100 + 20 * y, label) + 3, 100 + 20 * y, leader)
        sheet.text(220, 100 + 20 * y, price)
    assert [b.text for b in extract_pdf(sheet.bytes(), url=URL).blocks] == ["Adult: $7\nChild: $4\nSenior: $3"]
