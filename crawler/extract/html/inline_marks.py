"""Raised, lowered and struck-out text as a reader takes it, so that no fact changes its digits.

A footnote mark is no part of the number before it, raised cents are cents, and a struck-out
price is no price. What stays is joined to the text around it the way it is read aloud.
"""

import re

from bs4 import Tag
from bs4.element import NavigableString

from crawler.extract.common.characters import one_line, words
from crawler.extract.common.tree import BLOCKS, Elements, attr, classes, gone, tags, text_after, text_before, text_of

_STRUCK = frozenset({"s", "strike", "del"})
_STRUCK_CLASSES = words(
    "strike strikethrough strike-through strikeout struck line-through text-decoration-line-through"
)
_MOVED = frozenset({"sup", "sub"})
_MOVED_CLASSES = words("sup superscript cents footnote-ref footnote-reference footnoteref fnref noteref")
_LINE_THROUGH = re.compile(r"text-decoration(-line)?\s*:[^;]*line-through", re.I)
_RAISED = re.compile(r"vertical-align\s*:\s*(super|text-top)", re.I)
_NOTE = re.compile(r"[\[(]?\s*(\d{1,3}|[a-z]|[*†‡§#]+)(\s*[,;–-]\s*(\d{1,3}|[a-z]))*\s*[\])]?", re.I)
_WHOLE_AMOUNT = re.compile(r"[$€£]\s?\d[\d,]*$")
_HOUR = re.compile(r"(?<![\d.:,$])\d{1,2}$")
_UNIT = re.compile(r"(\d\s*|\bper |/|\bsquare )(mm|cm|km|m|in|ft|yd|mi)$|\b(C?O|H|NO|SO)$", re.I)
_ORDINAL = words("st nd rd th er re e ème eme")


def settle_marks(page: Elements) -> None:
    """Takes struck-out text out of the tree and makes every raised or lowered piece plain text or nothing."""
    struck, raised = _classes_styled(page, _LINE_THROUGH), _classes_styled(page, _RAISED)
    marks: list[Tag] = []
    for tag in page:
        if tag.name in BLOCKS:
            continue
        if _carries(tag, _STRUCK, _STRUCK_CLASSES | struck, _LINE_THROUGH):
            _replace(tag, " " if text_before(tag)[-1:].strip() and text_after(tag)[:1].isalnum() else "")
        elif _carries(tag, _MOVED, _MOVED_CLASSES | raised, _RAISED) or _is_small_or_reference(tag):
            marks.append(tag)
    notes = {one_line(text_of(tag)) for tag in marks if _opens_note(text_before(tag))}
    for tag in marks:
        if not gone(tag) and not any(t.name in BLOCKS for t in tags(tag)):
            _replace(tag, _read(tag, notes))


def _carries(tag: Tag, names: frozenset[str], marks: frozenset[str], style: re.Pattern[str]) -> bool:
    if tag.name in names:
        return True
    if "class" in tag.attrs and not marks.isdisjoint(classes(tag)):
        return True
    return "style" in tag.attrs and bool(style.search(attr(tag, "style")))


def _is_small_or_reference(tag: Tag) -> bool:
    """Small digits right behind a number, or a link to a note right behind a word."""
    if tag.name == "small":
        return text_of(tag).isdigit() and text_before(tag)[-1:].isdigit()
    reference = tag.name == "a" and (attr(tag, "href").startswith("#") or attr(tag, "role") == "doc-noteref")
    return reference and bool(_NOTE.fullmatch(text_of(tag))) and bool(text_before(tag)[-1:].strip())


def _classes_styled(page: Elements, style: re.Pattern[str]) -> frozenset[str]:
    """Classes that a style sheet in the page gives this look."""
    rules = (rule for sheet in page.named("style") for rule in (sheet.string or "").split("}"))
    found = (rule.partition("{")[0] for rule in rules if style.search(rule.partition("{")[2]))
    return frozenset(name.lower() for selector in found for name in re.findall(r"\.([\w-]+)\s*(?:,|$)", selector))


def _read(tag: Tag, notes: set[str]) -> str:
    """What a reader takes a raised or lowered piece for."""
    text, before, after = one_line(text_of(tag)), text_before(tag), text_after(tag)
    number_before = before[-1:].isdigit()
    if not text or _opens_note(before):
        return f"{text} " if _NOTE.fullmatch(text) else text
    joined = _as_number(text, before.rstrip(), after, notes) if before.rstrip()[-1:].isdigit() else None
    if joined is not None:
        return joined
    if _UNIT.search(before) and text in {"2", "3"}:
        return text
    lowered = tag.name == "sub" and not number_before
    if not lowered and _NOTE.fullmatch(text) and before[-1:] not in {"/", "⁄"}:
        return ""
    apart = before[-1:].isalnum() and text[:1].isalnum() and (number_before or (len(text) > 2 and tag.name == "sup"))
    return f" {text}" if apart else text


def _as_number(text: str, before: str, after: str, notes: set[str]) -> str | None:
    """A part of the number before it: a fraction, cents, minutes, a degree or an ordinal; None for a mark."""
    if re.fullmatch(r"\d+\s*[/⁄∕]\s*\d+|[½¼¾⅓⅔⅛]", text) or (text.isdigit() and re.match(r"\s?[/⁄∕]\s?\d", after)):
        return f" {text}"
    if re.fullmatch(r"\d\d¢?", text) and _WHOLE_AMOUNT.search(before) and text not in notes:
        return f".{text[:2]}"
    if re.fullmatch(r"[0-5]\d", text) and _HOUR.search(before) and re.match(r"\s*[ap]\.?\s?m\b", after, re.I):
        return f":{text}"
    if text.lower() in {"o", "0", "º", "°"} and re.match(r"\s?[CF]\b", after):
        return "°"
    if text.lower() in _ORDINAL or not text[:1].isalnum():
        return None if _NOTE.fullmatch(text) and text.lower() != "e" else text
    return "º" if text == "o" else None


def _opens_note(before: str) -> bool:
    """The mark stands where the note itself begins: at the start of a block or behind a finished sentence."""
    return not before.strip() or bool(re.search(r"[.!?)]\s+$", before))


def _replace(tag: Tag, text: str) -> None:
    if text:
        tag.insert_before(NavigableString(text))
    tag.decompose()
