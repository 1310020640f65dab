"""What operators do about a wrong grouping: a story is shown, split, joined with another; what was mended stays so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import following, telling
from bot.errors import RefusedEntry, UserError
from bot.model import ArticleId, Story, StoryId, Summary
from bot.stages import clean, joining, sketch
from bot.storage import articles as stored
from bot.storage import follows, grouping, stories
from bot.storage.grouping import Member
from bot.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A story with everything that is known of it: why each article is in it, and which of them somebody put there;
    the stories that it follows, the latest first, each with a headline."""

    story: Story
    joined: tuple[joining.Joined, ...]
    fixed: frozenset[ArticleId]
    earlier: tuple[tuple[StoryId, str], ...]
    summaries: tuple[Summary, ...]


async def show(world: World, typed: str, *, now_at: datetime) -> Shown:
    """The story of this id, or of the article of this id or address. Raises UserError when there is none."""
    async with world.database.read() as connection:
        story_id = _known(await stories.named(connection, _id(typed)), typed)
        members = await grouping.members_of(connection, [story_id])
        before = await follows.chain(connection, story_id)
    told = await telling.told(world, [story_id, *before], now_at=now_at)
    story = told.stories[story_id]
    return Shown(
        story=story,
        joined=await asyncio.to_thread(joining.why, story.articles),
        fixed=frozenset(one.article_id for one in members if one.is_fixed),
        earlier=tuple((each, _headline(told, each)) for each in before if each in told.stories),
        summaries=told.summaries[story_id],
    )


async def split(world: World, typed: str, articles: Sequence[str], *, now_at: datetime) -> tuple[Story, Story]:
    """Takes articles out of a story, together into one of their own, for good; returns both, what is left first.

    The part with the article that the story is named after keeps its name. Raises UserError.
    """
    async with world.database.write() as connection:
        await stored.lock(connection)
        story_id = _known(await stories.named(connection, _id(typed)), typed)
        members = await grouping.members_of(connection, [story_id])
        out = {_member(one, members, story_id) for one in articles}
        rest = [one.article_id for one in members if one.article_id not in out]
        if not rest:
            raise UserError("These are all articles of the story: leave at least one in it.")
        parted = [one.article_id for one in members if one.article_id in out]
        moving = rest if ArticleId(story_id) in out else parted
        new_id = StoryId(moving[0])
        await grouping.move(connection, dict.fromkeys(moving, new_id), fixed=(*rest, *parted))
        opening = await stored.many(connection, [moving[0]])
        await follows.keep(connection, [following.found_by(sketch.of(one)) for one in opening])
    left, new = (story_id, new_id) if moving is parted else (new_id, story_id)
    told = await telling.told(world, [left, new], now_at=now_at)
    return told.stories[left], told.stories[new]


async def join(world: World, typed: str, other: str, *, now_at: datetime) -> Story:
    """Makes two stories one, for good, under the name of the one that opened first. Raises UserError."""
    async with world.database.write() as connection:
        await stored.lock(connection)
        ids = [_known(await stories.named(connection, _id(one)), one) for one in (typed, other)]
        if ids[0] == ids[1]:
            raise UserError("This is one story already: {story}", story=ids[0])
        members = await grouping.members_of(connection, ids)
        kept = members[0].story_id
        moves = {one.article_id: kept for one in members if one.story_id != kept}
        await grouping.move(connection, moves, fixed=[one.article_id for one in members])
    told = await telling.told(world, [kept], now_at=now_at)
    return told.stories[kept]


def _id(typed: str) -> str:
    """An id as it is; of an address the id of its article, "" for one that cannot be read."""
    plain = typed.strip()
    if "://" not in plain:
        return plain.casefold()
    try:
        return clean.article_id(plain)
    except RefusedEntry:
        return ""


def _known(found: StoryId | None, typed: str) -> StoryId:
    if found is None:
        raise UserError("There is no story or article “{typed}”.", typed=typed.strip()[:80])
    return found


def _member(typed: str, members: Sequence[Member], story_id: StoryId) -> ArticleId:
    article_id = ArticleId(_id(typed))
    if article_id not in {one.article_id for one in members}:
        raise UserError("The article “{typed}” is not in the story {story}.", typed=typed.strip()[:80], story=story_id)
    return article_id


def _headline(told: telling.Told, story_id: StoryId) -> str:
    return next((one.headline for one in told.summaries[story_id]), "")
