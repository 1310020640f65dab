"""The day on one page.

    source -> entry -> article -> story -> facts -> digest -> message -> delivery
            fetch    clean      group    extract  compose   render     send

`collect` reads the sources that are due and stores articles, stories and their summaries; `publish` turns due
subscriptions into planned messages; `deliver` sends what is planned. Each may be stopped at any line and run again: ids
come from content, a slot is decided once, and a message is written down before it is sent. `latest` is a digest on
demand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot import composing, intake, reading
from bot.delivery import aftermath, worker
from bot.errors import StorageError
from bot.model import ArticleId, Chat, Digest, Item, Message, Send, Story, StoryId, Subscription, Taken, TopicId
from bot.stages import choose, due, render
from bot.storage import digests, stories, subscriptions
from bot.world import World

log = structlog.get_logger()
FIRST_DIGEST = timedelta(hours=24)  # what a first digest covers
AT_A_TICK = 500  # subscriptions looked at
LOOKED_AT = 300  # stories that a digest is chosen from

_Due = tuple[Subscription, Chat]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A digest as it is sent, the articles in it, and the number up to which it has chosen from all."""

    messages: tuple[Message, ...]
    articles: tuple[ArticleId, ...]
    cursor: int


async def collect(world: World, *, now_at: datetime) -> Taken:
    """Takes in what is new or changed in the sources that are due; what cannot be read or taken is said once.

    One that fails holds back no other: the failures are raised together when all have had their turn.
    """
    taken, failed = Taken(), []
    async with reading.due(world, now_at=now_at) as arrivals:
        async for some in arrivals:
            for outcome in await intake.arrived(world, some, now_at=now_at):
                if isinstance(outcome, Exception):
                    failed.append(outcome)
                else:
                    taken += outcome
    if failed:
        raise ExceptionGroup(f"{len(failed)} readings could not be stored", failed)
    return taken


async def publish(world: World, *, now_at: datetime) -> int:
    """Plans the digests that are due; returns how many slots were decided. What several chats want alike is chosen and
    told once.

    One that fails holds back no other: the failures are raised together when all have had their turn.
    """
    async with world.database.read() as connection:
        waiting = await subscriptions.due(connection, now_at=now_at, limit=AT_A_TICK)
    alike: dict[Hashable, list[_Due]] = {}
    for wanted, chat in waiting:
        wish = (wanted.topics, wanted.max_stories, wanted.cursor, chat.reads, chat.language, chat.time_zone)
        alike.setdefault(wish, []).append((wanted, chat))
    decided: list[bool | BaseException] = []
    for group in alike.values():
        (ended,) = await asyncio.gather(_published(world, group, now_at=now_at), return_exceptions=True)
        decided += [ended] if isinstance(ended, BaseException) else ended
    failed = [one for one in decided if isinstance(one, Exception)]
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(waiting)} digests could not be planned", failed)
    return sum(one is True for one in decided)


async def _published(world: World, alike: Sequence[_Due], *, now_at: datetime) -> list[bool | BaseException]:
    decided: list[bool | BaseException] = []
    for some, prepared in await _prepared(world, alike, now_at=now_at):
        for wanted, chat in some:
            planned = _planned(world, wanted, chat, prepared, now_at=now_at)
            decided += await asyncio.gather(planned, return_exceptions=True)
    return decided


async def _prepared(world: World, alike: Sequence[_Due], *, now_at: datetime) -> list[tuple[list[_Due], _Prepared]]:
    """One digest for all of those who want the same and have seen the same of it."""
    wanted, chat = alike[0]
    async with world.database.read() as connection:
        cursor = await stories.newest_number(connection)
        found = await stories.candidates(
            connection,
            topics=wanted.topics,
            after=wanted.cursor,
            arrived_since=None if wanted.cursor is not None else now_at - FIRST_DIGEST,
            reads=chat.reads,
            limit=LOOKED_AT,
        )
        known = await stories.seen_by(connection, [one.id for _, one in alike], [one.story_id for one in found])
    by_seen: dict[frozenset[StoryId], list[_Due]] = {}
    for one in alike:
        by_seen.setdefault(known.get(one[1].id, frozenset()), []).append(one)
    prepared = []
    for seen, some in by_seen.items():
        new = [one for one in found if one.story_id not in seen]
        chosen = choose.stories(new, topics=wanted.topics, reads=chat.reads, limit=wanted.max_stories, now_at=now_at)
        items, told = await composing.items(world, chat, [choice.story_id for choice in chosen], now_at=now_at)
        digest = composing.digest(items, chat, now_at=now_at, more=len(new) - len(chosen))
        messages = render.messages(digest) if digest.items else ()
        articles = tuple(article.id for item in digest.items for article in told[item.story_id].articles)
        prepared.append((some, _Prepared(messages=messages, articles=articles, cursor=cursor)))
    return prepared


async def _planned(world: World, wanted: Subscription, chat: Chat, prepared: _Prepared, *, now_at: datetime) -> bool:
    """Decides the newest slot that is due, so that after downtime there is one digest with everything since."""
    slot = due.last_slot(wanted.id, wanted.schedule, chat.time_zone, until=now_at)
    following = due.next_slot(wanted.id, wanted.schedule, chat.time_zone, after=now_at)
    if slot is None or following is None:
        raise StorageError(f"the schedule of {wanted.id} lists no time")
    async with world.database.write() as connection:
        if not await subscriptions.is_unchanged(connection, wanted, chat):
            return False  # the reader has just changed something: the next tick looks again
        return await digests.plan(
            connection,
            slot,
            chat_id=chat.id,
            messages=prepared.messages,
            articles=prepared.articles,
            cursor=prepared.cursor,
            next_due_at=following.due_at,
            planned_at=now_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for at once: no topics means any, `arrived_since_at` None means from all that is stored."""

    topics: tuple[TopicId, ...] = ()
    limit: int = 7
    arrived_since_at: datetime | None = None


async def latest(world: World, chat: Chat, wish: Wish, *, now_at: datetime) -> Digest:
    """The newest stories that the chat can read, newest first; nothing is marked as seen."""
    async with world.database.read() as connection:
        found = await stories.candidates(
            connection,
            topics=wish.topics,
            after=None,
            arrived_since=wish.arrived_since_at,
            unseen_by=None,
            reads=chat.reads,
            limit=wish.limit,
        )
    items, _ = await composing.items(world, chat, [one.story_id for one in found], now_at=now_at)
    return composing.digest(items, chat, now_at=now_at)


async def one(world: World, chat: Chat, story_id: StoryId, *, now_at: datetime) -> tuple[Item, Story] | None:
    """One story as this chat is told it, with its articles; also by the id of an article in it, for a story may get
    another name when its hour is decided again. None when it is not stored."""
    async with world.database.read() as connection:
        named = await stories.named(connection, story_id)
    items, told = await composing.items(world, chat, [named] if named else [], now_at=now_at)
    return (items[0], told[items[0].story_id]) if items else None


async def deliver(world: World, send: Send) -> int:
    """Sends what is planned; returns how many attempts were made."""
    return await worker.run(world.database, send, limits=world.limits, beside=world.beside)


async def settle(world: World) -> int:
    """Decides about messages of which nobody told whether they arrived; returns how many."""
    return await aftermath.settle(world.database, limits=world.limits, beside=world.beside)
