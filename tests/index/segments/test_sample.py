"""What nearness is usual, from a sample of what is searched."""

from pathlib import Path

import numpy as np
import pytest

from index.segments.sample import DRAWN, Sample
from tests.index.toy import LocalIndex, faq, mark, open_engine

TRASH = [f"Trash cart number {n} goes out on Monday." for n in range(300)]


@pytest.fixture
def engine(tmp_path: Path) -> LocalIndex:
    made = open_engine(tmp_path)
    made.apply(
        [faq(n, "trash", text) for n, text in enumerate(TRASH, start=1)]
        + [faq(500 + n, f"topic{n}", f"word{n} other{n}", jurisdiction="elm") for n in range(50)],
        marker=mark(1),
    )
    return made


def test_standing_is_measured_against_the_places_searched(engine: LocalIndex) -> None:
    (vector,), background = engine.searcher.encode(["trash"]), engine.loaded.background
    here, there = (background.level(vector, [place]) for place in ("oakton", "elm"))
    exact = np.concatenate([s.vectors for s in engine.reader.segments])[:300] @ vector
    assert here.mean == pytest.approx(exact.mean(), abs=0.02)
    assert here.standing(0.6) < there.standing(0.6)
    both = background.level(vector, ["oakton", "elm", "oakton"])
    assert there.mean < both.mean < here.mean
    assert both.deviation > here.deviation


def test_the_best_of_more_passages_must_stand_out_further(engine: LocalIndex) -> None:
    (vector,) = engine.searcher.encode(["trash"])
    chances = [engine.loaded.background.level(vector, places).chance for places in ([], ["elm"], ["oakton"])]
    assert chances == sorted(chances)
    assert chances[-1] == pytest.approx(np.sqrt(2 * np.log(301)), rel=0.01)


def test_deleted_passages_are_neither_counted_nor_drawn(engine: LocalIndex) -> None:
    engine.apply([], [f"faq:{n}" for n in range(1, 251)], marker=mark(2))
    reader = engine.reader
    count, drawn = reader.sample("oakton", limit=DRAWN)
    assert count == pytest.approx(50, abs=2)
    assert 0 < len(drawn) <= DRAWN
    live = np.stack([e.vector for n in range(251, 301) for e in reader.entries(f"faq:{n}")])
    assert (drawn @ live.T).max(axis=1) == pytest.approx(np.ones(len(drawn)), abs=1e-3)


def sample(engine: LocalIndex, place: str = "oakton") -> Sample:
    return engine.loaded.background.drawn(place)


def test_a_sample_stays_until_a_tenth_of_its_passages_are_new(engine: LocalIndex) -> None:
    before = sample(engine)
    engine.apply([faq(600 + n, "trash", f"New cart {n}.") for n in range(30)], marker=mark(2))
    assert sample(engine) is before
    engine.apply([faq(700, "trash", "One more cart.")], marker=mark(3))
    assert sample(engine).count == pytest.approx(331, abs=2)


def test_a_sample_stays_until_a_tenth_of_its_passages_are_gone(engine: LocalIndex) -> None:
    before = sample(engine)
    engine.apply([], [f"faq:{n}" for n in range(1, 31)], marker=mark(2))
    assert sample(engine) is before
    engine.apply([], ["faq:31"], marker=mark(3))
    assert sample(engine).count == pytest.approx(269, abs=2)


def test_nothing_is_left_of_a_place_that_lost_all(engine: LocalIndex) -> None:
    engine.apply([], [f"faq:{500 + n}" for n in range(50)], marker=mark(2))
    assert (sample(engine, "elm").count, len(sample(engine, "elm").vectors)) == (0, 0)


def test_merging_segments_changes_nothing(engine: LocalIndex) -> None:
    first = engine.reader.segments[0].name
    before = sample(engine, "elm")
    engine.apply([], [f"faq:{n}" for n in range(1, 251)], marker=mark(2))
    assert first not in [segment.name for segment in engine.reader.segments]
    assert sample(engine, "elm") is before
    assert engine.reader.counted("elm", since=before.row_limit) == (50, 0)


def test_passages_written_again_count_as_new(engine: LocalIndex) -> None:
    before = sample(engine)
    engine.apply([faq(n, "trash", f"Written again {n}.") for n in range(1, 32)], marker=mark(2))
    assert engine.reader.counted("oakton", since=before.row_limit) == (269, 31)
    assert sample(engine) is not before
    assert engine.reader.counted("nowhere", since=0) == (0, 0)


def test_an_unknown_place_and_an_empty_index_have_a_level(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    assert engine.reader.sample("nowhere", limit=5)[0] == 0
    level = engine.loaded.background.level(engine.searcher.encode(["trash"])[0], ["nowhere"])
    assert np.isfinite([level.mean, level.deviation, level.chance]).all()
    assert level.deviation > 0
