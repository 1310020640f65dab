"""A story that opens and follows up a closed one: found by what it says most, decided by likeness."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.model import StoryId
from bot.stages import group, sketch
from bot.stages.sketch import Sketch
from bot.storage import articles, follows
from bot.world import World

LIKELY = 5  # closed stories whose articles are read for one that opens
STEMS, KEYS = 5, 4  # of the article that opens a story, kept to find it by


async def links(world: World, opening: Sequence[Sketch]) -> dict[StoryId, StoryId]:
    """For stories that open, each told by its first article, the closed ones that they follow up."""
    if not opening:
        return {}
    found: dict[StoryId, StoryId] = {}
    times = [one.published_at for one in opening]
    since_at, until_at = min(times) - group.FOLLOWED_FOR, max(times) - group.OPEN_FOR
    async with world.database.read() as connection:
        is_any = await follows.is_any_closed(connection, since_at=since_at, until_at=until_at)
    for one in opening if is_any else ():
        told = await _closed(world, one)
        earlier = await asyncio.to_thread(group.earlier, one, told) if told else None
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


async def _closed(world: World, one: Sketch) -> list[tuple[Sketch, StoryId]]:
    """The articles that stand for the closed stories with most in common, few of each."""
    until_at = one.published_at - group.OPEN_FOR
    async with world.database.read() as connection:
        ids = await follows.closed(
            connection, terms(one), since_at=until_at - group.FOLLOWED_FOR, until_at=until_at, limit=LIKELY
        )
        shown = await follows.first_and_last(connection, ids, each=group.MEMBERS - 1)
        story_of = {article_id: story_id for story_id, members in shown.items() for article_id in members}
        told = await articles.many(connection, tuple(story_of)) if story_of else ()
    sketches = await asyncio.to_thread(lambda: [sketch.of(article) for article in told])
    return [(each, story_of[each.article_id]) for each in sketches]
