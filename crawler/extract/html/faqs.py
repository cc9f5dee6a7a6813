"""Joins the question-answer pairs of JSON-LD with those found on the page itself.

A pair counts once, by its question. Where both exist the words on the page are kept:
answers quote what a reader can find there.
"""

from collections.abc import Iterable

from crawler.extract.common.characters import key, squeezed
from crawler.page import Block


def with_declared(blocks: tuple[Block, ...], pairs: Iterable[tuple[str, str]], page_text: str) -> tuple[Block, ...]:
    """`blocks` without doubled questions, plus declared pairs that the page's mark-up did not show.

    A declared answer whose question is on the page must be there too, word for word, or the
    page's own text stands. A pair of which the page shows nothing (scripts draw it later) is
    kept: it is the only copy.
    """
    kept, known = _once(blocks)
    everything = squeezed(page_text)
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
