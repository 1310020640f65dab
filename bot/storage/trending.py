"""What is counted of stories to say what rises: terms of five weeks, stories by topic and hour of two, and the titles
of those that rise. Counted once an hour, however many ask."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, case, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Language, StoryId, TopicId
from bot.stages import trends
from bot.storage import dialect, stories
from bot.storage.database import Database
from bot.storage.tables import BELONGS, article, article_topic, story, story_term

WEEK = timedelta(days=7)
RISING = 40  # terms whose titles are read: many fall together, and some are in languages that nobody here reads
STORIES = 30  # of each, the latest
TITLE_CHARS = 200
GROWN = 1.1  # so many times as many articles as when it was counted, and it is counted again within the hour
_HOUR = 3_600_000_000  # microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """As of `at`: how many stories were opened in the week before it and in the four before that, those by topic and
    hour, the terms that rise with the titles they stand in. `number` is the highest publication number of then."""

    at: datetime
    number: int
    of_now: int
    of_before: int
    hours: tuple[tuple[TopicId, datetime, int], ...]
    rising: tuple[trends.Count, ...]
    told: tuple[trends.Told, ...]


class Kept:
    """What was counted last; others who ask meanwhile wait for it."""

    def __init__(self) -> None:
        self._counted: Counted | None = None
        self._turn = asyncio.Lock()

    async def at(self, database: Database, now_at: datetime) -> Counted:
        """What was counted in the hour that `now_at` is in."""
        async with self._turn, database.read() as connection:
            number = await stories.newest_number(connection)
            kept = self._counted
            if kept is None or trends.hour(kept.at) != trends.hour(now_at) or number > GROWN * kept.number:
                kept = self._counted = await counted(connection, now_at, number=number)
            return kept


async def counted(connection: AsyncConnection, now_at: datetime, *, number: int) -> Counted:
    """Everything up to that moment."""
    week_at = now_at - WEEK
    since_at = week_at - trends.WEEKS_BEFORE * WEEK
    of_now, of_before = await _many(connection, since_at, week_at=week_at, now_at=now_at)
    counts = await _terms(connection, since_at, week_at=week_at, now_at=now_at)
    rising = trends.rising(counts, of_now=of_now, of_before=of_before, limit=RISING)
    return Counted(
        at=now_at,
        number=number,
        of_now=of_now,
        of_before=of_before,
        hours=await _hours(connection, now_at - 2 * WEEK - timedelta(days=1), now_at=now_at),
        rising=rising,
        told=await _titles(connection, rising, week_at=week_at),
    )


async def _many(
    connection: AsyncConnection, since_at: datetime, *, week_at: datetime, now_at: datetime
) -> tuple[int, int]:
    opened = story.c.opened_at
    # A story is not newer than its newest article: the first condition finds the index, the second decides.
    conditions = (story.c.newest_at >= since_at, opened >= since_at, opened <= now_at)
    row = (await connection.execute(select(_sum(opened >= week_at), _sum(opened < week_at)).where(*conditions))).one()
    return row[0] or 0, row[1] or 0


async def _terms(
    connection: AsyncConnection, since_at: datetime, *, week_at: datetime, now_at: datetime
) -> list[trends.Count]:
    opened = story_term.c.opened_at
    now, before = _sum(opened >= week_at), _sum(opened < week_at)
    rows = await connection.execute(
        select(story_term.c.term, now, before)
        .where(opened >= since_at, opened <= now_at)
        .group_by(story_term.c.term)
        .having(now >= trends.FEWEST)
    )
    return [trends.Count(term=term, now=now, before=before) for term, now, before in rows]


async def _hours(
    connection: AsyncConnection, since_at: datetime, *, now_at: datetime
) -> tuple[tuple[TopicId, datetime, int], ...]:
    opened = story.c.opened_at
    hour = (type_coerce(opened, BigInteger) // _HOUR).label("hour")
    about = (
        select(story.c.id, hour, article_topic.c.topic)
        .join(article, article.c.story_id == story.c.id)
        .join(article_topic, article_topic.c.article_id == article.c.id)
        .where(story.c.newest_at >= since_at, opened >= since_at, opened <= now_at)
        .where(article_topic.c.score >= BELONGS)
        .distinct()
        .subquery()
    )
    columns = (about.c.topic, about.c.hour)
    rows = await connection.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns))
    return tuple((TopicId(topic), dialect.EPOCH + timedelta(hours=at), many) for topic, at, many in rows)


async def _titles(
    connection: AsyncConnection, rising: Sequence[trends.Count], *, week_at: datetime
) -> tuple[trends.Told, ...]:
    """The titles in all languages of the latest stories of each term; where there is none, how the text begins."""
    place = func.row_number().over(partition_by=story_term.c.term, order_by=story_term.c.opened_at.desc())
    latest = (
        select(story_term.c.term, story_term.c.story_id, place.label("place"))
        .where(story_term.c.term.in_([one.term for one in rising]), story_term.c.opened_at >= week_at)
        .subquery()
    )
    title = case((article.c.title != "", article.c.title), else_=func.substr(article.c.text, 1, TITLE_CHARS))
    rows = await connection.execute(
        select(latest.c.term, latest.c.story_id, article.c.language, title)
        .join(article, article.c.story_id == latest.c.story_id)
        .where(latest.c.place <= STORIES)
        .order_by(latest.c.term, latest.c.story_id, article.c.id)
    )
    return tuple(
        trends.Told(term=term, story_id=StoryId(story_id), language=Language(language), title=said)
        for term, story_id, language, said in rows
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
