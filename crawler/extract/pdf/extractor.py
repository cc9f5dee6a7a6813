"""One PDF to readable blocks, with PDFium. Run it in a limited process: it reads hostile input in C++."""

import ctypes
import re
from contextlib import closing
from urllib.parse import unquote, urlsplit

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from crawler.extract.common.blocks import blocks_of
from crawler.extract.common.characters import key, one_line
from crawler.extract.common.dates import read
from crawler.extract.common.language import guess
from crawler.extract.common.titles import readable
from crawler.extract.pdf.lines import HYPHEN, Line, pieces_of
from crawler.extracted import Extracted

_PAGES = 1500
_CHARACTERS = 3_000_000
_FILE_NAME = re.compile(
    r"\.(docx?|xlsx?|pptx?|pdf|indd|qxd|pub|rtf|dwg|pmd|p65|tif|jpg)\b|^microsoft |^(untitled|document|slide|presentation|print|layout)\s*\d*$|^[\w-]*_[\w-]*$|"
    r"^[a-z]:\\|^\d+$|^(title|scan|copy of|new|template)\b",
    re.I,
)
_LINE_END_HYPHEN = re.compile("[\x02\ufffe]")


def extract_pdf(body: bytes, *, url: str) -> Extracted:
    """Text by headings and paragraphs. A file without a text layer, or one that wants a password, is a `problem`."""
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        return _failed(url, _reason(str(error)))
    with closing(document):
        return _extract(document, url)


def _extract(document: pdfium.PdfDocument, url: str) -> Extracted:
    pages = _pages(document)
    metadata = document.get_metadata_dict(skip_empty=True)
    title = _title(metadata.get("Title", ""), pages, url)
    text = " ".join(line.text for page in pages for line in page)
    if len(key(text)) < 20:
        return _failed(url, "scanned PDF: no text layer", title=title)
    dated = read(_iso(metadata.get("ModDate", ""))) or read(_iso(metadata.get("CreationDate", "")))
    return Extracted(
        title=title,
        language=guess(text) or "en",
        blocks=blocks_of(pieces_of(pages), title),
        links=(),
        canonical=None,
        page_date=dated,
        page_date_origin="pdf" if dated else "",
        noindex=False,
        nofollow=False,
    )


def _failed(url: str, problem: str, *, title: str = "") -> Extracted:
    return Extracted(title or _from_address(url), "en", (), (), None, None, "", False, False, problem)


def _reason(message: str) -> str:
    return "PDF is locked with a password" if "password" in message.lower() else f"not a readable PDF: {message[:120]}"


def _pages(document: pdfium.PdfDocument) -> list[list[Line]]:
    pages: list[list[Line]] = []
    characters = 0
    for number in range(min(len(document), _PAGES)):
        try:
            lines = _lines(document, number)
        except pdfium.PdfiumError:  # one broken page; the others can be read
            lines = []
        characters += sum(len(line.text) for line in lines)
        pages.append(lines)
        if characters > _CHARACTERS:
            break
    return pages


def _lines(document: pdfium.PdfDocument, number: int) -> list[Line]:
    with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
        return _read_lines(text_page)


def _read_lines(text_page: pdfium.PdfTextPage) -> list[Line]:
    """Lines in the order of the file, with the place and size of their letters."""
    text = text_page.get_text_range()
    lines: list[Line] = []
    start = 0
    for chunk in text.split("\n"):
        tidy = one_line(_LINE_END_HYPHEN.sub(HYPHEN, chunk))
        if tidy:
            lines.append(_line(text_page, tidy, start, chunk))
        start += len(chunk) + 1
    return lines


def _line(text_page: pdfium.PdfTextPage, text: str, start: int, chunk: str) -> Line:
    """Measured at its first, middle and last letter: one may be raised, or from another font."""
    last = start + len(chunk.rstrip()) - 1
    first = start + len(chunk) - len(chunk.lstrip())
    probes = (first, (first + last) // 2, last)
    sizes = sorted(_size(text_page, index) for index in probes)
    left, bottom, _ = _box(text_page, first)
    right = _box(text_page, last)[2]
    return Line(text, sizes[1], left, right, bottom, all(_is_bold(text_page, index) for index in probes))


def _box(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float]:
    """(left, bottom, right) of the space a character takes, in points; zeros when it has no place."""
    box = raw.FS_RECTF()
    has_place = raw.FPDFText_GetLooseCharBox(text_page.raw, index, box)
    return (box.left, box.bottom, box.right) if has_place else (0.0, 0.0, 0.0)


def _is_bold(text_page: pdfium.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(64)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page.raw, index, name, 64, flags)
    return b"bold" in name.value.lower() or b"black" in name.value.lower()


def _size(text_page: pdfium.PdfTextPage, index: int) -> float:
    """Font size in points: many writers set size 1 and scale by the matrix."""
    size = float(raw.FPDFText_GetFontSize(text_page.raw, index))
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text_page.raw, index, matrix):
        return size
    return round(float(size * (matrix.c**2 + matrix.d**2) ** 0.5), 2)


def _title(declared: str, pages: list[list[Line]], url: str) -> str:
    """The declared title unless it is a file name, else the largest line of the first page, else the address."""
    title = one_line(declared)
    if 4 <= len(title) <= 200 and not _FILE_NAME.search(title) and any(c.isalpha() for c in title):
        return title
    first = next((page for page in pages if page), [])
    top = first[:25]
    largest = max((line.size for line in top), default=0.0)
    usual = sorted(line.size for line in first)[len(first) // 2] if first else 0.0
    if largest > usual * 1.15:
        start = next(i for i, line in enumerate(top) if line.size == largest)
        words = [top[start].text]
        words += [line.text for line in top[start + 1 : start + 3] if abs(line.size - largest) < 0.3]
        name = " ".join(words)
        if 4 <= len(name) <= 200 and any(c.isalpha() for c in name):
            return name
    return _from_address(url)


def _from_address(url: str) -> str:
    name = unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1])
    return readable(re.sub(r"\.pdf$", "", name, flags=re.I)) or url


def _iso(stamp: str) -> str:
    """PDF's "D:20260304120000Z" as "2026-03-04"."""
    match = re.match(r"(?:D:)?\s*(\d{4})(\d\d)(\d\d)", stamp)
    return "-".join(match.groups()) if match else ""
