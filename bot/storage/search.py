"""Full-text search: articles are filed in the index of words as they are stored; stories are found by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, ArticleId, StoryId, TopicId, TopicScore
from bot.stages import indexed
from bot.stages.query import Run, Terms
from bot.storage import dialect, places
from bot.storage.source_tables import source_name
from bot.storage.tables import BELONGS, article, article_topic, counter, hidden

UNFILED = "unfiled"  # the counter of articles that were stored before there was an index: all up to this number
LOOKED_AT = 10_000  # articles that one search looks at
AT_ONCE = dialect.BATCH
RECENT = 1000  # articles that say which sources are busy
_Tier = Literal["any", "title", "central", "rest"]
_BEST: tuple[_Tier, ...] = ("title", "central", "rest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An article with its topics and its line for the index (`indexed.line`)."""

    article: Article
    topics: tuple[TopicScore, ...]
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for: an article with the words of one of the languages, in one of the topics and from one of the
    sources (none: any), published from `since_at` to before `until_at`."""

    terms: tuple[Terms, ...]
    topics: tuple[TopicId, ...] = ()
    sources: tuple[str, ...] = ()
    since_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A story and the article for which it was found."""

    story_id: StoryId
    article_id: ArticleId


async def found(connection: AsyncConnection, wish: Wish, *, most: int, best: bool = False) -> tuple[Hit, ...]:
    """At most so many stories, each once, those with the newest article first; or the `best` first: those with all
    words in a title, then those in which all words are said often, then the others. Looks at 10,000 articles."""
    if not wish.terms:
        return ()
    low = indexed.first_place(wish.since_at) if wish.since_at else 0
    top = indexed.first_place(wish.until_at) if wish.until_at else 1 << 62
    hits: dict[StoryId, Hit] = {}
    rest, step = LOOKED_AT, min(max(2 * most, 16), AT_ONCE)
    for tier in _BEST if best and any(one.wanted for one in wish.terms) else ("any",):
        said, high = _said(wish, places.syntax(connection), tier), top
        while rest > 0 and len(hits) < most:
            some = await places.newest(connection, said, low=low, high=high, most=min(step, rest))
            for hit in await _hits(connection, some):
                hits.setdefault(hit.story_id, hit)
            if len(some) < min(step, rest):
                break
            rest, high, step = rest - len(some), some[-1], min(2 * step, AT_ONCE)
    return tuple(hits.values())[:most]


async def add(connection: AsyncConnection, filed: Iterable[Filed]) -> None:
    """Files articles that are stored and not in the index: before one is changed it is forgotten."""
    by_id = {one.article.id: one for one in filed}
    rows = []
    for batch in dialect.batches(by_id):
        for row in await connection.execute(select(*_PLACED).where(article.c.id.in_(batch))):
            one = by_id[row.id]
            topics = (each.topic for each in one.topics if each.score >= BELONGS)
            tags = indexed.tags(one.article.language, one.article.source, topics)
            rows.append((indexed.place(row.published_at, row.number), " ".join((one.line, *tags))))
    await places.add(connection, rows)
    if names := sorted({one.article.source for one in by_id.values()}):
        insert = dialect.insert(connection, source_name).on_conflict_do_nothing()
        await connection.execute(insert, [{"name": name} for name in names])


async def forget(connection: AsyncConnection, ids: Iterable[ArticleId]) -> None:
    """Takes articles out of the index; in the same transaction and before they are deleted or changed, because it is
    by their number and date that they are found there. Those that are not in it are passed over."""
    for batch in dialect.batches(ids):
        rows = await connection.execute(select(*_PLACED).where(article.c.id.in_(batch)))
        await places.remove(connection, [indexed.place(row.published_at, row.number) for row in rows])


async def source_names(connection: AsyncConnection) -> tuple[str, ...]:
    """The names of all sources of which an article was ever filed, in order."""
    return tuple((await connection.execute(select(source_name.c.name).order_by(source_name.c.name))).scalars())


async def busy_sources(connection: AsyncConnection) -> tuple[str, ...]:
    """The names that the newest thousand articles stand under, the most frequent first."""
    newest = select(article.c.source).order_by(article.c.number.desc()).limit(RECENT).subquery()
    counted = select(newest.c.source).group_by(newest.c.source).order_by(func.count().desc(), newest.c.source)
    return tuple((await connection.execute(counted)).scalars())


async def languages(connection: AsyncConnection) -> tuple[str, ...]:
    """Primary subtags of the languages that articles are in, one step in an index for each of them."""
    steps = text(
        "WITH RECURSIVE found AS (SELECT min(language) AS language FROM article UNION ALL "
        "SELECT (SELECT min(article.language) FROM article WHERE article.language > found.language) FROM found "
        "WHERE found.language IS NOT NULL) SELECT language FROM found WHERE language IS NOT NULL"
    )
    return tuple(dict.fromkeys(indexed.primary(one) for one in (await connection.execute(steps)).scalars()))


async def unfiled(connection: AsyncConnection) -> int:
    """The number up to which articles were never filed, 0 when all are."""
    value = select(counter.c.value).where(counter.c.name == UNFILED)
    return (await connection.execute(value)).scalar_one_or_none() or 0


async def numbered(connection: AsyncConnection, *, up_to: int, most: int) -> tuple[dict[ArticleId, int], int]:
    """The newest articles of those numbers, without those that were taken down, and the number below all of them."""
    last = select(article.c.id, article.c.number).where(article.c.number <= up_to)
    rows = (await connection.execute(last.order_by(article.c.number.desc()).limit(most))).all()
    ids = {row.id: row.number for row in rows}
    gone = set((await connection.execute(select(hidden.c.article_id).where(hidden.c.article_id.in_(ids)))).scalars())
    return {key: at for key, at in ids.items() if key not in gone}, rows[-1].number - 1 if rows else 0


async def topics(connection: AsyncConnection, ids: Collection[ArticleId]) -> Mapping[ArticleId, tuple[TopicScore, ...]]:
    """The topics of at most 500 articles."""
    told: dict[ArticleId, tuple[TopicScore, ...]] = {}
    for row in await connection.execute(select(article_topic).where(article_topic.c.article_id.in_(ids))):
        told[row.article_id] = (*told.get(row.article_id, ()), TopicScore(topic=row.topic, score=row.score))
    return told


async def catch_up(connection: AsyncConnection, filed: Sequence[Filed], *, up_to: int, down_to: int) -> None:
    """Files at most 500 articles of the numbers from above `down_to` `up_to`; those that were changed or deleted since
    they were read are left out, and all if somebody else did it."""
    moved = update(counter).where(counter.c.name == UNFILED, counter.c.value == up_to).values(value=down_to)
    if (await connection.execute(moved)).rowcount != 1:
        return
    ids = [one.article.id for one in filed]
    now = await connection.execute(select(article.c.id, article.c.revision).where(article.c.id.in_(ids)))
    revisions = {row.id: row.revision for row in now}
    same = [one for one in filed if revisions.get(one.article.id) == one.article.revision]
    await forget(connection, [one.article.id for one in same])
    await add(connection, same)


_PLACED = (article.c.id, article.c.number, article.c.published_at)


async def _hits(connection: AsyncConnection, some: Sequence[int]) -> Iterator[Hit]:
    numbers = [indexed.number(place) for place in some]
    by_number: dict[int, Hit] = {}
    told = select(article.c.number, article.c.id, article.c.story_id)
    for batch in dialect.batches(numbers):
        for row in await connection.execute(told.where(article.c.number.in_(batch))):
            by_number[row.number] = Hit(story_id=row.story_id, article_id=row.id)
    return (by_number[number] for number in numbers if number in by_number)


def _said(wish: Wish, syntax: places.Syntax, tier: _Tier) -> str:
    """The wish as the database reads it."""
    languages_ = [_in_language(one, syntax, tier) for one in wish.terms]
    topic_tags, source_tags = map(indexed.topic_tag, wish.topics), map(indexed.source_tag, wish.sources)
    tags = [[syntax.run((tag,)) for tag in some] for some in (topic_tags, source_tags)]
    return syntax.both.join(f"({syntax.either.join(some)})" for some in (languages_, *tags) if some)


def _in_language(one: Terms, syntax: places.Syntax, tier: _Tier) -> str:
    wanted = [_run(one, run, syntax) for run in one.wanted] or [syntax.run((indexed.language_tag(one.language),))]
    without = [_run(one, run, syntax) for run in one.without]
    in_title, central = (_marked(one, mark, syntax) for mark in (indexed.TITLE, indexed.CENTRAL))
    if tier == "title":
        wanted += in_title
    elif tier == "central":
        wanted, without = wanted + central, [*without, f"({syntax.both.join(in_title)})"]
    elif tier == "rest":
        without = [*without, f"({syntax.both.join(central)})"]
    said = f"({syntax.both.join(wanted)})"
    return f"({said}{syntax.but}({syntax.either.join(without)}))" if without else said


def _run(one: Terms, run: Run, syntax: places.Syntax) -> str:
    return syntax.run([f"{one.language}{indexed.PLAIN}{stem}" for stem in run])


def _marked(one: Terms, mark: str, syntax: places.Syntax) -> list[str]:
    stems = dict.fromkeys(stem for run in one.wanted for stem in run)
    return [syntax.run((f"{one.language}{mark}{stem}",)) for stem in stems]
