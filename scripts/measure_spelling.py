"""Misspells a word of each question; how often is the right answer still first, with mending and without?

    .venv/bin/python scripts/measure_spelling.py SET... [--demo] [--most 250] [--seed 1] [--keep FOLDER]

Each SET is a folder as `townclerk evaluate` takes it. One letter of one word that says something is
dropped, doubled, swapped with the next or replaced by its neighbour on the keyboard, each as
often. The word has four letters or more; the letter may be the first. Spanish questions are left
out. Every question is asked as it is, misspelt without mending, and misspelt with it. The
seed makes the same misspellings every time; other seeds make others.
"""

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from index.evaluation.questions import Question
from index.evaluation.runs import Local, Options, kept_in, prepared, throw_away
from index.installation import IndexProcess
from index.query.parser import Questions
from index.query.spelling import Speller
from index.text.tokenizer import FUNCTION_WORDS
from townclerk.demo import evaluate
from townclerk.settings import load

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST = 4


@dataclass(frozen=True)
class Case:
    """A question, misspelt: which word it was and how it is written."""

    question: Question
    text: str
    word: str
    written: str


class Leaving(Speller):
    """Mends nothing."""

    def mend(self, text: str, *_rest: object, **_more: object) -> str:
        return text


def main() -> int:
    """Print a table of all sets."""
    parser = argparse.ArgumentParser(description="What misspelt words cost, with mending and without.")
    parser.add_argument("sets", nargs="*", type=Path)
    parser.add_argument("--demo", action="store_true", help="the demo cities too")
    parser.add_argument("--most", type=int, default=250, help="questions of each set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder that keeps the indexes between runs")
    parser.add_argument("--show", action="store_true", help="list words that were not mended, or wrongly")
    given = parser.parse_args()
    print(
        "| set | questions | S@1 as asked | misspelt, not mended | misspelt, mended | mended rightly | wrongly | left |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, process, local, questions in opened(given):
        with_answers = [q for q in questions if q.grades and not re.search(r"[^\x00-\x7f]", q.text)]
        chance = random.Random(given.seed)  # noqa: S311 - nobody guards anything with it
        some = chance.sample(with_answers, min(given.most, len(with_answers)))
        cases = [case for q in some if (case := misspelt(q, chance))]
        tell(name, process, local, cases, show=given.show)
    return 0


def opened(given: argparse.Namespace) -> Iterator[tuple[str, IndexProcess, Local, Sequence[Question]]]:
    """Each set's index with its questions."""
    for folder in given.sets:
        keep = given.keep / folder.resolve().name if given.keep else None
        with kept_in(keep, load()) if keep else throw_away(load()) as process:
            ready = prepared(process, folder, options=Options(), tell=lambda _done, _total: None)
            yield ready.name, process, Local(process, ready.id_of), ready.questions
    if given.demo:
        with evaluate.built(load()) as process:
            ids = evaluate.documents(process)
            asked = [q for q in evaluate.questions(process, "demo") if not q.history]
            yield "demo cities", process, Local(process, lambda key: ids[key]), asked


def tell(name: str, process: IndexProcess, local: Local, cases: Sequence[Case], *, show: bool) -> None:
    """One line of the table."""
    clean = share(local, [case.question for case in cases])
    wrong = [replace(case.question, text=case.text) for case in cases]
    with mending_left_out(process.engine.questions):
        left = share(local, wrong)
    mended = share(local, wrong)
    outcomes = Counter(outcome(process, case, show=show) for case in cases)
    told = [outcomes[kind] / len(cases) for kind in ("rightly", "wrongly", "left")]
    figures = " | ".join(f"{figure:.3f}" for figure in (clean, left, mended, *told))
    print(f"| {name} | {len(cases)} | {figures} |", flush=True)


def share(local: Local, questions: Sequence[Question]) -> float:
    """How many questions have a right document first."""
    right = 0
    for question in questions:
        found = local(question, limit=1).found
        right += bool(found) and question.grades.get(found[0].document, 0) >= 1
    return right / len(questions)


def outcome(process: IndexProcess, case: Case, *, show: bool) -> str:
    """What mending made of the misspelt word: the word as it was or another form of it, another word, or nothing."""
    from index.text.tokenizer import stem

    read = process.engine.comparing(case.text, (), case.question.layers)[1].sentence
    # Words are mended one for one, so the word stands at the same place in the order.
    words, mended = (re.findall(r"[^\W\d_]+", text) for text in (case.text, read))
    now = mended[words.index(case.written)] if case.written in words else case.written
    kind = "left" if now == case.written else "rightly" if stem(now) == stem(case.word) else "wrongly"
    if show and kind != "rightly":
        print(f"  {kind}: {case.word} {case.written} -> {now}", file=sys.stderr)
    return kind


@contextmanager
def mending_left_out(questions: Questions) -> Iterator[None]:
    """Questions are read as they are written."""
    kept, questions.speller = questions.speller, Leaving()
    try:
        yield
    finally:
        questions.speller = kept


def misspelt(question: Question, chance: random.Random) -> Case | None:
    """The question with one letter wrong; None when it has no word that could be misspelt."""
    found = [m for m in re.finditer(r"[A-Za-z]+", question.text) if len(m.group()) >= SHORTEST]
    found = [m for m in found if m.group().lower() not in FUNCTION_WORDS]
    if not found:
        return None
    match = chance.choice(found)
    written = slip(match.group(), chance)
    text = question.text[: match.start()] + written + question.text[match.end() :]
    return Case(question, text, match.group(), written)


def slip(word: str, chance: random.Random) -> str:
    """A word with one slip of the fingers."""
    while True:
        at = chance.randrange(len(word))
        kind = chance.choice(("drop", "double", "swap", "neighbour"))
        if kind == "drop":
            made = word[:at] + word[at + 1 :]
        elif kind == "double":
            made = word[: at + 1] + word[at:]
        elif kind == "swap":
            made = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
        else:
            made = word[:at] + chance.choice(neighbours(word[at])) + word[at + 1 :]
        if made != word:
            return made


def neighbours(letter: str) -> str:
    """The letters left and right of one, and the ones above and below."""
    row = next(i for i, keys in enumerate(KEYS) if letter.lower() in keys)
    at = KEYS[row].index(letter.lower())
    near = [(row, at - 1), (row, at + 1), (row - 1, at), (row - 1, at + 1), (row + 1, at - 1), (row + 1, at)]
    return "".join(KEYS[r][c] for r, c in near if 0 <= r < len(KEYS) and 0 <= c < len(KEYS[r]))


if __name__ == "__main__":
    sys.exit(main())
