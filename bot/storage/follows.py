"""Which closed story a new one follows up: the terms that stories are found by, and the link.

Terms are looked up one by one, and of each only the latest stories, so an article costs the same however many are
stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain as chained
from typing import Any

from sqlalchemy import CompoundSelect, bindparam, func, or_, select, union_all, update
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a closed story is looked for by, and the time in which it had its last article, without `until_at`."""

    terms: tuple[str, ...]
    since_at: datetime
    until_at: datetime


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


async def closed(connection: AsyncConnection, asked: Sequence[Asked], *, limit: int) -> list[tuple[StoryId, ...]]:
    """For each at most `limit` stories with terms in common, most first, that had their last article in its time."""
    shared = [await _shared(connection, one) for one in asked]
    newest_at: dict[StoryId, datetime] = {}
    for batch in dialect.batches(dict.fromkeys(chained.from_iterable(shared))):
        rows = await connection.execute(select(story.c.id, story.c.newest_at).where(story.c.id.in_(batch)))
        newest_at.update((row.id, row.newest_at) for row in rows)
    return [
        tuple(each for each in likely if each in newest_at and newest_at[each] < one.until_at)[:limit]
        for one, likely in zip(asked, shared, strict=True)
    ]


async def _shared(connection: AsyncConnection, asked: Asked) -> list[StoryId]:
    """The stories with enough terms in common, most first."""
    terms = tuple(dict.fromkeys(asked.terms))
    if len(terms) < SHARED:
        return []
    named = {f"term_{at}": term for at, term in enumerate(terms)}
    times = {"since_at": asked.since_at, "until_at": asked.until_at}
    rows = await connection.execute(_looked_up(len(terms)), {**named, **times})
    counts: Counter[StoryId] = Counter(row[0] for row in rows)
    return sorted((each for each, count in counts.items() if count >= SHARED), key=lambda each: (-counts[each], each))


@cache
def _looked_up(count: int) -> CompoundSelect[tuple[Any]]:
    """The latest stories of so many terms; made once, because making it takes longer than asking."""
    since_at, until_at = (bindparam(name, type_=dialect.Instant) for name in ("since_at", "until_at"))
    parts = [
        select(
            select(story_term.c.story_id)
            .where(story_term.c.term == bindparam(f"term_{at}"))
            .where(story_term.c.opened_at < until_at, story_term.c.opened_at >= since_at)
            .order_by(story_term.c.opened_at.desc())
            .limit(LOOKED_AT)
            .subquery()
        )
        for at in range(count)
    ]
    return union_all(*parts)


async def first_and_last(
    connection: AsyncConnection, ids: Iterable[StoryId], *, each: int
) -> dict[StoryId, tuple[ArticleId, ...]]:
    """Of each story the article that opened it and the `each` latest, oldest first."""
    found: dict[StoryId, tuple[ArticleId, ...]] = {}
    age = (article.c.published_at, article.c.id)
    first = func.row_number().over(partition_by=article.c.story_id, order_by=age)
    last = func.row_number().over(partition_by=article.c.story_id, order_by=[column.desc() for column in age])
    columns = (article.c.story_id, article.c.id, first.label("first"), last.label("last"))
    for batch in dialect.batches(ids):
        placed = select(*columns).where(article.c.story_id.in_(batch)).subquery()
        shown = select(placed.c.story_id, placed.c.id).where(or_(placed.c.first == 1, placed.c.last <= each))
        for row in await connection.execute(shown.order_by(placed.c.story_id, placed.c.first)):
            found[row.story_id] = (*found.get(row.story_id, ()), row.id)
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
