"""Which stories there are to choose from, and what is known of them; their summaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model import StoryId, TopicId, TopicScore
from bot.stages.choose import Candidate
from bot.storage import articles, stories, summaries
from bot.storage.articles import Publication
from bot.storage.database import Database
from tests.storage import make

LATER = make.NOON + make.hours(1)


async def test_a_candidate_says_what_choosing_needs(database: Database) -> None:
    # given a story told in three languages by two publishers, partly about a topic it hardly touches
    doubtful = TopicScore(topic=TopicId("culture"), score=0.49)
    sure = TopicScore(topic=TopicId("sport"), score=0.5)
    other = make.publication("c", story="a", language="ru", topics=("economy",), published_at=LATER)
    await _publish(
        database,
        make.publication("a", language="uz-Latn"),
        Publication(article=make.article("b", language="uz-Cyrl"), topics=(doubtful, sure), story_id=StoryId("a")),
        _by("another.example", other),
    )

    # when candidates are asked for
    found = await _candidates(database)

    # then it is told in full
    assert found == (
        Candidate(
            story_id=StoryId("a"),
            topics=(TopicId("economy"), TopicId("sport")),
            languages=("ru", "uz"),
            voices=(("another.example", "ru"), ("example.org", "uz")),
            source_count=2,
            newest_at=LATER,
            number=3,
        ),
    )


async def test_a_candidate_counts_the_facts_of_its_longest_summary(database: Database) -> None:
    # given a story summed up in two languages, in one of them without a fact, and a story that is not summed up
    await _publish(database, make.publication("a"), make.publication("b"))
    bare = replace(make.summary(language="ru"), facts=())
    made = summaries.Made(made_from="a-1", summaries=(make.summary(language="en"), bare))
    async with database.write() as connection:
        await summaries.save(connection, {StoryId("a"): made}, made_at=make.NOON)

    # when candidates are asked for
    found = await _candidates(database)

    # then each says how many facts there are
    assert {one.story_id: one.fact_count for one in found} == {"a": 1, "b": 0}


async def test_a_story_is_named_by_its_own_id_and_by_those_of_its_articles(database: Database) -> None:
    # given a story of two articles
    await _publish(database, make.publication("a"), make.publication("b", story="a"))

    # when it is asked for by several names
    async with database.read() as connection:
        found = [await stories.named(connection, name) for name in ("a", "b", "nobody")]

    # then both articles lead to it
    assert found == ["a", "a", None]


async def test_the_newest_come_first_and_no_more_than_wanted(database: Database) -> None:
    # given stories of different age, and two of the same
    await _publish(
        database,
        make.publication("old", published_at=make.NOON - make.hours(5)),
        make.publication("new", published_at=LATER),
        make.publication("same1"),
        make.publication("same2"),
    )

    # when three are asked for
    found = await _candidates(database, limit=3)

    # then they come by the time of publication, and by number where that is the same
    assert [one.story_id for one in found] == ["new", "same2", "same1"]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"topics": ("sport",)}, {"match"}),
        ({"topics": ("sport", "economy")}, {"match", "mill"}),
        ({"topics": ("culture",)}, set()),
        ({"reads": ("uz",)}, {"match"}),
        ({"reads": ("en", "kk")}, {"mill"}),
        ({"reads": ("u",)}, set()),
        ({"reads": ("%",)}, set()),
        ({"after": 1}, {"mill"}),
        ({"after": 2}, set()),
        ({"arrived_since": LATER}, {"mill"}),
        ({"arrived_since": LATER + timedelta(microseconds=1)}, set()),
        ({"topics": ("sport",), "after": 1}, set()),
        ({}, {"match", "mill"}),
    ],
)
async def test_a_wish_narrows_the_stories(database: Database, wish: dict[str, Any], expected: set[str]) -> None:
    # given a match in Uzbek that is hardly culture, and a mill in English that arrived later
    match = make.publication("match", language="uz-Cyrl", topics=("sport",))
    hardly = TopicScore(topic=TopicId("culture"), score=0.49)
    await _publish(database, replace(match, topics=(*match.topics, hardly)))
    async with database.write() as connection:
        await articles.publish(connection, [make.publication("mill")], arrived_at=LATER)

    # when some are wished for
    found = await _candidates(database, **wish)

    # then only those come
    assert {one.story_id for one in found} == expected


async def test_stories_are_loaded_whole(database: Database) -> None:
    # given a story whose second article was published before the first
    early = make.publication("early", story="a", published_at=make.NOON - make.hours(1))
    await _publish(database, make.publication("a"), early, make.publication("b"))

    # when it is loaded
    async with database.read() as connection:
        loaded = await stories.load(connection, [StoryId("a"), StoryId("nowhere")])

    # then its articles come oldest first
    assert list(loaded) == ["a"]
    assert loaded[StoryId("a")].articles == (early.article, make.article("a"))


async def test_articles_of_one_moment_come_in_the_order_of_their_ids_whichever_arrived_first(
    database: Database,
) -> None:
    # given a story whose articles are of one moment, the last of them first
    await _publish(database, *(make.publication(name, story="c") for name in "cab"))

    # when it is loaded
    async with database.read() as connection:
        loaded = await stories.load(connection, [StoryId("c")])

    # then arrival says nothing
    assert [one.id for one in loaded[StoryId("c")].articles] == ["a", "b", "c"]


async def test_summaries_come_back_with_their_evidence(database: Database) -> None:
    # given a story summed up in two languages, and one that is not
    await _publish(database, make.publication("a"), make.publication("b"))
    made = summaries.Made(made_from="a-1", summaries=(make.summary(language="en"), make.summary(language="ru")))
    async with database.write() as connection:
        await summaries.save(connection, {StoryId("a"): made}, made_at=make.NOON)

    # when both are asked for
    async with database.read() as connection:
        found = await summaries.of_stories(connection, [StoryId("a"), StoryId("b")])

    # then the one comes back as it was made
    assert found == {StoryId("a"): made}


async def test_a_new_summary_takes_the_place_of_all_old_ones(database: Database) -> None:
    # given a story summed up in two languages
    await _publish(database, make.publication("a"))
    old = summaries.Made(made_from="1", summaries=(make.summary(language="en"), make.summary(language="ru")))
    new = summaries.Made(made_from="2", summaries=(make.summary(language="en", headline="More cranes"),))

    # when it is summed up anew in one
    for made in (old, new):
        async with database.write() as connection:
            await summaries.save(connection, {StoryId("a"): made}, made_at=make.NOON)

    # then only that is there
    async with database.read() as connection:
        assert await summaries.of_stories(connection, [StoryId("a")]) == {StoryId("a"): new}


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_the_newest_stories_are_found_by_their_index(database: Database) -> None:
    # given some stories
    await _publish(database, *(make.publication(name) for name in "abc"))

    # when SQLite explains what it does for `/latest`
    plans = await make.plans(database, lambda connection: stories.candidates(connection, limit=7))

    # then it reads the newest from their index and sorts nothing, and finds articles by their story
    assert "story_newest" in plans[0]
    assert "ORDER BY" not in plans[0]
    assert all("article_story" in plan and "SCAN article" not in plan for plan in plans[1:3])
    assert "SEARCH summary USING" in plans[3]


def _by(source: str, one: Publication) -> Publication:
    return replace(one, article=replace(one.article, source=source, url=f"https://{source}/{one.article.id}"))


async def _publish(database: Database, *news: Publication) -> None:
    async with database.write() as connection:
        await articles.publish(connection, news, arrived_at=make.NOON)


async def _candidates(database: Database, *, limit: int = 10, **wish: Any) -> tuple[Candidate, ...]:
    async with database.read() as connection:
        return await stories.candidates(connection, limit=limit, **wish)
