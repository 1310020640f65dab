"""Votes of chats: cast, undone, and turned into what they make of the stories that a digest is chosen from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Chat, ChatId, StoryId
from bot.stages import choose, taste
from bot.storage import stories, votes
from bot.storage.dialect import Connection
from bot.world import World

UNKNOWN = taste.Traits()


class Tastes:
    """The tastes of chats; what stories are like is read once."""

    def __init__(self) -> None:
        self._traits: dict[StoryId, taste.Traits] = {}

    async def of(self, connection: Connection, chat_ids: Iterable[ChatId]) -> dict[ChatId, taste.Taste]:
        """Those of the chats that have voted."""
        cast = await votes.of_chats(connection, chat_ids)
        await self._read(connection, {story_id for some in cast.values() for story_id, _ in some})
        return {
            chat_id: taste.of((self._traits.get(story_id, UNKNOWN), value) for story_id, value in some)
            for chat_id, some in cast.items()
        }

    async def leaning(
        self, connection: Connection, candidates: Sequence[choose.Candidate], of: taste.Taste
    ) -> list[choose.Candidate]:
        """The candidates, each with what that taste makes of it."""
        await self._read(connection, {one.story_id for one in candidates})
        scale = taste.Scale(of)
        return [replace(one, leaning=scale.leaning(self._traits.get(one.story_id, UNKNOWN))) for one in candidates]

    async def _read(self, connection: Connection, ids: set[StoryId]) -> None:
        missing = ids - self._traits.keys()
        if missing:
            self._traits |= dict.fromkeys(missing, UNKNOWN) | await votes.traits(connection, missing)


async def vote(world: World, chat: Chat, story_id: StoryId, value: int, *, now_at: datetime) -> int | None:
    """Casts a vote, 1 or -1; the same again takes it back. Returns what holds now (0: no vote), None for a story that
    is not stored."""
    async with world.database.effect() as connection:
        named = await stories.named(connection, story_id)
        if named is None:
            return None
        names = [one for one, of in (await stories.of_articles(connection, [named])).items() if of == named]
        before = await votes.on(connection, chat.id, [StoryId(one) for one in names])
        for name in before.keys() - {named}:  # cast when the story had another name
            await votes.cast(connection, chat.id, name, 0, now_at=now_at)
        now = 0 if value in before.values() else value
        await votes.cast(connection, chat.id, named, now, now_at=now_at)
    return now


async def cast(world: World, chat: Chat, ids: Sequence[StoryId]) -> dict[StoryId, int]:
    """The chat's votes on these stories, which may be called by older names."""
    async with world.database.read() as connection:
        named = await stories.now_named(connection, ids)
        mine = (await votes.of_chats(connection, [chat.id])).get(chat.id, [])
    values = dict(mine)
    return {one: values[named[one]] for one in ids if named.get(one) in values}


async def reset(world: World, chat: Chat) -> int:
    """Undoes all votes of a chat; returns how many there were."""
    async with world.database.effect() as connection:
        return await votes.reset(connection, chat.id)


async def traits(world: World, story_id: StoryId) -> taste.Traits:
    """What a story is like; nothing of one that is not stored."""
    async with world.database.read() as connection:
        return (await votes.traits(connection, [story_id])).get(story_id, UNKNOWN)
