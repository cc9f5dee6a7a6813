"""The benchmark's corpus is the same every time, and its counters see a planted error."""

import numpy as np

from scripts.bench.corpus import CITIES, Corpus, layers
from scripts.bench.report import ratio, table
from scripts.bench.score import Tally, exact_rows


def test_same_seed_same_pages_and_questions() -> None:
    one, two, other = Corpus(1), Corpus(1), Corpus(2)
    assert [one.page(n) for n in range(50)] == [two.page(n) for n in range(50)]
    assert [one.page(n) for n in range(50)] != [other.page(n) for n in range(50)]
    assert one.questions(40) == two.questions(40)


def test_every_page_belongs_to_a_layer_of_some_city() -> None:
    corpus = Corpus(1)
    known = {place for city in range(CITIES) for place in layers(city)}
    owners = [corpus.owner(n) for n in range(6000)]
    assert set(owners) == known
    assert len(known) == 300 + 30 + 7 + 1
    assert owners.count("federal") == 60


def test_questions_differ_and_use_every_city() -> None:
    asked = Corpus(1).questions(300)
    assert len({text for text, _ in asked}) == 300
    assert {city for _, city in asked} == set(range(CITIES))


def test_exact_search_stays_inside_the_layers() -> None:
    vectors = np.eye(4, dtype=np.float32)
    owners = np.array(["city-0", "city-1", "county-0", "city-1"])
    assert exact_rows(vectors, owners, vectors[1], ["city-0", "county-0"]) == [0, 2]


def test_counters_see_a_wrong_city_a_miss_and_too_few() -> None:
    owners = ["city-0", "city-0", "city-1"]
    right, planted = Tally(owners), Tally(owners)
    right.add([0, 1], [0, 1], ["city-0"], 0.001)
    planted.add([0, 2], [0, 1], ["city-0"], 0.001)
    planted.add([0], [0, 1], ["city-0"], 0.003)
    assert right.row("a") == {"name": "a", "p50": 1.0, "p95": 1.0, "p99": 1.0, "recall": 1.0, "wrong": 0, "few": 0}
    told = planted.row("b")
    assert (told["recall"], told["wrong"], told["few"], told["p50"]) == (0.5, 1, 1, 2.0)


def test_a_contender_that_failed_stays_in_the_table() -> None:
    lines = table([{"name": "x", "reason": "no | wheel"}, {"name": "y", "p50": 1.5}]).splitlines()
    assert "x: not measured, no / wheel" in lines[2]
    assert "| y | 1.5 |" in lines[3]


def test_ratio_is_of_whole_searches() -> None:
    rows = [{"name": "Townclerk", "p50": 2.0, "p99": 4.0}, {"name": "Usual recipe: all", "p50": 6.0, "p99": 6.0}]
    assert "1/3.0 of the usual recipe's median time and 1/1.5 of its p99" in ratio(rows)
