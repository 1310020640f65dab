"""Which article is in which story: read in a span of time, changed by those who decide again and by operators.

`version` changes with every move, so whoever decided on what they had read sees that it holds no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, StoryId
from bot.storage import articles, dialect
from bot.storage.tables import article, counter, story, story_term, summary

COUNTER = "grouping"
LONG = timedelta(days=30)  # stories that went on for longer after an old article are not looked for when it arrives


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article, its story, and whether somebody put it there."""

    article_id: ArticleId
    story_id: StoryId
    is_fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How often articles were moved, and the highest publication number."""

    version: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From one moment to another, both included."""

    since_at: datetime
    until_at: datetime


@dataclass(slots=True)
class View:
    """What a process knows of the stored articles: all of a stretch, for as long as the state is the same; and which of
    them somebody put where they are. So it need not ask for thousands of open articles with each that arrives."""

    state: State | None = None
    stretch: Stretch | None = None
    fixed: set[ArticleId] = field(default_factory=set)

    def published(self, count: int, *, is_moved: bool) -> None:
        """The process itself has published so many, and moved some or none."""
        if self.state is not None:
            self.state = State(version=self.state.version + is_moved, number=self.state.number + count)

    def close(self, before: datetime) -> None:
        """It has forgotten the stories whose latest article was published earlier than that."""
        if self.stretch is not None:
            self.stretch = replace(self.stretch, since_at=max(self.stretch.since_at, before))

    def forget(self) -> None:
        """It is no longer sure of anything."""
        self.state = None


async def version(connection: AsyncConnection) -> int:
    """How often articles were moved so far."""
    return (await state(connection)).version


async def state(connection: AsyncConnection) -> State:
    """What has changed whenever an article was published or moved, by whichever process."""
    wanted = select(counter.c.name, counter.c.value).where(counter.c.name.in_((COUNTER, articles.COUNTER)))
    found = {row.name: int(row.value) for row in await connection.execute(wanted)}
    return State(version=found[COUNTER], number=found[articles.COUNTER])


async def members(connection: AsyncConnection, told: Stretch) -> tuple[Member, ...]:
    """The articles of every story that was told in the stretch, the oldest first (its newest article is not older, its
    first not younger); but of stories that went on for long after it none, so that one old article among the news does
    not make all later ones be read."""
    since_at, until_at = told.since_at, told.until_at
    newest = story.c.newest_at.between(since_at, until_at + LONG)
    return await _members(connection, newest, story.c.opened_at <= until_at)


async def unseen(connection: AsyncConnection, view: View, told: Stretch) -> tuple[Member, ...]:
    """As `members`, without those that the view holds already; from now on it holds them too, if the stretch joins its
    own or is later."""
    now, held = await state(connection), view.stretch
    if view.state != now or held is None:
        view.fixed.clear()
        return _held(view, await members(connection, told), state=now, stretch=told)
    if told.since_at > held.until_at:
        return _held(view, await members(connection, told), state=now, stretch=told)
    if told.until_at < held.since_at:
        return _held(view, await members(connection, told), state=now, stretch=held)
    both = Stretch(since_at=min(told.since_at, held.since_at), until_at=max(told.until_at, held.until_at))
    found: tuple[Member, ...] = ()
    if both.since_at < held.since_at:
        found = await _members(connection, story.c.newest_at >= both.since_at, story.c.newest_at < held.since_at)
    if both.until_at > held.until_at:
        newest = (story.c.newest_at > held.until_at, story.c.newest_at <= both.until_at + LONG)
        opened = (story.c.opened_at > held.until_at, story.c.opened_at <= both.until_at)
        found += await _members(connection, *newest, *opened)
    return _held(view, found, state=now, stretch=both)


def _held(view: View, found: tuple[Member, ...], *, state: State, stretch: Stretch) -> tuple[Member, ...]:
    view.state, view.stretch = state, stretch
    view.fixed.update(one.article_id for one in found if one.is_fixed)
    return found


async def _members(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> tuple[Member, ...]:
    found = await connection.execute(
        select(article.c.id, article.c.story_id, article.c.is_fixed)
        .join(story, story.c.id == article.c.story_id)
        .where(*conditions)
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
    stay = tuple(fixed)
    if not moves and not stay:
        return
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
    await changed(connection)
    for batch in dialect.batches(stay):
        await connection.execute(update(article).where(article.c.id.in_(batch)).values(is_fixed=True))


async def changed(connection: AsyncConnection) -> None:
    """Whoever has read which article is in which story must read it again."""
    await connection.execute(update(counter).where(counter.c.name == COUNTER).values(value=counter.c.value + 1))


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
