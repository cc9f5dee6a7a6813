import math

import pytest

from index.evaluation import metrics

GRADES = {"a": 2, "b": 1}


def test_success_and_reciprocal_rank_look_for_the_first_hit() -> None:
    ranked = ["x", "y", "b", "a"]
    assert metrics.success(ranked, GRADES, at=2) == 0
    assert metrics.success(ranked, GRADES, at=3) == 1
    assert metrics.reciprocal_rank(ranked, GRADES, at=10) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(ranked, GRADES, at=2) == 0


def test_ndcg_is_one_for_the_best_order_and_follows_the_definition() -> None:
    assert metrics.ndcg(["a", "b", "x"], GRADES, at=10) == pytest.approx(1)
    wanted = (1 / math.log2(2) + 2 / math.log2(4)) / (2 / math.log2(2) + 1 / math.log2(3))
    assert metrics.ndcg(["b", "x", "a"], GRADES, at=10) == pytest.approx(wanted)


def test_recall_counts_all_relevant_documents() -> None:
    assert metrics.recall(["a", "x"], GRADES, at=10) == 0.5
    assert metrics.recall(["x", "a", "b"], GRADES, at=1) == 0


def test_auroc_is_the_chance_of_the_right_order() -> None:
    assert metrics.auroc([3, 4], [1, 2]) == 1
    assert metrics.auroc([1, 1], [1, 1]) == 0.5
    assert metrics.auroc([1], []) is None
