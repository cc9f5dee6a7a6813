"""Vector search on the CPU."""

import threading

import numpy as np

from index.vectors.partitioned_index import FaissPages
from tests.index.matrix import DIMENSION, unit
from tests.index.vectors.contract import VectorIndexContract


class TestFaissPages(VectorIndexContract):
    """On the CPU."""

    kind = FaissPages


def test_a_copy_of_the_lists_has_all_rows_and_is_left_alone_meanwhile() -> None:
    index = FaissPages(DIMENSION)
    index.add("a", np.arange(5, dtype=np.int64), unit(1, 5))
    changed = threading.Event()

    def change() -> None:
        index.add("b", np.array([9], np.int64), unit(2, 1))
        changed.set()

    with index.unchanging() as lists:
        threading.Thread(target=change, daemon=True).start()
        assert not changed.wait(0.05)
        assert lists.quantizer.ntotal == lists.nlist
        assert lists.ntotal == 5
        assert len(index.search(unit(1, 1)[0], ["a", "b"], limit=9)[0]) == 5
    assert changed.wait(10)
    assert len(index) == 6
