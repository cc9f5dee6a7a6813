"""Replies as text messages: few segments, the link whole and last, and how to go on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.replies import Reply, doubt
from bot.sms.segments import fits, take
from index.schemas.search import Answer
from townclerk.text.gsm import plain_punctuation

HELPFUL = "\nHelpful? Reply YES or NO. MORE for more."
GO_ON = "\nReply MORE for the rest."
WORTH_SENDING = 40
"""Characters of a quotation below which the link gets a message of its own."""
INTRO = 100
"""Longest words of our own in front of a quotation."""


@dataclass(frozen=True)
class Shaped:
    """The text messages to send, and what MORE brings."""

    parts: tuple[str, ...]
    rest: str = ""


def shape(reply: Reply, *, segments: int, keep_intro: bool = False) -> Shaped:
    """One text message of at most so many segments (a second one when the link does not fit).

    Words of our own before a quotation give way when room is short, unless `keep_intro`; all but those of doubt.
    """
    text = plain_punctuation(reply.text).strip()
    if not reply.answers:
        return _plain(text, segments)
    if len(reply.answers) > 1:
        return _several(reply.answers, text + "\n" if keep_intro else "", segments)
    answer = reply.answers[0]
    quote = plain_punctuation(answer.excerpt).strip()
    unsure = f"{said}\n" if (said := doubt(answer)) else ""
    intro = text + "\n" if text and (len(text) <= INTRO or keep_intro) else unsure
    link = f"\n{answer.url}" if answer.url else ""
    for head in (intro,) if keep_intro else dict.fromkeys((intro, unsure)):
        if fits(head + quote + link + HELPFUL, segments):
            return Shaped((head + quote + link + HELPFUL,))
    kept = intro if keep_intro else unsure
    return _short(answer, kept, link, segments=segments) or _cut(kept + quote, link, segments)


def _short(answer: Answer, head: str, link: str, *, segments: int) -> Shaped | None:
    """The part of the quotation that answers, when that fits with its link; MORE brings what stands around it."""
    before, found, after = answer.excerpt.partition(answer.short or "\0")
    if not found:
        return None
    part, rest = plain_punctuation(found).strip(), plain_punctuation(f"{before.strip()} {after.strip()}").strip()
    part = _told(part)
    for tail in (link + GO_ON, link):
        if fits(head + part + tail, segments):
            return Shaped((head + part + tail,), rest)
    return None


def _several(answers: Sequence[Answer], head: str, segments: int) -> Shaped:
    """Several answers in one text, each whole, or the part of it that answers; MORE brings what does not fit."""
    whole = [plain_punctuation(f"{i}. {answer.excerpt}").strip() for i, answer in enumerate(answers, 1)]
    brief = [plain_punctuation(f"{i}. {answer.short or answer.excerpt}").strip() for i, answer in enumerate(answers, 1)]
    linked = ["\n".join(filter(None, (quote, answer.url))) for quote, answer in zip(whole, answers, strict=True)]
    cut = [_take(quote, max(segments // len(answers), 1), reserve=head + GO_ON)[0] for quote in brief]
    for quotes, tail in ((linked, ""), (whole, GO_ON), (brief, GO_ON), (cut, GO_ON)):
        if fits(text := head + "\n".join(quotes) + tail, segments):
            return Shaped((text,), "\n".join(linked) if tail else "")
    return Shaped((*cut[:-1], cut[-1] + GO_ON), "\n".join(linked))


def _plain(text: str, segments: int) -> Shaped:
    if fits(text, segments):
        return Shaped((text,))
    part, rest = _take(text, segments, reserve=GO_ON)
    return Shaped((part + GO_ON if rest else part,), rest)


def _cut(quote: str, link: str, segments: int) -> Shaped:
    """As much of the quotation as fits with its link; the hint goes first when room is short."""
    for tail in (link + GO_ON, link):
        part, rest = _take(quote, segments, reserve=tail)
        if fits(part + tail, segments) and (len(part) >= WORTH_SENDING or not rest):
            return Shaped((part + tail,), rest)
    part, rest = _take(quote, segments, reserve=GO_ON)
    return Shaped((part + (GO_ON if rest else ""), link.strip()), rest)


def _take(text: str, segments: int, *, reserve: str) -> tuple[str, str]:
    """Like `take`, with an ellipsis where a sentence is cut."""
    part, rest = take(text, segments, reserve=" ..." + reserve)
    return (_told(part) if rest else part), rest


def _told(part: str) -> str:
    """With an ellipsis where it ends in the middle of a sentence."""
    return part if re.search(r"[.!?:)\"]$", part) else part + " ..."
