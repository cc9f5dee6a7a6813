"""A made-up country of cities with pages, and the questions of its residents; the same for the same seed.

Texts are recombined from the demo cities' FAQs. Vectors of passages are synthetic, as embedding 100,000 takes an hour.
"""

import csv
import random
import re
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from crawler.page import Block
from index.arrays import Vectors
from index.embedding.encoder import OnnxEncoder
from index.embedding.late_chunks import Parts, PassageVectors, apart
from index.passages.document import Document
from townclerk.jurisdictions import Jurisdiction
from townclerk.settings import CHECKOUT

CITIES, COUNTIES, STATES = 300, 30, 7
PASSAGES_A_PAGE = 5
Question = tuple[str, int]
"""A text, and the number of the city it is asked in."""


def layers(city: int) -> tuple[str, ...]:
    """The jurisdictions that may answer in a city, nearest first."""
    county = city % COUNTIES
    return (f"city-{city}", f"county-{county}", f"state-{county % STATES}", "federal")


def jurisdictions() -> Iterator[Jurisdiction]:
    """All of them, parents first."""
    yield Jurisdiction("federal", "federal", level="federal")
    for depth, level, count in ((2, "state", STATES), (1, "county", COUNTIES), (0, "city", CITIES)):
        for id, parent in dict.fromkeys(layers(city)[depth : depth + 2] for city in range(count)):
            yield Jurisdiction(id, id.replace("-", " "), level=level, parent_id=parent)


class Corpus:
    """Pages and questions of one seed, recombined from the demo's FAQs without the names of its places."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        files = sorted((CHECKOUT / "data" / "demo").glob("*/faq.csv"))
        rows = [row for path in files for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
        self._titles = [_neutral(row["question"]).rstrip("?") for row in rows]
        sentences = (s for row in rows for s in re.split(r"(?<=[.!?])\s+", _neutral(row["answer"])) if len(s) > 15)
        self._sentences = sorted(set(sentences))

    @property
    def texts(self) -> list[str]:
        """Every sentence of the answers, and the questions."""
        return [*self._sentences, *self._titles]

    def page(self, number: int) -> Document:
        """One page: nine of ten are a city's, the others its county's, state's or federal."""
        rng = random.Random(f"{self._seed}:{number}")  # noqa: S311
        [owner] = rng.choices(layers(rng.randrange(CITIES)), weights=(90, 6, 3, 1))
        blocks = tuple(
            Block(
                "text",
                (f"{rng.choice(self._titles)} {part}",),
                " ".join([*rng.sample(self._sentences, 3), f"In {owner} ask at desk {rng.randrange(900)}."]),
            )
            for part in range(PASSAGES_A_PAGE)
        )
        url = f"https://{owner}.example/{number}"
        return Document(f"page:{number}", owner, "page", url, f"Services of {owner}, {number}", "en", blocks)

    def questions(self, count: int) -> list[Question]:
        """Different questions, each in another city as far as there are cities."""
        rng = random.Random(f"{self._seed}:questions")  # noqa: S311
        cities = rng.sample(range(CITIES), CITIES)
        texts = (rng.choice(self._titles) for _ in range(count))
        return [(f"{text} near {n} Oak Street?", cities[n % CITIES]) for n, text in enumerate(texts, start=1)]


class SyntheticEncoder:
    """The installed encoder, but vectors of passages are random around real ones: a cosine of about .7, the same for the same text."""

    def __init__(self, real: OnnxEncoder, corpus: Corpus) -> None:
        self._anchors = real.passages(corpus.texts)
        self.id, self.dimension, self.window, self.spread = real.id, real.dimension, real.window, real.spread
        self.query, self.query_tokens = real.query, real.query_tokens
        self.tokens, self.words, self.knows = real.tokens, real.words, real.knows

    def passages(self, texts: Sequence[str], language: str = "en") -> Vectors:
        """Unit vectors, one row each."""
        seeds = np.array([zlib.crc32(text.encode()) for text in texts], np.uint32)
        rows = np.stack([np.random.default_rng(seed).standard_normal(self.dimension, np.float32) for seed in seeds])
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        rows += self._anchors[seeds % len(self._anchors)]
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def with_parts(self, texts: Sequence[str], parts: Sequence[Parts], language: str) -> list[PassageVectors]:
        """Each text's vector, and those of its parts by themselves."""
        return apart(texts, parts, self.passages)


def _neutral(text: str) -> str:
    return re.sub(r"Alder Falls|Port Maren|Cascadia", "the city", text)
