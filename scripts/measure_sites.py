"""Asks questions of sites that were crawled into this installation; is the right page first, is the quotation exact?

    TOWNCLERK_HOME=DIR .venv/bin/python scripts/measure_sites.py FOLDER [QUESTIONS.jsonl]

FOLDER holds one folder of files a site, the files that were served and crawled; the city of a
question is its site's name. A question has `site`, `text` and `expected`, a regular expression
that the path of a right page matches. An excerpt is exact when it stands on its page word for
word (white space aside); a table row, written `Header: cell; ...`, when each of its parts does.
"""

import html
import json
import re
import sys
import urllib.parse
from pathlib import Path

from index.installation import IndexProcess
from index.schemas.search import Answer, SearchRequest
from townclerk.settings import load


def main() -> int:
    """Ask everything, print each miss and the score; 0 when all excerpts shown first are exact."""
    if len(sys.argv) not in (2, 3):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(sys.argv[1])
    questions = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).with_name("site_questions.jsonl")
    process = IndexProcess(load())
    process.look()
    right = exact = 0
    asked = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    for row in asked:
        first = process.answers.ask(SearchRequest(text=row["text"], city=row["site"], record=False)).answers[0]
        path = urllib.parse.urlparse(first.url).path
        found = re.search(row["expected"], path) is not None
        right += found
        exact += stands_on(first, folder / row["site"])
        if not found:
            sys.stdout.write(f"miss: {row['site']}: {row['text']!r} got {path}\n")
    sys.stdout.write(f"right page first: {right} of {len(asked)}; first excerpt exact: {exact} of {len(asked)}\n")
    return 0 if exact == len(asked) else 1


def stands_on(answer: Answer, site: Path) -> bool:
    """Whether the excerpt stands in the file behind the answer's address."""
    file = site / urllib.parse.unquote(urllib.parse.urlparse(answer.url).path).lstrip("/")
    file = file / "index.html" if file.is_dir() else file
    source = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", file.read_text(encoding="utf-8", errors="replace"))
    page = squeezed(html.unescape(re.sub(r"<[^>]+>", "", source)))
    parts = (part for line in answer.excerpt.splitlines() for part in re.split(r"[;:] ", line))
    return squeezed(answer.excerpt) in page or all(squeezed(part) in page for part in parts)


def squeezed(text: str) -> str:
    """Without white space and case."""
    return re.sub(r"\s+", "", text).lower()


if __name__ == "__main__":
    sys.exit(main())
