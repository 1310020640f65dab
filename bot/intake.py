"""Readings -> stored articles with their stories, topics and summaries; a second time nothing changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

import structlog

from bot import following, reading, telling
from bot.errors import ParserKilled
from bot.model import Article, ArticleId, Entry, StoryId, Taken
from bot.reading.arrival import Arrival
from bot.stages import group, prepare, sketch
from bot.stages.prepare import Prepared
from bot.stages.sketch import Sketch
from bot.storage import articles, dialect, follows, grouping, takedowns
from bot.storage.grouping import Stretch
from bot.world import World

log = structlog.get_logger()
BATCH = 500  # articles grouped and stored at a time
FEW = 50  # entries for which another process is not worth its while
MAX_OPEN = 50_000  # articles that are kept to be compared with, at about 2.5 kB
CHUNK = 100  # entries in one task of such a process
HIDDEN = "it was taken down"


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
    async with world.database.read() as connection:
        hidden = await takedowns.ids(connection)
    good: dict[ArticleId, Prepared] = {}
    refused: list[tuple[Entry, str]] = []
    for entry, one in zip(entries, chain.from_iterable(made), strict=True):
        if isinstance(one, str):
            refused.append((entry, one))
            continue
        if one.article.id in hidden:
            refused.append((entry, HIDDEN))
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
    while True:
        async with world.database.read() as connection:
            hidden = await takedowns.ids(connection)
            known = await articles.known(connection, [one.article.id for one in batch])
        world.open.remove(hidden)
        fresh = [one for one in batch if known.get(one.article.id) != one.article.revision]
        fresh = [one for one in fresh if one.article.id not in hidden]
        if not fresh:
            return Taken(known=len(batch))
        await _opened(world, fresh, now_at=now_at)
        new = await _published(world, fresh, now_at=now_at)
        if new is not None:
            return Taken(new=new, changed=len(fresh) - new, known=len(batch) - len(fresh))
        log.info("grouped_again", reason="articles were moved by another process", articles=len(fresh))


async def _opened(world: World, fresh: Sequence[Prepared], *, now_at: datetime) -> None:
    """Makes the stored articles near these in time known to the open stories, each in the story that it is in now;
    texts are read once, few at a time."""
    stretches = _stretches(fresh)
    if len(world.open) > MAX_OPEN:
        before = min(stretches[0].since_at, now_at - group.OPEN_FOR)
        await asyncio.to_thread(world.open.close, before)
        world.view.close(before)
    missing: dict[ArticleId, StoryId] = {}
    async with world.database.read() as connection:
        for each in stretches:
            for member in await grouping.unseen(connection, world.view, each):
                known = world.open.story_of(member.article_id)
                if known is None:
                    missing[member.article_id] = member.story_id
                elif known != member.story_id:
                    world.open.move(member.article_id, member.story_id)
        for some in dialect.batches(missing, FEW):
            for one in await asyncio.to_thread(_sketches, await articles.many(connection, some)):
                world.open.add(one, missing[one.article_id])


def _sketches(told: Sequence[Article]) -> list[Sketch]:
    return [sketch.of(article) for article in told]


def _stretches(fresh: Sequence[Prepared]) -> list[Stretch]:
    """The times in which articles, oldest first, may find others: one that is far from the rest has its own."""
    found: list[Stretch] = []
    for at in (one.article.published_at for one in fresh):
        since_at, until_at = at - group.OPEN_FOR, at + group.OPEN_FOR
        if found and since_at <= found[-1].until_at:
            found[-1] = replace(found[-1], until_at=until_at)
        else:
            found.append(Stretch(since_at=since_at, until_at=until_at))
    return found


async def _published(world: World, fresh: Sequence[Prepared], *, now_at: datetime) -> int | None:
    """Stores articles in their stories, and moves those that are decided again; returns how many are new.

    None, with nothing stored, when somebody has moved articles since they were read. The store keeps a changed article
    in the story it is in.
    """
    view, unknown = world.view, [one.article.id for one in fresh if one.article.id not in world.open]
    new: int | None = None
    try:
        joined = await asyncio.to_thread(_joined, world, fresh, frozenset(view.fixed))
        links = await following.links(world, joined.opening)
        async with world.database.write() as connection:
            await articles.lock(connection)
            if view.state is None or await grouping.version(connection) != view.state.version:
                return None
            count = await articles.publish(connection, joined.publications, arrived_at=now_at)
            await grouping.move(connection, joined.moves)
            await follows.keep(connection, [following.found_by(one) for one in joined.opened])
            await follows.link(connection, links)
        new = count
        view.published(new, is_moved=bool(joined.moves))
    finally:
        if new is None:
            world.open.remove(unknown)
        if new != len(unknown):  # nothing is stored, or a changed article stays in a story that was not read
            view.forget()
    await _told(world, joined, now_at=now_at)
    return new


async def _told(world: World, joined: _Joined, *, now_at: datetime) -> None:
    for one in joined.publications:
        if one.article.source in world.repeated:
            world.repeated.add(one.article, one.story_id)
    await telling.told(world, joined.touched, now_at=now_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joined:
    """New articles with their stories, stored ones that change theirs, the articles that stories are named after, and
    the stories with news, whose summaries are made at once."""

    publications: tuple[articles.Publication, ...]
    moves: Mapping[ArticleId, StoryId]
    opened: tuple[Sketch, ...]
    opening: tuple[Sketch, ...]
    touched: Mapping[StoryId, None]


def _joined(world: World, fresh: Sequence[Prepared], fixed: frozenset[ArticleId]) -> _Joined:
    made = {one.article.id: one for one in fresh}
    quiet = {one.article.id for one in fresh if not one.is_news}
    joined = world.open.rejoin((one.sketch for one in fresh), fixed=fixed, quiet=quiet)
    publications = tuple(
        articles.Publication(
            article=made[one.article_id].article,
            topics=made[one.article_id].topics,
            story_id=story_id,
            is_news=made[one.article_id].is_news,
            line=made[one.article_id].line,
        )
        for one, story_id in joined
        if one.article_id in made
    )
    opened = tuple(one for one, story_id in joined if StoryId(one.article_id) == story_id)
    return _Joined(
        publications=publications,
        moves={one.article_id: story_id for one, story_id in joined if one.article_id not in made},
        opened=opened,
        opening=tuple(one for one in opened if one.article_id in made and one.article_id not in quiet),
        touched=dict.fromkeys(story_id for one, story_id in joined if one.article_id not in quiet),
    )
