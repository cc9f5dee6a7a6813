"""Word and Excel files made here: headings, lists, tables and amounts as a person sees them, and archives that are bombs."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from crawler.extract.files.office import extract_office
from crawler.extract.files.workbook import shown
from tests.crawler.extract.reading import said

URL = "https://www.alder.example/files/park_rules-2026.docx"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def archive(**members: str) -> bytes:
    """A ZIP file of these parts; "__" in a name stands for the slash, "_" for the dot."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name.replace("__", "/").replace("_", "."), text)
    return out.getvalue()


def paragraph(text: str, style: str = "", run: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def table(*rows: Sequence[str]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    first = "<w:trPr><w:tblHeader/></w:trPr>"
    return (
        "<w:tbl>" + "".join(f"<w:tr>{first if not i else ''}{row}</w:tr>" for i, row in enumerate(cells)) + "</w:tbl>"
    )


def word(body: str, *, title: str = "") -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2)
    )
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{title}</dc:title><dcterms:modified>2026-03-04T09:00:00Z</dcterms:modified></cp:coreProperties>"
    )
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    made = archive(
        word__document_xml=f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        word__styles_xml=f"<w:styles {_W}>{styles}</w:styles>",
        docProps__core_xml=core,
    )
    out = BytesIO(made)
    with zipfile.ZipFile(out, "a") as more:
        more.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        target = f'<Relationship Id="r1" Type="{_OFFICE}" Target="word/document.xml"/>'
        more.writestr("_rels/.rels", f'<Relationships xmlns="{rels}">{target}</Relationships>')
    return out.getvalue()


def test_word_is_read_by_headings_and_rows() -> None:
    body = (
        paragraph("Picnic shelters", "H1")
        + paragraph("A shelter is booked at the parks office for one day.")
        + "<w:p><w:r><w:t>It costs $45</w:t></w:r><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>1</w:t></w:r></w:p>"
        + "<w:p><w:del><w:r><w:delText>It is free.</w:delText></w:r></w:del></w:p>"
        + paragraph("Deposits", "H2")
        + table(("Shelter", "Deposit"), ("Oak", "$60"), ("River", "$85"))
    )
    page = extract_office(word(body, title="Park rules"), url=URL)
    words = said(page)
    assert (page.title, page.page_date, page.page_date_origin) == ("Park rules", date(2026, 3, 4), "file")
    assert [b.heading for b in page.blocks] == [("Picnic shelters",)] * 2 + [("Picnic shelters", "Deposits")]
    assert [b.text for b in page.blocks[:2]] == ["A shelter is booked at the parks office for one day.", "It costs $45"]
    assert [b.kind for b in page.blocks] == ["text", "text", "table"]
    assert page.blocks[2].text == "Shelter, Deposit\nOak, deposit: $60\nRiver, deposit: $85"
    assert "It is free" not in words


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


_M = "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (run("Fee $45") + run(" or $1 for friends", "<w:vanish/>"), "Fee $45"),
        (run("Fee $45") + run(" a year", "<w:vanish w:val='0'/>"), "Fee $45 a year"),
        (run("Fee ") + run("$25 ", "<w:strike/>") + run("$40"), "Fee $40"),
        (run("Fee ") + run("$25 ", "<w:dstrike/>") + run("$40"), "Fee $40"),
        (run("Fee ") + "<w:ins w:id='1'>" + run("$40") + "</w:ins>", "Fee $40"),
        (
            run("Held on ") + "<w:fldSimple w:instr='DATE'>" + run("May 3, 2026") + "</w:fldSimple>",
            "Held on May 3, 2026",
        ),
        (run("Adult") + "<w:r><w:tab/></w:r>" + run("$5"), "Adult $5"),
        (run("Adult") + "<w:r><w:ptab/></w:r>" + run("$5"), "Adult $5"),
        (run("City Hall") + "<w:r><w:cr/></w:r>" + run("12 Mill Lane"), "City Hall\n12 Mill Lane"),
        (
            run("A late fee of ") + f"<m:oMath {_M}><m:r><m:t>5</m:t></m:r><m:r><m:t>%</m:t></m:r></m:oMath>",
            "A late fee of 5%",
        ),
        (
            run("Name of the dog")
            + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            + run("Click or tap here to enter text.")
            + "</w:sdtContent></w:sdt>",
            "Name of the dog",
        ),
        (run("Room ") + "<w:sdt><w:sdtContent>" + run("12") + "</w:sdtContent></w:sdt>", "Room 12"),
    ],
)
def test_a_paragraph_is_read_as_word_shows_it(content: str, text: str) -> None:
    page = extract_office(word(f"<w:p>{content}</w:p>{paragraph('Come to the desk.')}"), url=URL)
    assert [block.text for block in page.blocks] == [text, "Come to the desk."]


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Fees"
    sheet.append(["Fees of 2026"])
    sheet.append([])
    sheet.append(["Permit", "Fee", "Valid until", "Late"])
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    sheet.append(["Deck", 80, datetime(2026, 6, 30), 0.05])
    sheet.append(["Fence", 1234.5, datetime(2026, 9, 1), 0.125])
    for row in (4, 5):
        sheet.cell(row, 2).number_format = '"$"#,##0.00'
        sheet.cell(row, 4).number_format = "0.0%"
    hidden = book.create_sheet("Old")
    hidden.append(["Deck", "$1"])
    hidden.sheet_state = "hidden"
    hours = book.create_sheet("Hours")
    hours.append(["Monday", time(8, 30), time(16)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_excel_is_read_as_it_is_shown() -> None:
    page = extract_office(workbook(), url="https://www.alder.example/fees-2026.xlsx")
    words = said(page)
    assert page.title == "Fees 2026"
    assert "Deck, fee: $80.00; valid until: June 30, 2026; late: 5.0%" in words
    assert "Fence, fee: $1,234.50; valid until: September 1, 2026; late: 12.5%" in words
    assert "Monday: 8:30 a.m.; 4:00 p.m." in words
    assert "$1\n" not in words + "\n"
    assert page.blocks[-1].heading == ("Hours",)


def saved(book: Workbook) -> str:
    out = BytesIO()
    book.save(out)
    return said(extract_office(out.getvalue(), url="https://www.alder.example/fees-2026.xlsx"))


def sheet_of(*rows: Sequence[object], heads: int = 1) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(rows):
        sheet.append(row)
        for cell in sheet[sheet.max_row] if number < heads else ():
            cell.font = Font(bold=True)
    return book, sheet


def test_a_cell_merged_over_rows_is_read_in_each_of_them() -> None:
    book, sheet = sheet_of(
        ("Animal", "Kind", "Fee"), ("Dog", "altered", "$15"), (None, "unaltered", "$30"), ("Cat", "any", "$12")
    )
    sheet.merge_cells("A2:A3")
    assert "Dog, unaltered: $30" in saved(book)


def test_a_head_merged_over_columns_is_read_in_each_of_them() -> None:
    rows = (
        ("", "Resident", "", "Other", ""),
        ("Pool", "Day", "Year", "Day", "Year"),
        ("Adult", "$5", "$50", "$8", "$80"),
    )
    book, sheet = sheet_of(*rows, ("Child", "$3", "$30", "$4", "$40"), heads=2)
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("D1:E1")
    assert "Child, resident, day: $3; resident, year: $30; other, day: $4; other, year: $40" in saved(book)


@pytest.mark.parametrize("hide", ["row", "column", "strike", "strike the label", "group of columns"])
def test_what_a_sheet_does_not_show_is_not_read(hide: str) -> None:
    book, sheet = sheet_of(
        ("Animal", "Fee", "Old fee", "Older fee"), ("Dog", "$15", "$9", "$9"), ("Ferret", "$3", "$2", "$2")
    )
    sheet.row_dimensions[3].hidden = hide == "row"
    sheet.column_dimensions["C"].hidden = hide == "column"
    if hide == "group of columns":
        sheet.column_dimensions.group("C", "D", hidden=True)
    if hide.startswith("strike"):
        sheet["A3" if "label" in hide else "B3"].font = Font(strike=True)
    words = saved(book)
    gone = {"row": "Ferret", "column": "Old fee", "strike": "$3", "strike the label": "$3", "group of columns": "$9"}[
        hide
    ]
    assert "$15" in words
    assert gone not in words


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (4.0, "General", "4"), (4.25, "General", "4.25"), (15, "$#,##0_);[Red]($#,##0)", "$15"), (-3.5, "0.00", "-3.50"),
        (1500, "#,##0", "1,500"), (True, "General", "Yes"), (datetime(2026, 5, 4, 18, 5), "m/d/yy h:mm", "May 4, 2026, 6:05 p.m."),
        ("N/A", "General", "N/A"), (20.5, '[$€-407]#,##0.00', "€20.50"),
    ],
)  # fmt: skip
def test_values_are_shown_by_their_format(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_bombs_and_other_archives_are_refused_with_the_reason() -> None:
    def problem(body: bytes) -> str:
        return extract_office(body, url=URL).problem

    assert "unpacks to" in problem(archive(word__document_xml="a" * 30_000_000))
    assert "without a Word or Excel document" in problem(archive(readme_txt="maps of the county"))
    assert "not a readable Office file" in problem(b"PK\x03\x04 cut off")
    assert "not a readable Office file" in problem(word("")[:-30])
    assert problem(word("<w:p/>")) == "there is no text in the file"


def test_a_data_set_is_no_document() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Trees")
    for number in range(3200):
        sheet.append([f"Tree {number}", number])
    out = BytesIO()
    book.save(out)
    assert "a data set, not a document" in extract_office(out.getvalue(), url=URL).problem
