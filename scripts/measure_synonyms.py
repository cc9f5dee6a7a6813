"""Asks questions that use other words than the pages do; how many find a right page first, with synonyms and without?

    TOWNCLERK_HOME=DIR .venv/bin/python scripts/measure_synonyms.py [QUESTIONS.jsonl [RULES.csv]]

Asks the installation in DIR without any rule, with those an installation starts with, and with
RULES.csv (what a city's staff would add) besides; nothing is stored. A question has `city`, `text`
and `expected`, a regular expression that the address of a right page matches, or `faq: ` and the
question of a FAQ. Questions of cities that the installation has not are left out.
"""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

from index.installation import IndexProcess
from index.query.jurisdictions import Layers
from index.synonyms import csv_file, starters
from index.synonyms.rules import Draft, Rule
from townclerk.errors import NotFound
from townclerk.settings import load

Row = dict[str, str]


def main() -> int:
    """Ask everything three times and print what changed."""
    here = Path(__file__).parent
    questions = Path(sys.argv[1]) if len(sys.argv) > 1 else here / "synonym_questions.jsonl"
    own = Path(sys.argv[2]) if len(sys.argv) > 2 else here / "synonym_rules.csv"
    process = IndexProcess(load())
    process.look()
    asked = [row for row in map(json.loads, questions.read_text(encoding="utf-8").splitlines()) if known(process, row)]
    general, added = (csv_file.read(path.read_bytes())[0] for path in (starters.FILE, own))
    without = ask(process, asked, [])
    for name, drafts in (("starting list", general), ("and the city's own", general + added)):
        found = ask(process, asked, drafts)
        for row, before, after in zip(asked, without, found, strict=True):
            if right(row, before) != right(row, after):
                print(f"  {'+' if right(row, after) else '-'} {row['city']}: {row['text']!r}: {before} -> {after}")
        print(f"{name}: right first {score(asked, found)} of {len(asked)}, without {score(asked, without)}")
    for row, last in zip(asked, found, strict=True):
        if not right(row, last):
            print(f"  miss {row['city']}: {row['text']!r}: {last}")
    process.close()
    return 0


def known(process: IndexProcess, row: Row) -> bool:
    """Whether the question's city is in this installation."""
    try:
        Layers(process.database).of(row["city"])
    except NotFound:
        return False
    return True


def ask(process: IndexProcess, asked: list[Row], drafts: list[Draft]) -> list[str]:
    """Where the first answer to each question stands."""
    rules = [rule(number, draft) for number, draft in enumerate(drafts, start=1)]
    process.engine.questions.thesaurus.use(rules)
    return [first(process, row) for row in asked]


def rule(number: int, draft: Draft) -> Rule:
    """A rule as if it were stored."""
    return replace(Rule(draft.terms, draft.meaning, draft.city), id=number)


def first(process: IndexProcess, row: Row) -> str:
    """The address of the first answer, or the question of a FAQ."""
    layers = Layers(process.database).of(row["city"])[1]
    found = process.engine.search(row["text"], jurisdictions=layers, limit=1).candidates
    return place(found[0].passage.kind, found[0].passage.url, found[0].passage.title) if found else ""


def place(kind: str, url: str, title: str) -> str:
    """How a first answer is told."""
    return f"faq: {title}" if kind == "faq" and "#" not in url else url.split("#")[0]


def right(row: Row, found: str) -> bool:
    """Whether the answer is one of those expected."""
    return re.search(row["expected"], found) is not None


def score(asked: list[Row], found: list[str]) -> int:
    """How many are right."""
    return sum(right(row, each) for row, each in zip(asked, found, strict=True))


if __name__ == "__main__":
    sys.exit(main())
