"""The parser that can be killed: whatever happens in a child, its caller gets an answer or an error of ours."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ParserKilled
from bot.fetching.child import Child

ROOT = Path(__file__).resolve().parents[2]


def double(number: int) -> int:
    return 2 * number


def own_id() -> int:
    return os.getpid()


def for_ever() -> None:
    while True:
        pass


def asleep(seconds: float) -> str:
    threading.Event().wait(seconds)
    return "awake"


def long_asleep() -> str:
    return asleep(1_000)


def two_gigabytes() -> int:
    return len(bytearray(2 * 2**30))


def gone() -> None:
    os._exit(3)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hundred_megabytes() -> bytes:
    return bytes(100 * 2**20)


def forty_megabytes() -> bytes:
    return bytes(40 * 2**20)


def refusing() -> None:
    raise LookupError("no such thing")


def unpicklable() -> Callable[[], int]:
    return lambda: 1


def talkative() -> str:
    sys.stdout.write("between the answers\n" * 10_000)
    sys.stdout.flush()
    return sys.stdin.read() if sys.stdin else ""


def environment() -> dict[str, str]:
    return dict(os.environ)


def exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


MISHAPS = {
    for_ever: "it took longer than 0.5 s",
    two_gigabytes: "it needed more memory than it may",
    gone: "it ended by itself with exit code 3",
    killed: "signal 9 ended it",
    hundred_megabytes: "its result takes more than 64 MB",
    refusing: "LookupError: no such thing",
    unpicklable: "PicklingError: Can't pickle",
}


async def test_a_child_computes_and_is_kept_for_the_next_task() -> None:
    async with Child(1) as child:
        first, answer, second = await child.run(own_id), await child.run(double, 21), await child.run(own_id)

    assert answer == 42
    assert first == second != os.getpid()


@pytest.mark.parametrize(("mishap", "reason"), MISHAPS.items(), ids=[one.__name__ for one in MISHAPS])
async def test_a_child_that_fails_is_replaced_and_says_why(mishap: Callable[[], object], reason: str) -> None:
    async with Child(1) as child:
        before = await child.run(own_id)
        with pytest.raises(ParserKilled) as caught:
            await child.run(mishap, deadline_s=0.5 if mishap is for_ever else 30)
        after = await child.run(own_id)

    assert caught.value.reason.startswith(reason) or (mishap is unpicklable and "pickle" in caught.value.reason)
    assert before != after
    assert not exists(before)


async def test_a_child_that_is_killed_from_outside_in_the_middle_of_a_task_is_replaced() -> None:
    async with Child(1) as child:
        process = await child.run(own_id)
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(failure(child.run(asleep, 60, deadline_s=60)))
            os.kill(process, signal.SIGKILL)

        assert waiting.result() == "signal 9 ended it"
        assert await child.run(double, 2) == 4


async def failure(running: object) -> str:
    try:
        await running  # type: ignore[misc]
    except ParserKilled as error:
        return error.reason
    return ""


async def test_large_bodies_and_results_pass() -> None:
    async with Child(1) as child:
        body = os.urandom(5 * 2**20)

        assert await child.run(bytes.upper, body) == body.upper()
        assert len(await child.run(forty_megabytes, deadline_s=30)) == 40 * 2**20


async def test_what_a_function_prints_does_not_get_between_the_answers() -> None:
    async with Child(1) as child:
        assert await child.run(talkative) == ""
        assert await child.run(double, 3) == 6


async def test_several_callers_share_the_children() -> None:
    async with Child(2) as child, asyncio.TaskGroup() as group:
        tasks = [group.create_task(child.run(double, number)) for number in range(20)]
        ids = [group.create_task(child.run(own_id)) for _ in range(20)]

    assert [task.result() for task in tasks] == [2 * number for number in range(20)]
    assert 1 <= len({task.result() for task in ids}) <= 2


async def test_one_caller_s_endless_task_costs_another_nothing() -> None:
    async with Child(2) as child, asyncio.TaskGroup() as group:
        endless = group.create_task(failure(child.run(for_ever, deadline_s=2)))
        quick = group.create_task(child.run(double, 5))

        assert await quick == 10
        assert not endless.done()

    assert endless.result() == "it took longer than 2 s"


async def test_a_child_is_recycled_after_its_share_of_tasks() -> None:
    async with Child(1, tasks=3) as child:
        ids = [await child.run(own_id) for _ in range(7)]

    assert len(set(ids[:3])) == len(set(ids[3:6])) == 1
    assert len(set(ids)) == 3
    assert not any(exists(one) for one in ids)


async def test_a_cancelled_caller_leaves_no_busy_child_behind() -> None:
    async with Child(1) as child:
        process = await child.run(own_id)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await child.run(for_ever, deadline_s=60)

        assert await child.run(double, 4) == 8
        assert not exists(process)


async def test_a_child_knows_nothing_of_our_environment() -> None:
    os.environ["DIGEST_BOT_SECRET_OF_A_TEST"] = "1"
    try:
        async with Child(1) as child:
            names = set(await child.run(environment))
    finally:
        del os.environ["DIGEST_BOT_SECRET_OF_A_TEST"]

    assert "PATH" in names
    assert "DIGEST_BOT_SECRET_OF_A_TEST" not in names


async def test_closing_ends_every_process() -> None:
    child = Child(2)
    async with asyncio.TaskGroup() as group:
        ids = [group.create_task(child.run(own_id)) for _ in range(2)]

    await child.close()

    assert not any(exists(one.result()) for one in ids)


ORPHANED = """
import asyncio, os, sys
from bot.fetching.child import Child
from tests.fetching import test_child

async def main():
    child = Child(1)
    sys.stdout.write(f"{await child.run(test_child.own_id)}\\n")
    sys.stdout.flush()
    await child.run(getattr(test_child, sys.argv[1]), deadline_s=1)

asyncio.run(main())
"""


@pytest.mark.parametrize("task", ["for_ever", "long_asleep"])
def test_a_child_ends_with_a_program_that_was_killed(task: str) -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHANED, task], stdout=subprocess.PIPE, cwd=ROOT) as program:
        assert program.stdout is not None
        process = os.pidfd_open(int(program.stdout.readline()))
        program.kill()
        program.wait()

    ended, _, _ = select.select([process], [], [], 30)
    os.close(process)

    assert ended
