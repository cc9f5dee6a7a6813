"""What a resident typed, made safe to hand on: no hidden characters, no assistant commands."""

import re
import unicodedata

from townclerk.errors import BadInput

SMS_LIMIT = 1600
"""Characters of a text message, Twilio's own limit."""
WEB_LIMIT = 2000
"""Characters of a web chat message."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Unicode categories: control, format (bidirectional, zero-width), surrogate, private use."""
_COMMAND = re.compile(r"(?:\s*/)+\s*")
_EXTERNAL = re.compile(r"\s*(EXTERNAL)\s*:\s*", re.IGNORECASE)


def visible(text: str) -> str:
    """`text` in NFC without control, bidirectional, zero-width and private characters.

    Line breaks and tabs become spaces; runs of spaces become one.
    """
    normal = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode("utf-8"))
    kept = (" " if c.isspace() else c for c in normal if c.isspace() or unicodedata.category(c) not in _HIDDEN)
    return re.sub(r" {2,}", " ", "".join(kept)).strip()


def plain_words(text: str) -> str:
    """`text` without what the assistant would take for a command instead of words.

    Rasa runs a message that starts with `/` (after spaces, too) as an intent, unseen by
    its language understanding, and treats `EXTERNAL:` alike. The words themselves stay.
    """
    while True:
        shorter = _COMMAND.sub("", text, count=1) if _COMMAND.match(text) else text
        if found := _EXTERNAL.match(shorter):
            shorter = f"{found[1]} {shorter[found.end() :]}"
        if shorter == text:
            return text.strip()
        text = shorter


def clean(text: str, *, limit: int) -> str:
    """`text` ready for the conversation. Raises BadInput when it is over `limit` characters."""
    if len(text) > limit:
        raise BadInput(f"A message has at most {limit} characters, this one has {len(text)}. Please shorten it.")
    return plain_words(visible(text))
