"""The copy on a device answers as the index in memory does, or not at all. A CPU index stands in for the GPU."""

import gc
import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.api.interpreter import set_aside
from index.arrays import Vectors
from index.vectors import gpu_replica
from index.vectors import partitioned_index as vectors
from index.vectors.devices import Question, TakenOut, Written
from index.vectors.faiss_calls import Precision, Rows
from index.vectors.gpu_index import GpuPages
from index.vectors.partitioned_index import FaissPages
from tests.index.matrix import DIMENSION, Matrix, unit
from tests.index.standin import LIMIT, StandIn
from tests.index.traffic import Traffic
from tests.index.vectors.test_partitioned_index import CITIES, Steps, steps

Pair = tuple[GpuPages, StandIn]


@pytest.fixture(autouse=True, scope="module")
def patience() -> Iterator[None]:
    """On a busy machine a thread may not get its turn for seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gpu_replica, "ANSWER_SECONDS", 60.0)
        yield


@contextmanager
def opened(precision: Precision = "fp32", before: Callable[[str], None] = lambda name: None) -> Iterator[Pair]:
    device = StandIn(precision, before)
    index = GpuPages(DIMENSION, precision=precision, gpu=device)
    try:
        yield index, device
    finally:
        index.close()


def settle(index: GpuPages) -> None:
    """Wait until the copy is in step, as the first questions cause."""
    state = index._mirror._state
    with state:
        index._mirror._due = index._mirror._due or not index._mirror._in_step
        state.notify()
    for _ in range(10_000):
        with state:
            if index._mirror._ended or (index._mirror._in_step and not index._mirror._queue):
                return
        threading.Event().wait(0.001)
    raise AssertionError("the copy was never made")


def on_device(index: GpuPages, device: StandIn, query: Vectors, places: list[str], limit: int) -> tuple[Rows, bool]:
    """What a search finds, and whether the device was asked. What it said itself must be right already."""
    before = device.calls.count("search")
    found, scores = index.search(query, places, limit=limit)
    used = device.calls.count("search") > before
    if used:
        told = index._mirror.ask(query, index.pages(places), limit=limit)
        assert told is not None
        assert told[0].tolist() == found.tolist()
        np.testing.assert_array_equal(told[1], scores)
    return found, used


@pytest.mark.parametrize("precision", ["fp32", "fp16"])
@pytest.mark.parametrize("hidden", [0, 10_000], ids=["copies", "hides"])
@given(steps=steps, asked=st.sets(st.sampled_from(CITIES), min_size=1), limit=st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_any_changes_leave_what_brute_force_finds(
    precision: Precision, hidden: int, steps: Steps, asked: set[str], limit: int
) -> None:
    """Once with a new copy after each removal, once with hidden rows; pages are tiny, so the copy outgrows them too."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("PAGE_ROWS", 5), ("BLOCK_PAGES", 3), ("AT_ONCE", 2)):
            patch.setattr(vectors, name, value)
        patch.setattr(gpu_replica, "HIDDEN_ROWS", hidden)
        patch.setattr(gpu_replica, "HIDDEN_SHARE", 0)
        with opened(precision) as (index, device):
            matrix = Matrix(precision)
            for at, (what, city, numbers) in enumerate(steps):
                rows, new = np.array(numbers, np.int64), unit(at, len(numbers))
                if what == "add":
                    index.add(city, rows, new)
                    matrix.add(city, rows, new)
                else:
                    index.remove(rows)
                    matrix.remove(rows)
                settle(index)
                query = unit(1000 + at, 1)[0]
                found, used = on_device(index, device, query, sorted(asked), limit)
                assert matrix.agrees(found, query, asked, limit=limit)
                assert used == bool(len(index.pages(asked)))
            assert index.device == "gpu"
        assert len(device.threads) == 1
        assert device.closed


def test_the_first_question_is_answered_from_memory_and_has_the_copy_made() -> None:
    with opened() as (index, device):
        index.add("a", np.arange(5), unit(1, 5))
        assert device.calls == []
        assert on_device(index, device, unit(2, 1)[0], ["a"], 9)[1] is False
        settle(index)
        assert device.calls == ["renew"]
        assert on_device(index, device, unit(2, 1)[0], ["a"], 9)[1] is True


def test_questions_that_wait_are_asked_together_each_with_its_own_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "PAGE_ROWS", 4)
    inside, go_on = threading.Event(), threading.Event()

    def hold(name: str) -> None:
        if name == "search":
            inside.set()
            assert go_on.wait(10)

    with opened(before=hold) as (index, device):
        matrix = Matrix("fp32")
        for city in range(30):
            rows = np.arange(city * 100, city * 100 + 1 + city)
            index.add(f"city-{city}", rows, unit(city, len(rows)))
            matrix.add(f"city-{city}", rows, unit(city, len(rows)))
        settle(index)

        def ask(city: int) -> bool:
            query, places = unit(50 + city, 1)[0], [f"city-{city}"]
            return matrix.agrees(index.search(query, places, limit=3 + city)[0], query, places, limit=3 + city)

        with ThreadPoolExecutor(30) as pool:
            first = pool.submit(ask, 0)
            assert inside.wait(10)
            others = [pool.submit(ask, city) for city in range(1, 30)]
            while len(index._mirror._queue) < 29:
                threading.Event().wait(0.001)
            go_on.set()
            assert all(each.result(10) for each in [first, *others])
        assert device.questions == [1, 29]
        assert device.padded > 0


def test_no_call_needs_more_than_the_working_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_replica, "SCRATCH_BYTES", 3 * (4 * DIMENSION + 12 * 5))
    with opened() as (index, device):
        index.add("a", np.arange(20), unit(1, 20))
        settle(index)
        asked = [Question(unit(n, 1)[0], index.pages(["a"]), 5) for n in range(8)]
        with index._mirror._state:
            index._mirror._queue.extend(asked)
            index._mirror._state.notify()
        for question in asked:
            answer = question.answer.result(10)
            assert answer is not None
            np.testing.assert_array_equal(answer[0], FaissPages.search(index, question.vector, ["a"], limit=5)[0])
        assert device.questions == [3, 3, 2]


def test_removed_rows_are_hidden_without_a_new_copy() -> None:
    with opened() as (index, device):
        index.add("a", np.arange(50), unit(1, 50))
        settle(index)
        index.remove(np.arange(0, 50, 2))
        found, used = on_device(index, device, unit(2, 1)[0], ["a"], 25)
        assert used
        assert sorted(found.tolist()) == list(range(1, 50, 2))
        assert device.calls.count("renew") == 1


def test_a_removed_row_that_comes_again_is_found_in_its_new_place_only() -> None:
    with opened() as (index, device):
        index.add("a", np.arange(5), unit(1, 5))
        settle(index)
        index.remove(np.array([3]))
        index.add("b", np.array([3]), unit(9, 1))
        assert 3 not in index.search(unit(1, 5)[3], ["a"], limit=9)[0]
        settle(index)
        found, used = on_device(index, device, unit(9, 1)[0], ["a", "b"], 9)
        assert used
        assert found[0] == 3
        assert sorted(found.tolist()) == [0, 1, 2, 3, 4]


def test_a_page_that_the_copy_does_not_have_yet_is_searched_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question can come between a change and the copy's hearing of it."""
    monkeypatch.setattr(vectors, "BLOCK_PAGES", 2)
    found: list[list[int]] = []
    with opened() as (index, _):
        index.add("a", np.arange(5), unit(1, 5))
        settle(index)
        told = index._mirror.change

        def ask_first(change: Written | TakenOut) -> None:
            found.append(sorted(index.search(unit(2, 1)[0], ["a", "b"], limit=9)[0].tolist()))
            told(change)

        monkeypatch.setattr(index._mirror, "change", ask_first)
        index.add("b", np.array([7]), unit(3, 1))
        settle(index)
        assert found == [[0, 1, 2, 3, 4, 7]]
        assert index.device == "gpu"


@pytest.mark.parametrize(("cities", "limit"), [(1, LIMIT + 1), (LIMIT + 1, 3)])
def test_what_is_beyond_the_limits_of_a_gpu_is_answered_from_memory(cities: int, limit: int) -> None:
    with opened() as (index, device):
        places = [f"city-{n}" for n in range(cities)]
        for n, place in enumerate(places):
            index.add(place, np.array([n]), unit(n, 1))
        settle(index)
        found, used = on_device(index, device, unit(1, 1)[0], places, limit)
        assert used is False
        assert len(found) == min(cities, limit)
        assert on_device(index, device, unit(1, 1)[0], places[:LIMIT], 3)[1] is True


def test_more_hidden_rows_than_a_gpu_can_skip_have_the_copy_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_replica, "HIDDEN_ROWS", 1_000_000)
    with opened() as (index, device):
        index.add("a", np.arange(5000), unit(1, 5000))
        settle(index)
        index.remove(np.arange(LIMIT))
        found, _ = index.search(unit(2, 1)[0], ["a"], limit=5)
        settle(index)
        again, used = on_device(index, device, unit(2, 1)[0], ["a"], 5)
        assert used
        assert device.calls.count("renew") == 2
        assert found.tolist() == again.tolist()
        assert found.min() >= LIMIT


def test_a_flood_of_changes_has_the_copy_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_replica, "WAITING", 3)
    go_on = threading.Event()

    def hold(name: str) -> None:
        if name == "append":
            assert go_on.wait(10)

    with opened(before=hold) as (index, device):
        index.add("a", np.arange(5), unit(1, 5))
        settle(index)
        for n in range(10):
            index.add("a", np.array([10 + n]), unit(n, 1))
        go_on.set()
        settle(index)
        assert len(index.search(unit(2, 1)[0], ["a"], limit=50)[0]) == 15
        assert device.calls.count("append") < 10
        assert device.calls.count("renew") == 2


@pytest.mark.parametrize("failing", ["renew", "append", "search"])
def test_an_error_ends_the_device_with_one_line_and_no_lost_answer(
    failing: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = threading.Event()

    def fail(name: str) -> None:
        if broken.is_set() and name == failing:
            raise RuntimeError("out of\n  memory\n")

    with opened(before=fail) as (index, device), caplog.at_level(logging.ERROR):
        if failing == "renew":
            broken.set()
        index.add("a", np.arange(5), unit(1, 5))
        settle(index)
        broken.set()
        index.add("a", np.arange(5, 9), unit(2, 4))
        for n in range(20):
            assert len(index.search(unit(n, 1)[0], ["a"], limit=50)[0]) == 9
        index._mirror._thread.join(10)
        assert not index._mirror._thread.is_alive()
        assert index.device == "cpu"
        assert [record.getMessage() for record in caplog.records] == [
            "The device for vector search failed: out of memory. Searches run on the CPU from here on."
        ]
        calls = len(device.calls)
        index.add("b", np.arange(20, 30), unit(3, 10))
        assert len(index.search(unit(1, 1)[0], ["a", "b"], limit=50)[0]) == 19
        assert len(device.calls) == calls
        assert device.closed


def test_all_who_wait_get_an_answer_when_the_device_fails() -> None:
    inside, go_on, found = threading.Event(), threading.Event(), list[int]()

    def fail(name: str) -> None:
        if name == "search":
            inside.set()
            assert go_on.wait(10)
            raise RuntimeError("lost")

    with opened(before=fail) as (index, _):
        index.add("a", np.arange(5), unit(1, 5))
        settle(index)
        asking = [
            threading.Thread(target=lambda: found.append(len(index.search(unit(1, 1)[0], ["a"], limit=9)[0])))
            for _ in range(20)
        ]
        for thread in asking:
            thread.start()
        assert inside.wait(10)
        go_on.set()
        for thread in asking:
            thread.join(10)
        assert found == [5] * 20


def test_a_device_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(gpu_replica, "ANSWER_SECONDS", 0.2)
    go_on = threading.Event()

    def hang(name: str) -> None:
        if name == "search":
            go_on.wait(10)

    with opened(before=hang) as (index, _):
        index.add("a", np.arange(5), unit(1, 5))
        settle(index)
        assert len(index.search(unit(1, 1)[0], ["a"], limit=9)[0]) == 5
        assert index.device == "cpu"
        assert "it gave no answer for 0.2 s" in caplog.text
        assert len(index.search(unit(1, 1)[0], ["a"], limit=9)[0]) == 5
        go_on.set()


def test_closing_ends_the_thread_and_searches_go_on() -> None:
    with opened() as (index, device):
        index.add("a", np.arange(5), unit(1, 5))
        settle(index)
        index.close()
        assert not index._mirror._thread.is_alive()
        assert device.closed
        index.add("a", np.arange(5, 7), unit(2, 2))
        assert len(index.search(unit(1, 1)[0], ["a"], limit=9)[0]) == 7
        assert index.device == "cpu"
        index.close()


def test_a_row_of_another_city_does_not_pass_even_if_the_device_gives_it() -> None:
    class Lying(StandIn):
        def search(self, vectors: Vectors, pages: Rows, *, limit: int) -> tuple[Rows, Vectors]:
            rows, scores = super().search(vectors, pages, limit=limit)
            rows[:, 0], rows[:, 1] = 7, 10**12  # of city b, and of nobody
            return rows, scores

    device = Lying()
    index = GpuPages(DIMENSION, precision="fp32", gpu=device)
    index.add("a", np.arange(5), unit(1, 5))
    index.add("b", np.array([7]), unit(2, 1))
    settle(index)
    found, _ = index.search(unit(3, 1)[0], ["a"], limit=5)
    index.close()
    assert device.calls.count("search") == 1
    assert sorted(found.tolist()) == list(range(5))


@pytest.mark.parametrize("fresh", [True, False], ids=["fresh", "again"])
@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_searches_beside_changes_give_whole_rows_of_their_own_city(
    precision: Precision, fresh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few rows may be hidden and few changes may wait, so the copy is made anew again and again."""
    monkeypatch.setattr(gpu_replica, "HIDDEN_ROWS", 60)
    monkeypatch.setattr(gpu_replica, "HIDDEN_SHARE", 0)
    monkeypatch.setattr(gpu_replica, "WAITING", 20)
    with opened(precision) as (index, device):
        traffic = Traffic(index, fresh=fresh)
        traffic.run(1000, until=lambda: device.calls.count("renew") > 3 and device.calls.count("search") > 3)
        assert traffic.wrong == []
        assert index.device == "gpu"
        settle(index)
        query = unit(1, 1)[0]
        found, used = on_device(index, device, query, CITIES, LIMIT)
        assert used
        assert found.tolist() == FaissPages.search(index, query, CITIES, limit=LIMIT)[0].tolist()
    assert device.calls.count("renew") > 1
    assert device.calls.count("search") > 1


def test_a_closed_index_leaves_memory_though_it_was_set_aside() -> None:
    with opened() as (index, _device):
        alive = weakref.ref(index)
        set_aside()
    try:
        del index
        assert alive() is None
    finally:
        gc.unfreeze()
