"""The table of stories: which there are to choose from, newest first, and whole stories by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, Story, StoryId, TopicId
from bot.stages import choose, publishers
from bot.storage import articles, dialect
from bot.storage.tables import BELONGS, article, article_topic, story, summary


async def candidates(
    connection: AsyncConnection,
    *,
    topics: Iterable[TopicId] = (),
    ids: Iterable[StoryId] = (),
    after: int | None = None,
    arrived_since: datetime | None = None,
    reads: Iterable[str] = (),
    limit: int,
) -> tuple[choose.Candidate, ...]:
    """The newest stories, newest first, that have an article in one of the topics or are one of `ids` (neither: any),
    one in a language that is read (primary subtags; none: any), a publication number after `after`, and an article that
    arrived as news at `arrived_since` or later.
    """
    conditions = (
        _later(after, arrived_since),
        _about(tuple(topics), tuple(ids)),
        _read(tuple(reads)),
    )
    newest = (
        select(story.c.id, story.c.newest_at, story.c.number)
        .where(*chain.from_iterable(conditions))
        .order_by(story.c.newest_at.desc(), story.c.number.desc())
        .limit(limit)
    )
    found = (await connection.execute(newest)).all()
    some = tuple(row.id for row in found)
    told, about, facts = await _told(connection, some), await _topics(connection, some), await _facts(connection, some)
    return tuple(
        _candidate(row, told[row.id], topics=about.get(row.id, ()), fact_count=facts.get(row.id, 0)) for row in found
    )


async def of_articles(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[ArticleId, StoryId]:
    """The articles of these stories, each with the one it is in."""
    found: dict[ArticleId, StoryId] = {}
    for batch in dialect.batches(ids):
        rows = await connection.execute(select(article.c.id, article.c.story_id).where(article.c.story_id.in_(batch)))
        found.update({row.id: row.story_id for row in rows})
    return found


async def load(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[StoryId, Story]:
    """Whole stories, their articles oldest first, by id within a moment, whichever arrived first; ids that are not
    stored are left out."""
    loaded: dict[StoryId, Story] = {}
    for batch in dialect.batches(ids):
        rows = await connection.execute(
            select(article.c.story_id, *articles.COLUMNS)
            .where(article.c.story_id.in_(batch))
            .order_by(article.c.story_id, article.c.published_at, article.c.id)
        )
        loaded.update(articles.told(rows))
    return loaded


async def named(connection: AsyncConnection, name: str) -> StoryId | None:
    """The story of this id, or the one that the article of this id is in now; None for neither."""
    found = await connection.execute(select(article.c.story_id).where(article.c.story_id == name).limit(1))
    mine = select(article.c.story_id).where(article.c.id == name)
    return found.scalar_one_or_none() or (await connection.execute(mine)).scalar_one_or_none()


async def now_named(connection: AsyncConnection, names: Iterable[StoryId]) -> dict[StoryId, StoryId]:
    """As `named` for many; those that are not stored are left out. A story is named after one of its articles."""
    found = await stories_of(connection, [ArticleId(name) for name in names])
    return {StoryId(article_id): story_id for article_id, story_id in found.items()}


async def stories_of(connection: AsyncConnection, ids: Iterable[ArticleId]) -> dict[ArticleId, StoryId]:
    """The story that each of these articles is in, if it is stored."""
    found: dict[ArticleId, StoryId] = {}
    for batch in dialect.batches(ids):
        rows = await connection.execute(select(article.c.id, article.c.story_id).where(article.c.id.in_(batch)))
        found.update({row.id: row.story_id for row in rows})
    return found


async def newest_number(connection: AsyncConnection) -> int:
    """The highest publication number so far, 0 before the first."""
    return (await connection.execute(select(func.max(article.c.number)))).scalar_one() or 0


async def number_before(connection: AsyncConnection, at: datetime) -> int:
    """The highest publication number of the articles that arrived before a moment, 0 when none did."""
    last = select(article.c.number).where(article.c.arrived_at < at).order_by(article.c.number.desc()).limit(1)
    return (await connection.execute(last)).scalar_one_or_none() or 0


def _with_article(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(article.c.story_id == story.c.id, *conditions)


def _later(after: int | None, arrived_since: datetime | None) -> Iterator[ColumnElement[bool]]:
    if after is not None:
        yield story.c.number > after
    if arrived_since is not None:
        yield _with_article(article.c.arrived_at >= arrived_since, article.c.is_news == true())


def _about(topics: tuple[TopicId, ...], ids: tuple[StoryId, ...]) -> Iterator[ColumnElement[bool]]:
    one_of = article_topic.c.topic.in_(topics) & (article_topic.c.score >= BELONGS)
    about = _with_article(article_topic.c.article_id == article.c.id, one_of)
    if topics or ids:
        yield or_(*([about] if topics else []), *([story.c.id.in_(ids)] if ids else []))


def _read(reads: tuple[str, ...]) -> Iterator[ColumnElement[bool]]:
    language = article.c.language
    if reads:
        variants = [language.startswith(f"{subtag}-", autoescape=True) for subtag in reads]
        yield _with_article(or_(language.in_(reads), *variants))


async def _told(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[StoryId, list[dialect.AnyRow]]:
    """In which languages, under which names and where each story is told."""
    told: dict[StoryId, list[dialect.AnyRow]] = {}
    for batch in dialect.batches(ids):
        columns = (article.c.story_id, article.c.language, article.c.source, article.c.url)
        rows = await connection.execute(select(*columns).where(article.c.story_id.in_(batch)))
        for row in rows:
            told.setdefault(row.story_id, []).append(row)
    return told


async def _topics(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[StoryId, tuple[TopicId, ...]]:
    """The topics that at least one article of each story belongs to, the surest first."""
    found: dict[StoryId, tuple[TopicId, ...]] = {}
    score = func.max(article_topic.c.score)
    for batch in dialect.batches(ids):
        rows = await connection.execute(
            select(article.c.story_id, article_topic.c.topic, score)
            .join(article_topic, article_topic.c.article_id == article.c.id)
            .where(article.c.story_id.in_(batch), article_topic.c.score >= BELONGS)
            .group_by(article.c.story_id, article_topic.c.topic)
            .order_by(article.c.story_id, score.desc(), article_topic.c.topic)
        )
        for row in rows:
            found[row.story_id] = (*found.get(row.story_id, ()), row.topic)
    return found


async def _facts(connection: AsyncConnection, ids: Iterable[StoryId]) -> dict[StoryId, int]:
    """How many facts the longest summary of each story has; a story that nothing was written of is left out."""
    found: dict[StoryId, int] = {}
    most = func.max(func.json_array_length(summary.c.facts))
    for batch in dialect.batches(ids):
        counted = select(summary.c.story_id, most).where(summary.c.story_id.in_(batch)).group_by(summary.c.story_id)
        found.update((row[0], row[1]) for row in await connection.execute(counted))
    return found


def _candidate(
    row: dialect.AnyRow, told: list[dialect.AnyRow], *, topics: tuple[TopicId, ...], fact_count: int
) -> choose.Candidate:
    voices = {(one.source, one.language.partition("-")[0]) for one in told}
    return choose.Candidate(
        story_id=row.id,
        topics=topics,
        languages=tuple(sorted({language for _, language in voices})),
        voices=tuple(sorted(voices)),
        source_count=publishers.count((one.source, one.url) for one in told),
        newest_at=row.newest_at,
        number=row.number,
        fact_count=fact_count,
    )
