"""A thousand sources on one local server, each under a host name of its own: the first poll of all, and the second."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import aiohttp

from bot import app, pipeline
from bot.config import Config
from bot.fetching.client import Limits
from bot.model import Source
from bot.storage import sources as stored
from bot.world import World
from tests import benchmarks
from tests.benchmarks import shared, thousand
from tests.fetching.net import PUBLIC, Net

NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = timedelta(hours=20)  # every source is due again, and its validators still hold
FIRST_S, SECOND_S = 60, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Polled:
    """What two polls took, how much came, and the largest memory (MB) of this process and of a child."""

    first_s: float
    second_s: float
    articles: int
    failing: int
    unchanged: int
    main_mb: float
    child_mb: float
    main_cpu_s: float
    children_cpu_s: float


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    with _served() as port, ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as own:
        got_s = asyncio.run(_got(port))
        found = own.submit(_polled, port).result()
    if found.unchanged != thousand.HEALTHY or found.failing != thousand.SOURCES - thousand.HEALTHY:
        raise AssertionError(f"{found.unchanged} were unchanged and {found.failing} failed")
    beside = "bare GETs of the healthy ones, nothing parsed"
    yield benchmarks.Row(
        what=f"first poll of {thousand.SOURCES:,} sources, {found.articles:,} articles",
        value=found.first_s,
        baseline=got_s,
        beside=beside,
        unit="s",
        goal=benchmarks.at_most(FIRST_S),
    )
    yield benchmarks.Row(
        what=f"second poll, {found.unchanged} unchanged",
        value=found.second_s,
        baseline=got_s,
        beside=beside,
        unit="s",
        goal=benchmarks.at_most(SECOND_S),
    )
    yield benchmarks.Row(
        what="CPU of both polls, main process", value=found.main_cpu_s, baseline=found.children_cpu_s,
        beside="that of the parsers", unit="s",
    )  # fmt: skip
    yield benchmarks.Row(
        what="peak memory of the main process", value=found.main_mb, baseline=found.child_mb, beside="that of a parser",
        unit="MB",
    )  # fmt: skip


@contextmanager
def _served() -> Iterator[int]:
    """The port of the server, which has a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection[Any, Any]) -> None:
    asyncio.run(thousand.serve(told.send, until=NOW_AT))


async def _got(port: int) -> float:
    """Seconds for the bodies alone."""
    start = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=40, force_close=True)) as session:

        async def get(number: int) -> None:
            headers = {"Host": thousand.host(number)}
            async with session.get(f"http://127.0.0.1:{port}/feed", headers=headers) as response:
                await response.read()

        await asyncio.gather(*(get(number) for number in range(thousand.SOURCES) if not thousand.is_hostile(number)))
    return time.perf_counter() - start


def _polled(port: int) -> _Polled:
    """Runs in a process of its own, so that its memory is that of the bot."""
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        found = asyncio.run(_twice(Path(folder), port))
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    first_s, second_s, articles, failing, unchanged = found
    return _Polled(
        first_s=first_s,
        second_s=second_s,
        articles=articles,
        failing=failing,
        unchanged=unchanged,
        main_mb=own.ru_maxrss / 1024,
        child_mb=children.ru_maxrss / 1024,
        main_cpu_s=own.ru_utime + own.ru_stime,
        children_cpu_s=children.ru_utime + children.ru_stime,
    )


async def _twice(folder: Path, port: int) -> tuple[float, float, int, int, int]:
    net = Net(names={thousand.host(number): [(PUBLIC,)] for number in range(thousand.SOURCES)}, ports={PUBLIC: port})
    every = [
        Source(slug=f"s{number}", kind="feed", address=f"http://{thousand.host(number)}/feed")
        for number in range(thousand.SOURCES)
    ]
    async with app.world(Config(state_dir=folder), now_at=NOW_AT, fetcher=net.fetcher(limits=Limits())) as world:
        async with world.database.write() as connection:
            await stored.add(connection, every, now_at=NOW_AT)
        start = time.perf_counter()
        taken = await pipeline.collect(world, now_at=NOW_AT)
        first_s = time.perf_counter() - start
        failing = await _without_failing(world, every)
        start = time.perf_counter()
        await pipeline.collect(world, now_at=NOW_AT + LATER)
        second_s = time.perf_counter() - start
        async with world.database.read() as connection:
            states = await stored.states(connection)
    unchanged = sum(1 for one in states.values() if one.last_ok_at == NOW_AT + LATER and one.last_body_at == NOW_AT)
    return first_s, second_s, taken.new, failing, unchanged


async def _without_failing(world: World, every: Sequence[Source]) -> int:
    """Takes out those that cannot be read, and says how many there were."""
    async with world.database.write() as connection:
        states = await stored.states(connection)
        failing = [one.slug for one in every if states[one.slug].failures]
        for slug in failing:
            await stored.remove(connection, slug)
    return len(failing)


BENCHMARK = benchmarks.Benchmark(
    name="sources",
    goal=f"{thousand.SOURCES:,} sources, 5 % of them hostile, read in {FIRST_S} s, and unchanged in {SECOND_S} s",
    run=_run,
)
