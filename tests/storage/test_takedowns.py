"""An article taken out of all tables, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.model import ArticleId, StoryId
from bot.storage import articles, chats, follows, grouping, stories, summaries, tables, takedowns
from bot.storage.database import Database
from tests.storage import make, planned

A, B, C = (ArticleId(name) for name in "abc")


async def given(database: Database) -> None:
    """The story a of a and b, which c follows; all were seen by READER and summed up."""
    news = [make.publication("a"), make.publication("b", story="a"), make.publication("c")]
    async with database.write() as connection:
        await chats.save(connection, make.chat())
        await articles.publish(connection, news, arrived_at=make.NOON)
        await follows.link(connection, {StoryId("c"): StoryId("a")})
        opened = [follows.Opened(story_id=StoryId("a"), opened_at=make.NOON, terms=("crane", "harbour"))]
        await follows.keep(connection, opened)
        made = {StoryId(name): summaries.Made(made_from="x", summaries=(make.summary(name),)) for name in "ac"}
        await summaries.save(connection, made, made_at=make.NOON)
        await planned.plan_on(connection, seen=["a", "b", "c"])


async def left(database: Database) -> dict[str, list[str]]:
    """Which articles and stories the tables still know."""
    columns = {
        "article": tables.article.c.id,
        "revision": tables.revision.c.article_id,
        "article_topic": tables.article_topic.c.article_id,
        "seen": tables.seen.c.article_id,
        "story": tables.story.c.id,
        "summary": tables.summary.c.story_id,
    }
    async with database.read() as connection:
        return {name: sorted((await connection.execute(select(one))).scalars()) for name, one in columns.items()}


@pytest.mark.parametrize(("gone", "rest", "name"), [("a", "b", "b"), ("b", "a", "a")])
async def test_one_of_two_goes_and_the_story_stays_under_a_name_of_its_own(
    database: Database, gone: str, rest: str, name: str
) -> None:
    await given(database)
    async with database.write() as connection:
        before = await grouping.version(connection)

        others = await takedowns.remove(connection, ArticleId(gone))

        assert others == (rest,)
        assert await grouping.version(connection) > before
        assert (await follows.earlier(connection, [StoryId("c")])) == {"c": name}
        loaded = await stories.load(connection, [StoryId(name)])
    assert [one.id for one in loaded[StoryId(name)].articles] == [rest]
    articles_left = sorted([rest, "c"])
    assert await left(database) == {
        **dict.fromkeys(("article", "revision", "article_topic", "seen"), articles_left),
        "story": sorted([name, "c"]),
        "summary": ["c"],
    }


async def test_the_only_article_of_a_story_takes_the_story_with_it(database: Database) -> None:
    await given(database)
    async with database.write() as connection:
        await takedowns.remove(connection, A)
        await takedowns.remove(connection, B)
        assert await follows.earlier(connection, [StoryId("c")]) == {}
        terms = (await connection.execute(select(tables.story_term))).all()

    found = await left(database)

    assert found == {name: ["c"] for name in found}
    assert terms == []


async def test_what_is_noted_once_stays_noted_until_it_is_allowed(database: Database) -> None:
    one = takedowns.Hidden(article_id=C, url="https://example.org/c", hidden_at=make.NOON)
    async with database.write() as connection:
        noted = [await takedowns.note(connection, one) for _ in range(2)]
        listed, ids = await takedowns.listing(connection), await takedowns.ids(connection)
        allowed = [await takedowns.allow(connection, C) for _ in range(2)]

        assert (noted, allowed) == ([True, False], [True, False])
        assert (listed, ids) == ((one,), frozenset([C]))
        assert await takedowns.ids(connection) == frozenset()


async def test_the_index_of_words_forgets_it(database: Database) -> None:
    await given(database)
    counted = "SELECT count(*) FROM search"

    async with database.write() as connection:
        before = (await connection.exec_driver_sql(counted)).scalar_one()
        await takedowns.remove(connection, A)
        after = (await connection.exec_driver_sql(counted)).scalar_one()

    assert (before, after) == (3, 2)
