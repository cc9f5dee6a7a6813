"""What a question looks like, and questions that stand as plain paragraphs between their answers."""

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.common.pieces import Piece

_ASKS = re.compile(r"\?[\s\"'”’)*]*(\([^)]{1,60}\))?$|^¿|^q\s*[:.)]\s+\w|？$", re.I)
_ASKS_BY_WORD = re.compile(
    r"^(how|what|when|where|who|whom|whose|why|which|can|could|do|does|did|is|are|was|were|should|will|would|may|must|am|"
    r"cómo|qué|cuándo|dónde|quién|por qué|cuál|cuánto|cuánta|puedo|debo)\b",
    re.I,
)
_FAQ_PLACE = re.compile(
    r"\bfaqs?\b|\bfrequently asked\b|\bpreguntas frecuentes\b|\bquestions (and|&) answers\b|\bq ?& ?a\b", re.I
)
_MARK = re.compile(r"^\s*[qpa]\s*[:.)]\s+(?=\w|¿)", re.I)
_SENTENCE_END = re.compile(r"[.!]\s+\S")
_ENOUGH = 3  # plain paragraphs that ask, before they are taken for headings
_LONGEST_PLAIN = 220


def asks(text: str) -> bool:
    """True for a heading that is a question."""
    return 8 <= len(text) <= 300 and bool(_ASKS.search(text))


def asks_by_word(text: str) -> bool:
    """True for the title of a panel that starts like a question, with or without its mark ("How to apply")."""
    return bool(_ASKS_BY_WORD.match(text))


def is_faq_place(text: str) -> bool:
    """True for a title or heading that announces questions and answers."""
    return bool(_FAQ_PLACE.search(text))


def without_mark(text: str) -> str:
    """`text` without a leading "Q:" or "A:"."""
    return _MARK.sub("", text)


def with_plain_questions(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces in which questions that are mere paragraphs became titles of their answers.

    Only where at least three of them alternate with answers; one answer is the paragraphs up to
    the next question, and after the last question, where nothing shows the end, one paragraph.
    """
    asked = [i for i, piece in enumerate(pieces) if _is_plain_question(piece)]
    asked = [
        i
        for i in asked
        if i + 1 < len(pieces) and i + 1 not in asked and pieces[i + 1].kind in {"text", "list", "table"}
    ]
    if len(asked) < _ENOUGH:
        return list(pieces)
    found: list[Piece] = []
    open_until = -1
    for i, piece in enumerate(pieces):
        if i == open_until:
            found.append(Piece("leave"))
        if i in asked:
            open_until = _answer_end(pieces, i, asked)
            found.append(replace(piece, kind="enter", question=True))
        else:
            found.append(piece)
    return [*found, Piece("leave")] if open_until == len(pieces) else found


def _is_plain_question(piece: Piece) -> bool:
    text = piece.text
    return (
        piece.kind == "text"
        and "\n" not in text
        and len(text) <= _LONGEST_PLAIN
        and asks(text)
        and not _SENTENCE_END.search(text)
    )


def _answer_end(pieces: Sequence[Piece], start: int, asked: list[int]) -> int:
    """Index after the last piece of the answer."""
    following = next((i for i in asked if i > start), len(pieces))
    bound = next((i for i in range(start + 1, following) if pieces[i].kind not in {"text", "list", "table"}), following)
    if following < len(pieces) and bound == following:
        return bound
    last = start + 2
    while last < bound and pieces[last].kind == "list":
        last += 1
    return last
