"""Word and Excel files (Office Open XML). Both are ZIP archives, which are looked at before they are unpacked."""

import zipfile
from datetime import date
from io import BytesIO
from xml.parsers.expat import ExpatError

from lxml import etree

from crawler.extract.common.characters import one_line
from crawler.extract.common.dates import read
from crawler.extract.files.reading import unreadable
from crawler.extract.files.word import extract_word
from crawler.extract.files.workbook import extract_workbook
from crawler.extracted import Extracted

MOST_BYTES = 100_000_000
"""Unpacked; `zipfile` never unpacks more of a member than its archive says."""
_MOST_RATIO = 200  # times the packed size, for members above a megabyte
_MOST_MEMBERS = 5000
_CORE = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_MODIFIED = "{http://purl.org/dc/terms/}modified"


def extract_office(body: bytes, *, url: str) -> Extracted:
    """Headings, paragraphs, lists and tables of a .docx, or the sheets of an .xlsx."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            if problem := _bomb(archive):
                return unreadable(url, problem)
            members = set(archive.namelist())
            title, dated = _properties(archive) if _CORE in members else ("", None)
        if "word/document.xml" in members:
            return extract_word(body, url, title=title, dated=dated)
        if "xl/workbook.xml" in members:
            return extract_workbook(body, url, title=title, dated=dated)
    except (zipfile.BadZipFile, NotImplementedError, SyntaxError, ExpatError, KeyError, ValueError) as error:
        return unreadable(url, f"not a readable Office file: {type(error).__name__}: {str(error)[:120]}")
    return unreadable(url, "a ZIP archive without a Word or Excel document in it")


def _bomb(archive: zipfile.ZipFile) -> str:
    """Why an archive is not unpacked, or ""."""
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        return f"the file holds {len(members):,} parts; at most {_MOST_MEMBERS:,} are read"
    if any(member.flag_bits & 1 for member in members):
        return "the file is locked with a password"
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        return f"the file unpacks to {total // 1_000_000:,} MB; at most {MOST_BYTES // 1_000_000} MB are read"
    if any(m.file_size > max(1_000_000, _MOST_RATIO * m.compress_size) for m in members):
        return f"a part of the file unpacks to over {_MOST_RATIO} times its size"
    return ""


def _properties(archive: zipfile.ZipFile) -> tuple[str, date | None]:
    """(title, day of the last change), as the program that wrote the file noted them."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(archive.read(_CORE), parser)
    return one_line(root.findtext(_TITLE) or ""), read((root.findtext(_MODIFIED) or "")[:10])
