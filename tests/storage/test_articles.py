"""Publishing articles, and reading them back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, StoryId
from bot.storage import articles, stories, tables
from bot.storage.articles import Publication
from bot.storage.database import Database
from tests.storage import make

LATER = make.NOON + make.hours(1)
NEWS_TABLES = (tables.counter, tables.story, tables.article, tables.revision, tables.article_topic)

texts = st.sampled_from(["The mill is open.", "The mill is closed.", "😀 «Мельница» <b>&"])
publications = st.builds(
    make.publication,
    st.sampled_from("abcdef"),
    story=st.sampled_from(["", "a", "b"]),
    topics=st.sampled_from([(), ("economy",), ("sport", "other")]),
    text=texts,
    published_at=st.integers(0, 5).map(lambda late: make.NOON + make.hours(late)),
)


async def test_what_was_published_is_read_as_it_was(database: Database) -> None:
    # given an article with everything that text can hold
    odd = make.publication("odd", text="«Кавычки», o‘zbek, 😀, <b>&amp;, קצת, e\u0301\nsecond paragraph")

    # when it is published
    async with database.write() as connection:
        new = await articles.publish(connection, [odd], arrived_at=make.NOON)

    # then it comes back unchanged
    async with database.read() as connection:
        assert await articles.get(connection, odd.article.id) == odd.article
        assert await articles.get(connection, ArticleId("other")) is None
        assert await articles.known(connection, [odd.article.id, ArticleId("x")]) == {
            odd.article.id: odd.article.revision
        }
    assert new == 1


async def test_numbers_are_given_in_the_order_of_publication(database: Database) -> None:
    # given three articles, two of them at once
    async with database.write() as connection:
        await articles.publish(connection, [make.publication("b"), make.publication("a")], arrived_at=make.NOON)
    async with database.write() as connection:
        await articles.publish(connection, [make.publication("c")], arrived_at=LATER)

    # when their numbers are read
    async with database.read() as connection:
        numbers = await _column(connection, tables.article.c.number)

        # then they follow that order, without gaps
        assert numbers == {"b": 1, "a": 2, "c": 3}
        assert await stories.newest_number(connection) == 3
        assert await stories.number_before(connection, LATER) == 2
        assert await stories.number_before(connection, make.NOON) == 0


async def test_a_corrected_article_keeps_its_number_story_and_arrival(database: Database) -> None:
    # given a published article
    first = make.publication("a", story="s", text="Five cranes.", topics=("economy", "sport"))
    await _publish(database, [first, make.publication("b", story="s")])

    # when its publisher corrects it, and the program would now put it elsewhere
    corrected = make.publication("a", story="a", text="Six cranes.", published_at=LATER, topics=("industry",))
    async with database.write() as connection:
        new = await articles.publish(connection, [corrected], arrived_at=LATER)

    # then the text is the new one, the old one is kept, and it stays where it was
    async with database.read() as connection:
        assert await articles.get(connection, ArticleId("a")) == corrected.article
        row = (await connection.execute(select(tables.article).where(tables.article.c.id == "a"))).one()
        assert (row.number, row.story_id, row.arrived_at) == (1, "s", make.NOON)
        kept = (
            await connection.execute(select(tables.revision.c.text).where(tables.revision.c.article_id == "a"))
        ).all()
        assert sorted(one.text for one in kept) == ["Five cranes.", "Six cranes."]
        topics = await connection.execute(
            select(tables.article_topic.c.topic).where(tables.article_topic.c.article_id == "a")
        )
        assert topics.scalars().all() == ["industry"]
        story = (await connection.execute(select(tables.story))).one()
        assert (story.id, story.opened_at, story.newest_at, story.number) == ("s", make.NOON, LATER, 2)
    assert new == 0


async def test_an_article_in_the_revision_that_is_stored_changes_nothing(database: Database) -> None:
    # given a published article
    await _publish(database, [make.publication("a", text="Five cranes.")])
    async with database.read() as connection:
        before = await _everything(connection)

    # when the same text comes again with another date and other topics
    again = make.publication("a", text="Five cranes.", published_at=LATER, topics=("sport",))
    await _publish(database, [again])

    # then everything is as it was
    async with database.read() as connection:
        assert await _everything(connection) == before


async def test_a_correction_taken_back_is_the_first_text_again(database: Database) -> None:
    # given an article that was changed
    first, second = make.publication("a", text="Five."), make.publication("a", text="Six.")
    await _publish(database, [first])
    await _publish(database, [second])

    # when it is changed back
    await _publish(database, [first])

    # then the first text stands, and there are two revisions
    async with database.read() as connection:
        assert await articles.get(connection, ArticleId("a")) == first.article
        assert len(await _rows(connection, tables.revision)) == 2


async def test_the_latest_articles_of_a_source_come_in_the_order_of_publication(database: Database) -> None:
    # given two sources, published in turn
    news = [make.publication(name, story="s") for name in "abcdef"]
    news = [
        replace(one, article=replace(one.article, source="Herald" if at % 2 else "Courier"))
        for at, one in enumerate(news)
    ]
    await _publish(database, news)

    # when the last two of one are wanted
    async with database.read() as connection:
        found = await articles.latest_of(connection, ["Herald", "Nobody"], limit=2)

    # then they come whole, the older one first, with their story
    assert found == [(news[3].article, StoryId("s")), (news[5].article, StoryId("s"))]


async def test_recent_stories_come_whole(database: Database) -> None:
    # given an old story, and one whose newest article is of today
    await _publish(
        database,
        [
            make.publication("old", published_at=make.NOON - make.hours(90)),
            make.publication("new2", story="new1", published_at=make.NOON),
            make.publication("new1", published_at=make.NOON - make.hours(70)),
            make.publication("later", published_at=make.NOON + make.hours(60)),
        ],
    )

    # when those of the two days before and after are asked for
    async with database.read() as connection:
        since_at, until_at = make.NOON - make.hours(48), make.NOON + make.hours(48)
        found = await articles.recent(connection, since_at=since_at, until_at=until_at)

    # then it is the second, with its old article first
    assert [(story.id, [one.id for one in story.articles]) for story in found] == [("new1", ["new1", "new2"])]


async def test_many_articles_are_published_and_found_at_once(database: Database) -> None:
    # given more articles than a database takes parameters in one statement
    news = [make.publication(f"n{count}", text="Short.") for count in range(1700)]

    # when they are published and looked for
    await _publish(database, news)
    async with database.read() as connection:
        known = await articles.known(connection, [one.article.id for one in news])
        loaded = await stories.load(connection, [one.story_id for one in news])

    # then all are there
    assert len(known) == len(loaded) == 1700


@pytest.mark.parametrize("before", ["nothing", "a part"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(publications, max_size=8), cut=st.integers(0, 8))
async def test_publishing_again_after_a_crash_changes_nothing(
    database: Database, before: str, news: list[Publication], cut: int
) -> None:
    async with database.write() as connection:
        trial = await connection.begin_nested()
        # given news published whole
        await articles.publish(connection, news, arrived_at=make.NOON)
        whole = await _everything(connection)

        # when they are published again, or in their place a part and then the whole
        if before == "a part":
            await trial.rollback()
            await articles.publish(connection, news[:cut], arrived_at=make.NOON)
        again = await articles.publish(connection, news, arrived_at=make.NOON)

        # then nothing differs
        assert await _everything(connection) == whole
        assert again == 0 or before == "a part"
        await connection.rollback()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(publications, max_size=8, unique_by=lambda one: one.article.id), cut=st.integers(0, 8))
async def test_any_part_published_again_changes_nothing(database: Database, news: list[Publication], cut: int) -> None:
    async with database.write() as connection:
        # given news published whole
        await articles.publish(connection, news, arrived_at=make.NOON)
        whole = await _everything(connection)

        # when a first part comes again, later
        again = await articles.publish(connection, news[:cut], arrived_at=LATER)

        # then nothing differs
        assert (await _everything(connection), again) == (whole, 0)
        await connection.rollback()


async def test_a_cursor_never_passes_an_article_that_comes_later(database: Database, kind: str) -> None:
    # given a collector that holds its transaction open while another publishes, and a reader that keeps a cursor
    # when both are done and the reader has read before and after
    served = await _served(database, articles.publish, second_waits=True)

    # then it was served every article once
    assert sorted(served) == ["fast", "slow"]

    # and with numbers from a sequence, which do not wait for their turn, PostgreSQL loses one
    if kind == "postgres":
        async with database.write() as connection:
            for table in (tables.revision, tables.article_topic, tables.article, tables.story):
                await connection.execute(delete(table))
            await connection.execute(text("CREATE SEQUENCE careless"))
        assert await _served(database, _publish_by_sequence, second_waits=False) == ["fast"]


async def _served(database: Database, publish: Any, *, second_waits: bool) -> list[str]:
    """The articles that a subscription gets which reads whenever something may be new, and remembers a number."""
    first_has_written, first_may_commit = asyncio.Event(), asyncio.Event()
    served: list[str] = []
    cursor = 0

    async def slow() -> None:
        async with database.write() as connection:
            await publish(connection, [make.publication("slow")], arrived_at=make.NOON)
            first_has_written.set()
            await first_may_commit.wait()

    async def fast() -> None:
        await first_has_written.wait()
        async with database.write() as connection:
            await publish(connection, [make.publication("fast")], arrived_at=make.NOON)

    async def read() -> None:
        nonlocal cursor
        async with database.read() as connection:
            newer = select(tables.article.c.id, tables.article.c.number).where(tables.article.c.number > cursor)
            for row in await connection.execute(newer.order_by(tables.article.c.number)):
                served.append(row.id)
                cursor = row.number

    async with asyncio.TaskGroup() as group:
        group.create_task(slow())
        second = group.create_task(fast())
        await first_has_written.wait()
        await asyncio.wait([second], timeout=0.2 if second_waits else None)  # time enough to go past, if it could
        await read()
        first_may_commit.set()
    await read()
    return served


async def _publish_by_sequence(connection: AsyncConnection, news: Sequence[Publication], *, arrived_at: object) -> None:
    """What `publish` would be if it took its numbers as a database gives them out: without a lock until the end."""
    for one in news:
        number = (await connection.execute(text("SELECT nextval('careless')"))).scalar_one()
        values = {"opened_at": arrived_at, "newest_at": arrived_at, "number": number}
        await connection.execute(tables.story.insert().values(id=one.story_id, **values))
        fields = {column.name: getattr(one.article, column.name) for column in articles.COLUMNS}
        await connection.execute(
            tables.article.insert().values(**fields, story_id=one.story_id, arrived_at=arrived_at, number=number)
        )


async def test_a_publication_that_fails_gives_its_numbers_back(database: Database) -> None:
    # given a collector that fails after it has published
    async def fail() -> None:
        async with database.write() as connection:
            await articles.publish(connection, [make.publication("a")], arrived_at=make.NOON)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    # when the next one publishes
    await _publish(database, [make.publication("b")])

    # then it begins where the other did
    async with database.read() as connection:
        assert await _column(connection, tables.article.c.number) == {"b": 1}
        assert await stories.load(connection, [StoryId("a")]) == {}


async def test_story_figures_follow_from_its_articles(database: Database) -> None:
    # given a story whose row has gone wrong
    await _publish(database, [make.publication("a", text="One.")])
    async with database.write() as connection:
        await connection.execute(update(tables.story).values(number=99, newest_at=LATER))

    # when one of its articles changes
    await _publish(database, [make.publication("a", text="Two.")])

    # then the row is right again
    async with database.read() as connection:
        story = (await connection.execute(select(tables.story))).one()
        assert (story.number, story.newest_at) == (1, make.NOON)


async def _publish(database: Database, news: Sequence[Publication]) -> None:
    async with database.write() as connection:
        await articles.publish(connection, news, arrived_at=make.NOON)


async def _column(connection: AsyncConnection, column: Any) -> dict[str, Any]:
    rows = await connection.execute(select(tables.article.c.id, column.label("wanted")))
    return {row.id: row.wanted for row in rows}


async def _rows(connection: AsyncConnection, table: Any) -> list[Any]:
    return sorted((await connection.execute(select(table))).all(), key=str)


async def _everything(connection: AsyncConnection) -> list[Any]:
    return [await _rows(connection, table) for table in NEWS_TABLES]
