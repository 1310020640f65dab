"""A story that opens and follows up a closed one: found by what it says most, decided by likeness."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from bot.model import Article, ArticleId, StoryId
from bot.stages import group, sketch
from bot.stages.sketch import Sketch
from bot.storage import articles, dialect, follows
from bot.world import World

LIKELY = 5  # closed stories whose articles are read for one that opens
FEW = 50  # stories for which the closed ones are read together
STEMS, KEYS = 5, 4  # of the article that opens a story, kept to find it by


async def links(world: World, opening: Sequence[Sketch]) -> dict[StoryId, StoryId]:
    """For stories that open, each told by its first article, the closed ones that they follow up."""
    if not opening:
        return {}
    found: dict[StoryId, StoryId] = {}
    for some in dialect.batches(opening, FEW):
        told = await _closed(world, some)
        found |= await asyncio.to_thread(_earlier, told) if told else {}
    return found


def _earlier(told: Iterable[tuple[Sketch, Mapping[StoryId, Sequence[Sketch]]]]) -> dict[StoryId, StoryId]:
    found: dict[StoryId, StoryId] = {}
    for one, closed in told:
        earlier = group.earlier(one, [(each, story_id) for story_id, members in closed.items() for each in members])
        if earlier:
            found[StoryId(one.article_id)] = earlier
    return found


def found_by(one: Sketch) -> follows.Opened:
    """What is kept of the article that opens a story."""
    return follows.Opened(story_id=StoryId(one.article_id), opened_at=one.published_at, terms=terms(one))


def terms(one: Sketch) -> tuple[str, ...]:
    """What a story that this article opens is found by: heaviest stems of its language, rarest names and figures."""
    stems = (f"{one.language} {stem}" for stem in one.terms.names[:STEMS])
    return (*stems, *(f"* {key}" for key in one.keys.names[:KEYS]))


async def _closed(world: World, opening: Sequence[Sketch]) -> list[tuple[Sketch, dict[StoryId, list[Sketch]]]]:
    """For each the articles that stand for the closed stories with most in common, few of each; none that has none."""
    asked = [_asked(one) for one in opening]
    since_at, until_at = min(one.since_at for one in asked), max(one.until_at for one in asked)
    async with world.database.read() as connection:
        if not await follows.is_any_closed(connection, since_at=since_at, until_at=until_at):
            return []
        closed = await follows.closed(connection, asked, limit=LIKELY)
        shown = await follows.first_and_last(connection, {*chain.from_iterable(closed)}, each=group.MEMBERS - 1)
        told: dict[ArticleId, Sketch] = {}
        for batch in dialect.batches(chain.from_iterable(shown.values())):
            some = await articles.many(connection, batch)
            told.update(await asyncio.to_thread(_sketches, some))
    members = {story_id: [told[each] for each in ids] for story_id, ids in shown.items()}
    return [(one, {each: members[each] for each in ids}) for one, ids in zip(opening, closed, strict=True) if ids]


def _sketches(told: Iterable[Article]) -> dict[ArticleId, Sketch]:
    return {one.id: sketch.of(one) for one in told}


def _asked(one: Sketch) -> follows.Asked:
    until_at = one.published_at - group.OPEN_FOR
    return follows.Asked(terms=terms(one), since_at=until_at - group.FOLLOWED_FOR, until_at=until_at)
