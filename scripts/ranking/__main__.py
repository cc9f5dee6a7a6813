"""Shows what each part of the ranking adds on sets of questions, and whether its weights transfer.

    .venv/bin/python scripts/ranking/__main__.py SET... [--history SET...] [--keep FOLDER] [--into PAGE]

Each SET is a folder as `townclerk evaluate` takes it; those after --history are asked with what
was said before. The corpus is indexed through the same code as pages and FAQs. With --keep the
indexes stay in FOLDER, and only what changed is embedded the next time. Prints Markdown, or with
--into puts it in the place of the tables at the end of PAGE; how far it is goes to standard error.
"""

import argparse
import sys
from pathlib import Path

from index.evaluation.runs import Options, kept_in, prepared, throw_away
from scripts.ranking.ablation import report
from scripts.ranking.signal_table import Compared, collect
from townclerk.errors import TownclerkError
from townclerk.settings import Settings, load


def main() -> int:
    """Exit status 0, or 1 with the reason."""
    parser = argparse.ArgumentParser(description="What each part of the ranking adds, in Markdown.")
    parser.add_argument("sets", nargs="*", type=Path)
    parser.add_argument("--history", nargs="+", type=Path, default=[], help="sets asked with what was said before")
    parser.add_argument("--keep", type=Path, help="folder that keeps the indexes between runs")
    parser.add_argument("--into", type=Path, help="page whose tables to write anew, such as docs/ranking.md")
    given = parser.parse_args()
    if not given.sets and not given.history:
        parser.error("give at least one folder with corpus.jsonl, queries.jsonl and qrels.tsv")
    asked = [(folder, False) for folder in given.sets] + [(folder, True) for folder in given.history]
    try:
        settings = load()
        tables = report([study(folder, settings, history=history, keep=given.keep) for folder, history in asked])
    except TownclerkError as error:
        print(error, file=sys.stderr)
        return 1
    if given.into:
        write(given.into, tables)
    else:
        print(tables, end="")
    return 0


def write(page: Path, tables: str) -> None:
    """Tables in the place of those that end the page."""
    first = tables.splitlines()[0]
    page.write_text(page.read_text().split(first)[0] + tables)


def study(folder: Path, settings: Settings, *, history: bool, keep: Path | None) -> Compared:
    """All signals of a set."""
    with kept_in(keep / folder.resolve().name, settings) if keep else throw_away(settings) as process:
        ready = prepared(process, folder, options=Options(history=history), tell=_tell)
        compared = collect(process.engine, ready, tell=_tell)
    print(f"\r{ready.name}: {len(compared.questions)} questions", file=sys.stderr)
    return compared


def _tell(done: int, total: int) -> None:
    if done % 50 == 0 or done == total:
        print(f"\r{done}/{total} ", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
