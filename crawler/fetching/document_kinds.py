"""What kind of document an answer holds: by its content type, its name, and its first bytes where these say little."""

from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["html", "pdf", "office", "csv", "text", ""]
"""How an answer is read; "office" is a ZIP archive that may hold a Word or Excel file, "" is nothing we read."""

_BY_TYPE: dict[str, Kind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "office",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "office",
    "text/csv": "csv",
    "application/csv": "csv",
    "text/plain": "text",
    "text/markdown": "text",
}
_BY_NAME: dict[str, Kind] = {
    "pdf": "pdf",
    "docx": "office",
    "xlsx": "office",
    "csv": "csv",
    "txt": "text",
    "md": "text",
}
_BY_START: tuple[tuple[bytes, Kind], ...] = ((b"%PDF-", "pdf"), (b"PK\x03\x04", "office"))
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/download"})
_UNSAID |= {"application/force-download", "application/x-download", "application/unknown"}
_WRONG_FOR = {"csv": ("text/plain", "application/vnd.ms-excel"), "office": ("application/zip", "application/msword")}
"""What servers call the files of a name."""


def kind_of(content_type: str, url: str, start: bytes = b"") -> Kind:
    """The kind of an answer. City systems serve files under names without an ending, and as octet streams.

    `start` are its first bytes; a PDF that is called HTML is known by them.
    """
    declared = content_type.split(";")[0].strip().lower()
    name = urlsplit(url).path.rpartition("/")[2].rpartition(".")[2].lower()
    named = _BY_NAME.get(name, "")
    seen: Kind = next((kind for mark, kind in _BY_START if start.lstrip().startswith(mark)), "")
    if declared in _UNSAID:
        return seen or named or ("html" if not declared else "")
    if declared in _WRONG_FOR.get(named, ()):
        return named
    kind = _BY_TYPE.get(declared, "")
    return "pdf" if kind == "html" and seen == "pdf" else kind


def may_be_read(content_type: str, url: str) -> bool:
    """True unless the head of an answer says that it is nothing we read: an unnamed stream of bytes may be a PDF."""
    return content_type.split(";")[0].strip().lower() in _UNSAID or bool(kind_of(content_type, url))
