"""No question ever meets another city's text: random pairs of question and city on every kind of index.

CI asks some; `make isolation-test` asks 10,000 of each kind.
"""

import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from index.keywords.bm25_index import FIELDS, KeywordIndex
from index.passages.document import Document, Passage
from index.text.tokenizer import stem
from index.vectors.faiss_calls import Precision
from index.vectors.partitioned_index import FaissPages
from tests.index.toy import DIMENSION, LocalIndex, ToyEncoder, faq, mark, page
from townclerk.settings import Settings

# Ids that contain one another, look like a query, or differ by little.
ODD = (
    "san",
    "san-jose",
    "san-jose-2",
    "jose",
    "san OR jose",
    "*",
    "a AND b",
    "city:san",
    '"',
    "münchen",
    "munchen",
    "",
)
CITIES = (*ODD, *(f"city-{n}" for n in range(40)))
UPPER = ("county", "county-2", "state", "federal")
WORDS = [
    "permit",
    "fee",
    "trash",
    "pool",
    "license",
    "water",
    "bill",
    "park",
    "clerk",
    "hours",
    "deck",
    "dog",
    "tax",
    "library",
    "street",
    "meeting",
    "san",
    "jose",
]


@pytest.fixture
def pairs(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("pairs"))


def layers(rng: random.Random) -> list[str]:
    """A city with what is above it; sometimes one that holds nothing."""
    city = rng.choice([*CITIES, "empty-city", "san-j"])
    return [city, *rng.sample(UPPER, rng.randint(0, 3))]


def question(rng: random.Random) -> str:
    return " ".join(rng.choices([*WORDS, "how", "when", "OR", "city:san"], k=rng.randint(1, 6)))


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_vectors(precision: Precision, pairs: int) -> None:
    rng, numbers = random.Random(7), np.random.default_rng(7)
    index, of, matrix = (
        FaissPages(32, precision=precision),
        np.full(200_000, "-", "<U20"),
        np.zeros((200_000, 32), np.float32),
    )
    following = 0
    for _ in range(20):
        for place in rng.sample([*CITIES, *UPPER], 25):
            rows = np.arange(following, following + rng.randint(1, 60), dtype=np.int64)
            matrix[rows] = numbers.normal(size=(len(rows), 32)).astype(np.float32)
            index.add(place, rows, matrix[rows])
            of[rows], following = place, following + len(rows)
        gone = numbers.choice(following, following // 15, replace=False).astype(np.int64)
        index.remove(gone)
        of[gone] = "-"
        for _ in range(-(-pairs // 20)):
            asked, vector = layers(rng), numbers.normal(size=32).astype(np.float32)
            found, _scores = index.search(vector, asked, limit=10)
            allowed = np.flatnonzero(np.isin(of[:following], asked))
            assert set(of[found].tolist()) <= set(asked)
            assert len(found) == min(10, len(allowed))
            best = allowed[np.argsort(-(matrix[allowed] @ vector))[:10]]
            agree = len(np.intersect1d(found, best))
            assert agree == len(best) if precision == "fp32" else agree >= len(best) - 1


def test_keywords(tmp_path: Path, pairs: int) -> None:
    rng, index, of = random.Random(8), KeywordIndex(tmp_path), dict[int, str]()
    for step in range(4):
        made = [
            Passage(
                str(n),
                f"page:{n}",
                rng.choice([*CITIES, *UPPER]),
                "faq",
                "",
                "",
                "",
                question(rng),
                question(rng),
                "en",
            )
            for n in range(step * 400, step * 400 + 400)
        ]
        gone = rng.sample(sorted(of), len(of) // 10)
        index.change([(int(p.key), p) for p in made], deleted_documents=[f"page:{n}" for n in gone])
        of = {n: place for n, place in of.items() if n not in gone} | {int(p.key): p.jurisdiction for p in made}
        for _ in range(-(-pairs // 4)):
            asked, terms = layers(rng), [(stem(word), 1.0) for word in question(rng).split()]
            for field in FIELDS:
                rows, _scores = index.search(terms, asked, field=field, limit=20)
                assert {of[row] for row in rows.tolist()} <= set(asked)


@pytest.fixture(params=["fp32", "fp16"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalIndex]:
    settings = Settings.model_validate({"home": tmp_path, "vector_precision": request.param})
    made = LocalIndex.open(settings, encoder=ToyEncoder())
    yield made
    made.close()


def test_whole_searches(engine: LocalIndex, pairs: int) -> None:
    assert engine.stats().dimension == DIMENSION
    rng, number = random.Random(9), 0
    for step in range(1, 4):
        documents: list[Document] = []
        for place in chain(CITIES, UPPER):
            number += 2
            documents.append(
                page(number, f"{question(rng)}. {question(rng)}.", jurisdiction=place, title=question(rng))
            )
            documents.append(faq(number + 1, question(rng), question(rng), jurisdiction=place))
        gone = [f"page:{n}" for n in rng.sample(range(2, number, 2), number // 10)]
        engine.apply(documents, gone, marker=mark(step))
        for _ in range(-(-pairs // 3)):
            asked, earlier = layers(rng), rng.choice([(), (question(rng),)])
            found = engine.search(question(rng), jurisdictions=asked, history=earlier, limit=10)
            assert {c.passage.jurisdiction for c in found.candidates} <= set(asked)
            # The toy encoder puts every text at some distance, so a city that holds text always brings some up.
            assert found.candidates or set(asked) <= {"empty-city", "san-j"}
