import csv
import io

import pytest
from sqlalchemy import Engine

from index.faqs import csv_file
from index.faqs.store import FaqStore
from townclerk import spreadsheet_rows
from townclerk.errors import BadInput, TooLarge

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


def test_rows_that_are_not_utf8_are_named_and_the_rest_is_read() -> None:
    rows, rejected = csv_file.read(HEADER.encode() + b"Caf\xe9?,A.,,\nQ2?,B.,,\n", city="oakton")
    assert [row.question for row in rows] == ["Q2?"]
    assert (rejected[0].line, "UTF-8" in rejected[0].reason) == (2, True)


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
    ("dates", "reason"), [("11/30/2026,", "valid_from must be a date"), ("2026-02-01,2026-01-01", "before valid_from")]
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
    [b"", b"\n\n", b"name,text\na,b\n", "question,answer\nQ,A\n".encode("utf-16"), b"question,answer,question\n"],
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
