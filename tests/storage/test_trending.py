"""What is counted to say what rises: stories and their terms by week, stories by topic and hour; once an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.model import StoryId, TopicId
from bot.stages import trends
from bot.storage import articles, follows, trending
from bot.storage.database import Database
from bot.storage.follows import Opened
from tests.storage import make

NOW = make.NOON
TERM = "en crane"


async def store(database: Database, *ago: float, term: str = TERM, topics: tuple[str, ...] = ("economy",)) -> None:
    """One story opened so many days ago for each, with one term."""
    moments = {f"{term}-{days}": NOW - timedelta(days=days) for days in ago}
    news = [make.publication(name, published_at=at, topics=topics) for name, at in moments.items()]
    opened = [Opened(story_id=StoryId(name), opened_at=at, terms=(term,)) for name, at in moments.items()]
    async with database.write() as connection:
        await articles.publish(connection, news, arrived_at=NOW)
        await follows.keep(connection, opened)


async def counted(database: Database, now_at: datetime = NOW) -> trending.Counted:
    return await trending.Kept().at(database, now_at)


async def test_stories_of_a_week_and_of_the_four_before_it_are_told_apart(database: Database) -> None:
    await store(database, -0.1, 0, 1, 6.9, 7.1, 34.9, 35.1)

    found = await counted(database)

    assert (found.of_now, found.of_before) == (3, 2)


async def test_a_term_that_rises_is_found_with_the_titles_it_stands_in(database: Database) -> None:
    await store(database, *(day / 10 for day in range(12)))
    await store(database, *range(35), term="en usual")

    found = await counted(database)

    assert found.rising == (trends.Count(term=TERM, now=12, before=0),)
    assert {(one.term, one.language) for one in found.told} == {(TERM, "en")}
    assert {one.title for one in found.told} == {f"«{TERM}-{day / 10}» 😀" for day in range(12)}


async def test_an_article_without_a_title_stands_in_with_its_beginning(database: Database) -> None:
    await store(database, *(day / 10 for day in range(12)))
    await store(database, *range(8, 30), term="en usual")
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE article SET title = ''")

    found = await counted(database)

    assert found.told[0].title.startswith("The harbour of en crane")


async def test_a_story_counts_once_for_each_topic_it_belongs_to_in_the_hour_it_was_opened(database: Database) -> None:
    async with database.write() as connection:
        both = make.publication("b", story="a", topics=("economy", "sport"), published_at=NOW - make.hours(3))
        first = make.publication("a", published_at=NOW - make.hours(3.2))
        await articles.publish(connection, [first, both], arrived_at=NOW)

    found = await counted(database)

    hour_at = trends.hour(NOW - make.hours(3.2))
    assert found.hours == ((TopicId("economy"), hour_at, 1), (TopicId("sport"), hour_at, 1))


async def test_nothing_stored_counts_nothing(database: Database) -> None:
    found = await counted(database)

    assert (found.of_now, found.of_before, found.hours, found.rising, found.told) == (0, 0, (), (), ())


@pytest.mark.parametrize(
    ("stored", "minutes", "anew"),
    [(1, 5, False), (1, 61, True), (5, 5, True)],
    ids=["in the hour", "an hour later", "after many new articles"],
)
async def test_what_was_counted_serves_an_hour_unless_much_is_new(
    database: Database, stored: int, minutes: int, anew: bool
) -> None:
    await store(database, *range(1, 21))
    kept = trending.Kept()
    first = await kept.at(database, NOW)

    await store(database, *range(stored), term="en later")
    again = await kept.at(database, NOW + timedelta(minutes=minutes))

    assert (again is not first) == anew
