from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.vectors.inner_product import cosines, half_cosines


def test_inner_products_of_chosen_rows_in_their_order(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = np.random.default_rng(1)
    table = made.standard_normal((50, 384), np.float32)
    vector = made.standard_normal(384, np.float32)
    path = tmp_path_factory.mktemp("rows") / "table.npy"
    np.save(path, table)
    mapped = np.asarray(np.load(path, mmap_mode="r"))
    chosen = np.array([7, 49, 0, 7])
    np.testing.assert_allclose(cosines(mapped, chosen, vector), table[chosen] @ vector, rtol=1e-4, atol=1e-4)
    assert len(cosines(mapped, np.empty(0, np.int64), vector)) == 0


def test_inner_products_of_halves_are_those_of_the_exact_numbers(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = np.random.default_rng(2)
    table = made.standard_normal((700, 384)).astype(np.float16)
    vector = made.standard_normal(384, np.float32)
    path = tmp_path_factory.mktemp("rows") / "table.npy"
    np.save(path, table)
    mapped = np.asarray(np.load(path, mmap_mode="r"))
    chosen = made.integers(0, 700, 300)
    exact = table[chosen].astype(np.float32) @ vector
    np.testing.assert_allclose(half_cosines(mapped, chosen, vector), exact, rtol=1e-4, atol=1e-4)
    assert len(half_cosines(mapped, chosen[:0], vector)) == 0


def test_threads_do_not_mix_their_rows() -> None:
    table = np.repeat(np.arange(64, dtype=np.float16)[:, None], 8, axis=1)
    vector = np.ones(8, np.float32)

    def sums(_: int) -> list[float]:
        return list(half_cosines(table, np.resize(np.arange(64), 1000), vector))

    with ThreadPoolExecutor(4) as pool:
        assert all(each == list(np.resize(np.arange(64) * 8, 1000)) for each in pool.map(sums, range(40)))
