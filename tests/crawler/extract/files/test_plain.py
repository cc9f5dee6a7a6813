"""CSV and plain text files of cities."""

import pytest

from crawler.extract.files.plain import extract_csv, extract_text
from tests.crawler.extract.reading import said

URL = "https://www.alder.example/files/dog-licenses.csv"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_rows_of_a_table(separator: str, encoding: str) -> None:
    rows = (("Animal", "Fee", "Note"), ("Dog, spayed", "$15", "café dogs too"), ("Cat", "$9", ""))
    text = "\r\n".join(separator.join(f'"{value}"' for value in row) for row in rows)
    page = extract_csv(text.encode(encoding), url=URL, content_type="text/csv")
    assert page.title == "Dog licenses"
    assert [b.text for b in page.blocks] == ["Animal, Fee, Note\nDog, spayed, fee: $15; note: café dogs too\nCat: $9"]


def test_titles_above_a_table_and_notes_below_it() -> None:
    text = "sep=,\nPool fees,,\n,,\nWho,Weekday,Weekend\nAdult,$5,$7\nChild,$2,$3\n,,\nClosed on July 4,,\n"
    page = extract_csv(text.encode(), url=URL)
    assert [b.text for b in page.blocks] == [
        "Pool fees",
        "Who, Weekday, Weekend\nAdult, weekday: $5; weekend: $7\nChild, weekday: $2; weekend: $3",
        "Closed on July 4",
    ]


def test_a_large_table_is_a_data_set() -> None:
    text = "id,name\n" + "".join(f"{n},tree {n}\n" for n in range(4000))
    assert "a data set, not a document" in extract_csv(text.encode(), url=URL).problem
    assert extract_csv(b" \n,\n", url=URL).problem == "there is no text in the file"


def test_plain_text_by_paragraphs_headings_and_lists() -> None:
    text = (
        "COMPOST RULES\n\nBring compost to the yard on\nweekdays. It is free.\n\nWhat is taken\n=============\n"
        "- leaves and\n  grass\n- food\n\n## Hours\n8 a.m. to 4 p.m.\n"
    )
    page = extract_text(text.encode(), url="https://www.alder.example/compost.txt", content_type="text/plain")
    assert page.title == "COMPOST RULES"
    assert "Bring compost to the yard on weekdays. It is free." in said(page)
    assert [(b.kind, b.heading[-1:], b.text) for b in page.blocks[1:]] == [
        ("list", ("What is taken",), "leaves and grass\nfood"),
        ("text", ("Hours",), "8 a.m. to 4 p.m."),
    ]
