"""The benchmark's corpus is the same every time, and its counters see a planted error."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from scripts.bench import turns, web
from scripts.bench.corpus import CITIES, Corpus, layers
from scripts.bench.report import quiet, ratio, table
from scripts.bench.score import Tally, exact_rows
from scripts.bench.turns import TURN, USUAL, WHOLE, Pulse, blocks, told
from tests.index.toy import mark, open_engine


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


def test_ratio_is_of_whole_searches_without_and_with_http() -> None:
    times = {
        "Townclerk, whole search": 2.0,
        "Usual recipe: all": 6.0,
        "Townclerk over HTTP, recording": 4.0,
        "Usual recipe over HTTP": 8.0,
    }
    told = ratio([{"name": name, "p50": p50, "p99": 2 * p50 if "HTTP" in name else p50} for name, p50 in times.items()])
    assert "1/3.00 of the usual recipe's median time and 1/3.00 of its p99, over HTTP 1/2.00 and 1/2.00" in told


def test_contenders_take_turns() -> None:
    assert [list(block) for block in blocks(range(TURN + 2))] == [list(range(TURN)), [TURN, TURN + 1]]


def test_turns_beside_neighbours_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    beats = iter([0.010, 0.011, 0.010, 0.013, 0.013, 0.010, 0.010, 0.010])
    monkeypatch.setattr(turns, "timed", lambda _call: (next(beats), None))
    pulse = Pulse()
    for name, seconds in ((WHOLE, 0.002), (WHOLE, 0.008), (USUAL, 0.009), (USUAL, 0.006)):
        with pulse.turn(name) as took:
            took += [seconds] * 2
    assert pulse.all(WHOLE) == [0.002, 0.002, 0.008, 0.008]
    assert (pulse.quiet(WHOLE), pulse.quiet(USUAL)) == ([0.002] * 2, [0.006] * 2)
    said = quiet(told(pulse))
    assert "took 10.0 ms at best and 10.0 at the median" in said
    assert (
        "(no more than 1.2 times the best; 2 and 2 questions) a search took 2.00 ms and the recipe 6.00: 1/3.00."
        in said
    )
    assert "HTTP" not in said


def test_both_answer_over_http_in_the_city_asked(tmp_path: Path) -> None:
    engine, corpus = open_engine(tmp_path), Corpus(1)
    engine.apply([corpus.page(n) for n in range(20)], marker=mark(20))
    asked: list[tuple[str, ...]] = []

    def usual(_text: str, places: Sequence[str]) -> tuple[list[int], list[int]]:
        asked.append(tuple(places))
        return [], [1]

    questions = corpus.questions(12)
    rows = web.race(engine, usual, questions, tmp_path, Pulse())
    engine.close()
    assert [row["name"].split(",")[0] for row in rows] == [
        "Townclerk over HTTP",
        "Townclerk over HTTP",
        "Usual recipe over HTTP",
    ]
    assert all(0 < row["p50"] <= row["p99"] for row in rows)
    assert asked[10:] == [layers(city) for _, city in questions]
