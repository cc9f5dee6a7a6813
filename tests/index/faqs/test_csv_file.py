import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine

from index.faqs import csv_file
from index.faqs.row import FaqRow, check_row
from index.faqs.store import FaqStore
from townclerk import spreadsheet_rows
from townclerk.errors import BadInput, Conflict, TooLarge

HEADER = "question,answer,url,city\n"


def read(text: str, city: str = "oakton") -> tuple[list[str], list[tuple[int, str]]]:
    rows, rejected = csv_file.read(text.encode("utf-8", "surrogateescape"), city=city)
    return [row.question for row in rows], [(r.line, r.reason) for r in rejected]


def test_a_row_keeps_every_column() -> None:
    header = "question,answer,url,city,language,valid_from,valid_until,owner,review_by\n"
    rows, rejected = csv_file.read(
        (header + "Q?,A.,https://a.example/x,elmville,es,2026-01-01,2026-12-31,Clerk,2026-06-01\n").encode(),
        city="oakton",
    )
    assert not rejected
    row = rows[0]
    assert (row.line, row.jurisdiction, row.question, row.answer, row.url) == (
        2,
        "elmville",
        "Q?",
        "A.",
        "https://a.example/x",
    )
    assert (row.language, str(row.valid_from), str(row.valid_until), row.owner, str(row.review_by)) == (
        "es",
        "2026-01-01",
        "2026-12-31",
        "Clerk",
        "2026-06-01",
    )


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated() -> None:
    rows, rejected = csv_file.read(b"\xef\xbb\xbfQuestion,Answer\r\nQ?,A.\r\n", city="oakton")
    assert [row.answer for row in rows] == ["A."]
    assert not rejected


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_taken_from_the_header(delimiter: str) -> None:
    text = delimiter.join(("question", "answer")) + "\n" + delimiter.join(("Q?", "One")) + "\n"
    assert read(text) == (["Q?"], [])


def test_commas_in_text_do_not_change_the_separator() -> None:
    rows, _ = csv_file.read(b"question;answer\nQ?;One, two, three\n", city="oakton")
    assert rows[0].answer == "One, two, three"


def test_line_breaks_and_quotes_inside_an_answer_are_kept_and_lines_counted_right() -> None:
    text = HEADER + '"Q1?","First\n""second""\nthird",,\n,no question,,\n'
    rows, rejected = csv_file.read(text.encode(), city="oakton")
    assert rows[0].answer == 'First\n"second"\nthird'
    assert [(r.line, r.reason) for r in rejected] == [(5, "the question is empty")]


def test_the_rows_own_city_wins() -> None:
    rows, _ = csv_file.read((HEADER + "Q?,A.,,elmville\nR?,B.,,\n").encode(), city="oakton")
    assert [row.jurisdiction for row in rows] == ["elmville", "oakton"]


def test_a_quotation_mark_never_closed_costs_one_row() -> None:
    good, bad = read(HEADER + 'Q1?,A1,,\nQ2?,"never closed,,\nQ3?,A3,,\nQ4?,A4,,\n')
    assert good == ["Q1?", "Q3?", "Q4?"]
    assert [line for line, _ in bad] == [3]
    assert "quotation marks" in bad[0][1]


def test_reading_a_file_of_broken_rows_ends() -> None:
    good, bad = read(HEADER + 'Q?,"a"b,,\n' * 5000)
    assert good == []
    assert len(bad) == spreadsheet_rows.MAX_BROKEN + 1


def test_a_line_in_windows_1252_is_read_as_that_and_one_in_neither_is_named() -> None:
    lines = (HEADER, "Caf\u00e9?,\u201cYes.\u201d,,\n", "Jos\u00e9?,\u20ac5.,,\n")
    data = lines[0].encode() + lines[1].encode("cp1252") + lines[2].encode() + b"Q\x81?,A.,,\nQ2?,B.,,\n"
    rows, rejected = csv_file.read(data, city="oakton")
    assert [(row.question, row.answer) for row in rows] == [
        ("Caf\u00e9?", "\u201cYes.\u201d"),
        ("Jos\u00e9?", "\u20ac5."),
        ("Q2?", "B."),
    ]
    assert (rejected[0].line, "cannot be read" in rejected[0].reason) == (4, True)


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("above", ["", "sep=SEP\n", 'Alder Falls: questions and answers\n\n"Printed\nMonday"SEPSEP\n'])
def test_files_as_spreadsheet_programs_save_them(mark: str, separator: str, above: str) -> None:
    rows = '\ufeffQuestionSEP AnswerSEPValid Until\r\n"Caf\u00e9; open, or not?"SEP"Yes|no\tmaybe."SEP2027-03-01\r\n'
    text = (above + rows.replace("\ufeff", "")).replace("SEP", separator)
    (row,), rejected = csv_file.read(text.encode(mark), city="oakton")
    assert (row.question, str(row.valid_until), rejected) == ("Caf\u00e9; open, or not?", "2027-03-01", [])


def workbook(*sheets: list[list[object]], hidden: bool = False) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number}", number)
        for row in rows:
            sheet.append(row)
    book.worksheets[0].sheet_state = "hidden" if hidden else "visible"
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_with_titles_days_and_numbers_and_names_its_rows() -> None:
    rows: list[list[object]] = [
        ["Frequently asked questions"], [], [None, "Question", "Answer", "Valid until", "Owner"],
        [None, "Q?", 5.0, datetime(2027, 3, 1), "Clerk"], [], [1, "R?", "Yes,\nit is.", "3/31/2027", None], [2, "S?", None, None, None],
    ]  # fmt: skip
    good, rejected = csv_file.read(workbook([["no"]], rows, hidden=True), city="oakton")
    assert [(r.line, r.question, r.answer, r.valid_until) for r in good] == [
        (4, "Q?", "5", date(2027, 3, 1)), (6, "R?", "Yes,\nit is.", date(2027, 3, 31)),
    ]  # fmt: skip
    assert [(r.line, r.reason) for r in rejected] == [(7, "the answer is empty")]


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", workbook([["a", "b"]]), workbook([])]
)
def test_a_workbook_that_cannot_be_used_is_an_error(data: bytes) -> None:
    with pytest.raises(BadInput):
        csv_file.read(data, city="oakton")


def changed_sheet(change: Callable[[str], str]) -> bytes:
    """A workbook with the XML of its sheet changed."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(workbook([["question", "answer"], ["Q?", "Yes."]]))) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part.decode()) if name.endswith("sheet1.xml") else part)
    return out.getvalue()


def test_a_sheet_is_as_large_as_its_rows_are_and_not_as_it_says() -> None:
    file = changed_sheet(
        lambda xml: (
            xml.replace("A1:B2", "A1:XFD1048576")
            .replace('r="2"', 'r="900000"')
            .replace("A2", "A900000")
            .replace("B2", "B900000")
        )
    )
    assert [(r.line, r.question) for r in csv_file.read(file, city="oakton")[0]] == [(900_000, "Q?")]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (changed_sheet(lambda xml: xml.replace('<row r="2"', '<row r="9999999999"')), "1,048,577"),
        (changed_sheet(lambda xml: xml.replace("</sheetData>", '<row><c><v>1</v></c></row>' * 100_001 + "</sheetData>")), "100,003"),
    ],
)  # fmt: skip
def test_a_sheet_of_too_many_rows_is_refused(file: bytes, line: str) -> None:
    with pytest.raises(TooLarge, match=f"100,000 rows.*at line {line}. Split it"):
        csv_file.read(file, city="oakton")


def encrypted(file: bytes) -> bytes:
    return file.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (changed_sheet(lambda xml: xml.replace("</row>", '<c t="s"><v>50</v></c></row>')), "index out of range"),
        (encrypted(workbook([["question", "answer"]])), "encrypted"),
        (workbook([["question", "answer"]]).replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x09"), "compression"),
        (re.sub(rb"(xl/worksheets/sheet1.xml).{40}", rb"\1" + b"\xff" * 40, workbook([["question", "answer"]]), count=1, flags=re.DOTALL), "decompressing"),
        (workbook([], [["Title"], ["name"]]), "Title"),
    ],
)  # fmt: skip
def test_a_damaged_or_encrypted_workbook_is_refused_with_the_reason(file: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        csv_file.read(file, city="oakton")


def test_a_line_too_long_for_a_title_is_refused_with_its_number() -> None:
    with pytest.raises(BadInput, match=r"Line 2 has 200,001 characters.*Delete it"):
        csv_file.read(b"Questions\n" + b"x" * 200_000 + b"\nquestion,answer\nQ?,A.\n", city="oakton")


@pytest.mark.parametrize("answer", ["<div>" * 100_000, "word " * 100_000])
def test_a_cell_far_too_long_is_rejected_before_it_is_read(answer: str) -> None:
    assert "the answer has 500000 characters" in str(
        check_row(2, {"city": "oakton", "question": "Q?", "answer": answer})
    )


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (["3/1/2027", "12/31/2027"], [date(2027, 3, 1), date(2027, 12, 31)]),
        (["1/3/27", "31/12/27"], [date(2027, 3, 1), date(2027, 12, 31)]),
        (["1.3.2027", "31.12.2027"], [date(2027, 3, 1), date(2027, 12, 31)]),
        (["3/1/2027 0:00", "03-31-2027"], [date(2027, 3, 1), date(2027, 3, 31)]),
        (["5/5/2027", "March 1, 2027", "1 Mar 2027", "1-Mar-27", "2027/03/01", "2027-03-01T00:00:00"], [date(2027, 5, 5), *[date(2027, 3, 1)] * 5]),
    ],
)  # fmt: skip
def test_days_are_read_where_their_column_leaves_no_doubt(days: list[str], read: list[date]) -> None:
    text = "question,answer,review_by\n" + "".join(f'Q{n}?,A.,"{day}"\n' for n, day in enumerate(days))
    rows, rejected = csv_file.read(text.encode(), city="oakton")
    assert ([row.review_by for row in rows], rejected) == (read, [])


@pytest.mark.parametrize(
    ("days", "wrong"), [(["3/1/2027"], [2]), (["3/1/2027", "1/31/2027", "31/1/2027"], [2]), (["13/13/2027", "2/30/2027"], [2, 3])]
)  # fmt: skip
def test_days_that_leave_doubt_are_rejected(days: list[str], wrong: list[int]) -> None:
    text = "question,answer,review_by\n" + "".join(f"Q{n}?,A.,{day}\n" for n, day in enumerate(days))
    _, rejected = csv_file.read(text.encode(), city="oakton")
    assert [row.line for row in rejected] == wrong


def test_another_column_settles_what_comes_first() -> None:
    rows, _ = csv_file.read(b"question,answer,valid_from,valid_until\nQ?,A.,3/1/2027,3/31/2027\n", city="oakton")
    assert rows[0].valid_from == date(2027, 3, 1)


def test_a_place_may_be_named_as_people_do(database: Engine) -> None:
    done = csv_file.load(FaqStore(database), b"question,answer,city\nQ?,A.,Elmville\nQ?,B.,OHIO\nQ?,C.,elmville\n")
    assert done.imported == 2
    assert [(row.line, "answers the same question" in row.reason) for row in done.rejected] == [(4, True)]


def test_a_preview_says_what_an_import_would_do_and_writes_nothing(database: Engine) -> None:
    store = FaqStore(database)
    csv_file.load(store, b"question,answer,owner\nQ?,A.,Clerk\nR?,B.,\nS?,C.,\n", city="oakton")
    file = b"question,answer\nQ?,New.\nR?,B.\nT?,D.\nU?,\nV?,E.,F.\n"
    before = store.latest_revision()
    found = csv_file.preview(store, file, city="oakton")
    ((changed,), (new,)) = found.changed, found.new
    assert changed.before is not None
    assert (changed.line, changed.before.answer, changed.after.answer, changed.after.owner) == (
        2,
        "A.",
        "New.",
        "Clerk",
    )
    assert (new.line, new.before, new.after.question) == (4, None, "T?")
    assert (found.unchanged, found.absent, [row.line for row in found.rejected]) == (1, ["S?"], [5, 6])
    assert (store.latest_revision(), found.revision) == (before, before)
    store.save(FaqRow(0, "oakton", "Q?", "Ada's."), by="ada")
    with pytest.raises(Conflict, match="ada changed 'Q\\?'"):
        csv_file.load(store, file, city="oakton", revision=found.revision)
    again = csv_file.preview(store, file, city="oakton")
    done = csv_file.load(store, file, city="oakton", revision=again.revision)
    assert (done.imported, done.updated, done.unchanged) == (1, 1, 1)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",A.,,", "question is empty"),
        ("Q?,,,", "answer is empty"),
        ("Q?,A.,javascript:alert(1),", "http"),
        ("Q?,A.,https://a.example/a b,", "http"),
        ("Q" * 1001 + ",A.,,", "at most 1000"),
        ("Q?," + "A" * 20001 + ",,", "at most 20000"),
        ("Q?,A.,,,too many", "5 values for 4 columns"),
    ],
)
def test_a_bad_row_is_rejected_with_the_reason(row: str, reason: str) -> None:
    good, bad = read(HEADER + row + "\nGood?,Yes.,,\n")
    assert good == ["Good?"]
    assert bad[0][0] == 2
    assert reason in bad[0][1]


@pytest.mark.parametrize(
    ("dates", "reason"), [("11/2026,", "valid_from must be a date"), ("2026-02-01,2026-01-01", "before valid_from")]
)
def test_bad_dates_are_rejected(dates: str, reason: str) -> None:
    _, bad = read(f"question,answer,valid_from,valid_until\nQ?,A.,{dates}\n")
    assert reason in bad[0][1]


def test_a_row_without_any_city_is_rejected() -> None:
    assert "names no city" in read("question,answer\nQ?,A.\n", city="")[1][0][1]


def test_a_repeated_question_names_both_lines_unless_it_is_the_same_row() -> None:
    good, bad = read(HEADER + "Q?,A.,,\n q? ,Another.,,\nQ?,A.,,\nQ?,A.,,elmville\n")
    assert good == ["Q?", "Q?", "Q?"]
    assert [line for line, _ in bad] == [3]
    assert "line 2" in bad[0][1]
    assert "2 and 3" in bad[0][1]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"name,text\na,b\n", b"question,answer,question\n"],
)
def test_a_header_that_cannot_be_used_is_an_error(data: bytes) -> None:
    with pytest.raises(BadInput):
        csv_file.read(data, city="oakton")


def test_a_file_over_10_mb_is_refused() -> None:
    with pytest.raises(TooLarge):
        csv_file.read(b"question,answer\n" + b"x" * 10_000_000, city="oakton")


def test_html_becomes_text_and_plain_text_stays() -> None:
    rows, _ = csv_file.read(
        (
            HEADER
            + '"<b>Q</b>?","<p>Pay $5 &amp; go.</p><script>x()</script><ul><li>one</li><li>two</li></ul>",,\n"R?","1 < 2 and AT&T > x",,\n'
        ).encode(),
        city="oakton",
    )
    assert rows[0].question == "Q?"
    assert rows[0].answer == "Pay $5 & go.\none\ntwo"
    assert rows[1].answer == "1 < 2 and AT&T > x"


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (
            "<p>Pay <a href=https://pay.example/fines?id=7&amp;x=1>online</a> now.</p>",
            "Pay online (https://pay.example/fines?id=7&x=1) now.",
        ),
        ("See the <a href='https://tax.example/'>tax office</a>.", "See the tax office (https://tax.example/)."),
        (
            "<a href='mailto:clerk@oakton.example'>Email us</a> or <a href='tel:5555550143'>call</a>.",
            "Email us (clerk@oakton.example) or call (555-555-0143).",
        ),
        ("Go to <a href='https://tax.example/'>tax.example</a>.", "Go to tax.example."),
        ("It costs $4<sup>1</sup> a day.", "It costs $4 a day."),
        ("It costs <s>$25</s> $40.", "It costs $40."),
    ],
)
def test_an_answer_in_html_keeps_its_digits_and_addresses(answer: str, read: str) -> None:
    rows, _ = csv_file.read((HEADER + f'"Q?","{answer}",,\n').encode(), city="oakton")
    assert rows[0].answer == read


def test_export_escapes_formulas_and_imports_again_unchanged(database: Engine) -> None:
    store = FaqStore(database)
    text = HEADER + '"=cmd()|x","+1 (555) 010",,\n"-Q?","@A\nline",https://a.example,elmville\n"\'quoted\'","\'tis",,\n'
    assert csv_file.load(store, text.encode(), city="oakton").imported == 3
    exported = csv_file.write(store.all())
    cells = [cell for row in csv.reader(io.StringIO(exported)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    again = csv_file.load(store, exported.encode())
    assert (again.imported, again.updated, again.unchanged, again.rejected) == (0, 0, 3, ())
