"""Work beside searches comes in small parts."""

import threading
import time

import pytest

from index import throttle
from index.throttle import AT_ONCE_SECONDS, PAUSE_SECONDS, paced


class Clock:
    """Time that passes only when told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(throttle, "perf_counter", made.perf_counter)
    monkeypatch.setattr(throttle, "sleep", made.sleep)
    return made


@pytest.mark.parametrize(("each", "pauses"), [(0.0, 0), (AT_ONCE_SECONDS * 0.4, 3), (AT_ONCE_SECONDS * 2, 9)])
def test_a_pause_comes_whenever_enough_was_worked(clock: Clock, each: float, pauses: int) -> None:
    seen = []
    for item in paced(range(10)):
        seen.append(item)
        clock.now += each
    assert seen == [*range(10)]
    assert clock.pauses == [PAUSE_SECONDS] * pauses


def test_other_threads_run_in_the_pauses() -> None:
    turns, done = [0], threading.Event()

    def other() -> None:
        while not done.is_set():
            turns[0] += 1
            time.sleep(0.0001)

    thread = threading.Thread(target=other)
    thread.start()
    seen = []
    for _ in paced(range(20)):
        began = time.perf_counter()
        while time.perf_counter() - began < AT_ONCE_SECONDS:
            pass
        seen.append(turns[0])
    done.set()
    thread.join()
    assert len(set(seen)) > 10
