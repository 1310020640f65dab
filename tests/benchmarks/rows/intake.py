"""A thousand articles imported: cleaned, classified, grouped, summed up and stored."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot import app, intake
from bot.config import Config
from bot.model import Entry
from tests import benchmarks
from tests.benchmarks import generated, shared, timing

COUNT = 1_000
NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    thousands = []
    try:
        rows = data.rows("stories/silver_2020")
    except shared.NotHere as error:
        yield benchmarks.NotMeasured(what=f"{COUNT:,} articles of silver_2020", reason=str(error))
        name = "generated articles"
        heap = generated.entries(3 * COUNT, tellers=3, until=NOW_AT)
        thousands = [heap[start : start + COUNT] for start in range(0, len(heap), COUNT)]
    else:
        name = "silver_2020"
        thousands = [[shared.entry(row) for row in rows[start::8][:COUNT]] for start in range(3)]
    ours = timing.each(timing.wall, [partial(_taken, entries) for entries in thousands])
    bare = timing.each(timing.wall, [partial(_inserted, entries) for entries in thousands])
    yield benchmarks.Row(
        what=f"articles of {name} taken in, a second",
        value=COUNT / ours,
        baseline=COUNT / bare,
        beside="bare INSERTs of the same texts, one transaction",
        goal=benchmarks.at_least(50),
    )


def _taken(entries: Sequence[Entry]) -> None:
    async def take(folder: str) -> None:
        async with app.world(Config(state_dir=Path(folder)), now_at=NOW_AT) as world:
            taken = await intake.take(world, entries, now_at=NOW_AT)
            if taken.new < COUNT * 0.9:
                raise AssertionError(f"only {taken.new} were new")

    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        asyncio.run(take(folder))


def _inserted(entries: Sequence[Entry]) -> None:
    rows = [(entry.url, entry.title, entry.text) for entry in entries]
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder, _opened(Path(folder)) as connection, connection:
        connection.execute("CREATE TABLE article (url TEXT, title TEXT, text TEXT)")
        connection.executemany("INSERT INTO article VALUES (?, ?, ?)", rows)


def _opened(folder: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(folder / "bare.sqlite3"))


BENCHMARK = benchmarks.Benchmark(
    name="intake", goal="50 articles a second from entries to stored stories with their summaries", run=_run
)
