"""JSON-LD of a page: its objects, and the question-answer pairs of a FAQPage joined with those on the page.

A pair counts once, by its question. Where both exist the words on the page are kept:
answers quote what a reader can find there.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup

from crawler.extract.common.characters import key, lines, squeezed
from crawler.extract.common.tree import Elements, attr
from crawler.extract.html.fragment import settle_fragment
from crawler.page import Block

_COMMENTS = re.compile(r"(?<![:\"'\w])//[^\n\"]*$|/\*.*?\*/", re.S | re.M)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_WRAPPING = re.compile(r"^\s*(<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_BREAKS = re.compile(r"<\s*(br|/p|/li|/div|/tr|/h\d)\b[^>]*>", re.I)
_JSON_LD = re.compile(r"\s*application/ld\+json", re.I)
_DEEPEST = 12
_MOST = 5000


def objects_of(page: Elements) -> list[dict[str, object]]:
    """Every object with a @type in the page's JSON-LD scripts, outermost first. Broken scripts are mended or skipped."""
    objects: list[dict[str, object]] = []
    for script in page.named("script", having="type"):
        if _JSON_LD.match(attr(script, "type")):
            objects.extend(_typed(_load(script.string or script.get_text()), 0))
    return objects[:_MOST]


def faq_pairs(objects: list[dict[str, object]]) -> Iterator[tuple[str, str]]:
    """(question, answer) as plain text, in the order they are written."""
    for item in objects:
        if "Question" in _types(item):
            question, answer = _plain(item.get("name") or item.get("text")), _answer(item)
            if question and answer:
                yield " ".join(question.split()), answer


def _load(text: str) -> object:
    for candidate in (text, _mended(text), _mended(html.unescape(text))):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _mended(text: str) -> str:
    """Without comments, CDATA marks and trailing commas, the usual mistakes."""
    return _TRAILING_COMMA.sub("", _COMMENTS.sub("", _WRAPPING.sub("", text)))


def _typed(value: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for inner in value.values():
            yield from _typed(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _typed(inner, depth + 1)


def _types(item: dict[str, object]) -> set[str]:
    value = item.get("@type")
    names = value if isinstance(value, list) else [value]
    return {str(name).rsplit("/", 1)[-1] for name in names}


def _answer(item: dict[str, object]) -> str:
    value = item.get("acceptedAnswer") or item.get("suggestedAnswer")
    if isinstance(value, list):
        value = value[0] if value else None
    return _plain(value.get("text")) if isinstance(value, dict) else _plain(value)


def _plain(value: object) -> str:
    """Text of a value that may hold HTML, even escaped twice."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(value) if "&lt;" in value else value
    if "<" in text or "&" in text:
        soup = BeautifulSoup(_BREAKS.sub(lambda m: m.group(0) + "\n", text), "lxml")
        settle_fragment(soup)
        text = soup.get_text()
    return "\n".join(line for line in lines(text) if line)


def with_declared(blocks: tuple[Block, ...], pairs: Iterable[tuple[str, str]], everything: str) -> tuple[Block, ...]:
    """`blocks` without doubled questions, plus declared pairs that the page's mark-up did not show; `everything` is its text, squeezed.

    A declared answer whose question is on the page must be there too, word for word, or the
    page's own text stands. A pair of which the page shows nothing (scripts draw it later) is
    kept: it is the only copy.
    """
    kept, known = _once(blocks)
    for question, answer in pairs:
        name = key(question)
        if not name or name in known:
            continue
        known.add(name)
        shown = squeezed(answer) in everything
        if not shown and name.replace(" ", "") in everything:
            continue
        kept = [b for b in kept if not _is_copy(b, question, answer)]
        kept.append(Block(kind="faq", heading=(), text=answer, question=question))
    return tuple(kept)


def _once(blocks: tuple[Block, ...]) -> tuple[list[Block], set[str]]:
    kept: list[Block] = []
    seen: set[tuple[str, str]] = set()
    for block in blocks:
        identity = (key(block.question), key(block.text))
        if block.kind == "faq" and identity in seen:
            continue
        seen.add(identity)
        kept.append(block)
    return kept, {key(b.question) for b in kept if b.kind == "faq"}


def _is_copy(block: Block, question: str, answer: str) -> bool:
    """A text block that is nothing but a part of this pair."""
    if block.kind == "faq":
        return False
    words = squeezed(block.text)
    return words == squeezed(question) or (len(words) >= 20 and words in squeezed(answer))
