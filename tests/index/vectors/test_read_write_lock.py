"""Readers together, writers alone, and nobody waits for ever."""

import threading
import time

from index.vectors.read_write_lock import ReadWriteLock


def test_readers_are_inside_together() -> None:
    lock, meeting = ReadWriteLock(), threading.Barrier(3, timeout=10)

    def read() -> None:
        with lock.reading():
            meeting.wait()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not meeting.broken


def test_nobody_is_inside_with_a_writer() -> None:
    lock, inside, seen = ReadWriteLock(), [0, 0], list[tuple[int, int]]()

    def work(what: int) -> None:
        for _ in range(100):
            with lock.writing() if what else lock.reading():
                inside[what] += 1
                if inside[1] and sum(inside) > 1:
                    seen.append((inside[0], inside[1]))
                time.sleep(0.0001)
                inside[what] -= 1

    threads = [threading.Thread(target=work, args=(what,)) for what in (0, 0, 0, 1, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == []
    assert not any(thread.is_alive() for thread in threads)


def test_a_reader_that_waits_goes_before_the_next_write() -> None:
    lock, order, ready = ReadWriteLock(), list[str](), threading.Event()

    def write() -> None:
        for _ in range(5):
            with lock.writing():
                ready.set()
                while not order and not lock._waiting:
                    time.sleep(0.001)
                order.append("write")

    def read() -> None:
        ready.wait(10)
        with lock.reading():
            order.append("read")

    threads = [threading.Thread(target=call) for call in (write, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert order[:2] == ["write", "read"]
    assert order.count("write") == 5


def test_a_write_is_not_kept_waiting_by_readers_that_come_later() -> None:
    lock, wrote = ReadWriteLock(), threading.Event()

    def write() -> None:
        with lock.writing():
            wrote.set()

    def read() -> None:
        while not wrote.is_set():
            with lock.reading():
                time.sleep(0.001)

    threads = [threading.Thread(target=call) for call in (read, read, read, write)]
    for thread in threads:
        thread.start()
    assert wrote.wait(10)
    for thread in threads:
        thread.join(10)


def test_the_gate_opens_again_after_an_error() -> None:
    lock = ReadWriteLock()
    for side in (lock.reading, lock.writing):
        try:
            with side():
                raise KeyError
        except KeyError:
            pass
    with lock.writing():
        pass
    with lock.reading():
        pass
