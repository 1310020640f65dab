"""What a chat has seen: it is not told of it again, and it is remembered as long as that can happen."""

from __future__ import annotations

from datetime import timedelta

from bot.model import ChatId, StoryId
from bot.storage import articles, chats, seen, stories
from bot.storage.articles import Publication
from bot.storage.database import Database
from tests.storage import make, planned

MONTH_AGO = make.NOON - timedelta(days=30)
JUST_NOW = make.NOON - make.hours(1)


async def test_a_story_is_known_to_a_chat_that_has_seen_one_of_its_articles(database: Database) -> None:
    # given a chat that was sent one article of a story, which then goes on
    await _readers(database, make.READER, make.GROUP)
    await _publish(database, make.publication("a"), make.publication("b"))
    await planned.plan(database, seen=("a",))
    await _publish(database, make.publication("a2", story="a", published_at=make.NOON + make.hours(1)))

    # when it is asked which stories that chat and another know
    known = await _known(database, make.READER, make.GROUP)

    # then the one knows that story, and the other nothing
    assert known == {make.READER: frozenset({"a"})}


async def test_what_nobody_tells_of_any_more_is_forgotten_and_what_goes_on_is_not(database: Database) -> None:
    # given chats, more than are gone through at once, that have seen a story of last month and one that goes on
    readers = tuple(map(ChatId, range(1, seen.PAGE + 3)))
    await _readers(database, *readers)
    last_month = [make.publication(name, published_at=MONTH_AGO) for name in "ab"]
    await _publish(database, *last_month, make.publication("b2", story="b", published_at=JUST_NOW))
    async with database.write() as connection:
        await seen.mark(connection, [(one, tuple(each.article.id for each in last_month)) for one in readers])

    # when it is tidied up
    forgotten = await seen.tidy(database, now_at=make.NOON)

    # then they have only seen the one that goes on
    assert forgotten == len(readers)
    assert await _known(database, *readers) == dict.fromkeys(readers, frozenset({"b"}))
    # and with its last article a month old as well, nothing
    assert await seen.tidy(database, now_at=make.NOON + timedelta(days=30)) == len(readers)
    assert await _known(database, *readers) == {}


async def _publish(database: Database, *news: Publication) -> None:
    async with database.write() as connection:
        await articles.publish(connection, news, arrived_at=make.NOON)


async def _readers(database: Database, *ids: ChatId) -> None:
    async with database.write() as connection:
        for one in ids:
            await chats.save(connection, make.chat(one))


async def _known(database: Database, *ids: ChatId) -> dict[ChatId, frozenset[StoryId]]:
    async with database.read() as connection:
        story_of = await stories.of_articles(connection, [StoryId("a"), StoryId("b")])
        return await seen.by(connection, ids, story_of)
