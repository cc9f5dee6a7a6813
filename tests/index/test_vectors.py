"""Vector search: exact inside the jurisdictions asked for, and nothing from any other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import vectors
from index.documents import Vectors
from index.serving import Precision
from index.vectors import FaissPages

DIMENSION = 8
CITIES = ["a", "b", "c", "d"]


def unit(seed: int, count: int) -> Vectors:
    made = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    unit_length: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return unit_length


actions = st.lists(
    st.tuples(st.sampled_from(CITIES), st.integers(0, 30), st.lists(st.integers(0, 200), max_size=10)), max_size=12
)


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
@given(actions=actions, asked=st.sets(st.sampled_from(CITIES)), limit=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_search_is_exact_and_never_leaves_the_jurisdictions(
    precision: Precision, actions: list[tuple[str, int, list[int]]], asked: set[str], limit: int
) -> None:
    index = FaissPages(DIMENSION, precision=precision)
    kept: dict[int, tuple[str, Vectors]] = {}
    for step, (city, count, removed) in enumerate(actions):
        rows = np.arange(step * 50, step * 50 + count, dtype=np.int64)
        added = unit(step, count)
        index.add(city, rows, added)
        kept.update({int(r): (city, v) for r, v in zip(rows, added, strict=True)})
        index.remove(np.array(removed, np.int64))
        kept = {r: x for r, x in kept.items() if r not in removed}
    query = unit(99, 1)[0]
    found, scores = index.search(query, sorted(asked), limit=limit)
    allowed = {r: float(v @ query) for r, (city, v) in kept.items() if city in asked}
    assert len(index) == len(kept)
    assert set(found.tolist()) <= set(allowed)
    assert len(found) == min(limit, len(allowed))
    np.testing.assert_allclose(
        scores, sorted(allowed.values(), reverse=True)[: len(found)], atol=2e-3 if precision == "fp16" else 1e-5
    )


def test_a_jurisdiction_named_twice_is_searched_once() -> None:
    index = FaissPages(DIMENSION)
    index.add("a", np.arange(5, dtype=np.int64), unit(1, 5))
    found, _ = index.search(unit(2, 1)[0], ["a", "a"], limit=10)
    assert sorted(found.tolist()) == [0, 1, 2, 3, 4]


def test_many_jurisdictions_and_rows_outgrow_the_first_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "PAGE_ROWS", 4)
    monkeypatch.setattr(vectors, "FIRST_PAGES", 2)
    index = FaissPages(DIMENSION)
    rows = unit(1, 300)
    for i in range(300):
        index.add(f"city{i % 7}", np.array([i], np.int64), rows[i : i + 1])
    for i in range(300):
        found, _ = index.search(rows[i], [f"city{i % 7}"], limit=3)
        assert found[0] == i
        assert all(row % 7 == i % 7 for row in found)


def test_unknown_jurisdiction_finds_nothing() -> None:
    index = FaissPages(DIMENSION)
    index.add("a", np.array([1], np.int64), unit(1, 1))
    found, scores = index.search(unit(1, 1)[0], ["elsewhere"], limit=5)
    assert len(found) == len(scores) == 0
