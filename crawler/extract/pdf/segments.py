"""Words of a page joined to pieces of lines: raised letters in their place, leaders and blanks to fill in left out."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from crawler.extract.pdf.grids import Rule
from crawler.extract.pdf.lines import Line
from crawler.extract.pdf.words import Word

_APART = 1.0  # of the font size: a wider gap may part columns
_APART_AT_COLUMN = 0.5
_COLUMN_LINES = 5  # lines that begin at one place make it the edge of a column
_SPACE = 0.1
_LEVEL = 24  # points: raised letters are looked for within it
_RAISED_SIZE = 0.85  # raised letters are at most this part of their neighbours' size
_ITEM = re.compile(r"[•▪●◦‣○■□➢✓✔►▸➤\uf000-\uf0ff*o–-]|\(?(?:[IVXLC]{1,5}|\d{1,3}|[A-Za-z])[.)]")
_LEADING = re.compile(r"[._…·]*[.…·]{2,}[._…·]*|[.·]|___")
_LEADER = re.compile(r"(?:(?:(?:[.·]\s?){4,}|…(?:\s?…)+|[.·]{2,}…)[.·…\s]*|-{5,}\s*|_{3,}\s*(?=[$€£]\s?\d))")
_BLANK = re.compile(r"\s*_(?:\s?_){2,}\s*")
_BOX = re.compile(r"[☐☑☒□❑❏▢\uf06f\uf0a8]\s*|\[ ?\]\s*")
_LABEL = re.compile(r"[^.!?$]{1,40}[.:#]?")
_WHOLE_AMOUNT = re.compile(r"[$€£]\s?\d[\d,]*$")
_AREA_UNIT = re.compile(r"(?:\d|\b)(?:ft|in|yd|mi|m|km|cm|mm)$", re.I)
_POWERS = {"2": "²", "3": "³"}
_MARK = re.compile(r"[(\[]?(\d{1,3}|[a-z])([,;–-](\d{1,3}|[a-z]))*[)\]]?")
_ORDINAL = re.compile(r"st|nd|rd|th|er|tm", re.I)
_HOUR = re.compile(r"\d{1,2}")
_MINUTES = frozenset({"00", "15", "30", "45"})


def segments_of(words: list[Word], rules: Iterable[Rule] = ()) -> list[Line]:
    """Pieces of lines from the top down and from left to right, parted where a gap or a rule may part columns."""
    upright = [rule for rule in rules if rule.upright]
    rows = _rows(_settled(words))
    starts = Counter(round(part[0].left) for row in rows for part in _parts(row, upright, frozenset()))
    columns = frozenset(left for left in starts if starts[left] + starts[left + 1] >= _COLUMN_LINES)
    segments = (_segment(part) for row in rows for part in _parts(row, upright, columns))
    return [segment for segment in segments if segment is not None]


def _rows(words: list[Word]) -> list[list[Word]]:
    """Words of one baseline together, from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: -w.baseline):
        if rows and abs(rows[-1][0].baseline - word.baseline) <= 0.25 * max(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: w.left) for row in rows]


def _parts(row: list[Word], upright: list[Rule], columns: frozenset[int]) -> list[list[Word]]:
    """A row cut at wide gaps, and at narrower ones where a column begins (at whole points from the left)."""
    parts = [[row[0]]]
    for before, word in pairwise(row):
        gap, size = word.left - before.right, max(before.size, word.size)
        apart = gap > _APART_AT_COLUMN * size and (gap > _APART * size or _starts_column(word, columns))
        if (apart and not _is_led(before, word) and not (len(parts[-1]) == 1 and _is_item(before, gap))) or (
            upright and _ruled(before, word, upright)
        ):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _starts_column(word: Word, columns: frozenset[int]) -> bool:
    return round(word.left) in columns or round(word.left) - 1 in columns


def _is_led(before: Word, word: Word) -> bool:
    return bool(_LEADING.fullmatch(before.text[-3:]) or _LEADING.fullmatch(word.text[:3]))


def _is_item(word: Word, gap: float) -> bool:
    """True for the bullet or number of an item."""
    return gap < 5 * word.size and bool(_ITEM.fullmatch(word.text))


def _ruled(before: Word, word: Word, upright: list[Rule]) -> bool:
    height = before.baseline + 0.3 * before.size
    left, right = min(before.right, word.left) - 1, max(before.right, word.left) + 1
    return any(left <= rule.at <= right and rule.start <= height <= rule.end for rule in upright)


def _segment(part: list[Word]) -> Line | None:
    text = part[0].text
    for before, word in pairwise(part):
        text += (" " if word.left - before.right > _SPACE * before.size else "") + word.text
    led = _LEADER.search(text) is not None
    text = _without_blanks(_without_leaders(text))
    sizes = sorted((word.size, len(word.text)) for word in part)
    size = max(sizes, key=lambda pair: pair[1])[0]
    bold = all(word.bold for word in part if word.text not in "•▪●–-")
    left, right, baseline = part[0].left, max(word.right for word in part), part[0].baseline
    return Line(text, size, left, right, baseline, bold, led and ": " in text) if text else None


def _without_leaders(text: str) -> str:
    """ "Adult pass ........ $7" as "Adult pass: $7"."""
    label, *values = (value.strip() for value in _LEADER.split(text))
    given = "; ".join(filter(None, values))
    return f"{label.rstrip(':')}: {given}" if label and given else label or given


def _without_blanks(text: str) -> str:
    """A sentence with short blanks; nothing of labels that only wait for what someone fills in."""
    text = _BOX.sub("", text).strip()
    if not _BLANK.search(text):
        return text
    if all(
        _LABEL.fullmatch(label.strip()) and len(label.split()) <= 6 for label in _BLANK.split(text) if label.strip()
    ):
        return ""
    return _BLANK.sub(" ___ ", text).strip()


def _settled(words: list[Word]) -> list[Word]:
    """Raised and lowered letters made part of the word they stand at, read as a person reads them."""
    sizes: Counter[float] = Counter()
    near: dict[int, list[Word]] = {}
    for word in words:
        sizes[word.size] += len(word.text)
        for level in (-1, 0, 1):
            near.setdefault(int(word.baseline // _LEVEL) + level, []).append(word)
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    taken: set[int] = set()
    for before, word in pairwise([words[0], *words] if words else ()):
        if len(word.text) > 6 or (word.size > _RAISED_SIZE * max(usual, before.size) and not word.text.isdigit()):
            continue
        beside = near[int(word.baseline // _LEVEL)]
        host = next((h for h in beside if _carries(h, word) and id(h) not in taken), None)
        if host is not None:
            _attach(host, word)
            taken.add(id(word))
        elif after := next((w for w in beside if _opens(w, word)), None):
            word.baseline = after.baseline  # the mark of a note, before its text
    return [word for word in words if id(word) not in taken]


def _opens(after: Word, word: Word) -> bool:
    return (
        word.size <= _RAISED_SIZE * after.size
        and -1 <= after.left - word.right <= 0.5 * after.size
        and 0.08 * after.size <= word.baseline - after.baseline <= 0.65 * after.size
    )


def _carries(host: Word, word: Word) -> bool:
    step = word.baseline - host.baseline
    if word.size > _RAISED_SIZE * host.size:  # raised digits may be as large as the others
        beside = abs(word.left - host.right) <= 0.05 * host.size and word.size <= 1.02 * host.size
        return beside and word.text.isdigit() and 0.2 * host.size <= step <= 0.65 * host.size
    return (
        0.4 * host.size <= word.size
        and -0.15 * host.size <= word.left - host.right <= 0.2 * word.size
        and (0.08 * host.size <= step <= 0.65 * host.size or -0.5 * host.size <= step <= -0.08 * host.size)
    )


def _attach(host: Word, word: Word) -> None:
    host.text = _read(host.text, word.text) if word.baseline > host.baseline else host.text + word.text
    host.right = max(host.right, word.right)


def _read(text: str, raised: str) -> str:
    """A word with what is raised at its end: cents, powers and endings are part of it, marks of notes are not."""
    if raised.isdigit() and len(raised) == 2 and _WHOLE_AMOUNT.search(text):
        return f"{text}.{raised}"
    if raised in _MINUTES and _HOUR.fullmatch(text):
        return f"{text}:{raised}"
    if raised in _POWERS and _AREA_UNIT.search(text):
        return text + _POWERS[raised]
    if _ORDINAL.fullmatch(raised) and text[-1].isdigit():
        return text + raised
    if raised.endswith(("/", "⁄")) or "/" in raised:
        return f"{text} {raised}" if text[-1].isdigit() else text + raised
    return text if _MARK.fullmatch(raised) else text + raised
