"""How long a text is on the air: GSM-7 and UCS-2 units, and the segments they fill.

GSM 03.38 packs 160 seven-bit units into one message and 153 into each of several;
characters of its extension table take two units. Any other character turns the whole text
into UCS-2: 70 or 67 units of 16 bits, two for a character outside the basic plane. Neither
kind of pair is ever cut at the edge of a segment.
"""

import re
from dataclasses import dataclass
from typing import Literal

from townclerk.text.gsm import SEPTETS, UNITS, septets
from townclerk.text.unbreakable import cuts

_BLANK = re.compile(r"\s+")
_GAP = re.compile(
    r"(?<!:)\s+(?!\W*(?:(?:and|but|or) )?(?:not|never|nor|except|unless|only|but|without|if|salvo|excepto|sino|sin|si)\b)",
    re.IGNORECASE,
)
"""Where a text may be cut: not behind a colon, nor before what may turn it into its opposite."""
_LEADS = re.compile(
    r"\b(?:not|no|never|except|unless|only|but|if|than|and|or|the|an?|of|to|for|excepto|salvo|sin|pero|si|o|y|de|el|la)$",
    re.I,
)
"""Words that a part does not end with: what follows says what they are about."""


@dataclass(frozen=True)
class Length:
    """A text's encoding, its units in that encoding, and how many segments carry it."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def measure(text: str) -> Length:
    """Units and segments of `text` as a carrier counts them."""
    sizes = septets(text)
    if sizes is not None:
        return _pack(sizes, "GSM-7", single=SEPTETS, joined=153)
    return _pack([2 if ord(c) > 0xFFFF else 1 for c in text], "UCS-2", single=UNITS, joined=67)


def _pack(sizes: list[int], encoding: Literal["GSM-7", "UCS-2"], *, single: int, joined: int) -> Length:
    units = sum(sizes)
    if units <= single:
        return Length(encoding, units, 1)
    segments, free = 1, joined
    for size in sizes:
        if size > free:
            segments, free = segments + 1, joined
        free -= size
    return Length(encoding, units, segments)


def fits(text: str, segments: int) -> bool:
    """Whether `text` takes at most so many segments."""
    return measure(text).segments <= segments


def split(text: str, segments: int) -> list[str]:
    """`text` in parts of at most so many segments, each ending at a sentence where possible.

    Never cuts a word or an address. A single word longer than a part stands alone, uncut.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        part, rest = take(rest, segments)
        parts.append(part)
    return parts


def take(text: str, segments: int, *, reserve: str = "") -> tuple[str, str]:
    """The longest beginning that fits with `reserve` behind it, cut at a sentence or else a word; and the rest.

    Prices, times, telephone numbers and addresses stay whole where there is room for one. A sentence end counts only when it keeps a third of what would fit. At least one
    word is taken, whether it fits or not.
    """
    text = text.strip()
    if fits(text + reserve, segments):
        return text, ""
    ends = [m.start() for m in cuts(text, _GAP) if not _LEADS.search(text, max(m.start() - 10, 0), m.start())]
    if not ends or not fits(text[: ends[0]] + reserve, segments):
        ends = [m.start() for m in _BLANK.finditer(text)]
    # More text never takes fewer segments, so the last end that fits is found by halving.
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if fits(text[: ends[middle]] + reserve, segments):
            low = middle + 1
        else:
            high = middle
    if not ends:
        return text, ""
    cut = ends[max(low - 1, 0)]
    sentence = max((e for e in ends[:low] if _ends_sentence(text[:e])), default=0)
    cut = sentence if sentence * 3 >= cut else cut
    return text[:cut].rstrip(), text[cut:].strip()


def statements(text: str) -> list[tuple[int, int]]:
    """[start, end) of each line, and of each sentence in it."""
    gaps = [m for m in cuts(text, _BLANK) if "\n" in m.group() or _ends_sentence(text[: m.start()])]
    starts, ends = [0, *(gap.end() for gap in gaps)], [*(gap.start() for gap in gaps), len(text)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _ends_sentence(text: str) -> bool:
    return text.endswith((".", "!", "?", ".)", '."')) and not re.search(
        r"\b(?:[A-Z]|St|Mr|Mrs|Ms|Dr|No|Ave|Rd|a\.m|p\.m|U\.S)\.$", text
    )
