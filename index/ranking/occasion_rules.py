"""The rule of an occasion stands before the rule of every week, within the subject.

"Is trash picked up on Thanksgiving?" is near every text about the collection of trash, and the weekly rule is told in most of them. The
passage that names the holiday, or holidays in general, stands first when it is about what the passage in front is about: it is on the same page,
or it has the words of the question which that one has, or both are about the offices of the government, which close together.

The other way round, what is told of holidays stands behind what is told of every week when no holiday is asked about.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import urldefrag

from index.passages.document import Passage
from index.query.query import Query
from index.ranking.giving_way import behind_others
from index.ranking.ranker import Ranked
from index.text.answer_types import NAMES_THE_KIND
from index.text.occasion import EXACT, GENERAL, Occasion
from index.text.tokenizer import stems
from townclerk import clock
from townclerk.text.holiday_names import ANY_HOLIDAY

NEAR = 0.3
"""Score that a passage of the page may lack behind the one in front to tell of a part of the year in its place."""
USUAL = 0.5
"""Score that a passage may lack behind one of holidays to stand before it when no holiday is asked about."""
OLD_DAYS = 400
"""Days after which a page that says how old it is tells of another year's holiday."""
_OFFICES = re.compile(
    r"\b(?:city|town|village|borough|county|municipal|government) (?:hall|offices?|buildings?)\b|\b(?:offices?|counters?|clerk|civic center|departments?)\b"
    r"|\b(?:are|is|will) (?:you|the city|the town|the borough|the village|the county|everything|city)\b.{0,20}\b(?:open|closed?)\b|\bholidays?\b.{0,20}\b(?:city|town|county|you)\b",
    re.I,
)


def excepted(ranked: Sequence[Ranked], asked: Query, *, read: Callable[[Ranked], Passage]) -> list[Ranked]:
    """The passages, best first, after the one that speaks most exactly of the occasion asked about came to the front.

    The others move back by one and take over each other's scores.
    """
    occasion, order = asked.occasion, list(ranked)
    if not order:
        return order
    if occasion is None:
        return behind_others(order, lambda each: _of_holidays(read(each)), within=USUAL, part="occasion")
    front = read(order[0])
    best, level = 0, _told(occasion, front)
    for i, each in enumerate(order[1:], start=1):
        if level == EXACT:
            break
        passage = read(each)
        told = _told(occasion, passage)
        if told <= level or (told == EXACT and occasion.is_holiday and _is_old(each)):
            continue
        near = occasion.is_holiday or each.score >= order[0].score - NEAR
        of_holidays = occasion.is_holiday and told >= GENERAL
        if (near and _one_page(front, passage)) or (of_holidays and _one_subject(asked, occasion, front, passage)):
            best, level = i, told
    moved = [order[best], *order[:best], *order[best + 1 :]]
    return [each.moved_to(place.score, "occasion") for each, place in zip(moved, order, strict=True)]


def _of_holidays(passage: Passage) -> bool:
    return bool(ANY_HOLIDAY.search(f"{passage.title} {passage.heading} {passage.question}"))


def _is_old(ranked: Ranked) -> bool:
    written = ranked.document_row.page_date
    return bool(written) and (clock.now().date() - date.fromisoformat(written)).days > OLD_DAYS


def _told(occasion: Occasion, passage: Passage) -> int:
    return occasion.told(f"{passage.heading}\n{passage.question}\n{passage.text}")


def _one_page(one: Passage, other: Passage) -> bool:
    return one.document_key == other.document_key or (
        bool(one.url) and urldefrag(one.url).url == urldefrag(other.url).url
    )


def _one_subject(asked: Query, occasion: Occasion, front: Passage, other: Passage) -> bool:
    about = (
        frozenset(asked.own) - NAMES_THE_KIND - frozenset(stems(occasion.asked)) - frozenset(stems("holiday holidays"))
    )
    about &= _words(asked, front)
    offices = _OFFICES.search(asked.sentence) and _OFFICES.search(f"{other.title} {other.heading} {other.text}")
    return bool(offices) or (bool(about) and about <= _words(asked, other))


def _words(asked: Query, passage: Passage) -> set[str]:
    there = set(stems(f"{passage.title} {passage.heading} {passage.question} {passage.text}"))
    return there | {own for other, own in asked.also(passage.text, passage.language).items() if other in there}
