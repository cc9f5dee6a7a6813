"""What must not be cut in two wherever a text is shortened: prices, times, dates, phone numbers, addresses, links.

Half of one is worse than none: "$1" of "$1 500", "7" of "7 a.m.", a house number without its street.
Forms of North America in English and the numbers of any language; what is missed is cut like words.
"""

import re

_UNIT = r"(?: (?:a|an|per|each|for each|every|al|por) [^\W\d_]+)?"
_CLOCK = r"\d{1,2}(?::\d\d)?"
_HALF = r" ?[ap](?:\.? ?m\b\.?)"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_STREET = (
    r"(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Way|Pl|Place|Plaza|Sq|Square|Ct|Court|Hwy|Highway"
    r"|Pkwy|Parkway)\b\.?"
)
_TOWN = r"(?:, [A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,2})*(?:,? (?:[A-Z]{2} )?\d{5}(?:-\d{4})?\b)?"
_UNCUT = re.compile(
    "|".join(
        (
            r"(?:https?://|www\.)\S+|\S+@\S+\.\w+",
            r"[$€£] ?\d[\d,.]*(?: (?:million|billion))?" + _UNIT,
            r"\d[\d,.]* ?(?:%|percent\b|cents?\b|dollars?\b)" + _UNIT,
            r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b(?:,? ?(?:ext\.?|x) ?\d+)?",
            rf"{_CLOCK}(?:{_HALF})? ?(?:to|until|and|[-–—]) ?{_CLOCK}{_HALF}|{_CLOCK}{_HALF}",
            rf"{_MONTH} \d{{1,2}}\b(?:(?:,| of)? \d{{4}}\b)?|\b\d{{1,2}} (?:de )?[^\W\d_]+ (?:de )?\d{{4}}\b",
            rf"\b\d{{1,5}} (?:[NSEW]\.? )?(?:[A-Z0-9][\w.'’-]* ){{1,4}}{_STREET}{_TOWN}|\bP\.? ?O\.? Box \d+{_TOWN}",
        )
    )
)


def uncut(text: str) -> list[tuple[int, int]]:
    """[start, end) of every such piece, in order."""
    return [match.span() for match in _UNCUT.finditer(text)]


def cuts(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Where `pattern` matches outside of all such pieces."""
    held = uncut(text)
    return [m for m in pattern.finditer(text) if not any(start < m.end() and m.start() < end for start, end in held)]
