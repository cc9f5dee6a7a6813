"""Text normalization: invisible characters removed, white space collapsed."""

import re
import unicodedata

# Zero width, soft hyphen, directional overrides and isolates, tag characters (used to smuggle
# text past readers), private controls. Joiners stay where a script needs them.
_INVISIBLE = re.compile(
    "[\u200b\u2060-\u2064\ufeff\u00ad\u202a-\u202e\u2066-\u206f\u180e\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_JOINERS = re.compile("(?<=[\x00-\u024f\u2000-\u206f])[\u200c\u200d\u200e\u200f]+|^[\u200c\u200d\u200e\u200f]+")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACES = re.compile(r"[^\S\n]+")
_WORD = re.compile(r"[^\W_]+")


def visible(text: str) -> str:
    """`text` without characters that cannot be seen."""
    if text.isascii():
        return _CONTROL.sub("", text)
    return _CONTROL.sub("", _JOINERS.sub("", _INVISIBLE.sub("", text)))


def one_line(text: str) -> str:
    """Visible text with every run of white space made one space."""
    return " ".join(visible(text).split())


def lines(text: str) -> list[str]:
    """Visible text cut at line feeds, each line tidied, "" for a blank one in the middle."""
    tidied = [_SPACES.sub(" ", line).strip() for line in visible(text).split("\n")]
    while tidied and not tidied[0]:
        tidied.pop(0)
    while tidied and not tidied[-1]:
        tidied.pop()
    return tidied


def key(text: str) -> str:
    """Comparison key of a text: its words of letters and digits, NFKC, case folded."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def squeezed(text: str) -> str:
    """`key` without spaces, to find a text inside another whatever the mark-up did to spaces."""
    return key(text).replace(" ", "")


def words(text: str) -> frozenset[str]:
    """A set of words written as one text, for the tables of this package."""
    return frozenset(text.split())


def listing(text: str) -> tuple[str, ...]:
    """Names written as one text, in their order of preference."""
    return tuple(text.split())
