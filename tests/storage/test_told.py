"""What digests told, shared by those that told the same; lists shown on demand; votes and what they are about."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.model import ChatId, StoryId
from bot.stages import choose
from bot.storage import articles, chats, digests, forgetting, stories, subscriptions, tables, told, votes
from bot.storage.database import Database
from tests.storage import make

OTHER = ChatId(make.READER + 1)
REASON = choose.Reason(
    topic=choose.NO_TOPIC, before=0, words=("ферма",), publishers=2, age=timedelta(hours=1), facts=3, worth=2.5
)
PLACES = tuple(told.Place(story_id=StoryId(name), part=part, reason=REASON) for name, part in (("a", 1), ("b", 0)))


async def planned(database: Database, chat_id: ChatId, *places: told.Place, day: int = 20) -> None:
    """A chat with a digest that told these."""
    slot = make.slot(chat_id, day=day)
    content = digests.Content(parts=(), articles=(), cursor=1, told=told.frozen(places))
    one = digests.Plan(slot=slot, chat_id=chat_id, content=content, next_due_at=slot.due_at + timedelta(days=1))
    async with database.write() as connection:
        if await chats.get(connection, chat_id) is None:
            await chats.save(connection, make.chat(chat_id))
            await subscriptions.save(connection, make.subscription(chat_id))
        await digests.plan(connection, [one], planned_at=make.NOON)


async def names(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(select(tables.told.c.name))).scalars())


async def test_what_two_digests_tell_alike_is_kept_once_and_known_to_both(database: Database) -> None:
    await planned(database, make.READER, *PLACES)
    await planned(database, OTHER, *PLACES)

    (name,) = await names(database)
    async with database.read() as connection:
        for chat_id in (make.READER, OTHER):
            (record,) = await told.of_chat(connection, chat_id, limit=9, name=name)
            assert (record.places, record.subscription_id) == (PLACES, f"{chat_id}:main")


async def test_the_messages_that_told_a_story_are_found_those_that_had_no_room_are_not(database: Database) -> None:
    await planned(database, make.READER, *PLACES)

    async with database.read() as connection:
        hour = timedelta(hours=1)
        found = [
            await told.of_stories(connection, ids, since_at=make.NOON + since)
            for ids, since in (([StoryId("a")], -hour), ([StoryId("b")], -hour), ([StoryId("a")], hour))
        ]

    assert found == [{make.slot(make.READER).id: {"a": 1}}, {}, {}]


async def test_what_only_a_forgotten_chat_was_told_is_forgotten_with_its_words(database: Database) -> None:
    await planned(database, make.READER, *PLACES)
    await planned(database, make.READER, PLACES[0], day=21)
    await planned(database, OTHER, *PLACES)
    shared = told.frozen(PLACES).name

    async with database.write() as connection:
        await forgetting.forget(connection, make.READER)
    assert await names(database) == [shared]

    async with database.write() as connection:
        await forgetting.forget(connection, OTHER)
    assert await names(database) == []


async def test_a_list_shown_on_demand_is_kept_for_two_weeks_and_digests_for_good(database: Database) -> None:
    await planned(database, make.READER, *PLACES)
    first, second = {"told": ["a"]}, {"told": ["b"]}
    async with database.write() as connection:
        await told.keep_list(connection, first, now_at=make.NOON)
        assert await told.list_of(connection, told.list_name(first)) == first
        assert await told.list_of(connection, told.list_name(first), since_at=make.NOON + told.FRESH) is None
        await told.keep_list(connection, second, now_at=make.NOON + told.KEPT + timedelta(days=1))

    assert sorted(await names(database)) == sorted([told.frozen(PLACES).name, told.list_name(second)])


async def test_votes_are_told_by_the_story_that_the_article_is_in_now(database: Database) -> None:
    async with database.write() as connection:
        await chats.save(connection, make.chat())
    await _published(database)
    async with database.write() as connection:
        await votes.cast(connection, make.READER, StoryId("b"), 1, now_at=make.NOON)

    async with database.read() as connection:
        assert await votes.of_chats(connection, [make.READER, OTHER]) == {make.READER: [("a", 1)]}
        assert await stories.now_named(connection, [StoryId("b"), StoryId("x")]) == {"b": "a"}
        (traits,) = (await votes.traits(connection, [StoryId("a")])).values()
    assert traits.topics == ("economy",)
    async with database.write() as connection:
        assert (await votes.reset(connection, make.READER), await votes.reset(connection, make.READER)) == (1, 0)


async def _published(database: Database) -> None:
    async with database.write() as connection:
        news = [make.publication("a", story="a"), make.publication("b", story="a")]
        await articles.publish(connection, news, arrived_at=make.NOON)
