import numpy as np

from index.answers.result import SearchResult
from index.search.result_cache import Remembered


def result() -> SearchResult:
    return SearchResult([], True, "low", np.zeros(3, np.float32))


def test_a_result_is_given_only_in_the_state_it_was_found_in() -> None:
    found, here, there = result(), object(), object()
    kept = Remembered()
    kept.put("a", (here, None), found)
    assert kept.get("a", (here, None)) is found
    assert kept.get("b", (here, None)) is None
    assert kept.get("a", (there, None)) is None
    assert kept.get("a", (here, there)) is None
    assert kept.get("a", (here,)) is None


def test_equal_is_not_the_same_state() -> None:
    kept = Remembered()
    kept.put("a", ({"votes": 1},), result())
    assert kept.get("a", ({"votes": 1},)) is None


def test_the_one_asked_longest_ago_leaves_first() -> None:
    here = object()
    kept = Remembered(kept=2)
    for question in ("a", "b"):
        kept.put(question, (here,), result())
    assert kept.get("a", (here,)) is not None
    kept.put("c", (here,), result())
    assert [kept.get(question, (here,)) is not None for question in "abc"] == [True, False, True]
