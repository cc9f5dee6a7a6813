"""What every vector index must do: exact inside the jurisdictions asked for, nothing from any other, also while it changes."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.vectors.faiss_calls import Precision
from index.vectors.partitioned_index import SIZES, FaissPages, PageSizes
from tests.index.matrix import DIMENSION, Matrix, unit
from tests.index.traffic import Traffic

CITIES = ["a", "b", "c", "d"]
TINY = PageSizes(page_rows=5, block_pages=3, rows_at_once=2)
"""So small that a few rows fill pages and outgrow blocks, and are written in several parts."""
Steps = list[tuple[str, str, list[int]]]
steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "remove"]),
        st.sampled_from(CITIES),
        st.lists(st.integers(0, 60), max_size=12, unique=True),
    ),
    max_size=25,
)


class VectorIndexContract:
    """Subclass it for each implementation."""

    kind: Callable[..., FaissPages]
    examples = 80

    def make(self, *, precision: Precision = "fp32", sizes: PageSizes = SIZES) -> FaissPages:
        return self.kind(DIMENSION, precision=precision, sizes=sizes)

    @pytest.mark.parametrize("precision", ["fp32", "fp16"])
    def test_any_changes_leave_what_brute_force_finds(self, precision: Precision) -> None:
        """Rows come, go, come again with other vectors, and move from one city to another."""

        @given(steps=steps, asked=st.sets(st.sampled_from(CITIES)), limit=st.integers(1, 40))
        @settings(max_examples=self.examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        def holds(steps: Steps, asked: set[str], limit: int) -> None:
            index, matrix = self.make(precision=precision, sizes=TINY), Matrix(precision)
            for at, (what, city, numbers) in enumerate(steps):
                rows, vectors = np.array(numbers, np.int64), unit(at, len(numbers))
                if what == "add":
                    index.add(city, rows, vectors)
                    matrix.add(city, rows, vectors)
                else:
                    index.remove(rows)
                    matrix.remove(rows)
                index.refresh()
                assert len(index) == len(matrix)
                query = unit(1000 + at, 1)[0]
                for places in (sorted(asked), [city]):
                    found, scores = index.search(query, places, limit=limit)
                    assert matrix.agrees(found, query, places, limit=limit)
                    exact = [matrix.rows[row][1] @ query for row in found.tolist()]
                    np.testing.assert_allclose(scores, exact, atol=1e-5)

        holds()

    def test_a_jurisdiction_named_twice_is_searched_once(self) -> None:
        index = self.make()
        index.add("a", np.arange(5, dtype=np.int64), unit(1, 5))
        index.refresh()
        found, _ = index.search(unit(2, 1)[0], ["a", "a"], limit=10)
        assert sorted(found.tolist()) == [0, 1, 2, 3, 4]

    def test_many_jurisdictions_and_rows_outgrow_the_first_pages(self) -> None:
        index = self.make(sizes=TINY)
        rows = unit(1, 300)
        for i in range(300):
            index.add(f"city{i % 7}", np.array([i], np.int64), rows[i : i + 1])
        index.refresh()
        for i in range(300):
            found, _ = index.search(rows[i], [f"city{i % 7}"], limit=3)
            assert found[0] == i
            assert all(row % 7 == i % 7 for row in found)

    def test_an_unknown_jurisdiction_finds_nothing(self) -> None:
        index = self.make()
        index.add("a", np.array([1], np.int64), unit(1, 1))
        index.refresh()
        found, scores = index.search(unit(1, 1)[0], ["elsewhere"], limit=5)
        assert len(found) == len(scores) == 0

    @pytest.mark.parametrize(
        ("rows", "count", "message"),
        [([1, 1], 2, "given once"), ([-1], 1, "negative"), ([1, 2], 1, "2 rows need vectors of 8 numbers")],
    )
    def test_rows_that_would_spoil_the_index_are_refused(self, rows: list[int], count: int, message: str) -> None:
        index = self.make()
        index.add("a", np.array([1], np.int64), unit(1, 1))
        with pytest.raises(ValueError, match=message):
            index.add("a", np.array(rows, np.int64), unit(2, count))
        assert index.search(unit(1, 1)[0], ["a"], limit=5)[0].tolist() == [1]

    def test_a_row_given_again_is_replaced_and_its_place_is_used(self) -> None:
        index, new = self.make(sizes=TINY), unit(2, 5)
        for again in range(50):
            index.add(CITIES[again % 2], np.arange(5, dtype=np.int64), new)
        index.refresh()
        assert len(index) == 5
        assert len(index.search(new[0], ["a"], limit=9)[0]) == 0
        assert index.search(new[0], ["b"], limit=9)[0][0] == 0
        assert max(index.pages(["a"]).max(), index.pages(["b"]).max()) <= 4

    def test_more_results_than_a_gpu_gives_at_once(self) -> None:
        index = self.make()
        index.add("a", np.arange(6000, dtype=np.int64), unit(1, 6000))
        index.refresh()
        for limit in (2048, 2049, 5000):
            found, _ = index.search(unit(2, 1)[0], ["a"], limit=limit)
            assert len(np.unique(found)) == limit

    @pytest.mark.parametrize("precision", ["fp32", "fp16"])
    def test_searches_beside_changes_give_whole_rows_of_their_own_city(self, precision: Precision) -> None:
        index = self.make(precision=precision)
        traffic = Traffic(index, fresh=False)
        traffic.run(2000)
        assert traffic.wrong == []
        left = index.search(unit(1, 1)[0], CITIES, limit=10_000)[0]
        assert len(left) == len(np.unique(left)) == len(index)
