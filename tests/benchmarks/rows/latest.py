"""`/latest` on 10,000 stored articles: the command's own time, without Telegram."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bot import app, commands, telling
from bot.config import Config
from bot.model import Chat, ChatId, ChatKind, Request, StoryId, TopicId, TopicScore
from bot.storage import articles
from bot.storage.articles import Publication
from bot.world import World
from tests import benchmarks
from tests.benchmarks import generated, shared

STORED, DAYS = 10_000, 10
BATCH, CALLS = 500, 30
NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNTOLD = TopicId("sport")  # no story is about it: the search has to look at all of them
READER = Chat(
    id=ChatId(1), kind=ChatKind.PRIVATE, title="Ann", language="en", reads=("en", "ru"), time_zone="Asia/Tashkent"
)
CASES = {"/latest": (), "/latest economy": ("economy",), f"/latest {UNTOLD}, where nothing is": (UNTOLD,)}
LIMIT = benchmarks.at_most(50)
NEWEST = "SELECT title, text, url FROM article ORDER BY number DESC LIMIT 7"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What one call took on the clock, and of the processors: on a busy machine only the second says something."""

    wall_ms: float
    cpu_ms: float


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        config = Config(state_dir=Path(folder))
        asyncio.run(_fill(config))
        taken = asyncio.run(_measured(config))
        bare = median(_selected_ms(config.state_dir / "digest-bot.sqlite3"))
    for line, calls in taken.items():
        first, later = calls[0], calls[1:]
        if line == "/latest":
            yield _row(f"{line}, the first call", first.wall_ms, bare, goal=LIMIT)
        yield _row(f"{line}, median of {CALLS} more", median(one.wall_ms for one in later), bare, goal=LIMIT)
        yield _row(f"{line}, CPU of it", median(one.cpu_ms for one in later), bare)


def _row(what: str, value: float, bare: float, *, goal: benchmarks.Goal | None = None) -> benchmarks.Row:
    beside = "a bare SELECT of 7 newest articles"
    return benchmarks.Row(what=what, value=value, baseline=bare, beside=beside, unit="ms", goal=goal)


async def _fill(config: Config) -> None:
    """Stored as `intake.take` would, but with stories and topics given, because finding them takes a minute."""
    async with app.world(config, now_at=NOW_AT) as world:
        topics = [topic for topic in world.topic_ids if topic != UNTOLD]
        news = _news(topics)
        for start in range(0, len(news), BATCH):
            batch = news[start : start + BATCH]
            async with world.database.write() as connection:
                await articles.publish(connection, batch, arrived_at=batch[-1].article.published_at)
        await _told(world, list(dict.fromkeys(one.story_id for one in news)))


def _news(topics: Sequence[TopicId]) -> list[Publication]:
    """One to five sources tell each event, 3 on average; all are published over the days, evenly."""
    news: list[Publication] = []
    event = 0
    while len(news) < STORED:
        score = (TopicScore(topic=topics[event % len(topics)], score=0.8),)
        opened = None
        for teller in range(1 + event % 5):
            at = NOW_AT - timedelta(days=DAYS) * (1 - len(news) / STORED)
            told = generated.article(event, teller, published_at=at)
            opened = opened or StoryId(told.id)
            news.append(Publication(article=told, topics=score, story_id=opened))
        event += 1
    return news[:STORED]


async def _told(world: World, ids: Sequence[StoryId]) -> None:
    for start in range(0, len(ids), BATCH):
        await telling.told(world, ids[start : start + BATCH], now_at=NOW_AT)


async def _measured(config: Config) -> dict[str, list[_Call]]:
    """Every call, in a database that was opened anew, for each line that a reader types."""
    async with app.world(config, now_at=NOW_AT) as world:
        return {line: [call async for call in _calls(world, words)] for line, words in CASES.items()}


async def _calls(world: World, words: tuple[str, ...]) -> AsyncIterator[_Call]:
    latest = commands.commands()["latest"]
    asked = Request(command=latest.name, words=words, chat=READER, user_id=1, pressed=False, now_at=NOW_AT)
    for _ in range(1 + CALLS):
        start, cpu = time.perf_counter(), time.process_time()
        reply = await latest.run(asked, world)
        taken, used = time.perf_counter() - start, time.process_time() - cpu
        yield _Call(wall_ms=taken * 1000, cpu_ms=used * 1000)
        is_found = any(message.entities for message in reply.messages)
        if is_found != (UNTOLD not in words):
            raise AssertionError(f"/latest {words} replied {reply.messages}")


def _selected_ms(file: Path) -> Iterator[float]:
    with closing(sqlite3.connect(file)) as connection:
        for _ in range(CALLS):
            start = time.perf_counter()
            connection.execute(NEWEST).fetchall()
            yield (time.perf_counter() - start) * 1000


BENCHMARK = benchmarks.Benchmark(
    name="latest", goal="/latest on 10,000 stored articles in 50 ms of our own time", run=_run
)
