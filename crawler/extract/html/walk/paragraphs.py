"""What a paragraph is: text to read, a heading in bold, or the pager of a list."""

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from bs4 import Tag

from crawler.extract.common.blocks import BOLD, Piece
from crawler.extract.common.dates import read
from crawler.extract.common.tree import strings

_INLINE = frozenset({"span", "a", "time", "small", "b", "strong", "em", "label"})
_APART = (
    (re.compile(r"\d$"), re.compile(r"[A-Z][a-z]{2}")),
    (re.compile(r"(?<![\w@/.])[A-Z]?[a-z]{3,}$"), re.compile(r"[$€£]?\d")),
)
_LONGEST_BOLD = 110
_LONGEST_LABEL = 60
_FEWEST_QUESTIONS = 3
_QUESTION = re.compile(r"[^\W_][^.?!\n]{6,180}\?|¿[^.?\n]{6,180}\?")
_PHONE = r"(\+?1[\s.-]?)?(\(\d{3}\)\s?|\d{3}[\s.-])?\d{3}[\s.-]\d{4}(,?\s*(x|ext\.?)\s*\d+)?"
_MONEY = r"[$€£]\s?\d[\d,]*(\.\d\d)?(\s*(/|an?|each|per)\s*\w*)?"
_CLOCK = r"(\d{1,2}(:\d\d)?\s?([ap]\.?m\.?)?|noon)"
_VALUE = re.compile(rf"{_PHONE}|{_MONEY}|{_CLOCK}\s?(-|–|to)\s?{_CLOCK}|[\w.+-]+@[\w.-]+|free|closed", re.I)
"""A line that is nothing but a telephone number, an amount, hours or an address for mail."""
_MOVES_ABOUT = re.compile(
    r"^(?:(?:first|prev(?:ious)?|next|last|page|of|\d{1,4}|[«»‹›|<>….]+)(?:\s+|$)){3,}$|^you are here:?\s.{0,200}$",
    re.I,
)


def grow_together(before: str, after: Tag) -> bool:
    """Whether a number and a word would run into one another: "4" and "Tree lighting", "Child" and "$3".

    Spans without attributes may be halves of one word, as pasted from word processors.
    """
    if after.name not in _INLINE or (after.name == "span" and not after.attrs):
        return False
    text = "".join(islice(strings(after), 1))
    return any(end.search(before) and start.match(text) for end, start in _APART)


def says_nothing(lines: list[str]) -> bool:
    """Nothing, a line drawn with stars, a pager ("Prev 1 2 3 Next") or a breadcrumb."""
    return not any(c.isalnum() for line in lines for c in line) or bool(_MOVES_ABOUT.match(" ".join(lines)))


def names_what_follows(line: str) -> bool:
    """A line all in bold that stands for a heading: no warning sentence, no address, no date in a list of dates."""
    if (
        not 3 <= len(line) <= _LONGEST_BOLD
        or line.endswith((".", ",", ";", "!"))
        or "://" in line
        or "@" in line
        or ". " in line[40:]
    ):
        return False
    return any(c.isalpha() for c in line) and not (len(line) <= 40 and read(line))


def paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines joined, cut at blank ones: `<br><br>` is a paragraph to the reader."""
    part: list[str] = []
    for line in [*lines, ""]:
        if line:
            part.append(line)
        elif part:
            yield "\n".join(part)
            part = []


def paired(lines: list[str]) -> list[str]:
    """ "Label: value" for lines that are labels and values by turns; other lines as they are."""
    lead = len(lines) % 2
    labels, values = lines[lead::2], lines[lead + 1 :: 2]
    if not labels or not all(map(_is_label, [*lines[:lead], *labels])) or not all(map(_VALUE.fullmatch, values)):
        return lines
    pairs = [f"{label.rstrip(' :')}: {value}" for label, value in zip(labels, values, strict=True)]
    return [*lines[:lead], *pairs]


def _is_label(line: str) -> bool:
    return (
        len(line) <= _LONGEST_LABEL
        and any(map(str.isalpha, line))
        and not _VALUE.fullmatch(line)
        and not re.search(r"\d{3}|[@$€£]", line)
        and line[-1:] not in {".", ",", ";", "!", "?"}
    )


def defined(term: str, lines: list[str]) -> str:
    """ "Phone: 555-0100"."""
    apart = ": " if term[-1:].isalnum() and lines else " "
    return apart.join(filter(None, [term, " ".join(lines)]))


def with_pairs(pieces: list[Piece]) -> list[Piece]:
    """Paragraphs that are labels and values by turns, two pairs or more, as one list; not where values may come first."""
    made: list[Piece] = []
    at = 0
    while at < len(pieces):
        end = at
        while _is_pair(pieces[end : end + 2]):
            end += 2
        before, after = made[-1:], [piece for piece in pieces[end : end + 1] if _is_line(piece)]
        values_first = any(len(p.text) <= _LONGEST_LABEL and re.search(r"\d", p.text) for p in before if _is_line(p))
        if end - at > 2 and not values_first and not any(_is_label(piece.text) for piece in after):
            lines = paired([piece.text for piece in pieces[at:end]])
            made.append(Piece("list", "\n".join(lines), anchor=pieces[at].anchor))
        else:
            end = at + 1
            made.append(pieces[at])
        at = end
    return made


def _is_pair(pieces: list[Piece]) -> bool:
    return len(pieces) == 2 and all(map(_is_line, pieces)) and _is_label(pieces[0].text) and _is_value(pieces[1].text)


def _is_line(piece: Piece) -> bool:
    return piece.kind == "text" and "\n" not in piece.text


def _is_value(text: str) -> bool:
    return bool(_VALUE.fullmatch(text))


def with_questions(pieces: list[Piece]) -> list[Piece]:
    """Paragraphs that are nothing but a question, three or more, head what follows them. The last answer is no longer than the others."""
    asks = [piece.kind == "text" and bool(_QUESTION.fullmatch(piece.text)) for piece in pieces]
    answered = [i for i, (asked, next_asks) in enumerate(pairwise(asks)) if asked and not next_asks]
    found = [i for i in answered if pieces[i + 1].kind in {"text", "list", "table"}]
    if len(found) < _FEWEST_QUESTIONS:
        return pieces
    end = found[-1] + max(after - before for before, after in pairwise(found))
    made = [
        Piece("heading", piece.text, level=BOLD, anchor=piece.anchor) if i in found else piece
        for i, piece in enumerate(pieces)
    ]
    return [*made[:end], Piece("unbold"), *made[end:]]
