"""Readings -> stored articles with their stories, topics and summaries; a second time nothing changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

import structlog

from bot import reading, telling
from bot.errors import ParserKilled
from bot.model import ArticleId, Entry, Taken
from bot.reading.arrival import Arrival
from bot.stages import group, prepare, sketch
from bot.stages.prepare import Prepared
from bot.storage import articles
from bot.world import World

log = structlog.get_logger()
BATCH = 500  # articles grouped and stored at a time
FEW = 50  # entries for which another process is not worth its while
MAX_OPEN = 50_000  # articles that are kept to be compared with, at about 2.5 kB
CHUNK = 100  # entries in one task of such a process


async def arrived(world: World, arrivals: Sequence[Arrival], *, now_at: datetime) -> list[Taken | Exception]:
    """Stores readings together, which is quicker; when that fails each for itself, so that one costs no other."""
    outcome = await reading.attempt(_settled(world, arrivals, now_at=now_at))
    if not isinstance(outcome, Exception) or len(arrivals) == 1:
        return [outcome]
    return [await reading.attempt(_settled(world, [one], now_at=now_at)) for one in arrivals]


async def _settled(world: World, arrivals: Sequence[Arrival], *, now_at: datetime) -> Taken:
    taken = await take(world, (entry for one in arrivals for entry in one.entries), now_at=now_at)
    await reading.settle(world, arrivals, refused=taken.refused, now_at=now_at)
    for entry, reason in taken.refused:
        log.warning("entry_refused", url=entry.url, reason=reason)
    return taken


async def take(world: World, entries: Iterable[Entry], *, now_at: datetime) -> Taken:
    """Entries -> stored articles, in their stories, with topics and summaries; a second time nothing changes."""
    good, refused = await _prepared(world, tuple(entries), now_at=now_at)
    taken = Taken(refused=refused)
    for start in range(0, len(good), BATCH):
        async with world.intake:
            taken += await _stored(world, good[start : start + BATCH], now_at=now_at)
    return taken


async def _prepared(
    world: World, entries: tuple[Entry, ...], *, now_at: datetime
) -> tuple[list[Prepared], tuple[tuple[Entry, str], ...]]:
    """Articles, oldest first, each once, and the entries that cannot become one."""
    chunks = [entries[start : start + CHUNK] for start in range(0, len(entries), CHUNK)]
    if len(entries) <= FEW:
        made = [await asyncio.to_thread(prepare.prepared, entries, world.catalogue, now_at=now_at)]
    else:
        made = await asyncio.gather(*(_elsewhere(world, chunk, now_at=now_at) for chunk in chunks))
    good: dict[ArticleId, Prepared] = {}
    refused: list[tuple[Entry, str]] = []
    for entry, one in zip(entries, chain.from_iterable(made), strict=True):
        if isinstance(one, str):
            refused.append((entry, one))
            continue
        before = good.get(one.article.id)  # told by two sources, it is news when one of them says so
        good[one.article.id] = replace(one, is_news=True) if before is not None and before.is_news else one
    return sorted(good.values(), key=lambda one: (one.article.published_at, one.article.id)), tuple(refused)


async def _elsewhere(world: World, entries: tuple[Entry, ...], *, now_at: datetime) -> tuple[Prepared | str, ...]:
    """Beside the event loop and beside what else we compute. One entry that a process dies of costs no other."""
    try:
        return await world.child.run(prepare.prepared_elsewhere, entries, world.topics, now_at)
    except ParserKilled as error:
        if len(entries) == 1:
            return (error.reason,)
    half = len(entries) // 2
    return (
        *await _elsewhere(world, entries[:half], now_at=now_at),
        *await _elsewhere(world, entries[half:], now_at=now_at),
    )


async def _stored(world: World, batch: Sequence[Prepared], *, now_at: datetime) -> Taken:
    async with world.database.read() as connection:
        known = await articles.known(connection, [one.article.id for one in batch])
    fresh = [one for one in batch if known.get(one.article.id) != one.article.revision]
    if not fresh:
        return Taken(known=len(batch))
    await _opened(world, fresh, now_at=now_at)
    found = await asyncio.to_thread(_publications, world, fresh)
    async with world.database.write() as connection:
        new = await articles.publish(connection, found, arrived_at=now_at)
    for one in found:
        if one.article.source in world.repeated:
            world.repeated.add(one.article, one.story_id)
    await telling.told(world, dict.fromkeys(one.story_id for one in found if one.is_news), now_at=now_at)
    return Taken(new=new, changed=len(fresh) - new, known=len(batch) - len(fresh))


async def _opened(world: World, fresh: Sequence[Prepared], *, now_at: datetime) -> None:
    """Makes the stored articles near these in time known to the open stories; texts are read once, few at a time."""
    since_at, until_at = fresh[0].article.published_at - group.OPEN_FOR, fresh[-1].article.published_at + group.OPEN_FOR
    if len(world.open) > MAX_OPEN:
        await asyncio.to_thread(world.open.close, min(since_at, now_at - group.OPEN_FOR))
    async with world.database.read() as connection:
        members = await articles.open_members(connection, since_at=since_at, until_at=until_at)
        missing = {article_id: story_id for article_id, story_id in members if article_id not in world.open}
        ids = tuple(missing)
        for some in (ids[start : start + FEW] for start in range(0, len(ids), FEW)):
            for article in await articles.many(connection, some):
                world.open.add(await asyncio.to_thread(sketch.of, article), missing[article.id])


def _publications(world: World, fresh: Sequence[Prepared]) -> list[articles.Publication]:
    """Every article with its topics and its story; the store keeps a changed one in the story it is in."""
    made = {one.article.id: one for one in fresh}
    joined = world.open.join(one.sketch for one in fresh)
    return [
        articles.Publication(
            article=made[one.article_id].article,
            topics=made[one.article_id].topics,
            story_id=story_id,
            is_news=made[one.article_id].is_news,
        )
        for one, story_id in joined
    ]
