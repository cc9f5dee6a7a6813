"""Vector search: exact inside the jurisdictions asked for, nothing from any other, also while it changes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.vectors import partitioned_index
from index.vectors.faiss_calls import Precision
from index.vectors.partitioned_index import FaissPages
from tests.index.matrix import DIMENSION, Matrix, unit
from tests.index.traffic import Traffic

CITIES = ["a", "b", "c", "d"]
Steps = list[tuple[str, str, list[int]]]
steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "remove"]),
        st.sampled_from(CITIES),
        st.lists(st.integers(0, 60), max_size=12, unique=True),
    ),
    max_size=25,
)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So small that a few rows fill pages and outgrow blocks, and are written in several parts."""
    monkeypatch.setattr(partitioned_index, "PAGE_ROWS", 5)
    monkeypatch.setattr(partitioned_index, "BLOCK_PAGES", 3)
    monkeypatch.setattr(partitioned_index, "AT_ONCE", 2)


@contextmanager
def tiny_pages() -> Iterator[None]:
    """The same inside a property test, which takes no fixtures."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("PAGE_ROWS", 5), ("BLOCK_PAGES", 3), ("AT_ONCE", 2)):
            patch.setattr(partitioned_index, name, value)
        yield


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
@given(steps=steps, asked=st.sets(st.sampled_from(CITIES)), limit=st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_any_changes_leave_what_brute_force_finds(
    precision: Precision, steps: Steps, asked: set[str], limit: int
) -> None:
    """Rows come, go, come again with other vectors, and move from one city to another."""
    with tiny_pages():
        index, matrix = FaissPages(DIMENSION, precision=precision), Matrix(precision)
        for at, (what, city, numbers) in enumerate(steps):
            rows, given_vectors = np.array(numbers, np.int64), unit(at, len(numbers))
            if what == "add":
                index.add(city, rows, given_vectors)
                matrix.add(city, rows, given_vectors)
            else:
                index.remove(rows)
                matrix.remove(rows)
            assert len(index) == len(matrix)
            query = unit(1000 + at, 1)[0]
            for places in (sorted(asked), [city]):
                found, scores = index.search(query, places, limit=limit)
                assert matrix.agrees(found, query, places, limit=limit)
                np.testing.assert_allclose(scores, [matrix.rows[row][1] @ query for row in found.tolist()], atol=1e-5)


def test_a_jurisdiction_named_twice_is_searched_once() -> None:
    index = FaissPages(DIMENSION)
    index.add("a", np.arange(5, dtype=np.int64), unit(1, 5))
    found, _ = index.search(unit(2, 1)[0], ["a", "a"], limit=10)
    assert sorted(found.tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.usefixtures("small_pages")
def test_many_jurisdictions_and_rows_outgrow_the_first_pages() -> None:
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


@pytest.mark.parametrize(
    ("rows", "count", "said"),
    [([1, 1], 2, "given once"), ([-1], 1, "negative"), ([1, 2], 1, "2 rows need vectors of 8 numbers")],
)
def test_rows_that_would_spoil_the_index_are_refused(rows: list[int], count: int, said: str) -> None:
    index = FaissPages(DIMENSION)
    index.add("a", np.array([1], np.int64), unit(1, 1))
    with pytest.raises(ValueError, match=said):
        index.add("a", np.array(rows, np.int64), unit(2, count))
    assert index.search(unit(1, 1)[0], ["a"], limit=5)[0].tolist() == [1]


@pytest.mark.usefixtures("small_pages")
def test_a_row_given_again_is_replaced_and_its_place_is_used() -> None:
    index, new = FaissPages(DIMENSION), unit(2, 5)
    for again in range(50):
        index.add(CITIES[again % 2], np.arange(5, dtype=np.int64), new)
    assert len(index) == 5
    assert len(index.search(new[0], ["a"], limit=9)[0]) == 0
    assert index.search(new[0], ["b"], limit=9)[0][0] == 0
    assert max(index.pages(["a"]).max(), index.pages(["b"]).max()) <= 4


@pytest.mark.usefixtures("small_pages")
def test_growing_moves_no_row() -> None:
    index = FaissPages(DIMENSION)
    index.add("a", np.arange(5, dtype=np.int64), unit(1, 5))
    block, at = divmod(int(index.pages(["a"])[0]), partitioned_index.BLOCK_PAGES)
    before = int(index._blocks[block].get_codes(at))
    index.add("b", np.arange(100, 400, dtype=np.int64), unit(2, 300))
    assert int(index._blocks[block].get_codes(at)) == before
    assert index._index.nlist >= 60


def test_a_search_does_not_wait_for_another_search() -> None:
    index = FaissPages(DIMENSION)
    index.add("a", np.arange(5, dtype=np.int64), unit(1, 5))
    answered = threading.Event()

    def other() -> None:
        index.search(unit(2, 1)[0], ["a"], limit=3)
        answered.set()

    with index._gate.reading():  # as a search that takes its time
        threading.Thread(target=other, daemon=True).start()
        assert answered.wait(10)


def test_a_search_waits_for_one_part_of_a_long_addition_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addition stops after its first part until the search is through."""
    monkeypatch.setattr(partitioned_index, "AT_ONCE", 4)
    answered = threading.Event()

    class Slow(FaissPages):
        def _wrote(self, *args: object) -> None:
            assert answered.wait(10)

    index = Slow(DIMENSION)
    adding = threading.Thread(target=index.add, args=("a", np.arange(40, dtype=np.int64), unit(1, 40)), daemon=True)
    adding.start()
    while not len(index):
        time.sleep(0.001)
    found, _ = index.search(unit(2, 1)[0], ["a"], limit=50)
    answered.set()
    adding.join(10)
    assert len(found) == 4
    assert len(index) == 40


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_searches_beside_changes_give_whole_rows_of_their_own_city(precision: Precision) -> None:
    index = FaissPages(DIMENSION, precision=precision)
    traffic = Traffic(index, fresh=False)
    traffic.run(2000)
    assert traffic.wrong == []
    left = index.search(unit(1, 1)[0], CITIES, limit=10_000)[0]
    assert len(left) == len(np.unique(left)) == len(index)


def test_a_copy_of_the_lists_has_all_rows_and_is_left_alone_meanwhile() -> None:
    index = FaissPages(DIMENSION)
    index.add("a", np.arange(5, dtype=np.int64), unit(1, 5))
    changed = threading.Event()

    def change() -> None:
        index.add("b", np.array([9], np.int64), unit(2, 1))
        changed.set()

    with index.unchanging() as copied:
        threading.Thread(target=change, daemon=True).start()
        assert not changed.wait(0.05)
        assert copied.quantizer.ntotal == copied.nlist == index._index.nlist
        assert copied.ntotal == 5
        assert len(index.search(unit(1, 1)[0], ["a", "b"], limit=9)[0]) == 5
    assert changed.wait(10)
    assert len(index) == 6
