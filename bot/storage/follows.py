"""Which closed story a new one follows up: the terms that stories are found by, and the link.

Terms are looked up one by one, and of each only the latest stories, so an article costs the same however many are
stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, StoryId
from bot.storage import dialect
from bot.storage.tables import article, story, story_term

LOOKED_AT = 30
"""Of each term, the latest stories."""

CHAIN = 9
"""So many earlier stories are named at most."""

SHARED = 3
"""So many terms must be common to both, of those that are kept of a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A story, when the article that it is named after was published, and what it is found by."""

    story_id: StoryId
    opened_at: datetime
    terms: tuple[str, ...]


async def keep(connection: AsyncConnection, opened: Iterable[Opened]) -> None:
    """Remembers what stories are found by."""
    rows = [
        {"term": term, "opened_at": one.opened_at, "story_id": one.story_id}
        for one in opened
        for term in dict.fromkeys(one.terms)
    ]
    if rows:
        await connection.execute(dialect.insert(connection, story_term).on_conflict_do_nothing(), rows)


async def is_any_closed(connection: AsyncConnection, *, since_at: datetime, until_at: datetime) -> bool:
    """Whether any story had its last article between the two."""
    found = select(story.c.id).where(story.c.newest_at >= since_at, story.c.newest_at < until_at).limit(1)
    return (await connection.execute(found)).first() is not None


async def closed(
    connection: AsyncConnection, terms: Sequence[str], *, since_at: datetime, until_at: datetime, limit: int
) -> tuple[StoryId, ...]:
    """At most `limit` stories with terms in common, most first, that had their last article between the two."""
    parts = [
        select(
            select(story_term.c.story_id)
            .where(story_term.c.term == term, story_term.c.opened_at < until_at, story_term.c.opened_at >= since_at)
            .order_by(story_term.c.opened_at.desc())
            .limit(LOOKED_AT)
            .subquery()
        )
        for term in dict.fromkeys(terms)
    ]
    if len(parts) < SHARED:
        return ()
    counts = Counter((await connection.execute(union_all(*parts))).scalars())
    likely = sorted((-count, story_id) for story_id, count in counts.items() if count >= SHARED)
    ids = [story_id for _, story_id in likely]
    still = select(story.c.id).where(story.c.id.in_(ids[: dialect.BATCH]), story.c.newest_at < until_at)
    are_closed = set((await connection.execute(still)).scalars()) if ids else set()
    return tuple(story_id for story_id in ids if story_id in are_closed)[:limit]


async def first_and_last(
    connection: AsyncConnection, ids: Sequence[StoryId], *, each: int
) -> dict[StoryId, tuple[ArticleId, ...]]:
    """Of each story the article that opened it and the `each` latest, oldest first."""
    found: dict[StoryId, tuple[ArticleId, ...]] = {}
    for story_id in ids:
        mine = select(article.c.id).where(article.c.story_id == story_id)
        first = mine.order_by(article.c.published_at, article.c.id).limit(1)
        last = mine.order_by(article.c.published_at.desc(), article.c.id.desc()).limit(each)
        latest = (await connection.execute(last)).scalars().all()[::-1]
        opened = (await connection.execute(first)).scalars().all()
        found[story_id] = tuple(dict.fromkeys((*opened, *latest)))
    return found


async def link(connection: AsyncConnection, links: Mapping[StoryId, StoryId]) -> None:
    """Stores which story each follows up, where none is stored."""
    for story_id, earlier_id in sorted(links.items()):
        unlinked = update(story).where(story.c.id == story_id, story.c.earlier_id.is_(None))
        await connection.execute(unlinked.values(earlier_id=earlier_id))


async def earlier(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[StoryId, StoryId]:
    """The story that each of these follows up, where there is one."""
    found: dict[StoryId, StoryId] = {}
    for batch in dialect.batches(ids):
        rows = await connection.execute(
            select(story.c.id, story.c.earlier_id).where(story.c.id.in_(batch), story.c.earlier_id.is_not(None))
        )
        found.update((row.id, row.earlier_id) for row in rows)
    return found


async def chain(connection: AsyncConnection, story_id: StoryId) -> tuple[StoryId, ...]:
    """The story that this one follows up, the one before that, and so on, few of them."""
    found: list[StoryId] = []
    while len(found) < CHAIN:
        before = (await earlier(connection, [story_id])).get(story_id)
        if before is None or before in found:
            break
        found.append(before)
        story_id = before
    return tuple(found)
