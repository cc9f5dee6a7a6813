"""Replies as text messages: few segments, the subject first, the link whole and last, and how to go on.

What the web shows stands in the first text, or the text says that MORE brings the rest: words of our own give way before the
quotation does, and of a quotation that is too long the part that answers stays, with as much around it as there is room for.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from actions.replies.quotations import doubt
from actions.replies.reply import Reply
from bot.sms.subject import subject
from index.schemas.search import Answer
from townclerk.text.gsm import plain_punctuation, unaccented
from townclerk.text.segments import fits, statements, take
from townclerk.text.translation import gettext as _

WORTH_SENDING = 40
"""Characters of a quotation below which the link gets a message of its own."""
INTRO = 100
"""Longest words of our own in front of a quotation."""
_CHANGES = re.compile(
    r"\b(?:not|no|none|never|nor|cannot|except|unless|only|but|however|without|closed|free)\b|n't\b|\b(?:nunca|salvo|excepto|solo|pero|sin|cerrad[oa]|gratis)\b",
    re.IGNORECASE,
)
"""What may turn what stands beside it: taken in first."""


Spelling = Callable[[str], str]
Span = tuple[int, int]


@dataclass(frozen=True)
class Shaped:
    """The text messages to send, and what MORE brings."""

    parts: tuple[str, ...]
    rest: str = ""


class _Quoted(NamedTuple):
    """A quotation as it is spelt, the part of it that answers, and its link."""

    text: str
    core: str
    url: str


def shape(reply: Reply, *, segments: int, keep_intro: bool = False) -> Shaped:
    """One text message of at most so many segments (a second one when the link does not fit).

    Words of our own before a quotation give way when room is short, unless `keep_intro`; all but those of doubt.
    Accents that cost room are given up when something would be cut otherwise.
    """
    shaped = _shaped(reply, plain_punctuation, segments, keep_intro=keep_intro)
    if not shaped.rest and len(shaped.parts) == 1:
        return shaped
    cheaper = _shaped(reply, unaccented, segments, keep_intro=keep_intro)
    return cheaper if len(cheaper.rest) < len(shaped.rest) else shaped


def _shaped(reply: Reply, spelt: Spelling, segments: int, *, keep_intro: bool) -> Shaped:
    text = spelt(reply.text).strip()
    if not reply.answers:
        return _plain(text, segments)
    if len(reply.answers) > 1:
        return _several(reply.answers, spelt, text + "\n" if keep_intro else "", segments)
    answer = reply.answers[0]
    unsure = f"{said}\n" if (said := f"{doubt(answer)} {reply.day}".strip()) else ""
    intro = text + "\n" if text and (len(text) <= INTRO or keep_intro) else unsure
    about, kept = subject(answer), intro if keep_intro else unsure
    heads = dict.fromkeys(
        spelt(head)
        for head in (intro + about.full, kept + about.full, kept + about.short, *([kept] if reply.day else []))
    )
    quoted = _Quoted(spelt(answer.excerpt).strip(), spelt(answer.short or "").strip(), answer.url)
    return _quotation(quoted, list(heads), [*map(spelt, _helpful(reply)), ""], segments)


def _quotation(quoted: _Quoted, heads: Sequence[str], tails: Sequence[str], segments: int) -> Shaped:
    """The whole quotation under the first of the heads, and before the first of the tails, with which it fits; or else the part of it that answers."""
    quote, core, link = quoted.text, quoted.core, f"\n{quoted.url}" if quoted.url else ""
    # Words in front are worth more than what MORE brings.
    ways = [*((heads[0], tail) for tail in tails[:-2]), *((head, tail) for tail in tails[-2:] for head in heads)]
    for head, tail in ways:
        if fits(text := head + quote + link + tail, segments):
            return Shaped((text,))
    start = max(quote.find(core), 0)
    for head in heads[1:] or heads:
        room = partial(_fits_between, head, link + _go_on(), segments)
        if (span := _around(quote, (start, start + len(core)), room)) is not None:
            told, rest = _parted(quote, span)
            return Shaped((head + told + link + _go_on(),), rest)
    cut = _cut(heads[-1] + quote[start:], link, segments, more=start > 0)
    return Shaped(cut.parts, f"{cut.rest}\n{quote[:start]}".strip())


def _fits_between(head: str, tail: str, segments: int, part: str) -> bool:
    return fits(f"{head}... {part} ...{tail}", segments)


def _around(quote: str, core: Span, room: Callable[[str], bool]) -> Span | None:
    """[start, end) of whole statements around `core` for which there is room, or `core` itself; None when there is none.

    Never what ends in a colon: it only leads to what follows.
    """
    spans = statements(quote)
    held = [i for i, (start, end) in enumerate(spans) if start < core[1] and core[0] < end] or [0]
    first, last = held[0], held[-1]
    while (grown := _grown(quote, spans, (first, last), room)) is not None:
        first, last = grown
    start, end = spans[first][0], spans[last][1]
    if room(quote[start:end]):
        return None if quote[:end].endswith(":") else (start, end)
    part = quote[slice(*core)]
    return core if part and not part.endswith(":") and room(part) else None


def _grown(quote: str, spans: Sequence[Span], span: Span, room: Callable[[str], bool]) -> Span | None:
    """One statement more, what may turn the meaning first, then what follows; None when there is no room."""
    first, last = span
    wider = [(last + 1, (first, last + 1))] if last + 1 < len(spans) else []
    wider += [(first - 1, (first - 1, last))] if first else []
    if not quote[: spans[last][1]].endswith(":"):
        wider.sort(key=lambda each: _CHANGES.search(quote[slice(*spans[each[0]])]) is None)
    return next((span for _, span in wider if room(quote[spans[span[0]][0] : spans[span[1]][1]])), None)


def _parted(quote: str, span: Span) -> tuple[str, str]:
    """What is told of a quotation, with an ellipsis where a sentence is cut; and the rest."""
    start, end = span
    told, rest = quote[start:end], f"{quote[:start].strip()}\n{quote[end:].strip()}".strip()
    begins = not start or re.search(r"[.!?:]\s+$|\n\s*$", quote[:start])
    return ("" if begins else "... ") + _told(told, after=quote[end:]), rest


def _several(answers: Sequence[Answer], spelt: Spelling, head: str, segments: int) -> Shaped:
    """Several answers in one text, each whole, or the part of it that answers; MORE brings what does not fit."""
    named = [f"{i}. {subject(answer).short}" for i, answer in enumerate(answers, 1)]
    whole = [spelt(name + answer.excerpt).strip() for name, answer in zip(named, answers, strict=True)]
    brief = [spelt(f"{i}. {answer.short or answer.excerpt}").strip() for i, answer in enumerate(answers, 1)]
    linked = ["\n".join(filter(None, (quote, answer.url))) for quote, answer in zip(whole, answers, strict=True)]
    cut = [_take(quote, max(segments // len(answers), 1), reserve=head + _go_on())[0] for quote in brief]
    for quotes, tail in ((linked, ""), (whole, _go_on()), (brief, _go_on()), (cut, _go_on())):
        if fits(text := head + "\n".join(quotes) + tail, segments):
            return Shaped((text,), "\n".join(linked) if tail else "")
    return Shaped((*cut[:-1], cut[-1] + _go_on()), "\n".join(linked))


def _plain(text: str, segments: int) -> Shaped:
    if fits(text, segments):
        return Shaped((text,))
    part, rest = _take(text, segments, reserve=_go_on())
    return Shaped((part + _go_on() if rest else part,), rest)


def _cut(quote: str, link: str, segments: int, *, more: bool) -> Shaped:
    """As much of the quotation as fits with its link and the hint, or else with the link in a text of its own; `more`: there is a rest anyway."""
    part, rest = _take(quote, segments, reserve=link + _go_on())
    if fits(part + link + _go_on(), segments) and len(part) >= WORTH_SENDING:
        return Shaped((part + link + _go_on(),), rest)
    part, rest = _take(quote, segments, reserve=_go_on())
    return Shaped(tuple(filter(None, (part + (_go_on() if rest or more else ""), link.strip()))), rest)


def _take(text: str, segments: int, *, reserve: str) -> tuple[str, str]:
    """Like `take`, with an ellipsis where a sentence is cut."""
    part, rest = take(text, segments, reserve=" ..." + reserve)
    return _told(part, after=rest), rest


def _told(part: str, *, after: str) -> str:
    """With an ellipsis where it ends in the middle of a sentence."""
    return part if not after or after.startswith("\n") or re.search(r"[.!?)\"]$", part) else part + " ..."


def _helpful(reply: Reply) -> list[str]:
    """How to go on, best first; MORE names what it brings."""
    if reply.choices and not any(choice.text == "More" for choice in reply.choices):
        return ["\n" + _("Helpful? Reply YES or NO.")]
    named = [reply.more[:count] for count in range(len(reply.more), 0, -1)]
    telling = [_("Helpful? Reply YES or NO. MORE for: {names}.", names=", ".join(names)) for names in named]
    return ["\n" + tail for tail in (*telling, _("Helpful? Reply YES or NO. MORE for more."))]


def _go_on() -> str:
    return "\n" + _("Reply MORE for the rest.")
