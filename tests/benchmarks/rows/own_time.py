"""What a command takes of our own time, from its handler to the reply handed over, with many articles stored;
`DIGEST_BOT_OWN_TIME_ARTICLES` says how many. Where the clock says too much, the CPU of it stands below: on a busy
machine only that says something."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from statistics import median

from bot import app, cards, commands, pipeline, settings, telling
from bot.config import Config
from bot.model import Article, ArticleId, Chat, ChatId, ChatKind, Message, Reply, Request, StoryId, TopicId, TopicScore
from bot.outputs import telegram_chat
from bot.stages import indexed, under
from bot.storage import articles, tables, told, trending
from bot.storage.articles import Publication
from bot.world import World
from tests import benchmarks
from tests.benchmarks import generated, shared, timing

MANY, FEW = int(os.environ.get("DIGEST_BOT_OWN_TIME_ARTICLES", "100000")), 100
A_DAY, BATCH = 2_000, 500
CALLS, FIRSTS = 16, 3
TELLERS, EVENTS = 3, 700  # texts are those of so many events, again and again: quicker, and lists are as long
TOLD = 700  # of the newest stories; what is older is told by the first call, which is not counted
TERMS, VOCABULARY = 6, 20_000
NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = b"a key for benchmarks, 32 bytes.."
GOAL = benchmarks.at_most(50)
READER = ChatId(1)
FIRST, LATER = "/trends, first in an hour", "/trends, later"


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    few, many = _measured(FEW), _measured(MANY)
    beside = f"with {FEW} stored"
    for what, call in many.items():
        told = f"{what}, {MANY:,} stored"
        yield benchmarks.Row(
            what=told, value=call.wall_ms, baseline=few[what].wall_ms, beside=beside, unit="ms", goal=GOAL
        )
        if not GOAL.reached(call.wall_ms):
            yield benchmarks.Row(
                what=f"{told}: CPU of it", value=call.cpu_ms, baseline=few[what].cpu_ms, beside=beside, unit="ms"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What an answer took, on the clock and of the processors."""

    wall_ms: float
    cpu_ms: float


def _middle(calls: Sequence[_Call]) -> _Call:
    return _Call(wall_ms=median(one.wall_ms for one in calls), cpu_ms=median(one.cpu_ms for one in calls))


def _measured(count: int) -> dict[str, _Call]:
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        return asyncio.run(_in(Config(state_dir=Path(folder)), count))


async def _in(config: Config, count: int) -> dict[str, _Call]:
    """The middle of what each line takes; its first answer does not count."""
    async with app.world(config, now_at=NOW_AT) as world:
        await _fill(world, count)
    async with app.world(config, now_at=NOW_AT) as world:
        place = _Place(world=world, chat=await _reader(world))
        lines = {**await _lines(place), LATER: "trends"}
        taken = {what: _middle([await place.answered(line) for _ in range(CALLS)][1:]) for what, line in lines.items()}
        taken[FIRST] = _middle([await place.counting() for _ in range(FIRSTS)])
        return taken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Who asks whom."""

    world: World
    chat: Chat

    async def answered(self, line: str) -> _Call:
        """Until the reply is what Telegram will be given."""
        start, spent = time.perf_counter(), timing.Spent()
        reply = await self.reply(line)
        for body in reply.messages:
            told = Message(part=1, body=body, buttons=reply.buttons)
            telegram_chat.parameters(self.chat.id, told, KEY)
        call = _Call(wall_ms=(time.perf_counter() - start) * 1000, cpu_ms=spent.cpu_ms())
        if not (reply.messages or reply.buttons or reply.toast):
            raise AssertionError(f"{line!r} replied nothing")
        return call

    async def reply(self, line: str) -> Reply:
        """As the listener has it made."""
        name, *words = line.split()
        asked = Request(
            command=name, words=tuple(words), chat=self.chat, user_id=1, pressed=True, now_at=NOW_AT, bot="digest_bot"
        )
        async with self.world.database.together() as joint:
            joint.reply = await commands.commands()[name].run(asked, self.world)
        return joint.reply

    async def counting(self) -> _Call:
        """/trends of whoever asks first."""
        return await replace(self, world=replace(self.world, trends=trending.Kept())).answered("trends")


async def _reader(world: World) -> Chat:
    """Somebody who wants everything, some words, and got a digest."""
    chat = await settings.chat(world, READER, kind=ChatKind.PRIVATE, title="Ann", language="en")
    chat = await settings.save_chat(world, replace(chat, reads=("en", "ru")))
    wanted = await settings.subscription(world, chat)
    filters = replace(wanted.filters, words=("bridges", "дороги"))
    wanted = replace(wanted, topics=world.topic_ids, filters=filters, enabled=True)
    saved = await settings.save(world, chat, wanted, now_at=NOW_AT - timedelta(days=1))
    if saved.next_due_at is None:
        raise AssertionError("no digest is due")
    await pipeline.publish(world, now_at=saved.next_due_at)
    return chat


async def _lines(place: _Place) -> Mapping[str, str]:
    """What is typed or pressed; the names are those of the rows."""
    async with place.world.database.read() as connection:
        digest = (await told.of_chat(connection, READER, limit=1))[0]
    first = next(one.story_id for one in digest.places if one.part == 1)
    words = generated.article(1, 0, published_at=NOW_AT).title.split()
    buttons = [button for row in under.closed(digest.name, 1, None, language="en", has_more=True) for button in row]
    return {
        "/latest": "latest",
        "/latest economy 5": "latest economy 5",
        f"/latest {words[0]}": f"latest {words[0]}",
        "/search, a frequent word": "search places",
        "/search, a rare word": f"search {words[0]}",
        "/search, two words of every third article": "search agency regional",
        "/subscriptions": "subscriptions",
        "/preview": "preview",
        "the card": "card main",
        **{f"the card, {name}": f"card main {name}" for name in cards.sections()},
        "the card, a topic tapped": "card main topics sport",
        "the card, an hour tapped": "card main hours time 18:00",
        "/why": "why",
        "/why of a story": f"why {first}",
        **{f"under a digest, {button.text}": button.line for button in buttons},
        "under a digest, a thumb": f"vote up {first} {digest.name} 1",
        "under a digest, what can be muted": f"mute {digest.name} 1 1",
        "where from": f"where {first}",
        "the whole story": f"story {first}",
    }


async def _fill(world: World, count: int) -> None:
    """Stored as `intake.take` would, but with stories, topics and terms given."""
    news = _news(world.topic_ids, count)
    opened = {one.story_id: one.article.published_at for one in reversed(news)}
    for start in range(0, len(news), BATCH):
        batch = news[start : start + BATCH]
        async with world.database.write() as connection:
            await articles.publish(connection, batch, arrived_at=batch[-1].article.published_at)
    ids, draw = sorted(opened), Random(5)
    for start in range(0, len(ids), BATCH):
        rows = [
            {"term": f"en stem{term}", "opened_at": opened[story_id], "story_id": story_id}
            for story_id in ids[start : start + BATCH]
            for term in {int(VOCABULARY * draw.random() ** 3) for _ in range(TERMS)}
        ]
        async with world.database.write() as connection:
            await connection.execute(tables.story_term.insert(), rows)
    for start in range(0, TOLD, BATCH):
        await telling.told(world, ids[::-1][start : start + BATCH], now_at=NOW_AT)


def _news(topics: Sequence[TopicId], count: int) -> list[Publication]:
    """So many articles until now, three of an event one after the other."""
    made, texts = [], _texts()
    for number in range(count):
        event = number // TELLERS
        article, line = texts[number % len(texts)]
        article = replace(
            article,
            id=ArticleId(f"{number:016x}"),
            url=f"https://example.org/{number}",
            published_at=NOW_AT - timedelta(days=(count - number) / A_DAY),
        )
        score = (TopicScore(topic=topics[event % len(topics)], score=0.8),)
        opened = StoryId(f"{event * TELLERS:016x}")
        made.append(Publication(article=article, topics=score, story_id=opened, line=line))
    return made


@cache
def _texts() -> list[tuple[Article, str]]:
    """Articles with their lines for the search."""
    made = [
        generated.article(event, teller, published_at=NOW_AT) for event in range(EVENTS) for teller in range(TELLERS)
    ]
    return [(article, indexed.line(article)) for article in made]


BENCHMARK = benchmarks.Benchmark(
    name="own_time",
    goal="own time of every command and button under 50 ms (median) with 100,000 articles stored",
    run=_run,
)
