"""The table of votes: what a chat thinks of stories, and what those stories are like."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ChatId, StoryId, TopicId
from bot.stages import taste
from bot.storage import dialect
from bot.storage.tables import BELONGS, article, article_topic, story_term, vote

COUNTED = 200  # of a chat, the latest: taste changes


async def cast(
    connection: AsyncConnection, chat_id: ChatId, story_id: StoryId, value: int, *, now_at: datetime
) -> None:
    """1 for the story, -1 against it, 0 takes the vote back."""
    if not value:
        await connection.execute(delete(vote).where(vote.c.chat_id == chat_id, vote.c.story_id == story_id))
        return
    row = {"chat_id": chat_id, "story_id": story_id, "value": value, "voted_at": now_at}
    insert = dialect.insert(connection, vote).values(row)
    again = {"value": value, "voted_at": now_at}
    await connection.execute(insert.on_conflict_do_update(index_elements=["chat_id", "story_id"], set_=again))


async def reset(connection: AsyncConnection, chat_id: ChatId) -> int:
    """Undoes all votes of a chat; returns how many."""
    return (await connection.execute(delete(vote).where(vote.c.chat_id == chat_id))).rowcount


async def on(connection: AsyncConnection, chat_id: ChatId, ids: Iterable[StoryId]) -> dict[StoryId, int]:
    """The chat's votes on these stories, under the names under which they were cast."""
    mine = select(vote.c.story_id, vote.c.value).where(vote.c.chat_id == chat_id, vote.c.story_id.in_(tuple(ids)))
    return {StoryId(row.story_id): row.value for row in await connection.execute(mine)}


async def of_chats(connection: AsyncConnection, chat_ids: Iterable[ChatId]) -> dict[ChatId, list[tuple[StoryId, int]]]:
    """The latest votes of each chat that has any, on stories as they are called now."""
    found: dict[ChatId, list[tuple[StoryId, int]]] = {}
    for some in dialect.batches(chat_ids):
        # A story bears the id of one of its articles, always: by that it is found when it has another name.
        rows = await connection.execute(
            select(vote.c.chat_id, vote.c.value, article.c.story_id)
            .join(article, article.c.id == vote.c.story_id)
            .where(vote.c.chat_id.in_(some))
            .order_by(vote.c.voted_at.desc(), vote.c.story_id)
        )
        for row in rows:
            votes = found.setdefault(ChatId(row.chat_id), [])
            if len(votes) < COUNTED:
                votes.append((StoryId(row.story_id), row.value))
    return found


async def traits(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[StoryId, taste.Traits]:
    """Topics, sources and terms of stories."""
    told: dict[StoryId, tuple[set[TopicId], set[str], set[str]]] = {}
    for some in dialect.batches(sorted(set(ids))):
        topics = (
            select(article.c.story_id, article_topic.c.topic)
            .join(article_topic, article_topic.c.article_id == article.c.id)
            .where(article_topic.c.score >= BELONGS, article.c.story_id.in_(some))
        )
        sources = select(article.c.story_id, article.c.source).where(article.c.story_id.in_(some))
        terms = select(story_term.c.story_id, story_term.c.term).where(story_term.c.story_id.in_(some))
        for place, statement in enumerate((topics, sources, terms)):
            for story_id, name in await connection.execute(statement):
                told.setdefault(StoryId(story_id), (set(), set(), set()))[place].add(name)
    return {
        story_id: taste.Traits(topics=tuple(sorted(one)), sources=tuple(sorted(two)), terms=tuple(sorted(three)))
        for story_id, (one, two, three) in told.items()
    }
