"""What an article costs when few are stored and when a million are: grouped, linked to earlier stories and stored."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bot import app, intake
from bot.config import Config
from bot.stages import group
from bot.storage import grouping
from tests import benchmarks
from tests.benchmarks import generated, shared, timing

FEW, MANY = 10_000, 1_000_000
A_DAY = 1_000
BATCH, BATCHES = 20, 7
NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
FILL = (
    "INSERT INTO story (id, opened_at, newest_at, number) "
    "WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < :count) "
    "SELECT printf('%016x', n), :now - (:count - n) * :step, :now - (:count - n) * :step, n FROM one",
    "INSERT INTO article (id, revision, url, title, text, language, published_at, source, story_id, arrived_at, number)"
    " SELECT id, 'r', '/' || number, 'Title ' || number, 'Report ' || number || ' of a day.', 'en', opened_at,"
    " 'press' || (number % 1000), id, opened_at, number FROM story",
    "INSERT INTO story_term (term, opened_at, story_id) "
    "SELECT 'en stem' || (number % 1000), opened_at, id FROM story ORDER BY number % 1000, number",
    "UPDATE counter SET value = :count WHERE name = 'publication'",
)


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    _measured(BATCH)  # so that words that are stemmed for the first time do not count
    few, many = _measured(FEW), _measured(MANY)
    beside = f"when {FEW:,} are stored"
    for what, ours, plain in zip(
        ("taken in, CPU an article", "which are open, CPU of the query"), many, few, strict=True
    ):
        yield benchmarks.Row(
            what=f"{what}, when {MANY:,} are stored", value=ours, baseline=plain, beside=beside, unit="ms",
            goal=benchmarks.at_most(1.5 * plain),
        )  # fmt: skip


def _measured(stored: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        return asyncio.run(_taken(Config(state_dir=Path(folder)), stored))


async def _taken(config: Config, stored: int) -> tuple[float, float]:
    """Milliseconds of an article of a batch, once the open ones are known; and of the query that names those."""
    async with app.world(config, now_at=NOW_AT):
        pass
    _fill(config.state_dir / "digest-bot.sqlite3", stored)
    async with app.world(config, now_at=NOW_AT) as world:
        costs, reads = [], []
        for number in range(BATCHES):
            entries = generated.entries(BATCH, tellers=2, until=NOW_AT, first=number * BATCH)
            news = [replace(one, published_at=NOW_AT - timedelta(minutes=place)) for place, one in enumerate(entries)]
            spent = timing.Spent()
            await intake.take(world, news, now_at=NOW_AT)
            costs.append(spent.cpu_ms() / BATCH)
            spent = timing.Spent()
            async with world.database.read() as connection:
                told = grouping.Stretch(since_at=NOW_AT - group.OPEN_FOR, until_at=NOW_AT)
                await grouping.unseen(connection, grouping.View(), told)
            reads.append(spent.cpu_ms())
        return median(costs[1:]), median(reads)


def _fill(file: Path, count: int) -> None:
    """Stories of an article each, so many a day until now; only what the queries of a batch look at is filled."""
    step = timedelta(days=1) / A_DAY
    values = {"count": count, "now": int(NOW_AT.timestamp() * 1e6), "step": step // timedelta(microseconds=1)}
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        for statement in FILL:
            connection.execute(statement, values)


BENCHMARK = benchmarks.Benchmark(
    name="stored", goal="an article costs the same when ten thousand are stored and when a million are", run=_run
)
