"""A made-up country of towns with pages, and the questions its residents ask.

Texts are recombined from the demo cities' FAQs by a seeded generator. Vectors are synthetic (see `synthetic`):
random around the real embeddings of such texts.
"""

import csv
import random
import re
import zlib
from functools import cached_property
from pathlib import Path

import numpy as np

from index.embedding.encoder import open_encoder
from index.passages.document import Document, Section
from townclerk.settings import CHECKOUT, load

CITIES, COUNTIES, STATES = 300, 30, 7
PAGE_PASSAGES = 5


def layers(city: int) -> tuple[str, ...]:
    """The jurisdictions that may answer in a city, nearest first."""
    county = city % COUNTIES
    return (f"city-{city}", f"county-{county}", f"state-{county % STATES}", "federal")


class Corpus:
    """Pages and questions of one seed. The same seed gives the same words in the same order."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @cached_property
    def rows(self) -> list[tuple[str, str]]:
        """Questions and answers of the demo's FAQs, without the names of its towns."""
        found = []
        for path in sorted((CHECKOUT / "data" / "demo").glob("*/faq.csv")):
            with path.open(encoding="utf-8", newline="") as lines:
                found += [(_neutral(r["question"]), _neutral(r["answer"])) for r in csv.DictReader(lines)]
        return found

    @cached_property
    def sentences(self) -> list[str]:
        """Every sentence of the answers."""
        return sorted({s for _, answer in self.rows for s in re.split(r"(?<=[.!?])\s+", answer) if len(s) > 15})

    def owner(self, page: int) -> str:
        """Whose page it is: of 100, ninety belong to cities, six to counties, three to states, one is federal."""
        slot, pick = page % 100, zlib.crc32(f"{self.seed}:{page}".encode())
        if slot < 90:
            return f"city-{pick % CITIES}"
        if slot < 96:
            return f"county-{pick % COUNTIES}"
        return f"state-{pick % STATES}" if slot < 99 else "federal"

    def page(self, number: int) -> Document:
        """One page of five passages."""
        rng, owner = random.Random(f"{self.seed}:{number}"), self.owner(number)  # noqa: S311
        blocks = tuple(
            Section(
                "text",
                " ".join([*rng.sample(self.sentences, 3), f"In {owner} ask at desk {rng.randrange(900)}."]),
                heading=(f"{rng.choice(self.rows)[0].rstrip('?')} {part}",),
            )
            for part in range(PAGE_PASSAGES)
        )
        url = f"https://{owner}.example/{number}"
        return Document(f"page:{number}", owner, "page", url, f"Services of {owner}, {number}", "en", blocks)

    def questions(self, count: int) -> list[tuple[str, int]]:
        """Different questions with the city each is asked in."""
        rng, made = random.Random(f"{self.seed}:questions"), []  # noqa: S311
        cities = rng.sample(range(CITIES), CITIES)
        for number in range(count):
            asked = rng.choice(self.rows)[0].rstrip("?")
            made.append((f"{asked} near {number + 1} Oak Street?", cities[number % CITIES]))
        return made


def _neutral(text: str) -> str:
    return re.sub(r"Alder Falls|Port Maren|Cascadia", "the city", text)


def keep_anchors(corpus: Corpus, path: Path) -> None:
    """Embed the demo's sentences and questions with the real model, for the synthetic vectors."""
    encoder = open_encoder(load().model_copy(update={"encoder_threads": 1}))
    texts = [*corpus.sentences, *(question for question, _ in corpus.rows)]
    np.save(path, encoder.passages(texts))
