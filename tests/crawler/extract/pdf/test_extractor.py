"""PDFs made here: text in paragraphs, headings, title, date, and files that cannot be read."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

from crawler.extract.pdf.extractor import extract_pdf
from tests.crawler.extract.pdf.documents import Sheet
from tests.crawler.extract.reading import said

URL = "https://www.alder.example/files/fee_schedule-2026.pdf"
PARAGRAPH = [
    "Permits are issued on every working day at the counter in the",
    "town hall. Bring a lease, a photo and the fee in cash or by",
    "card; the permit is valid at once.",
]


def made(*, title: str = "", pages: int = 3, encrypt: StandardEncryption | None = None) -> bytes:
    """A document with a running header, page numbers, a heading, a paragraph and a list on each page."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=LETTER, encrypt=encrypt, invariant=0)
    if title:
        canvas.setTitle(title)
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 760, "Town of Alder fee book")
        canvas.drawString(300, 30, f"Page {number} of {pages}")
        if number == 1:
            canvas.setFont("Helvetica-Bold", 24)
            canvas.drawString(72, 720, "Fees for the year")
        canvas.setFont("Helvetica-Bold", 15)
        canvas.drawString(72, 680, f"Chapter {'ABCDEFG'[number - 1]}")
        canvas.setFont("Helvetica", 11)
        for i, line in enumerate(PARAGRAPH):
            canvas.drawString(72, 650 - 14 * i, line)
        canvas.drawString(72, 590, f"\u2022 Deck: ${number}0")
        canvas.drawString(72, 576, "\u2022 Fence: $25")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_lines_become_paragraphs_under_their_headings() -> None:
    page = extract_pdf(made(title="Fee schedule"), url=URL)
    assert page.title == "Fee schedule"
    texts = [b for b in page.blocks if b.kind == "text"]
    assert texts[0].text == " ".join(PARAGRAPH)
    assert texts[0].heading[-1] == "Chapter A"
    assert [b.anchor for b in texts] == ["page=1", "page=2", "page=3"]
    lists = [b for b in page.blocks if b.kind == "list"]
    assert lists[0].text.endswith("Deck: $10\nFence: $25")


def test_running_headers_and_page_numbers_are_left_out() -> None:
    words = said(extract_pdf(made(), url=URL))
    assert "Town of Alder fee book" not in words
    assert "Page 2" not in words


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("Fee schedule", "Fee schedule"),
        ("Microsoft Word - fees_v3.docx", "Fees for the year"),
        ("", "Fees for the year"),
    ],
)
def test_title_is_declared_or_the_largest_line(declared: str, title: str) -> None:
    assert extract_pdf(made(title=declared), url=URL).title == title


def test_date_of_change() -> None:
    page = extract_pdf(made(), url=URL)
    assert page.page_date_origin == "pdf"
    assert page.page_date is not None
    assert page.page_date > date(2020, 1, 1)


def test_scan_without_text_is_a_problem() -> None:
    out = BytesIO()
    canvas = Canvas(out)
    canvas.rect(10, 10, 100, 100)
    canvas.showPage()
    canvas.save()
    page = extract_pdf(out.getvalue(), url=URL)
    assert page.problem == "scanned PDF: no text layer"
    assert page.blocks == ()
    assert page.title == "Fee schedule 2026"


def test_locked_and_broken_files_are_problems() -> None:
    locked = extract_pdf(made(encrypt=StandardEncryption("secret", ownerPassword="other")), url=URL)
    assert locked.problem == "PDF is locked with a password"
    assert extract_pdf(b"%PDF-1.7 nothing here", url=URL).problem.startswith("not a readable PDF")
    assert extract_pdf(made()[:1500], url=URL).blocks == ()


def drawn(rows: Sequence[Sequence[str]], *style: tuple[object, ...], grid: bool = True) -> str:
    """What is read of a table that fills pages as it needs."""
    out = BytesIO()
    ruled = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)] if grid else []
    SimpleDocTemplate(out, pagesize=LETTER).build([Table(rows, repeatRows=1, style=[*ruled, *style])])
    return said(extract_pdf(out.getvalue(), url=URL))


@pytest.mark.parametrize("grid", [True, False])
@pytest.mark.parametrize("row", ["Permit number {}", "Lot {} of Mill Lane", "{} Weir Street"])
def test_rows_that_differ_by_their_numbers_are_no_running_heads(row: str, grid: bool) -> None:
    rows = [(row.format(n), f"${n + 100}") for n in range(1, 90)]
    words = drawn([("Place", "Fee"), *rows], grid=grid)
    assert [name for name, fee in rows if f"{name}: {fee}\n" not in f"{words}\n"] == []


@pytest.mark.parametrize("top", [True, False])
def test_a_cell_drawn_over_rows_is_read_in_each_of_them(top: bool) -> None:
    rows = [("Animal", "Kind", "Fee"), ("Dog", "altered", "$15"), ("", "unaltered", "$30"), ("Cat", "any", "$12")]
    look = ("VALIGN", (0, 0), (-1, -1), "TOP" if top else "MIDDLE")
    words = drawn(rows, ("SPAN", (0, 1), (0, 2)), ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"), look)
    assert "Dog, unaltered: $30" in words
    assert "Cat, any: $12" in words


def test_a_head_drawn_over_columns_is_read_in_each_of_them() -> None:
    rows = [("", "Fee", ""), ("Pool", "Resident", "Other"), ("Adult", "$5", "$8"), ("Child", "$3", "$4")]
    assert "Child, fee, resident: $3; fee, other: $4" in drawn(rows, ("SPAN", (1, 0), (2, 0)))


def test_a_table_that_goes_on_keeps_its_heads_and_contents_lose_their_numbers() -> None:
    sheet = Sheet()
    for number in range(3):
        if number == 0:
            sheet.text(60, 60, "Fee book", size=18, bold=True)
            for y, (name, place) in enumerate((("Permits", 1), ("Licenses", 2), ("Appeals", 3))):
                sheet.text(60, 90 + 18 * y, f"{name} {'.' * 40} {place}")
            rows = [("Permit", "Fee", "Late fee")]
        else:
            rows = []
        rows += [(f"Kind {'ABCDEF'[number * 2 + i]}", f"${10 * number + i}", "$5") for i in range(2)]
        for y, row in enumerate(rows):
            for x, text in zip((60, 250, 350), row, strict=True):
                sheet.text(x, 250 + 18 * y, text)
        sheet.page()
    page = extract_pdf(sheet.bytes(), url=URL)
    assert [b.text for b in page.blocks] == [
        "Permits\nLicenses\nAppeals",
        "Permit, Fee, Late fee\nKind A, fee: $0; late fee: $5\nKind B, fee: $1; late fee: $5",
        "Permit, Fee, Late fee\nKind C, fee: $10; late fee: $5\nKind D, fee: $11; late fee: $5",
        "Permit, Fee, Late fee\nKind E, fee: $20; late fee: $5\nKind F, fee: $21; late fee: $5",
    ]
