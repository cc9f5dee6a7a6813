"""One FAQ as staff wrote it: which values are allowed, and what makes two rows the same FAQ."""

import hashlib
import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from crawler.extract.html.fragment import settle_fragment
from index.faqs.days import DayColumns
from index.text.languages import language_asked

MAX_QUESTION = 1_000
MAX_ANSWER = 20_000
_MAX_CELL = 131_072
"""Characters of a cell with its HTML: what the csv module takes, and four times what Excel does."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|code|del|div|dd|dl|dt|em|font|h[1-6]|hr|i|iframe|img|ins|li|ol|p|pre|s|script|small|span|strike|strong"
    r"|style|sub|sup|svg|table|tbody|td|th|thead|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKING = ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "dd", "dt", "pre")


_TOLD = ("es", "fr")
"""Languages of which function words tell where detection is not sure and a file has no column for it."""
_ALONE = DayColumns({})
CONTENT = ("question", "answer", "url", "language", "valid_from", "valid_until", "owner", "review_by")


@dataclass(frozen=True)
class FaqRow:
    """A checked row. `line` is where it stands in its file; `valid_until` is the last day it holds.

    `fields` are those of CONTENT that the row sets. When a stored FAQ is updated it keeps its other ones.
    """

    line: int
    jurisdiction: str
    question: str
    answer: str
    url: str = ""
    language: str = "en"
    valid_from: date | None = None
    valid_until: date | None = None
    owner: str = ""
    review_by: date | None = None
    fields: frozenset[str] = frozenset(CONTENT)

    @property
    def question_key(self) -> str:
        """Equal for the same question in another case, spacing or Unicode form."""
        return question_key(self.question)


def question_key(question: str) -> str:
    """See `FaqRow.question_key`."""
    folded = " ".join(unicodedata.normalize("NFKC", question).casefold().split())
    return hashlib.sha256(folded.encode()).hexdigest()


def check_row(line: int, cells: Mapping[str, str], days: DayColumns = _ALONE) -> FaqRow | str:
    """The row made of trimmed cells by column, or the reason why it cannot be taken. `days` tells how its file writes days."""
    fields, cells = frozenset(CONTENT) & cells.keys(), defaultdict(str, cells)
    for name in ("question", "answer"):
        if len(cells[name]) > _MAX_CELL:
            return (
                f"the {name} has {len(cells[name])} characters; at most {_MAX_CELL} are read, HTML included. Shorten it"
            )
    try:
        row = FaqRow(
            line=line,
            jurisdiction=cells["city"],
            question=" ".join(plain(cells["question"]).split()),
            answer=plain(cells["answer"]),
            url=cells["url"],
            language=cells["language"] or "en",
            valid_from=days.day(cells["valid_from"], "valid_from"),
            valid_until=days.day(cells["valid_until"], "valid_until"),
            owner=_CONTROL.sub("", cells["owner"])[:200],
            review_by=days.day(cells["review_by"], "review_by"),
            fields=fields,
        )
    except ValueError as error:
        return str(error)
    reason = _reason(row)
    if reason or cells["language"]:
        return reason or row
    # Only now, as detection in a text far over the allowed length takes too long.
    return replace(row, language=language_asked(f"{row.question} {row.answer}", _TOLD) or "en")


def plain(text: str) -> str:
    """The text without HTML tags, entities and control characters; text that holds no HTML stays as it is."""
    if _TAG.search(text):
        soup = BeautifulSoup(text, "lxml")
        for hidden in soup(["script", "style", "iframe", "svg"]):
            hidden.decompose()
        settle_fragment(soup)
        for tag in soup(_BREAKING):
            tag.insert_after("\n")
        lines = (" ".join(line.split()) for line in soup.get_text().split("\n"))
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    elif _ENTITY.search(text):
        text = html.unescape(text)
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _reason(row: FaqRow) -> str:
    rules = (
        (not row.question, "the question is empty"),
        (not row.answer, "the answer is empty"),
        (
            len(row.question) > MAX_QUESTION,
            f"the question has {len(row.question)} characters; at most {MAX_QUESTION} are allowed",
        ),
        (
            len(row.answer) > MAX_ANSWER,
            f"the answer has {len(row.answer)} characters; at most {MAX_ANSWER} are allowed",
        ),
        (not row.jurisdiction, "it names no city. Fill the city column, or choose a city for the rows that name none"),
        (
            bool(row.url) and not _is_link(row.url),
            f"url must start with http:// or https:// and have at most 2000 characters; got {row.url[:80]!r}",
        ),
        (not _LANGUAGE.fullmatch(row.language), f"language must be a code such as en or es; got {row.language[:40]!r}"),
        (_ends_before_start(row), f"valid_until {row.valid_until} is before valid_from {row.valid_from}"),
    )
    return next((reason for broken, reason in rules if broken), "")


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 2000 and not re.search(r"\s", url)


def _ends_before_start(row: FaqRow) -> bool:
    return row.valid_from is not None and row.valid_until is not None and row.valid_until < row.valid_from
