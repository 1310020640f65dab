"""Articles that were taken down: the list of those that stay out, and the step that takes one out of all tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, StoryId
from bot.storage import articles, dialect, grouping, search
from bot.storage.tables import article, article_topic, hidden, revision, seen, story, story_term, summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """One that stays out: `url` is "" when it had none."""

    article_id: ArticleId
    url: str
    hidden_at: datetime


async def note(connection: AsyncConnection, one: Hidden) -> bool:
    """It stays out from now on; False when it does already."""
    insert = dialect.insert(connection, hidden).values(article_id=one.article_id, url=one.url, hidden_at=one.hidden_at)
    return (await connection.execute(insert.on_conflict_do_nothing())).rowcount == 1


async def allow(connection: AsyncConnection, article_id: ArticleId) -> bool:
    """It may come in again; False when it was not kept out."""
    return (await connection.execute(delete(hidden).where(hidden.c.article_id == article_id))).rowcount == 1


async def ids(connection: AsyncConnection) -> frozenset[ArticleId]:
    """All that stay out."""
    return frozenset((await connection.execute(select(hidden.c.article_id))).scalars())


async def listing(connection: AsyncConnection) -> tuple[Hidden, ...]:
    """The latest first."""
    rows = await connection.execute(select(hidden).order_by(hidden.c.hidden_at.desc(), hidden.c.article_id))
    return tuple(Hidden(article_id=row.article_id, url=row.url, hidden_at=row.hidden_at) for row in rows)


async def remove(connection: AsyncConnection, article_id: ArticleId) -> tuple[ArticleId, ...]:
    """Deletes a stored article with all its texts, its place in the index and what was written of its story; returns
    the other articles of that story, oldest first. If the story was named after it, it is now after the first of them.

    Whoever had decided on stories before decides again (`grouping.version`).
    """
    await articles.lock(connection)
    held = select(article.c.story_id).where(article.c.id == article_id)
    story_id = StoryId((await connection.execute(held)).scalar_one())
    members = await grouping.members_of(connection, [story_id])
    rest = tuple(one.article_id for one in members if one.article_id != article_id)
    is_named = story_id == StoryId(article_id)
    if rest and is_named:
        heir = StoryId(rest[0])
        await grouping.move(connection, dict.fromkeys(rest, heir))
        await _follow(connection, story_id, heir)
    await search.forget(connection, [article_id])
    for table in (seen, revision, article_topic):
        await connection.execute(delete(table).where(table.c.article_id == article_id))
    await connection.execute(delete(article).where(article.c.id == article_id))
    await connection.execute(delete(summary).where(summary.c.story_id == story_id))
    if rest and not is_named:
        await articles.refresh_stories(connection, [story_id])
    else:
        await _follow(connection, story_id, None)
        await connection.execute(delete(story_term).where(story_term.c.story_id == story_id))
        await connection.execute(delete(story).where(story.c.id == story_id))
    await grouping.changed(connection)
    return rest


async def _follow(connection: AsyncConnection, story_id: StoryId, heir: StoryId | None) -> None:
    """Stories that followed one follow its heir, or nothing."""
    await connection.execute(update(story).where(story.c.earlier_id == story_id).values(earlier_id=heir))
