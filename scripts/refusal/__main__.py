"""Fits when to refuse and how sure to be, and checks both on questions left out of the fit.

    .venv/bin/python -m scripts.refusal FOLDER... --other FILE [--write docs/confidence.md]

Each FOLDER is a set as `townclerk evaluate` reads it; the demo cities, crawled, are one more. Questions
are asked with their history. FILE holds questions about anything else, one a line. Printed: the tables of
docs/confidence.md, then the fits over all sets, which `index/answers/confidence.py` holds. With `--write` the tables
take their places in that document, and the reliability diagram beside it is drawn again.
"""

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.refusal import diagram, tables
from scripts.refusal.asking import of_demo, of_folder
from townclerk.settings import load

TABLES = {
    "apart": tables.apart,
    "ways": tables.ways,
    "gained": tables.gained,
    "threshold": tables.at_one_threshold,
    "answers": tables.answers,
    "levels": tables.levels,
    "bands": tables.bands,
    "sureness": tables.sureness,
}
PICTURE = Path("images/reliability.svg")


def placed(document: str, made: Mapping[str, str]) -> str:
    """The document with each table between its two marks, `<!-- NAME -->` and `<!-- end -->`."""
    for name, text in made.items():
        parts = re.split(rf"(<!-- {name} -->\n).*?(<!-- end -->)", document, flags=re.S)
        if len(parts) != 4:
            raise SystemExit(f"The document must hold '<!-- {name} -->' with '<!-- end -->' after it, once.")
        before, opening, closing, after = parts
        document = f"{before}{opening}\n{text}\n{closing}{after}"
    return document


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--other", type=Path, required=True, help="questions about anything else, one a line")
    parser.add_argument("--each", type=int, default=10**6, help="questions drawn of a larger set, always the same ones")
    parser.add_argument("--keep", type=Path, help="folder that keeps the indexes between runs")
    parser.add_argument("--write", type=Path, help="document whose tables are replaced")
    options = parser.parse_args()
    settings, other = load(), options.other.read_text().splitlines()
    measured = [of_folder(folder, settings, other=other, options=options) for folder in options.folders]
    measured.append(of_demo(settings, other=other, each=options.each))
    made = {name: table(measured) for name, table in TABLES.items()}
    for name, text in made.items():
        sys.stdout.write(f"{name}\n\n{text}\n")
    sys.stdout.write(tables.fits(measured))
    if options.write:
        options.write.write_text(placed(options.write.read_text(), made))
        (options.write.parent / PICTURE).write_text(diagram.drawn(*tables.told_and_right(measured)))


if __name__ == "__main__":
    main()
