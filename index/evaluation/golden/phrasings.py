"""Questions that staff write down for their city, with where the answer is: a CSV file.

Header `text` and, as needed, `question` (a FAQ of the city or a layer above it that answers), `url`
(a page or FAQ source that answers) and `history` (what was asked before, lines in one cell). A line
with neither `question` nor `url` must be refused. Other columns are passed over.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from townclerk.errors import BadInput

LONGEST = 2000


@dataclass(frozen=True)
class Phrasing:
    """One line. `place` is `file:line` for messages."""

    place: str
    text: str
    question: str
    url: str
    history: tuple[str, ...]


def read(path: Path) -> list[Phrasing]:
    """All lines. Raises BadInput with file, line and reason."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read: {error.strerror}. Give a CSV file with the header text,question,url."
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadInput(f"{path}:{line}: not UTF-8. Save the file as UTF-8.") from error
    return list(_rows(path, text))


def _rows(path: Path, text: str) -> Iterator[Phrasing]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="", restkey="more")
    if "text" not in (reader.fieldnames or []):
        raise BadInput(f"{path}:1: there is no column `text`. The header is text,question,url[,history].")
    seen: dict[str, int] = {}
    for row in reader:
        place = f"{path}:{reader.line_num}"
        asked = row["text"].strip()
        if not asked or len(asked) > LONGEST:
            raise BadInput(
                f"{place}: the text is {'empty' if not asked else f'over {LONGEST} characters'}. Write one question."
            )
        if asked in seen:
            raise BadInput(f"{place}: {asked[:60]!r} stands on line {seen[asked]} already. Keep one of the two.")
        seen[asked] = reader.line_num
        history = tuple(line.strip() for line in row.get("history", "").splitlines() if line.strip())
        yield Phrasing(place, asked, row.get("question", "").strip(), row.get("url", "").strip(), history)
