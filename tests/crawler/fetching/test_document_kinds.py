"""What an answer holds, by what servers say of it and by what it is."""

import pytest

from crawler.fetching.document_kinds import Kind, kind_of, may_be_read


@pytest.mark.parametrize(
    ("content_type", "name", "start", "kind"),
    [
        ("text/html; charset=utf-8", "fees", b"<!doctype html>", "html"),
        ("", "fees", b"<html>", "html"),
        ("text/html", "fees.pdf", b"%PDF-1.7", "pdf"),
        ("text/html", "fees.pdf", b"<html>", "html"),
        ("application/pdf", "View/12", b"%PDF-1.4", "pdf"),
        ("application/octet-stream", "View/12", b"\r\n%PDF-1.4", "pdf"),
        ("application/octet-stream", "fees.PDF", b"", "pdf"),
        ("application/octet-stream", "tool", b"MZ\x90", ""),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "View/9", b"PK\x03\x04", "office"),
        ("application/octet-stream", "View/9", b"PK\x03\x04", "office"),
        ("application/zip", "fees.xlsx", b"PK\x03\x04", "office"),
        ("application/zip", "maps", b"PK\x03\x04", ""),
        ("application/vnd.ms-excel", "fees.csv", b"Fee,Price", "csv"),
        ("application/vnd.ms-excel", "fees.xls", b"\xd0\xcf", ""),
        ("text/plain; charset=utf-8", "hours.txt", b"Hours", "text"),
        ("text/plain", "fees.csv", b"Fee,Price", "csv"),
        ("image/png", "fees.pdf", b"%PDF-1.4", ""),
    ],
)
def test_kind(content_type: str, name: str, start: bytes, kind: Kind) -> None:
    assert kind_of(content_type, f"https://www.alder.example/{name}?v=2", start) == kind


def test_a_stream_of_bytes_is_fetched_to_be_looked_at() -> None:
    assert may_be_read("application/octet-stream", "https://www.alder.example/View/12")
    assert not may_be_read("video/mp4", "https://www.alder.example/View/12")
