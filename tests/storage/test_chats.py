"""Chats, their subscriptions, the slots that are decided, and a group that becomes a supergroup."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.model import ArticleId, Chat, ChatId, ChatKind, Delivery, DeliveryState, Outcome, Schedule, Subscription
from bot.storage import articles, chats, deliveries, digests, subscriptions, tables
from bot.storage.database import Database
from tests.storage import make

TOMORROW = make.NOON + timedelta(days=1)
SENT = Outcome(state=DeliveryState.SENT, message_id=11, attempts=1)


# ---- chats


async def test_a_chat_is_saved_and_changed(database: Database) -> None:
    # given a stored chat
    await _save(database, make.chat())
    created = await _value(database, select(tables.chat.c.created_at))

    # when its settings change
    changed = replace(make.chat(), title="D. 😀", reads=(), question="", kind=ChatKind.GROUP)
    await _save(database, changed)

    # then they are the new ones, and the moment of its creation stays
    assert await _chat(database, make.READER) == changed
    assert await _value(database, select(tables.chat.c.created_at)) == created
    assert await _chat(database, make.GROUP) is None


async def test_a_paused_chat_keeps_its_first_reason_until_it_comes_back(database: Database) -> None:
    # given a chat that was paused twice
    await _save(database, make.chat())
    async with database.write() as connection:
        await chats.pause(connection, make.READER, "blocked")
        await chats.pause(connection, make.READER, "not found")
    paused = await _chat(database, make.READER)

    # when it comes back
    async with database.write() as connection:
        await chats.resume(connection, make.READER)

    # then the first reason was kept, and it is as it was
    assert paused is not None
    assert paused.paused == "blocked"
    assert await _chat(database, make.READER) == make.chat()


# ---- subscriptions


async def test_a_subscription_comes_back_as_it_was_saved(database: Database) -> None:
    # given two subscriptions of a chat, with times of day and with an interval
    daily = make.subscription(slug="a")
    often = replace(make.subscription(slug="b"), topics=(), schedule=Schedule(every_min=90), cursor=3)
    await _save(database, make.chat(), often, daily)

    # when they are read
    async with database.read() as connection:
        found = await subscriptions.of_chat(connection, make.READER)

    # then they are the same
    assert found == (daily, often)


@pytest.mark.parametrize(
    ("stored", "saved", "kept"), [(5, 3, 5), (5, None, 5), (3, 5, 5), (None, 5, 5), (None, None, None)]
)
async def test_saving_settings_never_moves_a_cursor_back(
    database: Database, stored: int | None, saved: int | None, kept: int | None
) -> None:
    # given a subscription that was served up to a number
    await _save(database, make.chat(), make.subscription(cursor=stored))

    # when somebody who read it before saves a change
    await _save(database, make.chat(), replace(make.subscription(cursor=saved), max_stories=3))

    # then the change is made, and nothing is served twice
    async with database.read() as connection:
        (found,) = await subscriptions.of_chat(connection, make.READER)
    assert (found.max_stories, found.cursor) == (3, kept)


async def test_due_are_those_whose_moment_has_come_the_oldest_first(database: Database) -> None:
    # given subscriptions due now, before, later and never, and one of a paused chat
    first, second = make.subscription(slug="b", next_due_at=make.NOON - make.hours(1)), make.subscription(slug="a")
    later = make.subscription(slug="c", next_due_at=make.NOON + timedelta(microseconds=1))
    never = make.subscription(slug="d", next_due_at=None)
    await _save(database, make.chat(), first, second, later, never)
    await _save(database, make.chat(make.GROUP, paused="kicked"), make.subscription(make.GROUP))

    # when the due ones are asked for
    async with database.read() as connection:
        found = await subscriptions.due(connection, now_at=make.NOON, limit=10)
        one = await subscriptions.due(connection, now_at=make.NOON, limit=1)
        next_due_at = await subscriptions.next_due(connection)

    # then they come with their chat
    assert found == ((first, make.chat()), (second, make.chat()))
    assert one == found[:1]
    assert next_due_at == first.next_due_at


async def test_nobody_waits_for_a_digest_at_first(database: Database) -> None:
    # given no subscription
    # when the next digest is asked for
    async with database.read() as connection:
        # then there is none
        assert await subscriptions.next_due(connection) is None


async def test_what_the_configuration_does_not_name_any_more_is_turned_off(database: Database) -> None:
    # given two subscriptions from the configuration and one of somebody's own
    kept, gone = make.subscription(slug="kept", origin="config"), make.subscription(slug="gone", origin="config")
    own = make.subscription(slug="own")
    await _save(database, make.chat(), kept, gone, own)

    # when only one is named, and later none
    async with database.write() as connection:
        first = await subscriptions.disable_missing(connection, [kept.id])
        found = await subscriptions.of_chat(connection, make.READER)
        second = await subscriptions.disable_missing(connection, [])

    # then the other is off, and what a person chose stays
    assert {one.slug for one in found if one.enabled} == {"kept", "own"}
    assert {one.slug for one in found if one.next_due_at} == {"kept", "own"}
    assert (first, second) == (1, 1)


async def test_the_due_query_uses_its_partial_index(database: Database, kind: str) -> None:
    # given the query as SQLAlchemy renders it for this database
    wanted = select(tables.subscription.c.id).where(
        subscriptions.ENABLED, tables.subscription.c.next_due_at <= make.NOON
    )
    async with database.read() as connection:
        rendered = wanted.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        if kind == "postgres":
            await connection.execute(text("SET LOCAL enable_seqscan = off"))

        # when the database explains how it would run it
        explain = "EXPLAIN QUERY PLAN " if kind == "sqlite" else "EXPLAIN "
        plan = str((await connection.execute(text(f"{explain}{rendered}"))).all())

    # then it goes through the index of those that are enabled
    assert "subscription_due" in plan


# ---- slots


async def test_a_planned_digest_is_there_with_everything_that_follows_from_it(database: Database) -> None:
    # given a subscription
    await _save(database, make.chat(), make.subscription())
    await _publish(database, "a", "b")

    # when its slot is decided
    decided = await _plan(database, parts=2, seen=("a", "b"), cursor=2)

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
            part=part,
            body=make.messages(2)[part - 1].body,
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
    await _publish(database, "a", "b")
    await _plan(database, parts=1, seen=("a",), cursor=1)

    # when it is decided again, with more
    after = TOMORROW + timedelta(days=1)
    decided = await _plan(database, parts=3, seen=("b",), cursor=9, next_due_at=after)

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
    await _plan(database, cursor=5)

    # then slot and cursor stay where they are
    async with database.read() as connection:
        (subscription,) = await subscriptions.of_chat(connection, make.READER)
    assert (subscription.next_due_at, subscription.cursor) == (TOMORROW + timedelta(days=9), 7)


async def test_a_subscription_turned_off_meanwhile_stays_off(database: Database) -> None:
    # given a subscription that was turned off while its digest was made
    await _save(database, make.chat(), make.subscription(next_due_at=None))

    # when the slot is decided
    await _plan(database)

    # then it has no next slot
    async with database.read() as connection:
        (subscription,) = await subscriptions.of_chat(connection, make.READER)
    assert subscription.next_due_at is None


async def test_a_slot_with_nothing_new_is_decided_without_a_message(database: Database) -> None:
    # given a subscription
    await _save(database, make.chat(), make.subscription())

    # when there is nothing to send
    decided = await _plan(database, parts=0)

    # then the slot is taken all the same
    assert decided
    assert not await _plan(database, parts=1)
    assert await _count(database, tables.delivery) == 0


async def test_a_plan_that_fails_leaves_nothing(database: Database) -> None:
    # given a subscription
    await _save(database, make.chat(), make.subscription())

    # when the program fails after planning, before the end of the transaction
    async def fail() -> None:
        async with database.write() as connection:
            await _plan_on(connection)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    # then the slot is free
    assert await _count(database, tables.digest) == 0
    assert await _plan(database)


async def test_schedulers_that_decide_at_once_decide_once(database: Database) -> None:
    # given a subscription
    await _save(database, make.chat(), make.subscription())

    # when four decide its slot at the same time
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_plan(database, parts=2)) for _ in range(4)]

    # then one did
    assert sorted(task.result() for task in tasks) == [False, False, False, True]
    assert await _count(database, tables.delivery) == 2


# ---- a group becomes a supergroup


async def test_a_group_moves_with_everything_it_wanted_saw_and_waits_for(database: Database) -> None:
    # given a group with a digest of which one part was sent
    group = make.chat(make.GROUP, kind=ChatKind.GROUP)
    await _save(database, group, make.subscription(make.GROUP))
    await _publish(database, "a")
    await _plan(database, make.GROUP, parts=2, seen=("a",), cursor=1)
    await _send_one(database)

    # when it becomes a supergroup, and this is learnt three times
    moved = [await _move(database) for _ in range(3)]

    # then the supergroup has its settings, subscription, open part and what was seen
    assert moved == [True, False, False]
    assert await _chat(database, make.SUPERGROUP) == replace(group, id=make.SUPERGROUP, kind=ChatKind.SUPERGROUP)
    async with database.read() as connection:
        (subscription,) = await subscriptions.of_chat(connection, make.SUPERGROUP)
        assert subscription == make.subscription(make.SUPERGROUP, cursor=1, next_due_at=TOMORROW)
        assert await subscriptions.of_chat(connection, make.GROUP) == ()
        records = await deliveries.of_chat(connection, make.SUPERGROUP, limit=9)
        assert [(one.delivery.chat_id, one.delivery.state) for one in records] == [
            (make.GROUP, DeliveryState.SENT),
            (make.SUPERGROUP, DeliveryState.PENDING),
        ]
        assert (await connection.execute(select(tables.seen.c.chat_id))).scalars().all() == [make.SUPERGROUP]
    left = await _chat(database, make.GROUP)
    assert left is not None
    assert left.paused == chats.MOVED


async def test_a_moved_group_gets_no_second_digest_and_never_comes_back(database: Database) -> None:
    # given a group whose slot was decided before it moved
    await _save(database, make.chat(make.GROUP), make.subscription(make.GROUP))
    await _plan(database, make.GROUP)
    await _move(database)

    # when the supergroup's slot of the same day is decided, and the group is said to be back
    decided = await _plan(database, make.SUPERGROUP)
    async with database.write() as connection:
        await chats.resume(connection, make.GROUP)

    # then there was one already, and the group stays paused
    assert not decided
    left = await _chat(database, make.GROUP)
    assert left is not None
    assert left.paused == chats.MOVED


async def test_a_supergroup_that_was_there_first_gives_way_without_a_repeat(database: Database) -> None:
    # given a group, and its supergroup that was greeted and got today's digest before the move was learnt
    await _save(database, make.chat(make.GROUP), replace(make.subscription(make.GROUP, cursor=4), max_stories=3))
    await _plan(database, make.GROUP, cursor=4)
    await _plan(database, make.GROUP, day=19, cursor=4)
    newcomer = make.chat(make.SUPERGROUP, kind=ChatKind.SUPERGROUP, title="greeted", paused="kicked")
    later = TOMORROW + make.hours(2)
    await _save(database, newcomer, make.subscription(make.SUPERGROUP, cursor=6, next_due_at=later))
    await _plan(database, make.SUPERGROUP, cursor=6, next_due_at=later)

    # when the move is learnt
    await _move(database)

    # then there is one subscription, the group's, served as far as either was
    async with database.read() as connection:
        (subscription,) = await subscriptions.of_chat(connection, make.SUPERGROUP)
        states = [one.delivery.state for one in await deliveries.of_chat(connection, make.SUPERGROUP, limit=9)]
        counts = await deliveries.counts(connection)
    assert (subscription.max_stories, subscription.cursor, subscription.next_due_at) == (3, 6, later)
    # and of the two digests of the same day one is not sent, with a reason
    assert sorted(states) == [DeliveryState.FAILED, DeliveryState.PENDING, DeliveryState.PENDING]
    assert counts[DeliveryState.FAILED] == 1
    chat = await _chat(database, make.SUPERGROUP)
    assert chat == replace(make.chat(make.SUPERGROUP), kind=ChatKind.SUPERGROUP, paused="kicked")


async def test_a_delivery_under_way_finds_its_row_after_the_move(database: Database) -> None:
    # given a part that is being sent to the group
    await _save(database, make.chat(make.GROUP), make.subscription(make.GROUP))
    await _plan(database, make.GROUP)
    async with database.write() as connection:
        (claimed,) = await deliveries.claim(connection, limit=1, lease_s=60)
        await deliveries.start(connection, claimed)

    # when Telegram says that it moved
    async with database.write() as connection:
        finished = await deliveries.finish(connection, claimed, Outcome(state=DeliveryState.PENDING, attempts=0))
        await chats.move(connection, make.GROUP, make.SUPERGROUP)

    # then the next attempt goes to the supergroup
    assert finished
    async with database.write() as connection:
        (again,) = await deliveries.claim(connection, limit=1, lease_s=60)
    assert (again.chat_id, again.id) == (make.SUPERGROUP, claimed.id)


async def test_a_group_we_do_not_know_does_not_move(database: Database) -> None:
    # given no chats
    # when one moves
    # then nothing comes of it
    assert not await _move(database)
    assert await _count(database, tables.chat) == 0


async def _save(database: Database, chat: Chat, *wanted: Subscription) -> None:
    async with database.write() as connection:
        await chats.save(connection, chat)
        for one in wanted:
            await subscriptions.save(connection, one)


async def _chat(database: Database, chat_id: ChatId) -> Chat | None:
    async with database.read() as connection:
        return await chats.get(connection, chat_id)


async def _publish(database: Database, *names: str) -> None:
    async with database.write() as connection:
        await articles.publish(connection, [make.publication(name) for name in names], arrived_at=make.NOON)


async def _plan(database: Database, chat_id: ChatId = make.READER, **given: Any) -> bool:
    async with database.write() as connection:
        return await _plan_on(connection, chat_id, **given)


async def _plan_on(
    connection: Any,
    chat_id: ChatId = make.READER,
    *,
    parts: int = 1,
    seen: Sequence[str] = (),
    cursor: int = 1,
    day: int = 20,
    next_due_at: datetime = TOMORROW,
) -> bool:
    return await digests.plan(
        connection,
        make.slot(chat_id, day=day),
        chat_id=chat_id,
        messages=make.messages(parts),
        articles=[ArticleId(name) for name in seen],
        cursor=cursor,
        next_due_at=next_due_at,
        planned_at=make.NOON,
    )


async def _send_one(database: Database) -> None:
    async with database.write() as connection:
        (claimed,) = await deliveries.claim(connection, limit=1, lease_s=60)
        assert await deliveries.start(connection, claimed)
        assert await deliveries.finish(connection, claimed, SENT)


async def _move(database: Database) -> bool:
    async with database.write() as connection:
        return await chats.move(connection, make.GROUP, make.SUPERGROUP)


async def _value(database: Database, wanted: Any) -> Any:
    async with database.read() as connection:
        return (await connection.execute(wanted)).scalar_one()


async def _count(database: Database, table: Any) -> int:
    return int(await _value(database, select(func.count()).select_from(table)))
