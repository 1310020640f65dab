"""Which article is in which story: read in a span of time, changed by those who decide again and by operators.

`version` changes with every move, so whoever decided on what they had read sees that it holds no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, StoryId
from bot.storage import articles, dialect
from bot.storage.tables import article, counter, story, story_term, summary

COUNTER = "grouping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article, its story, and whether somebody put it there."""

    article_id: ArticleId
    story_id: StoryId
    is_fixed: bool


async def version(connection: AsyncConnection) -> int:
    """How often articles were moved so far."""
    return int((await connection.execute(select(counter.c.value).where(counter.c.name == COUNTER))).scalar_one())


async def members(connection: AsyncConnection, *, since_at: datetime, until_at: datetime) -> tuple[Member, ...]:
    """The articles of every story that was told between the two, the oldest first (its newest article is not older
    than `since_at`, its first not younger than `until_at`)."""
    found = await connection.execute(
        select(article.c.id, article.c.story_id, article.c.is_fixed)
        .join(story, story.c.id == article.c.story_id)
        .where(story.c.newest_at >= since_at, story.c.opened_at <= until_at)
        .order_by(article.c.published_at, article.c.id)
    )
    return tuple(Member(article_id=row.id, story_id=row.story_id, is_fixed=row.is_fixed) for row in found)


async def members_of(connection: AsyncConnection, ids: Sequence[StoryId]) -> tuple[Member, ...]:
    """The articles of few stories, the oldest first."""
    found = await connection.execute(
        select(article.c.id, article.c.story_id, article.c.is_fixed)
        .where(article.c.story_id.in_(ids))
        .order_by(article.c.published_at, article.c.id)
    )
    return tuple(Member(article_id=row.id, story_id=row.story_id, is_fixed=row.is_fixed) for row in found)


async def move(
    connection: AsyncConnection, moves: Mapping[ArticleId, StoryId], *, fixed: Iterable[ArticleId] = ()
) -> None:
    """Puts stored articles into other stories, new ones if need be; a story that is left without articles is no more,
    and stories that followed it follow the one that has its first article. `fixed` articles stay from now on."""
    await articles.lock(connection)
    left = await _of(connection, moves)
    await _open(connection, moves)
    rows = [{"moved": article_id, "into": story_id} for article_id, story_id in sorted(moves.items())]
    if rows:
        into: dict[str, Any] = {"story_id": bindparam("into")}
        await connection.execute(update(article).where(article.c.id == bindparam("moved")).values(into), rows)
        await _close(connection, left - {*moves.values()})
        await articles.refresh_stories(connection, sorted({*left, *moves.values()}))
        itself = update(story).where(story.c.earlier_id == story.c.id)
        await connection.execute(itself.where(story.c.id.in_(sorted(set(moves.values())))).values(earlier_id=None))
        await connection.execute(update(counter).where(counter.c.name == COUNTER).values(value=counter.c.value + 1))
    for batch in dialect.batches(fixed):
        await connection.execute(update(article).where(article.c.id.in_(batch)).values(is_fixed=True))


async def _of(connection: AsyncConnection, ids: Iterable[ArticleId]) -> set[StoryId]:
    found: set[StoryId] = set()
    for batch in dialect.batches(ids):
        found.update((await connection.execute(select(article.c.story_id).where(article.c.id.in_(batch)))).scalars())
    return found


async def _open(connection: AsyncConnection, moves: Mapping[ArticleId, StoryId]) -> None:
    """A row for every story that something moves into; its times and number are counted afterwards."""
    for batch in dialect.batches(sorted(moves)):
        found = await connection.execute(
            select(article.c.id, article.c.published_at, article.c.number).where(article.c.id.in_(batch))
        )
        rows = [
            {"id": moves[one.id], "opened_at": one.published_at, "newest_at": one.published_at, "number": one.number}
            for one in found
        ]
        if rows:
            await connection.execute(dialect.insert(connection, story).on_conflict_do_nothing(), rows)


async def _close(connection: AsyncConnection, ids: Iterable[StoryId]) -> None:
    for batch in dialect.batches(sorted(ids)):
        is_empty = ~exists().where(article.c.story_id == story.c.id)
        empty = (await connection.execute(select(story.c.id).where(story.c.id.in_(batch), is_empty))).scalars().all()
        for gone in empty:
            heir = select(article.c.story_id).where(article.c.id == gone).scalar_subquery()
            await connection.execute(update(story).where(story.c.earlier_id == gone).values(earlier_id=heir))
        for table in (summary, story_term):
            await connection.execute(delete(table).where(table.c.story_id.in_(empty)))
        await connection.execute(delete(story).where(story.c.id.in_(empty)))
