"""The table of articles with their revisions and topics, and the step that publishes them.

Publication numbers are drawn from one locked row in the publishing transaction: whoever sees number n sees every
number below it, so a subscription's cursor never passes over an article that was not visible yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, ArticleId, Language, Revision, Story, StoryId, TopicScore
from bot.stages import indexed
from bot.storage import dialect, search
from bot.storage.tables import article, article_topic, counter, revision, story

COUNTER = "publication"
LOOKED_AT = 5_000  # articles among which the latest of a source are looked for
COLUMNS = (
    article.c.id,
    article.c.revision,
    article.c.url,
    article.c.title,
    article.c.text,
    article.c.language,
    article.c.published_at,
    article.c.source,
    article.c.picture,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An article with what the stages found out about it. One that is not news (it was there before its source was
    read for the first time) is stored, searched and shown like any, but opens no digest. `line` is what search finds
    it by (`indexed.line`), "" to have it made as it is stored."""

    article: Article
    topics: tuple[TopicScore, ...]
    story_id: StoryId
    is_news: bool = True
    line: str = ""


async def known(connection: AsyncConnection, ids: Iterable[ArticleId]) -> dict[ArticleId, Revision]:
    """The stored revision of each article that is stored."""
    found: dict[ArticleId, Revision] = {}
    for batch in dialect.batches(ids):
        rows = await connection.execute(select(article.c.id, article.c.revision).where(article.c.id.in_(batch)))
        found.update((row.id, row.revision) for row in rows)
    return found


async def publish(connection: AsyncConnection, news: Sequence[Publication], *, arrived_at: datetime) -> int:
    """Stores articles, their revisions, topics and stories in the given order; returns how many articles were new.

    A new article gets the next publication number. One that is stored with another revision is changed and keeps
    number, story, `arrived_at` and whether it is news; one that is stored as it is changes nothing. All are found by
    search from then on.
    """
    number = await lock(connection)
    stored = await known(connection, [one.article.id for one in news])
    changes = _changes(news, stored)
    latest = {one.article.id: one for one in changes}
    new = tuple(key for key in latest if key not in stored)
    first_told = {one.article.id: one.story_id for one in reversed(changes)}
    are_news = {one.article.id for one in changes if one.is_news}
    numbers = {key: place for place, key in enumerate(new, start=number + 1)}
    await _add_stories(connection, [(latest[key].article, first_told[key], numbers[key]) for key in new])
    await _add(
        connection,
        [
            _row(latest[key].article)
            | {
                "story_id": first_told[key],
                "number": numbers[key],
                "arrived_at": arrived_at,
                "is_news": key in are_news,
            }
            for key in new
        ],
    )
    await search.forget(connection, [key for key in latest if key in stored])
    await _correct(connection, [one.article for key, one in latest.items() if key in stored])
    await _keep_revisions(connection, changes, seen_at=arrived_at)
    await _set_topics(connection, latest)
    await search.add(connection, [_filed(one) for one in latest.values()])
    await _refresh_stories(connection, tuple(latest))
    if new:
        await connection.execute(update(counter).where(counter.c.name == COUNTER).values(value=number + len(new)))
    return len(new)


async def get(connection: AsyncConnection, article_id: ArticleId) -> Article | None:
    row = (await connection.execute(select(*COLUMNS).where(article.c.id == article_id))).first()
    return None if row is None else from_row(row)


async def recent(connection: AsyncConnection, *, since_at: datetime, until_at: datetime) -> tuple[Story, ...]:
    """Every story, whole, that was told between `since_at` and `until_at` (its newest article is not older, its first
    not younger), the one opened first before."""
    found = await connection.execute(
        select(article.c.story_id, *COLUMNS)
        .join(story, story.c.id == article.c.story_id)
        .where(story.c.newest_at >= since_at, story.c.opened_at <= until_at)
        .order_by(story.c.opened_at, story.c.id, article.c.published_at, article.c.number)
    )
    return tuple(told(found.all()).values())


async def many(connection: AsyncConnection, ids: Sequence[ArticleId]) -> tuple[Article, ...]:
    """Those of at most 500 articles that are stored."""
    found = await connection.execute(select(*COLUMNS).where(article.c.id.in_(ids)))
    return tuple(from_row(row) for row in found)


async def latest_of(
    connection: AsyncConnection, sources: Iterable[str], *, limit: int
) -> list[tuple[Article, StoryId]]:
    """The last `limit` articles of each source with their stories, in the order in which they were published; those
    of a source that are not among the last 5,000 of all are left out."""
    found: list[tuple[Article, StoryId]] = []
    newest = (await connection.execute(select(func.max(article.c.number)))).scalar_one() or 0
    for batch in dialect.batches(sources):
        place = func.row_number().over(partition_by=article.c.source, order_by=article.c.number.desc()).label("place")
        last = (
            select(article.c.id, place)
            .where(article.c.number > newest - LOOKED_AT, article.c.source.in_(batch))
            .subquery()
        )
        rows = await connection.execute(
            select(article.c.story_id, *COLUMNS)
            .join(last, last.c.id == article.c.id)
            .where(last.c.place <= limit)
            .order_by(article.c.number)
        )
        found.extend((from_row(row), row.story_id) for row in rows)
    return found


def told(rows: Iterable[dialect.AnyRow]) -> dict[StoryId, Story]:
    """Stories from rows of `story_id` and `COLUMNS`, in the order of the rows."""
    articles: dict[StoryId, list[Article]] = {}
    for row in rows:
        articles.setdefault(row.story_id, []).append(from_row(row))
    return {key: Story(id=key, articles=tuple(members)) for key, members in articles.items()}


def from_row(row: dialect.AnyRow) -> Article:
    return Article(
        id=row.id,
        revision=row.revision,
        url=row.url,
        title=row.title,
        text=row.text,
        language=Language(row.language),
        published_at=row.published_at,
        source=row.source,
        picture=row.picture,
    )


async def lock(connection: AsyncConnection) -> int:
    """The highest number given so far; whoever else publishes waits here until this transaction is over."""
    last = select(counter.c.value).where(counter.c.name == COUNTER).with_for_update()
    return int((await connection.execute(last)).scalar_one())


def _changes(news: Iterable[Publication], stored: Mapping[ArticleId, Revision]) -> list[Publication]:
    """Those that differ from what is stored, or from what came before them in the same list."""
    current = dict(stored)
    changes = []
    for one in news:
        if current.get(one.article.id) != one.article.revision:
            current[one.article.id] = one.article.revision
            changes.append(one)
    return changes


def _row(one: Article) -> dict[str, object]:
    return {column.name: getattr(one, column.name) for column in COLUMNS}


def _filed(one: Publication) -> search.Filed:
    return search.Filed(article=one.article, topics=one.topics, line=one.line or indexed.line(one.article))


async def _add_stories(connection: AsyncConnection, told_by: Sequence[tuple[Article, StoryId, int]]) -> None:
    rows = [
        {"id": story_id, "opened_at": one.published_at, "newest_at": one.published_at, "number": number}
        for one, story_id, number in told_by
    ]
    if rows:
        await connection.execute(dialect.insert(connection, story).on_conflict_do_nothing(), rows)


async def _add(connection: AsyncConnection, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        await connection.execute(article.insert(), rows)


async def _correct(connection: AsyncConnection, corrected: Sequence[Article]) -> None:
    rows = [{f"new_{name}": value for name, value in _row(one).items()} for one in corrected]
    if rows:
        values: dict[str, Any] = {
            column.name: bindparam(f"new_{column.name}") for column in COLUMNS if column is not article.c.id
        }
        await connection.execute(update(article).where(article.c.id == bindparam("new_id")).values(values), rows)


async def _keep_revisions(connection: AsyncConnection, changes: Iterable[Publication], *, seen_at: datetime) -> None:
    rows = [
        {
            "article_id": one.article.id,
            "revision": one.article.revision,
            "title": one.article.title,
            "text": one.article.text,
            "seen_at": seen_at,
        }
        for one in changes
    ]
    if rows:
        await connection.execute(dialect.insert(connection, revision).on_conflict_do_nothing(), rows)


async def _set_topics(connection: AsyncConnection, latest: Mapping[ArticleId, Publication]) -> None:
    for batch in dialect.batches(latest):
        await connection.execute(delete(article_topic).where(article_topic.c.article_id.in_(batch)))
    rows = [
        {"article_id": key, "topic": score.topic, "score": score.score}
        for key, one in latest.items()
        for score in one.topics
    ]
    if rows:
        await connection.execute(article_topic.insert(), rows)


async def _refresh_stories(connection: AsyncConnection, ids: Sequence[ArticleId]) -> None:
    for batch in dialect.batches(ids):
        touched = await connection.execute(select(article.c.story_id).where(article.c.id.in_(batch)).distinct())
        await refresh_stories(connection, touched.scalars())


async def refresh_stories(connection: AsyncConnection, ids: Iterable[StoryId]) -> None:
    """A story's times and number follow from its articles, counted anew where one of them has changed. The number is
    that of its latest news, 0 where none of its articles is: no cursor is below it."""
    for touched in dialect.batches(ids):
        of_story = article.alias("of_story")
        mine = of_story.c.story_id == story.c.id
        values = {
            "opened_at": select(func.min(of_story.c.published_at)).where(mine).scalar_subquery(),
            "newest_at": select(func.max(of_story.c.published_at)).where(mine).scalar_subquery(),
            "number": select(func.coalesce(func.max(of_story.c.number), 0))
            .where(mine, of_story.c.is_news == true())
            .scalar_subquery(),
        }
        await connection.execute(update(story).where(story.c.id.in_(touched)).values(values))
