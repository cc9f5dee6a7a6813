"""One PDF to readable blocks, with PDFium. Run it in a limited process: it reads hostile input in C++."""

import re
import time
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import pypdfium2 as pdfium

from crawler.extract.common.blocks import blocks_of
from crawler.extract.common.characters import key, one_line
from crawler.extract.common.dates import read
from crawler.extract.common.language import guess
from crawler.extract.common.titles import readable
from crawler.extract.pdf.grids import Grid, grids_of, rules_of
from crawler.extract.pdf.layout import arranged
from crawler.extract.pdf.lines import Line
from crawler.extract.pdf.paragraphs import pieces_of
from crawler.extract.pdf.running_heads import without_running_lines
from crawler.extract.pdf.segments import segments_of
from crawler.extract.pdf.words import words_of
from crawler.extracted import Extracted

_PAGES = 1500
_CHARACTERS = 3_000_000
_SECONDS = 50
"""Of processor time, after which the pages read until then are kept: 1,000 pages or so."""
_HEAD = 0.4  # part of the first page, from its top, where the title stands
_FILE_NAME = re.compile(
    r"\.(docx?|xlsx?|pptx?|pdf|indd|qxd|pub|rtf|dwg|pmd|p65|tif|jpg)\b|^microsoft |^(untitled|document|slide|presentation|print|layout)\s*\d*$|^[\w-]*_[\w-]*$|"
    r"^[a-z]:\\|^\d+$|^\(?(anonymous|unspecified|unknown)\b|^(title|scan|copy of|new|template)\b",
    re.I,
)


def extract_pdf(body: bytes, *, url: str) -> Extracted:
    """Text by headings and paragraphs. A file without a text layer, or one that wants a password, is a `problem`."""
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        return _failed(url, _reason(str(error)))
    with closing(document):
        return _extract(document, url)


@dataclass
class _Page:
    """Lines and drawn tables of one page; `aside` is what is written in other directions."""

    lines: list[Line]
    grids: list[Grid]
    aside: list[Line] = field(default_factory=list)


def _extract(document: pdfium.PdfDocument, url: str) -> Extracted:
    pages = _pages(document)
    metadata = document.get_metadata_dict(skip_empty=True)
    title = _title(metadata.get("Title", ""), [page.lines for page in pages], url)
    text = " ".join(line.text for page in pages for line in page.lines)
    if len(key(text)) < 20:
        return _failed(url, "scanned PDF: no text layer", title=title)
    dated = read(_iso(metadata.get("ModDate", ""))) or read(_iso(metadata.get("CreationDate", "")))
    language = guess(text) or "en"
    inside = without_running_lines([page.lines for page in pages])
    ordered = [
        [*arranged(lines, page.grids), *arranged(page.aside, ())] for lines, page in zip(inside, pages, strict=True)
    ]
    return Extracted(
        title=title,
        language=language,
        blocks=blocks_of(pieces_of(ordered, language), title),
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


def _pages(document: pdfium.PdfDocument) -> list[_Page]:
    pages: list[_Page] = []
    characters = 0
    started = time.process_time()
    for number in range(min(len(document), _PAGES)):
        try:
            page = _page(document, number)
        except pdfium.PdfiumError:  # one broken page; the others can be read
            page = _Page([], [])
        characters += sum(len(line.text) for line in page.lines)
        pages.append(page)
        if characters > _CHARACTERS or time.process_time() - started > _SECONDS:
            break
    return pages


def _page(document: pdfium.PdfDocument, number: int) -> _Page:
    """The lines of a page, turned so that most of its text is upright; what is written in other directions follows."""
    with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
        directions = words_of(page, text_page)
        turn = next(iter(directions), 0)
        rules = rules_of(page, turn)
    lines = [segments_of(words, rules if direction == turn else ()) for direction, words in directions.items()]
    return _Page(lines[0] if lines else [], grids_of(rules), [line for others in lines[1:] for line in others])


def _title(declared: str, pages: list[list[Line]], url: str) -> str:
    """The declared title unless it is a file name, else the largest line of the first page, else the address."""
    title = one_line(declared)
    if 4 <= len(title) <= 200 and not _FILE_NAME.search(title) and any(c.isalpha() for c in title):
        return title
    first = next((page for page in pages if page), [])
    highest, lowest = max((x.bottom for x in first), default=0.0), min((x.bottom for x in first), default=0.0)
    top = [line for line in first if line.bottom >= highest - _HEAD * (highest - lowest)][:25]
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
