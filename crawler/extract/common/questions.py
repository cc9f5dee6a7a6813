"""What a question looks like."""

import re

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
