"""How long the event loop stands still while the worst sources are read: nobody who asks something waits longer."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot import app, pipeline, sources
from bot.config import Config
from bot.fetching.client import Limits
from bot.model import Source
from bot.sources import Body
from bot.storage import sources as stored
from tests import benchmarks
from tests.benchmarks import shared, thousand
from tests.fetching.net import Heard, Net, by_path, page, serving

NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
LINE = "<p>Строка за строкой рассказывают о ярмарке в городе, где продали семьсот дынь.</p>"
ITEM = "<item><title>Новость {n} о ярмарке и дынях</title><link>http://press.example/{n}</link></item>"
FEED = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
WORST = {
    "a feed of 5 MB": ("feed", FEED.format(ITEM.format(n=1) + "<item><description>" + "слово " * 450_000)),
    "10,000 items": ("feed", FEED.format("".join(ITEM.format(n=n) for n in range(10_000)))),
    "200 long items": (
        "feed",
        FEED.format("".join(f"<item><title>Т{n}</title><link>http://press.example/l{n}</link><description>"
                            f"{'Слово за слово о дынях. ' * 400}</description></item>" for n in range(200))),
    ),
    "a page of 5 MB": ("page", f"<!doctype html><html><body>{LINE * 30_000}</body></html>"),
    "50,000 levels": ("feed", "<rss><channel>" + "<a>" * 50_000),
}  # fmt: skip


class _Gap:
    """The longest time in which the loop did not turn, in ms."""

    longest_ms = 0.0


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    ours, plain = asyncio.run(_read()), asyncio.run(_parsed())
    yield benchmarks.Row(
        what=f"longest stand of the loop, {len(WORST)} of the worst sources and {thousand.EVERY} usual ones",
        value=ours,
        baseline=plain,
        beside="the worst ones parsed in the loop",
        unit="ms",
        goal=benchmarks.at_most(100),
    )


@asynccontextmanager
async def _watched() -> AsyncIterator[_Gap]:
    """Counts from the second turn on."""
    gap, clock = _Gap(), asyncio.get_running_loop().time

    async def watch() -> None:
        last = clock()
        while True:
            await asyncio.sleep(0.002)
            gap.longest_ms = max(gap.longest_ms, (clock() - last - 0.002) * 1000)
            last = clock()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch())
        await asyncio.sleep(0)
        yield gap
        task.cancel()


async def _read() -> float:
    bodies = {f"/{number}": page(body.encode()) for number, (_, body) in enumerate(WORST.values())}
    usual = {f"/u{number}": page(thousand.feed(number, until=NOW_AT)) for number in range(thousand.EVERY)}
    net = Net()
    answers = by_path({**bodies, **usual})

    async def answer(heard: Heard, out: asyncio.StreamWriter) -> None:
        await answers(heard, out)

    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        async with serving(answer) as host:
            every = [
                Source(slug=f"s{number}", kind=kind, address=net.add(f"s{number}.example", host) + f"/{number}")
                for number, (kind, _) in enumerate(WORST.values())
            ] + [
                Source(slug=f"u{number}", kind="feed", address=net.add(f"u{number}.example", host) + f"/u{number}")
                for number in range(thousand.EVERY)
            ]
            config = Config(state_dir=Path(folder))
            async with app.world(config, now_at=NOW_AT, fetcher=net.fetcher(limits=Limits())) as world:
                async with world.database.write() as connection:
                    await stored.add(connection, every, now_at=NOW_AT)
                async with _watched() as gap:
                    await pipeline.collect(world, now_at=NOW_AT)
    return gap.longest_ms


async def _parsed() -> float:
    async with _watched() as gap:
        for kind, body in list(WORST.values())[:-1]:  # without the one that nothing could stop here
            sources.read_as(Body(content=body.encode(), address="http://press.example/"), kind)
            await asyncio.sleep(0.01)
    return gap.longest_ms


BENCHMARK = benchmarks.Benchmark(name="lag", goal="the event loop stands still for 100 ms at most", run=_run)
