"""Articles move between stories: what hangs on a story follows, and whoever had read the old state sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.model import ArticleId, StoryId
from bot.storage import articles, follows, grouping, stories, summaries
from bot.storage.articles import Publication
from bot.storage.database import Database
from bot.storage.tables import story
from tests.storage import make

LATER = make.NOON + make.hours(1)


async def test_an_article_that_moves_takes_times_and_number_with_it(database: Database) -> None:
    # given two stories
    await _publish(
        database, make.publication("a"), make.publication("b", story="a", published_at=LATER), make.publication("c")
    )

    # when the newer article of one moves to the other
    await _move(database, {"b": "c"})

    # then both stories are counted anew
    assert await _stories(database) == {"a": (make.NOON, 1), "c": (LATER, 3)}
    async with database.read() as connection:
        loaded = await stories.load(connection, [StoryId("a"), StoryId("c")])
    assert {key: [one.id for one in told.articles] for key, told in loaded.items()} == {"a": ["a"], "c": ["c", "b"]}


async def test_a_story_without_articles_is_no_more_and_what_followed_it_follows_its_heir(database: Database) -> None:
    # given a story that is summed up, is found by terms, and is followed by another
    await _publish(database, make.publication("a"), make.publication("b"), make.publication("late"))
    made = summaries.Made(made_from="1", summaries=(make.summary("b"),))
    async with database.write() as connection:
        await summaries.save(connection, {StoryId("b"): made}, made_at=make.NOON)
        opened = follows.Opened(story_id=StoryId("b"), opened_at=make.NOON, terms=("ru мост",))
        await follows.keep(connection, [opened])
        await follows.link(connection, {StoryId("late"): StoryId("b")})

    # when it becomes one with the first
    await _move(database, {"b": "a"})

    # then nothing of it is left but the articles, and the link leads to where they are
    assert set(await _stories(database)) == {"a", "late"}
    async with database.read() as connection:
        assert await summaries.of_stories(connection, [StoryId("b")]) == {}
        assert await follows.earlier(connection, [StoryId("late")]) == {"late": "a"}


async def test_a_story_that_takes_in_the_one_it_followed_follows_nothing(database: Database) -> None:
    # given a story that follows another
    await _publish(database, make.publication("a"), make.publication("b"))
    async with database.write() as connection:
        await follows.link(connection, {StoryId("b"): StoryId("a")})

    # when they become one, under either name
    await _move(database, {"a": "b"})

    # then it does not follow itself
    async with database.read() as connection:
        assert await follows.earlier(connection, [StoryId("b")]) == {}


async def test_an_article_may_open_a_story_of_its_own(database: Database) -> None:
    # given a story of two articles
    await _publish(database, make.publication("a"), make.publication("b", story="a"))

    # when one leaves it
    await _move(database, {"b": "b"}, fixed=("a", "b"))

    # then there are two stories, and both articles stay where they are
    assert set(await _stories(database)) == {"a", "b"}
    assert {one.article_id for one in await _members(database) if one.is_fixed} == {"a", "b"}


async def test_every_move_changes_the_version_and_nothing_else_does(database: Database) -> None:
    # given
    versions = [await _version(database)]

    # when articles are published, moved, and not moved
    await _publish(database, make.publication("a"), make.publication("b"))
    versions.append(await _version(database))
    await _move(database, {"b": "a"})
    versions.append(await _version(database))
    await _move(database, {})
    versions.append(await _version(database))

    # then
    assert versions == [0, 0, 1, 1]


async def test_members_are_those_of_the_stories_told_in_that_time(database: Database) -> None:
    # given stories of different days, one of which goes on
    await _publish(
        database,
        make.publication("old", published_at=make.NOON - make.hours(60)),
        make.publication("long", published_at=make.NOON - make.hours(50)),
        make.publication("goes-on", story="long"),
        make.publication("future", published_at=make.NOON + make.hours(60)),
    )

    # when those of the time around noon are asked for
    found = await _members(database)

    # then they come whole, the oldest article first
    assert [(one.article_id, one.story_id) for one in found] == [("long", "long"), ("goes-on", "long")]


async def test_a_closed_story_is_found_by_the_terms_it_shares(database: Database) -> None:
    # given three closed stories, and an open one
    old = make.NOON - make.hours(100)
    await _publish(database, *(make.publication(name, published_at=old) for name in ("two", "three", "four")))
    await _publish(database, make.publication("open", published_at=old), make.publication("fed", story="open"))
    terms = {"two": "ab", "three": "abc", "four": "abcd", "open": "abcd"}
    async with database.write() as connection:
        await follows.keep(
            connection,
            [follows.Opened(story_id=StoryId(name), opened_at=old, terms=tuple(said)) for name, said in terms.items()],
        )

    # when those with much in common are asked for
    found = [await _closed(database, said) for said in ("abcde", "abcc", "ab", "xyz")]

    # then those with three terms and more come, most first, and none that is still open
    assert found == [("four", "three"), ("four", "three"), (), ()]
    assert await _closed(database, "abcd", until_h=-101) == ()
    assert await _closed(database, "abcd", since_h=-99) == ()


async def test_of_a_long_story_the_first_and_the_latest_articles_stand_for_it(database: Database) -> None:
    # given a story of six articles
    names = [f"a{number}" for number in range(6)]
    await _publish(
        database,
        *(make.publication(name, story="a0", published_at=make.NOON + make.hours(n)) for n, name in enumerate(names)),
    )

    # when two of the latest are asked for
    async with database.read() as connection:
        found = await follows.first_and_last(connection, [StoryId("a0")], each=2)

    # then the one that opened it comes before them
    assert found == {"a0": ("a0", "a4", "a5")}


async def test_the_stories_that_one_follows_are_told_in_a_row(database: Database) -> None:
    # given a chain, the end of which bites its own tail
    await _publish(database, *(make.publication(name) for name in "abcd"))
    async with database.write() as connection:
        await follows.link(connection, {StoryId("a"): StoryId("b"), StoryId("b"): StoryId("c")})
        await follows.link(connection, {StoryId("a"): StoryId("d"), StoryId("c"): StoryId("b")})

    # when it is asked for
    async with database.read() as connection:
        assert await follows.chain(connection, StoryId("a")) == ("b", "c")
        assert await follows.chain(connection, StoryId("d")) == ()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_closed_stories_are_found_by_index(database: Database) -> None:
    # given
    await _publish(database, make.publication("a"))

    # when SQLite explains what it does
    async def ask(connection: Any) -> None:
        await follows.is_any_closed(connection, since_at=make.NOON, until_at=LATER)
        asked = follows.Asked(terms=tuple("abc"), since_at=make.NOON, until_at=LATER)
        await follows.closed(connection, [asked], limit=3)

    plans = await make.plans(database, ask)

    # then it reads no table from end to end, and sorts nothing
    assert "story_newest" in plans[0]
    assert plans[1].count("SEARCH story_term USING PRIMARY KEY (term=? AND opened_at>? AND opened_at<?)") == 3
    assert "ORDER BY" not in plans[1]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_batch_costs_the_same_however_many_articles_are_stored(database: Database) -> None:
    """Every statement that grouping makes for a batch goes by index, and by time between two bounds."""
    # given
    await _publish(database, *(make.publication(name) for name in "abc"))
    view, day = grouping.View(), timedelta(days=1)

    # when SQLite explains what it does for news, for older articles, and for moves
    async def ask(connection: Any) -> None:
        for since_at, until_at in ((make.NOON, LATER), (make.NOON - day, make.NOON), (LATER, LATER + day)):
            await grouping.unseen(connection, view, grouping.Stretch(since_at=since_at, until_at=until_at))
        await grouping.move(connection, {ArticleId("b"): StoryId("a")})
        await follows.first_and_last(connection, [StoryId("a")], each=2)
        await articles.many(connection, [ArticleId("a")])
        await articles.publish(connection, [make.publication("d")], arrived_at=LATER)

    plans = await make.plans(database, ask)

    # then
    timed = [plan for plan in plans if "story_newest" in plan]
    assert [plan for plan in plans if re.search(r"SCAN (article|story|story_term|summary)\b(?! USING)", plan)] == []
    assert len(timed) == 3
    assert all("(newest_at>? AND newest_at<?)" in plan for plan in timed)


async def _publish(database: Database, *news: Publication) -> None:
    async with database.write() as connection:
        await articles.publish(connection, [replace(one) for one in news], arrived_at=make.NOON)


async def _move(database: Database, moves: Mapping[str, str], *, fixed: Sequence[str] = ()) -> None:
    async with database.write() as connection:
        into = {ArticleId(article_id): StoryId(story_id) for article_id, story_id in moves.items()}
        await grouping.move(connection, into, fixed=[ArticleId(name) for name in fixed])


async def _stories(database: Database) -> dict[str, tuple[object, int]]:
    async with database.read() as connection:
        rows = (await connection.execute(select(story))).all()
    return {row.id: (row.newest_at, row.number) for row in rows}


async def _members(database: Database) -> tuple[grouping.Member, ...]:
    async with database.read() as connection:
        since_at, until_at = make.NOON - make.hours(48), make.NOON + make.hours(48)
        return await grouping.members(connection, grouping.Stretch(since_at=since_at, until_at=until_at))


async def _version(database: Database) -> int:
    async with database.read() as connection:
        return await grouping.version(connection)


async def _closed(database: Database, terms: str, *, since_h: float = -700, until_h: float = -48) -> tuple[str, ...]:
    async with database.read() as connection:
        asked = follows.Asked(
            terms=tuple(terms), since_at=make.NOON + make.hours(since_h), until_at=make.NOON + make.hours(until_h)
        )
        return (await follows.closed(connection, [asked], limit=5))[0]
