"""How often a question meets the right pin, and how often first a wrong one, by the cosine that is asked for.

    .venv/bin/python scripts/pin_study.py SET [SET ...]

A set is a folder as `townclerk evaluate` reads it, with several questions to a document. Some of each
document's questions are drawn as the wordings of its pin, and the others are asked. Prints the table of
docs/ranking.md. The model export is taken from, or made in, the state directory (TOWNCLERK_HOME).
"""

import json
import random
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from index.embedding.encoder import open_encoder
from index.vectors.inner_product import cosines
from townclerk.settings import load

COSINES = (0.80, 0.85, 0.88, 0.90, 0.92, 0.94)
DRAWINGS = 10
PINS = ((None, 1), (None, 2), (20, 2))
"""How many documents are pinned, all or some, and by how many wordings."""


def questions(folder: Path) -> tuple[list[str], list[set[str]]]:
    """The questions of a set that have an answer, and the documents that answer each."""
    right: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text().splitlines():
        question, document, grade = line.split()
        if int(grade) > 0:
            right[question].add(document)
    asked = [json.loads(line) for line in (folder / "queries.jsonl").read_text().splitlines()]
    asked = [row for row in asked if row["id"] in right]
    return [row["text"] for row in asked], [right[row["id"]] for row in asked]


def drawn(right: list[set[str]], vectors: np.ndarray, pinned: int | None, wordings: int, seed: int) -> np.ndarray:
    """One row a question asked: its highest cosine with a wording, whether that pin is right, whether a right one is there."""
    chance = random.Random(seed)  # noqa: S311
    asking: dict[str, list[int]] = defaultdict(list)
    for number, answers in enumerate(right):
        asking[min(answers)].append(number)
    enough = sorted(document for document, numbers in asking.items() if len(numbers) > wordings)
    documents = chance.sample(enough, min(len(enough), pinned or len(enough)))
    owners = [(d, number) for d in documents for number in chance.sample(asking[d], wordings)]
    rows = np.array([number for _, number in owners])
    told = []
    for number in sorted(set(range(len(right))) - set(rows.tolist())):
        near = cosines(vectors, rows, vectors[number])
        best = int(near.argmax())
        told.append((near[best], owners[best][0] in right[number], bool(right[number] & set(documents))))
    return np.array(told)


def main() -> None:
    encoder = open_encoder(load())
    print("| set | pinned | wordings | " + " | ".join(f"{cosine:.2f}" for cosine in COSINES) + " |")
    print("| --- " * (3 + len(COSINES)) + "|")
    for folder in map(Path, sys.argv[1:]):
        texts, right = questions(folder)
        vectors = np.stack([encoder.query(text) for text in texts])
        for pinned, wordings in PINS:
            rows = np.concatenate([drawn(right, vectors, pinned, wordings, seed) for seed in range(DRAWINGS)])
            near, correct, there = rows[:, 0], rows[:, 1] > 0, rows[:, 2] > 0
            cells = [
                f"{np.sum(correct & (near >= c)) / there.sum():.1%} / {np.mean(~correct & (near >= c)):.2%}"
                for c in COSINES
            ]
            print(f"| {folder.name} | {pinned or 'all'} | {wordings} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
