"""What a paragraph is: text to read, a heading in bold, or the pager of a list."""

import re
from collections.abc import Iterator

from crawler.extract.common.dates import read

_LONGEST_BOLD = 110
_MOVES_ABOUT = re.compile(
    r"^(?:(?:first|prev(?:ious)?|next|last|page|of|\d{1,4}|[«»‹›|<>….]+)(?:\s+|$)){3,}$|^you are here:?\s.{0,200}$",
    re.I,
)


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
