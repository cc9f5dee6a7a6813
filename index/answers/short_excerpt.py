"""The part of one long sentence or row that answers, short enough for a text message.

Cut between clauses or cells; between words only where that leaves next to nothing. Never inside
what `townclerk.text.unbreakable` knows.
"""

import re
from collections.abc import Callable

from index.text.sentences import Span
from townclerk.text.gsm import one_message
from townclerk.text.unbreakable import cuts

_TURNING = r"(?:[(–—]?\s*(?:and |but |y |pero )?(?:not|never|no|nor|except|unless|only|but|without|excluding|other than|if|salvo|excepto|menos|sino|sin|si|solo|no)\b)"
"""What may turn what stands before it into its opposite: never cut off from it."""
_CLAUSE = re.compile(rf"(?:(?<=[;,:)])\s+|\s+(?=[(–—]))(?!{_TURNING})", re.IGNORECASE)
_BLANK = re.compile(rf"\s+(?!{_TURNING})", re.IGNORECASE)
_BEGINS_TURNING = re.compile(rf"{_TURNING}", re.IGNORECASE)


def clipped(text: str, span: Span, *, worth: Callable[[str], float]) -> Span | None:
    """[start, end) of the worthiest part of `span` with as much around it as fits one message; None when nothing does."""
    sentence = text[slice(*span)]
    part = _grown(sentence, _parts(sentence, _CLAUSE), worth)
    if part is None or one_message(2 * sentence[slice(*part)]):
        # Less than half a message: "As the drought goes on," says nothing without some of what follows.
        part = _grown(sentence, _parts(sentence, _BLANK), worth) or part
    return part and (span[0] + part[0], span[0] + part[1])


def _parts(sentence: str, pattern: re.Pattern[str]) -> list[Span]:
    gaps = cuts(sentence, pattern)
    if gaps and _BEGINS_TURNING.match(sentence):  # "Unless it is a holiday, carts are emptied on Monday."
        gaps = gaps[1:]
    starts = [0, *(gap.end() for gap in gaps)]
    ends = [*(gap.start() for gap in gaps), len(sentence)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _grown(sentence: str, parts: list[Span], worth: Callable[[str], float]) -> Span | None:
    values = [worth(sentence[slice(*part)]) for part in parts]
    low = high = max(range(len(parts)), key=lambda i: values[i])
    if not one_message(sentence[slice(*parts[low])]):
        return None
    while True:
        wider = [(low - 1, high)] if low else []
        wider += [(low, high + 1)] if high + 1 < len(parts) else []
        fitting = [(a, b) for a, b in wider if one_message(sentence[parts[a][0] : parts[b][1]])]
        if not fitting:
            return parts[low][0], parts[high][1]
        low, high = max(fitting, key=lambda pair: values[pair[0] if pair[0] < low else pair[1]])
