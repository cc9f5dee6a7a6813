"""Publishes in a loop until it is killed: `python -m tests.index.publishing HOME`.

What is published at each revision follows from its number alone, so that another process can
say exactly what must be there. Each revision is written to standard output once `apply` returned.
"""

import sys
from functools import partial
from pathlib import Path

from index.passages.document import Document
from tests.index.toy import LocalIndex, ToyEncoder, mark, page
from townclerk.settings import Settings

PAGES = 40
EVERY = 6
"""So often a revision changes many pages."""


def word(number: int, revision: int) -> str:
    """Stands in this version of this page only."""
    return f"word{number}v{revision}"


def version(number: int, revision: int) -> Document:
    """A page as of a revision."""
    return page(number, f"The sign of house {number} is {word(number, revision)}. It was painted {revision} times.")


def change(revision: int) -> tuple[list[int], list[int]]:
    """Numbers of the pages that are written and of those that are deleted in a revision."""
    if revision % EVERY == 0:
        return list(range(25)), []
    return [revision * 7 % PAGES, revision * 11 % PAGES], [revision * 13 % PAGES] if revision % 4 == 0 else []


def expected(revision: int) -> dict[int, int]:
    """The revision in which each page that exists at `revision` was last written."""
    held: dict[int, int] = {}
    for each in range(1, revision + 1):
        written, deleted = change(each)
        held |= dict.fromkeys(written, each)
        for number in deleted:
            held.pop(number, None)
    return held


def open_publisher(home: Path) -> LocalIndex:
    """With a build process."""
    settings = Settings.model_validate({"home": home})
    return LocalIndex.open(settings, encoder=ToyEncoder(), opener=partial(ToyEncoder))


def publish(engine: LocalIndex, revision: int) -> None:
    """One revision."""
    written, deleted = change(revision)
    gone = [f"page:{number}" for number in deleted]
    engine.apply([version(number, revision) for number in written], gone, marker=mark(revision))


def main() -> None:
    """Go on from the revision that is there."""
    engine = open_publisher(Path(sys.argv[1]))
    sys.stdout.write(f"{engine.marker.pages}\n")
    sys.stdout.flush()
    while True:
        revision = engine.marker.pages + 1
        publish(engine, revision)
        sys.stdout.write(f"{revision}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
