import numpy as np
import pytest

from index.rows import cosines, widened


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


def test_halves_are_widened_exactly() -> None:
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    numbers = every[np.isfinite(every)]
    halves = np.resize(numbers, (len(numbers) // 8 + 1, 8))
    np.testing.assert_array_equal(widened(halves), halves.astype(np.float32))
    assert widened(np.empty((0, 8), np.float16)).shape == (0, 8)
