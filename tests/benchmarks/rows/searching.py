"""Search in many made-up articles, on both databases; `DIGEST_BOT_SEARCH_ARTICLES` says how many."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, islice
from random import Random
from statistics import median

from sqlalchemy import or_, select, text

from bot.language import words
from bot.model import Article, ArticleId, Language, Revision, TopicId
from bot.stages import indexed, query
from bot.storage import database as storage
from bot.storage import dialect, places, search, tables
from bot.storage.database import Database
from tests import benchmarks, databases
from tests.benchmarks import shared

ARTICLES = int(os.environ.get("DIGEST_BOT_SEARCH_ARTICLES", "200000"))
A_DAY, BATCH, CALLS, STORIES = 2_000, 5_000, 7, 8
NOW_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
VOCABULARY, TITLE_WORDS, TEXT_WORDS = 30_000, 8, 110
POOL = 10_000  # different texts
LANGUAGES = ("ru", "ru", "ru", "uz-Latn", "en")
TOPICS = tuple(map(TopicId, ("economy", "politics", "society", "culture", "sport", "digital")))
SOURCES = tuple(f"Press {number}" for number in range(200))
SIZES = list(accumulate(1 / (rank + 2) for rank in range(len(SOURCES))))
FROM_POOL = (
    "INSERT INTO search (place, words) "
    "SELECT CAST(:place AS BIGINT), pool.words || CAST(CAST(:tags AS TEXT) AS TSVECTOR) "
    "FROM pool WHERE pool.place = CAST(:pool AS BIGINT)"
)
CONSONANTS, VOWELS = "bdghjklmnpqrstvyz", "aeiou"
NEWEST, BEST = benchmarks.at_most(50), benchmarks.at_most(200)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What is typed, with the words by their places in the order of frequency, and what is filtered beside it."""

    name: str
    typed: str
    topics: tuple[TopicId, ...] = ()
    sources: tuple[str, ...] = ()
    since_at: datetime | None = None
    until_at: datetime | None = None


THIRD, ALSO, RARE, RARER = 28, 31, 3_000, 9_000  # in how many articles they are, says the row
LONG_AGO = NOW_AT - timedelta(days=ARTICLES / A_DAY / 2)
CASES = (
    _Case(name="a word of every third article", typed="{third}"),
    _Case(name="two of them", typed="{third} {also}"),
    _Case(name="one without the other", typed="{third} -{also}"),
    _Case(name="two of them in a row", typed='"{third} {also}"'),
    _Case(name="one in the older half", typed="{third}", until_at=LONG_AGO),
    _Case(name="one of a small source", typed="{third}", sources=(SOURCES[-1],)),
    _Case(name="a rare word", typed="{rare}"),
    _Case(name="a frequent and a rare word", typed="{third} {rarer}"),
    _Case(
        name="a rare word with topic, source and days",
        typed="{rare}",
        topics=TOPICS[:1],
        sources=SOURCES[:5],
        since_at=LONG_AGO,
    ),
)


def _run(data: shared.Shared) -> Iterator[benchmarks.Line]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="digest-bot-"))
        urls = {"SQLite": f"sqlite:///{folder}/bot.db"}
        try:
            server = stack.enter_context(databases.own_server())
        except ImportError as error:
            yield benchmarks.NotMeasured(what="search on PostgreSQL", reason=str(error))
        else:
            urls["PostgreSQL"] = stack.enter_context(databases.made(server, template="template1"))
        for name, url in urls.items():
            yield from asyncio.run(_on(name, url))


async def _on(name: str, url: str) -> list[benchmarks.Row]:
    await storage.upgrade(url, now_at=NOW_AT)
    async with storage.opened(url) as database:
        await _fill(database)
        return [row for case in CASES for row in await _measured(name, database, case)]


async def _measured(name: str, database: Database, case: _Case) -> list[benchmarks.Row]:
    wish, rows = _wish(case), []
    bare = await _likes(database, wish)
    for best, goal in ((False, NEWEST), (True, BEST)):
        times = []
        for _ in range(CALLS):
            async with database.read() as connection:
                start = time.perf_counter()
                found = await search.found(connection, wish, most=STORIES, best=best)
                times.append((time.perf_counter() - start) * 1000)
        order = "best" if best else "newest"
        row = benchmarks.Row(
            what=f"{name}, {ARTICLES:,} articles: {case.name}, {order} first ({len(found)} found)",
            value=median(times),
            baseline=bare,
            beside="LIKE '%...%', newest first",
            unit="ms",
            goal=goal,
        )
        rows.append(row)
    return rows


def _wish(case: _Case) -> search.Wish:
    known = _words()
    typed = case.typed.format(third=known[THIRD], also=known[ALSO], rare=known[RARE], rarer=known[RARER])
    return search.Wish(
        terms=query.terms(query.parse(typed), LANGUAGES),
        topics=case.topics,
        sources=case.sources,
        since_at=case.since_at,
        until_at=case.until_at,
    )


async def _likes(database: Database, wish: search.Wish) -> float:
    """The words as parts of the text, without any of the filters."""
    article = tables.article
    wanted = dict.fromkeys(stem for one in wish.terms for run in one.wanted for stem in run)
    has = [or_(article.c.title.contains(word), article.c.text.contains(word)) for word in wanted]
    newest = select(article.c.story_id).where(*has).order_by(article.c.published_at.desc()).limit(STORIES)
    async with database.read() as connection:
        start = time.perf_counter()
        (await connection.execute(newest)).all()
        return (time.perf_counter() - start) * 1000


async def _fill(database: Database) -> None:
    """Each text stands in many articles, which differ in all that is filtered by: quicker, and lists are as long."""
    texts, draw = _texts(), Random(11)
    async with database.write() as connection:
        is_postgres = connection.dialect.name == "postgresql"
        if is_postgres:
            await connection.execute(text("DROP INDEX search_words"))
            await connection.execute(text("CREATE TABLE pool (place BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)"))
            lines = [{"place": at, "words": places.vector(line, ())} for at, (_, line) in enumerate(texts)]
            await connection.execute(
                text("INSERT INTO pool VALUES (:place, CAST(CAST(:words AS TEXT) AS TSVECTOR))"), lines
            )
    numbers = iter(range(1, ARTICLES + 1))
    while batch := [_drawn(number, draw) for number in islice(numbers, BATCH)]:
        async with database.write() as connection:
            await _stored(connection, batch, texts)
    async with database.write() as connection:
        if is_postgres:
            await connection.execute(text("SET LOCAL statement_timeout = 0"))
            await connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            await connection.execute(text("CREATE INDEX search_words ON search USING gin (words)"))
        await connection.execute(text("ANALYZE"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    number: int
    text: int
    source: str
    topic: TopicId
    at: datetime

    @property
    def place(self) -> int:
        return indexed.place(self.at, self.number)


def _drawn(number: int, draw: Random) -> _Drawn:
    return _Drawn(
        number=number,
        text=draw.randrange(POOL),
        source=draw.choices(SOURCES, cum_weights=SIZES)[0],
        topic=draw.choice(TOPICS),
        at=NOW_AT - timedelta(days=(ARTICLES - number) / A_DAY),
    )


async def _stored(
    connection: dialect.Connection, batch: Sequence[_Drawn], texts: Sequence[tuple[Article, str]]
) -> None:
    """As `articles.publish` does it, without revisions and without asking what is there."""
    ids = [f"{one.number:016x}" for one in batch]
    stories = [
        {"id": key, "opened_at": one.at, "newest_at": one.at, "number": one.number}
        for key, one in zip(ids, batch, strict=True)
    ]
    rows = [
        {
            **{name: getattr(texts[one.text][0], name) for name in ("revision", "title", "text", "language")},
            "id": key,
            "url": f"https://example.org/{key}",
            "source": one.source,
            "story_id": key,
            "published_at": one.at,
            "arrived_at": one.at,
            "number": one.number,
        }
        for key, one in zip(ids, batch, strict=True)
    ]
    await connection.execute(tables.story.insert(), stories)
    await connection.execute(tables.article.insert(), rows)
    tags = [indexed.tags(texts[one.text][0].language, one.source, (one.topic,)) for one in batch]
    if connection.dialect.name == "sqlite":
        lines = (" ".join((texts[one.text][1], *some)) for one, some in zip(batch, tags, strict=True))
        await places.add(connection, zip((one.place for one in batch), lines, strict=True))
        return
    filed = [
        {"place": one.place, "pool": one.text, "tags": places.vector(" ".join(some), indexed.times(one.place))}
        for one, some in zip(batch, tags, strict=True)
    ]
    await connection.execute(text(FROM_POOL), filed)


@cache
def _texts() -> list[tuple[Article, str]]:
    """Words as frequent as Zipf says, in titles and texts; with their lines for the index."""
    draw, known = Random(7), _words()
    weights = list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))
    made = []
    for number in range(POOL):
        told = draw.choices(known, cum_weights=weights, k=TITLE_WORDS + TEXT_WORDS)
        article = Article(
            id=ArticleId(""),
            revision=Revision(f"{number}"),
            url="",
            title=" ".join(told[:TITLE_WORDS]),
            text=" ".join(told[TITLE_WORDS:]),
            language=Language(draw.choice(LANGUAGES)),
            published_at=NOW_AT,
            source="",
        )
        made.append((article, indexed.line(article)))
    return made


@cache
def _words() -> list[str]:
    """Words by how frequent they are; of one stem in every language, so that a figure is about the word."""
    draw, known = Random(3), dict[str, None]()
    while len(known) < VOCABULARY:
        word = "".join(draw.choice(CONSONANTS) + draw.choice(VOWELS) for _ in range(4)) + "p"
        if {words.stem(word, language) for language in LANGUAGES} == {word}:
            known[word] = None
    return list(known)


BENCHMARK = benchmarks.Benchmark(
    name="searching",
    goal="at 1,000,000 articles newest first in 50 ms, best first in 200 ms, on both databases",
    run=_run,
)
