"""Slots: each decided once, with everything that follows from it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.model import Chat, ChatId, Delivery, DeliveryState, Outcome, SlotId, Subscription
from bot.storage import chats, deliveries, dialect, digests, subscriptions, tables
from bot.storage.database import Database
from tests.storage import make, planned

TOMORROW = planned.TOMORROW
SENT = Outcome(state=DeliveryState.SENT, message_id=11, attempts=1)


async def test_a_planned_digest_is_there_with_everything_that_follows_from_it(database: Database) -> None:
    # given a subscription
    await _save(database, make.chat(), make.subscription())
    await planned.publish(database, "a", "b")

    # when its slot is decided
    decided = await planned.plan(database, parts=2, seen=("a", "b"), cursor=2)

    # then digest, parts, cursor, next slot and what was seen are there
    assert decided
    async with database.read() as connection:
        (subscription,) = await subscriptions.of_chat(connection, make.READER)
        records = await deliveries.of_chat(connection, make.READER, limit=9)
        seen = (await connection.execute(select(tables.seen.c.article_id))).scalars().all()
    assert (subscription.cursor, subscription.next_due_at) == (2, TOMORROW)
    assert sorted(seen) == ["a", "b"]
    assert [one.delivery for one in records] == [
        Delivery(
            id=records[part - 1].delivery.id,
            slot_id=make.slot().id,
            chat_id=make.READER,
            message=make.messages(2)[part - 1],
            state=DeliveryState.PENDING,
            token=0,
            attempts=0,
        )
        for part in (1, 2)
    ]
    assert records[0].delivery.id == f"{make.slot().id}#1"
    assert records[0].due_at == make.slot().due_at


async def test_a_slot_is_decided_once(database: Database) -> None:
    # given a decided slot
    await _save(database, make.chat(), make.subscription())
    await planned.publish(database, "a", "b")
    await planned.plan(database, parts=1, seen=("a",), cursor=1)

    # when it is decided again, with more
    after = TOMORROW + timedelta(days=1)
    decided = await planned.plan(database, parts=3, seen=("b",), cursor=9, next_due_at=after)

    # then only the next slot moves
    assert not decided
    async with database.read() as connection:
        (subscription,) = await subscriptions.of_chat(connection, make.READER)
    assert (subscription.cursor, subscription.next_due_at) == (1, after)
    assert await _count(database, tables.delivery) == 1
    assert await _count(database, tables.seen) == 1


async def test_the_next_slot_never_moves_back(database: Database) -> None:
    # given a subscription whose next slot was counted anew meanwhile
    await _save(database, make.chat(), make.subscription(next_due_at=TOMORROW + timedelta(days=9), cursor=7))

    # when a slot is decided by what was read before
    await planned.plan(database, cursor=5)

    # then slot and cursor stay where they are
    async with database.read() as connection:
        (subscription,) = await subscriptions.of_chat(connection, make.READER)
    assert (subscription.next_due_at, subscription.cursor) == (TOMORROW + timedelta(days=9), 7)


async def test_a_subscription_turned_off_meanwhile_stays_off(database: Database) -> None:
    # given a subscription that was turned off while its digest was made
    await _save(database, make.chat(), make.subscription(next_due_at=None))

    # when the slot is decided
    await planned.plan(database)

    # then it has no next slot
    async with database.read() as connection:
        (subscription,) = await subscriptions.of_chat(connection, make.READER)
    assert subscription.next_due_at is None


async def test_a_slot_with_nothing_new_is_decided_without_a_message(database: Database) -> None:
    # given a subscription
    await _save(database, make.chat(), make.subscription())

    # when there is nothing to send
    decided = await planned.plan(database, parts=0)

    # then the slot is taken all the same
    assert decided
    assert not await planned.plan(database, parts=1)
    assert await _count(database, tables.delivery) == 0


async def test_a_plan_that_fails_leaves_nothing(database: Database) -> None:
    # given a subscription
    await _save(database, make.chat(), make.subscription())

    # when the program fails after planning, before the end of the transaction
    async def fail() -> None:
        async with database.write() as connection:
            await planned.plan_on(connection)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    # then the slot is free
    assert await _count(database, tables.digest) == 0
    assert await planned.plan(database)


async def test_of_many_planned_at_once_each_chat_gets_its_own(database: Database) -> None:
    # given two chats that get the same, one that gets more, one for which there is nothing
    await planned.publish(database, "a", "b", "c")
    for number in range(1, 5):
        await _save(database, make.chat(ChatId(number)), make.subscription(ChatId(number)))
    alike = planned.of_slot(make.slot(ChatId(1)), ChatId(1), parts=1, seen=("b", "a"))
    plans = [
        alike,
        replace(alike, slot=make.slot(ChatId(2)), chat_id=ChatId(2)),
        planned.of_slot(make.slot(ChatId(3)), ChatId(3), parts=2, seen=("c", "c")),
        planned.of_slot(make.slot(ChatId(4)), ChatId(4), parts=0),
    ]

    # when all are decided by one call
    async with database.write() as connection:
        decided = await digests.plan(connection, plans, planned_at=make.NOON)

    # then each has its parts, and has seen what is told in them
    assert decided == {make.slot(ChatId(number)).id for number in range(1, 5)}
    async with database.read() as connection:
        waiting = [await deliveries.of_chat(connection, ChatId(number), limit=9) for number in range(1, 5)]
        seen = (await connection.execute(select(tables.seen))).all()
    assert [[one.delivery.message for one in some] for some in waiting] == [
        list(make.messages(parts)) for parts in (1, 1, 2, 0)
    ]
    assert sorted(map(tuple, seen)) == [(1, "a"), (1, "b"), (2, "a"), (2, "b"), (3, "c")]


async def test_a_slot_is_stored_as_the_moment_that_it_is(database: Database) -> None:
    # given a decided slot
    await _save(database, make.chat(), make.subscription())
    await planned.plan(database)

    # when it is looked for by its local date and time
    mine, slot = tables.digest.c, make.slot()
    wanted = select(mine.id, mine.local_date, mine.local_time, mine.due_at, mine.planned_at)
    async with database.read() as connection:
        found = await connection.execute(
            wanted.where(mine.local_date == slot.local_date, mine.local_time == slot.local_time)
        )
        rows = found.all()

    # then it is there as it was given
    assert [tuple(row) for row in rows] == [(slot.id, slot.local_date, slot.local_time, slot.due_at, make.NOON)]


async def test_schedulers_that_decide_at_once_decide_once(database: Database) -> None:
    # given a subscription
    await _save(database, make.chat(), make.subscription())

    # when four decide its slot at the same time
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(planned.plan(database, parts=2)) for _ in range(4)]

    # then one did
    assert sorted(task.result() for task in tasks) == [False, False, False, True]
    assert await _count(database, tables.delivery) == 2


async def test_planners_of_many_at_once_decide_each_slot_once(database: Database) -> None:
    # given thirty readers
    for number in range(1, 31):
        await _save(database, make.chat(ChatId(number)), make.subscription(ChatId(number)))

    # when three plan all of them at the same time, some in each transaction
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_plan_all(database, page=page)) for page in (7, 8, 30)]

    # then each slot is decided once
    decided = [slot for task in tasks for slot in task.result()]
    assert len(decided) == len(set(decided)) == 30
    assert await _count(database, tables.delivery) == 30


async def _plan_all(database: Database, *, page: int) -> list[SlotId]:
    async with database.read() as connection:
        waiting = await subscriptions.due(connection, now_at=make.NOON, limit=99)
    decided: list[SlotId] = []
    for some in dialect.batches(waiting, page):
        async with database.write() as connection:
            same = await subscriptions.unchanged(connection, some)
            plans = [planned.of_slot(make.slot(chat.id), chat.id) for wanted, chat in some if wanted.id in same]
            decided += await digests.plan(connection, plans, planned_at=make.NOON)
    return decided


async def _save(database: Database, chat: Chat, *wanted: Subscription) -> None:
    async with database.write() as connection:
        await chats.save(connection, chat)
        for one in wanted:
            await subscriptions.save(connection, one)


async def _value(database: Database, wanted: Any) -> Any:
    async with database.read() as connection:
        return (await connection.execute(wanted)).scalar_one()


async def _count(database: Database, table: Any) -> int:
    return int(await _value(database, select(func.count()).select_from(table)))
