"""Feeds: agreement with the test suites of feedparser, gofeed and feed-rs, and what the worst feeds cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

from bot.errors import ParserKilled
from bot.fetching.child import Child
from bot.sources import Body, feed
from tests import benchmarks
from tests.benchmarks import agreement, feedcases, shared
from tests.benchmarks.agreement import Compared
from tests.benchmarks.feedcases import Case

GOALS = {"feed title": None, "title": 98, "link": 98, "id": None, "date": 95}
ALONE = "feedparser alone"
TICK_S = 0.005


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    yield from _heavy()
    cases = list(feedcases.cases(data))
    yield from _agreed(list(agreement.compared(cases)))
    yield from _survived(cases)


def _agreed(found: Sequence[Compared]) -> Iterator[benchmarks.Row]:
    for field, goal in GOALS.items():
        ours = [one for one in found if one.wanted.field == field and one.wanted.value]
        if ours:
            yield benchmarks.Row(
                what=f"{field} as the suites want it ({len(ours)} values)",
                value=_percent(one.agrees for one in ours),
                baseline=_percent(one.plain_agrees for one in ours),
                beside=ALONE,
                unit="%",
                goal=None if goal is None else benchmarks.at_least(goal),
            )
    extra = [one for one in found if not one.wanted.value]
    yield benchmarks.Row(
        what="values where the suites want none (guid as link, rdf:about as id, ...)",
        value=sum(not one.agrees for one in extra),
        baseline=sum(not one.plain_agrees for one in extra),
        beside=ALONE,
    )


def _percent(agreeing: Iterable[bool]) -> float:
    all_of_them = list(agreeing)
    return 100 * sum(all_of_them) / len(all_of_them)


def _survived(cases: Sequence[Case]) -> Iterator[benchmarks.Row]:
    """Every file goes through the child, expected outputs and broken ones too."""
    killed, slowest_s, warm_s = asyncio.run(_through_child([case.body for case in cases]))
    yield benchmarks.Row(
        what=f"files that crashed or hung the parser, of {len(cases):,}",
        value=killed,
        baseline=len(cases),
        beside="all of them",
        goal=benchmarks.at_most(0),
    )
    yield benchmarks.Row(
        what="the slowest of them, there and back",
        value=slowest_s,
        baseline=warm_s,
        beside="the median file",
        unit="s",
        goal=benchmarks.at_most(5),
    )


async def _through_child(bodies: Sequence[Body]) -> tuple[int, float, float]:
    """How many were killed, the slowest and the median in seconds."""
    killed, took_s = 0, []
    async with Child(1) as child:
        await child.run(feed.parse, Body(content=b"<rss/>", address=""))
        for body in bodies:
            start = time.perf_counter()
            killed += await _is_killed(child.run(feed.parse, body))
            took_s.append(time.perf_counter() - start)
    return killed, max(took_s), sorted(took_s)[len(took_s) // 2]


async def _is_killed(running: Awaitable[object]) -> bool:
    try:
        await running
    except ParserKilled:
        return True
    return False


def _heavy() -> Iterator[benchmarks.Row]:
    """Bodies of row F50: how long the event loop stands still, and how long the caller waits."""
    _, deadline_s = asyncio.run(_watched(_for_ever))
    for what, content in _bodies().items():
        lag_s, took_s = asyncio.run(_watched(feed.parse, Body(content=content, address="https://feeds.example/")))
        yield benchmarks.Row(
            what=f"event loop held up by {what}",
            value=1_000 * lag_s,
            baseline=1_000 * took_s,
            beside="the whole time it took",
            unit="ms",
            goal=benchmarks.at_most(100),
        )
        yield benchmarks.Row(
            what=f"answered or killed: {what}",
            value=took_s,
            baseline=deadline_s,
            beside="an endless loop, killed",
            unit="s",
            goal=benchmarks.at_most(6),
        )


def _for_ever() -> None:
    while True:
        pass


def _bodies() -> Mapping[str, bytes]:
    entry = b"<item><title>A bridge</title><link>https://site.example/1</link></item>"
    return {
        "a title of 10 MB": _rss(b"<item><title>%b</title></item>" % (b"x" * 10_000_000)),
        "1,000,000 tags": _rss(b"<item><description>%b</description></item>" % (b"<b>x</b>" * 500_000)),
        "100,000 entries": _rss(entry * 100_000),
        "50,000 levels": _rss(b"<a>" * 50_000 + b"</a>" * 50_000),
    }


def _rss(inside: bytes) -> bytes:
    return b'<rss version="2.0"><channel><title>T</title>%b</channel></rss>' % inside


async def _watched(function: Callable[..., object], *args: object) -> tuple[float, float]:
    """The longest time that the event loop did not turn while a child ran this, and the whole time, in seconds."""
    async with Child(1) as child:
        await child.run(feed.parse, Body(content=b"<rss/>", address=""))
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(_longest_lag(ended))
            start = time.perf_counter()
            await _is_killed(child.run(function, *args))
            took_s = time.perf_counter() - start
            ended.set()
    return watching.result(), took_s


async def _longest_lag(ended: asyncio.Event) -> float:
    longest = 0.0
    while not ended.is_set():
        start = time.perf_counter()
        await asyncio.sleep(TICK_S)
        longest = max(longest, time.perf_counter() - start - TICK_S)
    return longest


BENCHMARK = benchmarks.Benchmark(
    name="feeds", goal="title and link 98 %, dates 95 % as other suites want; no crash, no hang, 5 s a file", run=_run
)
