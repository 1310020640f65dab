"""100,000 chats that are due in the same minute: how long until all are planned, and in how much memory; and how long
it takes to find the few that are due among 1,000,000.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import ParamSpec, TypeVar

from bot import app, pipeline, telling
from bot.config import Config
from bot.model import Chat, ChatId, ChatKind, StoryId, Subscription, SubscriptionId, TopicId, TopicScore
from bot.stages import due
from bot.storage import articles, chats, subscriptions
from bot.storage.articles import Publication
from bot.world import World
from tests import benchmarks
from tests.benchmarks import generated, shared

P = ParamSpec("P")
T = TypeVar("T")
CHATS = int(os.environ.get("PLANNING", "100000"))
MANY, DUE, CALLS = 1_000_000, 50, 30
EVENTS, MORE = 400, 200  # stories of the first day, and of the second
BATCH = 500
FIRST_AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
SECOND_AT = FIRST_AT + timedelta(days=1)
LATER_AT = datetime(2026, 12, 1, tzinfo=UTC)
TOPICS = ("economy", "industry", "digital", "education", "politics", "society", "culture", "sport", "other", "law")
READS = ((), ("ru",), ("en",), ("en", "ru"), ("uz", "ru"))
PLACES = (("Asia/Tashkent", "08:00", 7, "ru"), ("Europe/Moscow", "06:00", 5, "en"))
WANTS = tuple(product(range(len(TOPICS)), READS, PLACES))  # 100 subscriptions, of which each chat has one
FILE = "digest-bot.sqlite3"
COPIED = ("digest", "delivery", "seen", "subscription")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """How many slots were decided, how long it took, on the clock and of the processors, and what the process held at
    its peak."""

    slots: int
    taken_s: float
    cpu_s: float
    peak_mb: float


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as name:
        folder = Path(name)
        _apart(_fill, folder)
        idle = _apart(_morning, folder, FIRST_AT - timedelta(hours=1))
        days = {"of new readers": _apart(_morning, folder, FIRST_AT)}
        _apart(_more_news, folder)
        days["of those who had one yesterday"] = _apart(_morning, folder, SECOND_AT)
        copied_s = _copied_s(folder)
    for what, one in days.items():
        if one.slots != CHATS:
            raise AssertionError(f"{one.slots} of {CHATS} slots were decided")
        yield _row(f"{CHATS:,} chats {what} planned", one.taken_s, copied_s, goal=benchmarks.at_most(20))
        yield _row("CPU of it", one.cpu_s, copied_s)
        yield benchmarks.Row(
            what="memory at its peak",
            value=one.peak_mb,
            baseline=idle.peak_mb,
            beside="the same process when nothing is due",
            unit="MB",
            goal=benchmarks.at_most(200),
        )
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as name:
        found, by_key = _apart(_found_ms, Path(name))
    yield benchmarks.Row(
        what=f"{DUE} that are due, found among {MANY:,} chats",
        value=found,
        baseline=by_key,
        beside="one subscription by its chat",
        unit="ms",
        goal=benchmarks.at_most(5),
    )


def _row(what: str, value: float, copied_s: float, *, goal: benchmarks.Goal | None = None) -> benchmarks.Row:
    beside = "SQLite alone copying both days' rows, without indexes"
    return benchmarks.Row(what=what, value=value, baseline=copied_s, beside=beside, unit="s", goal=goal)


def _apart(call: Callable[P, T], *given: P.args, **more: P.kwargs) -> T:
    """In a process of its own, whose memory is that of the call alone."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(call, *given, **more).result()


def _fill(folder: Path) -> None:
    asyncio.run(_filled(folder))


async def _filled(folder: Path) -> None:
    async with app.world(Config(state_dir=folder), now_at=FIRST_AT) as world:
        await _store(world, range(EVENTS), until=FIRST_AT)
        async with world.database.write() as connection:
            for number in range(len(WANTS)):
                chat, wanted = _reader(number)
                await chats.save(connection, chat)
                await subscriptions.save(connection, wanted)
    _multiply(folder, CHATS, first=len(WANTS) + 1, of=f"1 + (n - 1) % {len(WANTS)}")


def _more_news(folder: Path) -> None:
    """The second day's: half of it goes on with what was told on the first."""

    async def store() -> None:
        async with app.world(Config(state_dir=folder), now_at=SECOND_AT) as world:
            await _store(world, range(EVENTS - MORE // 2, EVENTS + MORE // 2), until=SECOND_AT, teller=3)

    asyncio.run(store())


async def _store(world: World, events: Sequence[int], *, until: datetime, teller: int = 0) -> None:
    """Two articles an event, the topics in turn, with their summaries."""
    news = []
    for place, event in enumerate(events):
        at = until - timedelta(minutes=2 * (len(events) - place))
        told = [generated.article(event, teller + number, published_at=at) for number in range(2)]
        score = (TopicScore(topic=TopicId(TOPICS[event % len(TOPICS)]), score=0.8),)
        story = StoryId(generated.article(event, 0, published_at=at).id)
        news += [Publication(article=one, topics=score, story_id=story) for one in told]
    async with world.database.write() as connection:
        await articles.publish(connection, news, arrived_at=until - timedelta(hours=1))
    await telling.told(world, list(dict.fromkeys(one.story_id for one in news)), now_at=until)


def _reader(number: int, *, next_due_at: datetime = FIRST_AT) -> tuple[Chat, Subscription]:
    first, reads, (zone, listed, most, language) = WANTS[number % len(WANTS)]
    chat = Chat(
        id=ChatId(number + 1), kind=ChatKind.PRIVATE, title="Ann", language=language, reads=reads, time_zone=zone
    )
    wanted = Subscription(
        id=SubscriptionId(f"{number + 1}:main"),
        chat_id=chat.id,
        slug="main",
        topics=tuple(TopicId(TOPICS[(first + step) % len(TOPICS)]) for step in range(3)),
        schedule=due.parse((listed,)),
        max_stories=most,
        enabled=True,
        origin="chat",
        next_due_at=next_due_at,
    )
    return chat, wanted


def _morning(folder: Path, now_at: datetime) -> _Planned:
    return asyncio.run(_published(folder, now_at))


async def _published(folder: Path, now_at: datetime) -> _Planned:
    """Ticks until nothing is due any more."""
    slots = 0
    async with app.world(Config(state_dir=folder), now_at=now_at) as world:
        start, cpu = perf_counter(), process_time()
        while more := await pipeline.publish(world, now_at=now_at):
            slots += more
        taken_s, cpu_s = perf_counter() - start, process_time() - cpu
    return _Planned(slots=slots, taken_s=taken_s, cpu_s=cpu_s, peak_mb=_peak_mb())


def _peak_mb() -> float:
    """What this process held at most. Not `getrusage`: that begins with what its parent held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _copied_s(folder: Path) -> float:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        connection.execute("ATTACH ? AS copy", (str(folder / "copy.sqlite3"),))
        start = perf_counter()
        for table in COPIED:
            connection.execute(f"CREATE TABLE copy.{table} AS SELECT * FROM main.{table}")  # noqa: S608 - our names
        connection.commit()
        return perf_counter() - start


def _found_ms(folder: Path) -> tuple[float, float]:
    return asyncio.run(_found(folder))


async def _found(folder: Path) -> tuple[float, float]:
    """Median milliseconds of the query for who is due, and of that for one chat's subscriptions."""
    config = Config(state_dir=folder)
    async with app.world(config, now_at=FIRST_AT) as world, world.database.write() as connection:
        for number in range(2):
            chat, wanted = _reader(number, next_due_at=FIRST_AT if number else LATER_AT)
            await chats.save(connection, chat)
            await subscriptions.save(connection, wanted)
    _multiply(folder, MANY, first=3, of=f"CASE WHEN n % {MANY // DUE} = 0 THEN 2 ELSE 1 END")
    finding, one = [], []
    async with app.world(config, now_at=FIRST_AT) as world:
        for number in range(CALLS):
            async with world.database.read() as connection:
                start = perf_counter()
                found = await subscriptions.due(connection, now_at=FIRST_AT, limit=BATCH)
                finding.append(perf_counter() - start)
                start = perf_counter()
                await subscriptions.of_chat(connection, ChatId(1 + number * 1_000))
                one.append(perf_counter() - start)
            if len(found) != DUE + 1:
                raise AssertionError(f"{len(found)} were due")
    return median(finding) * 1000, median(one) * 1000


def _multiply(folder: Path, many: int, *, first: int, of: str) -> None:
    """Chats with numbers from `first` to `many`, copies of the one that `of` computes from the number n."""
    with closing(sqlite3.connect(folder / FILE)) as connection:
        for table, key, more in (("chat", "id", {"id": "n"}), ("subscription", "chat_id", {"id": "n || ':main'"})):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            values = {name: f"t.{name}" for name in columns} | {key: "n"} | more
            made = (
                f"INSERT INTO {table} ({', '.join(values)}) "  # noqa: S608 - names of our own columns
                f"WITH RECURSIVE n(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM n WHERE n < {many}) "
                f"SELECT {', '.join(values.values())} FROM n CROSS JOIN {table} t ON t.{key} = {of}"
            )
            connection.execute(made)
        connection.commit()


BENCHMARK = benchmarks.Benchmark(
    name="planning",
    goal="100,000 chats with 100 subscriptions planned in 20 s and 200 MB; who is due of 1,000,000 in 5 ms",
    run=_run,
)
