"""Many chats that are due at once: planned page by page, each once, whatever becomes of their neighbours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text

from bot import app, composing, intake, pipeline
from bot.config import Config
from bot.model import ArticleId, Chat, ChatId, ChatKind, SubscriptionId, TopicId
from bot.stages import due
from bot.storage import chats, digests, seen, subscriptions, tables
from bot.storage.database import Database
from bot.storage.dialect import Connection
from bot.world import World
from tests import make, running, texts
from tests.storage import make as rows

NIGHT = make.moment("2026-11-22T01:00")
MORNING = make.moment("2026-11-22T03:00")
MANY = pipeline.PAGE + 40
TOPICS = ((TopicId("sport"),), (TopicId("sport"), TopicId("economy"), TopicId("society")))

Before = Callable[[int], Awaitable[None]]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    await running.have_tables(tmp_path)
    async with app.world(Config(state_dir=tmp_path), now_at=NIGHT) as opened:
        yield opened


async def readers(world: World, many: int = MANY) -> None:
    """Chats 1 to `many`, who want one of two things at eight, and news for them."""
    async with world.database.write() as connection:
        for number in range(1, many + 1):
            await chats.save(connection, _chat(number))
            wanted = rows.subscription(ChatId(number), next_due_at=MORNING)
            wanted = replace(wanted, topics=TOPICS[number % 2], schedule=due.parse(("08:00",)))
            await subscriptions.save(connection, wanted)
    await intake.take(world, texts.all_of_them(), now_at=NIGHT)


def _chat(number: int) -> Chat:
    kind = ChatKind.PRIVATE if number > 0 else ChatKind.GROUP
    return replace(rows.chat(ChatId(number), kind=kind, title=""), reads=())


async def parts_of(world: World) -> dict[int, int]:
    """How many parts wait for each chat that has any."""
    counted = select(tables.delivery.c.chat_id, func.count()).group_by(tables.delivery.c.chat_id)
    async with world.database.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(counted)}


class _Watched(Database):
    """The same database; something happens before each transaction that writes, and reads are counted."""

    def __init__(self, of: Database, *, before: Before) -> None:
        self.__dict__.update(of.__dict__)
        self._before = before
        self.reads = self.writes = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        self.reads += 1
        async with super().read() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        self.writes += 1
        await self._before(self.writes)
        async with super().write() as connection:
            yield connection


def watched(world: World, *, before: Before | None = None) -> World:
    async def nothing(number: int) -> None:
        """Nothing happens."""

    return replace(world, database=_Watched(world.database, before=before or nothing))


async def test_all_that_is_due_is_planned_in_one_turn(world: World) -> None:
    await readers(world)
    watching = watched(world)

    assert await pipeline.publish(watching, now_at=MORNING) == MANY

    # two pages, of which each is one transaction, and two digests told, of which each is read in a few
    assert isinstance(watching.database, _Watched)
    assert watching.database.writes == 2
    assert watching.database.reads < 20
    assert await parts_of(world) == dict.fromkeys(range(1, MANY + 1), 1)
    assert await pipeline.publish(world, now_at=MORNING) == 0


@pytest.mark.parametrize("at", [1, 2])
async def test_whoever_is_stopped_between_two_pages_loses_and_doubles_nothing(world: World, at: int) -> None:
    # given planning that is cancelled when it begins to write one of its pages
    await readers(world)

    async def die(number: int) -> None:
        if number == at:
            task.cancel()
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(pipeline.publish(watched(world, before=die), now_at=MORNING))
    assert task.cancelled()
    before = len(await parts_of(world))

    # when it begins anew
    decided = await pipeline.publish(world, now_at=MORNING + timedelta(seconds=1))

    # then it goes on where it stood
    assert (before, decided) == ((at - 1) * pipeline.PAGE, MANY - before)
    assert await parts_of(world) == dict.fromkeys(range(1, MANY + 1), 1)


async def test_told_to_end_it_stops_after_the_page(world: World) -> None:
    await readers(world)
    world.beside.stop.set()

    assert await pipeline.publish(world, now_at=MORNING) == pipeline.PAGE


async def test_who_changes_something_meanwhile_is_left_and_the_others_are_planned(world: World) -> None:
    # given chats of which one is deleted, one paused, one moved and one rescheduled after they were read
    await readers(world, many=9)
    async with world.database.write() as connection:
        await chats.save(connection, _chat(-5))
        wanted = replace(rows.subscription(ChatId(-5), next_due_at=MORNING), schedule=due.parse(("08:00",)))
        await subscriptions.save(connection, wanted)

    async def change(number: int) -> None:
        if number > 1:
            return
        async with world.database.write() as connection:
            mine = tables.subscription.c.id == SubscriptionId("1:main")
            await connection.execute(delete(tables.subscription).where(mine))
            await chats.pause(connection, ChatId(2), "blocked")
            (later,) = await subscriptions.of_chat(connection, ChatId(3))
            await subscriptions.save(connection, replace(later, next_due_at=MORNING + timedelta(hours=1)))
            await chats.move(connection, ChatId(-5), ChatId(-1005))

    # when they are planned
    decided = await pipeline.publish(watched(world, before=change), now_at=MORNING)

    # then what the four wanted a moment ago is dropped; who moved is served under the new name
    assert decided == 7
    assert await parts_of(world) == dict.fromkeys((-1005, 4, 5, 6, 7, 8, 9), 1)


async def test_a_row_that_the_database_refuses_is_nobody_elses_fault(world: World) -> None:
    # given a database that takes no digest of one chat
    await readers(world, many=9)
    refuse = "CREATE TRIGGER no BEFORE INSERT ON digest WHEN NEW.chat_id = 4 BEGIN SELECT RAISE(ABORT, 'no'); END"
    async with world.database.write() as connection:
        await connection.execute(text(refuse))

    # when all are due
    with pytest.raises(ExceptionGroup, match="1 of 9 digests"):
        await pipeline.publish(world, now_at=MORNING)

    # then the others have theirs, and it has its own when the fault is gone
    assert set(await parts_of(world)) == set(range(1, 10)) - {4}
    async with world.database.write() as connection:
        await connection.execute(text("DROP TRIGGER no"))
    assert await pipeline.publish(world, now_at=MORNING) == 1


async def test_planners_at_once_decide_each_slot_once(world: World) -> None:
    await readers(world)

    counts = await asyncio.gather(*(pipeline.publish(world, now_at=MORNING) for _ in range(3)))

    assert sum(counts) == MANY
    assert await parts_of(world) == dict.fromkeys(range(1, MANY + 1), 1)


async def test_the_second_digest_of_a_chat_does_not_repeat_the_first(world: World) -> None:
    # given a chat with two subscriptions that want the same at the same time
    await readers(world, many=1)
    async with world.database.write() as connection:
        (first,) = await subscriptions.of_chat(connection, ChatId(1))
        await subscriptions.save(connection, replace(first, id=SubscriptionId("1:more"), slug="more"))

    # when both are due
    assert await pipeline.publish(world, now_at=MORNING) == 2

    # then what the first tells is not told again
    assert await parts_of(world) == {1: 1}


@pytest.mark.parametrize(("contents", "held"), [(3, 3), (99, 6)], ids=["a limit of three", "no limit"])
async def test_what_chats_with_one_wish_are_told_is_held_up_to_a_limit(world: World, contents: int, held: int) -> None:
    # given readers of everything who have each seen something else
    await readers(world, many=6)
    async with world.database.write() as connection:
        one_each = select(func.min(tables.article.c.id)).group_by(tables.article.c.story_id)
        ids = (await connection.execute(one_each)).scalars().all()
        await seen.mark(
            connection,
            [
                (ChatId(at), tuple(ArticleId(one) for bit, one in enumerate(ids[:3]) if at >> bit & 1))
                for at in range(7)
            ],
        )
        due_now = await subscriptions.due(connection, now_at=MORNING, limit=9)
    everything = [(replace(wanted, topics=world.topic_ids), chat) for wanted, chat in due_now]

    # when they are planned page after page
    kept = composing.Kept(world, now_at=MORNING, contents=contents)
    told = [await articles_of(kept, one) for one in everything]

    # then no more is held, and each is told the same as if it were alone
    assert len(kept._contents) == held
    assert told == [await articles_of(composing.Kept(world, now_at=MORNING), one) for one in everything]


async def articles_of(kept: composing.Kept, one: composing.Due) -> tuple[ArticleId, ...]:
    (plan,) = await kept.plans([one])
    assert isinstance(plan, digests.Plan)
    return plan.content.articles


async def test_who_is_due_is_found_by_the_index_and_not_sorted(world: World) -> None:
    plans = await rows.plans(world.database, lambda one: subscriptions.due(one, now_at=MORNING, limit=pipeline.PAGE))

    assert "subscription_due" in plans[0]
    assert "SCAN" not in plans[0]
    assert "TEMP B-TREE" not in plans[0]
