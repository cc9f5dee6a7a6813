"""What is added at the same time is written together, and each gets its own result."""

import asyncio
import threading

from crawler.crawling.group_commit import GroupCommit


async def test_each_gets_its_result_and_groups_are_written_once() -> None:
    groups: list[list[int]] = []

    def write(numbers: list[int]) -> list[int]:
        groups.append(numbers)
        return [10 * number for number in numbers]

    commit = GroupCommit(write)
    assert await asyncio.gather(*map(commit.add, range(8))) == [10 * number for number in range(8)]
    assert await commit.add(8) == 80
    assert groups == [list(range(8)), [8]]


async def test_a_group_that_fails_fails_for_all_of_it_and_for_no_other() -> None:
    def write(numbers: list[int]) -> list[int]:
        if 1 in numbers:
            raise OSError("the disk is full")
        return numbers

    commit = GroupCommit(write)
    failed = await asyncio.gather(*map(commit.add, range(3)), return_exceptions=True)
    assert [str(error) for error in failed] == ["the disk is full"] * 3
    assert await commit.add(4) == 4


async def test_one_who_is_cancelled_leaves_the_others_their_results() -> None:
    began, go_on = threading.Event(), threading.Event()

    def write(numbers: list[int]) -> list[int]:
        began.set()
        go_on.wait(10)
        return numbers

    commit = GroupCommit(write)
    first, second = asyncio.create_task(commit.add(1)), asyncio.create_task(commit.add(2))
    await asyncio.to_thread(began.wait, 10)
    first.cancel()
    third = asyncio.create_task(commit.add(3))
    await asyncio.sleep(0)
    go_on.set()
    _, *others = await asyncio.gather(first, second, third, return_exceptions=True)
    assert others == [2, 3]
    assert first.cancelled()
