"""The documents of a segment as they are written, read, and were written before."""

from pathlib import Path

import pytest

from index.segments import document_table
from index.segments.document_table import BLOCK, DocumentRow, DocumentTable

MANY = 2 * BLOCK + 7


def document_row(number: int) -> DocumentRow:
    return DocumentRow(f"page:{number}", f"f{number}", f"city{number % 3}", "page", number % 5, "", "2026-01-02")


@pytest.mark.parametrize("count", [0, 1, BLOCK, MANY])
def test_what_is_written_is_read(tmp_path: Path, count: int) -> None:
    documents = [document_row(n) for n in range(count)]
    document_table.write(tmp_path, documents)
    found = DocumentTable(tmp_path)
    assert [*found] == documents
    assert [found[i] for i in range(len(found))] == documents
    assert [*zip(found.keys, found.jurisdictions, found.kinds, found.passages, strict=True)] == [
        (d.key, d.jurisdiction, d.kind, d.passages) for d in documents
    ]


def test_a_document_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    document_table.write(tmp_path, [document_row(0)])
    with pytest.raises(IndexError):
        DocumentTable(tmp_path)[1]


@pytest.mark.parametrize("name", ['"quoted"', "line\nbreak", "\u2028", "日本", "a,b]\\"])
def test_any_key_survives(tmp_path: Path, name: str) -> None:
    document = document_row(1)._replace(key=name)
    document_table.write(tmp_path, [document, document])
    assert [*DocumentTable(tmp_path)] == [document, document]
