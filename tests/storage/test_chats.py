"""Chats, and a group that becomes a supergroup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from bot.model import Chat, ChatId, ChatKind, DeliveryState, Outcome, Subscription
from bot.storage import asked, bundles, chats, deliveries, subscriptions, tables
from bot.storage.database import Database
from tests.storage import make, planned

TOMORROW = planned.TOMORROW
SENT = Outcome(state=DeliveryState.SENT, message_id=11, attempts=1)


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


async def test_a_group_moves_with_everything_it_wanted_saw_and_waits_for(database: Database) -> None:
    # given a group with a digest of which one part was sent
    group = make.chat(make.GROUP, kind=ChatKind.GROUP)
    await _save(database, group, make.subscription(make.GROUP))
    await planned.publish(database, "a")
    await planned.plan(database, make.GROUP, parts=2, seen=("a",), cursor=1)
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
    await planned.plan(database, make.GROUP)
    await _move(database)

    # when the supergroup's slot of the same day is decided, and the group is said to be back
    decided = await planned.plan(database, make.SUPERGROUP)
    async with database.write() as connection:
        await chats.resume(connection, make.GROUP)

    # then there was one already, and the group stays paused
    assert not decided
    left = await _chat(database, make.GROUP)
    assert left is not None
    assert left.paused == chats.MOVED


async def test_a_moved_group_takes_along_what_it_asked_and_shared_and_leaves_no_name(database: Database) -> None:
    # given a group that searched, shared, and had four subscriptions once, and its supergroup that had two
    await _save(database, make.chat(make.GROUP, kind=ChatKind.GROUP), make.subscription(make.GROUP))
    await _save(database, make.chat(make.SUPERGROUP, kind=ChatKind.SUPERGROUP))
    async with database.write() as connection:
        name = await asked.keep(connection, make.GROUP, "bridges", now_at=make.NOON)
        await bundles.keep(connection, make.GROUP, [{"title": "Ours"}], name="link", made_at=make.NOON)
        assert await subscriptions.numbered(connection, make.GROUP, after=3) == 4
        assert await subscriptions.numbered(connection, make.SUPERGROUP, after=1) == 2

    # when it moves
    await _move(database)

    # then the supergroup has it all, and of the group there is its number, by which late updates find it paused
    async with database.write() as connection:
        assert await asked.get(connection, make.SUPERGROUP, name) == "bridges"
        assert await asked.get(connection, make.GROUP, name) is None
        assert (await connection.execute(select(tables.bundle.c.chat_id))).scalars().all() == [make.SUPERGROUP]
        assert await subscriptions.numbered(connection, make.SUPERGROUP, after=1) == 5
        assert await chats.former(connection, make.SUPERGROUP) == make.GROUP
    left = await _chat(database, make.GROUP)
    assert left is not None
    assert (left.title, left.reads, left.paused) == ("", (), chats.MOVED)


async def test_a_supergroup_that_was_there_first_gives_way_without_a_repeat(database: Database) -> None:
    # given a group, and its supergroup that was greeted and got today's digest before the move was learnt
    await _save(database, make.chat(make.GROUP), replace(make.subscription(make.GROUP, cursor=4), max_stories=3))
    await planned.plan(database, make.GROUP, cursor=4)
    await planned.plan(database, make.GROUP, day=19, cursor=4)
    newcomer = make.chat(make.SUPERGROUP, kind=ChatKind.SUPERGROUP, title="greeted", paused="kicked")
    later = TOMORROW + make.hours(2)
    await _save(database, newcomer, make.subscription(make.SUPERGROUP, cursor=6, next_due_at=later))
    await planned.plan(database, make.SUPERGROUP, cursor=6, next_due_at=later)

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
    await planned.plan(database, make.GROUP)
    async with database.write() as connection:
        (claimed,) = await deliveries.claim(connection, limit=1, lease_s=60)
        await deliveries.start(connection, (claimed,), every_s=dict.fromkeys(ChatKind, 0.0))

    # when Telegram says that it moved
    async with database.write() as connection:
        finished = await deliveries.finish(connection, claimed, Outcome(state=DeliveryState.PENDING, attempts=0))
        await chats.move(connection, make.GROUP, make.SUPERGROUP)

    # then the next attempt goes to the supergroup
    assert finished
    async with database.write() as connection:
        (again,) = await deliveries.claim(connection, limit=1, lease_s=60)
    assert (again.chat_id, again.id) == (make.SUPERGROUP, claimed.id)


async def test_what_is_in_doubt_moves_with_its_group(database: Database) -> None:
    # given a part of which nobody knows whether it arrived
    await _save(database, make.chat(make.GROUP), make.subscription(make.GROUP))
    await planned.plan(database, make.GROUP)
    async with database.write() as connection:
        (claimed,) = await deliveries.claim(connection, limit=1, lease_s=60)
        await deliveries.start(connection, (claimed,), every_s=dict.fromkeys(ChatKind, 0.0))
        await deliveries.finish(connection, claimed, Outcome(state=DeliveryState.PARKED, attempts=1))

    # when the group moves, and then its owner wants it sent again
    async with database.write() as connection:
        await chats.move(connection, make.GROUP, make.SUPERGROUP)
        await deliveries.decide(connection, claimed.id, Outcome(state=DeliveryState.PENDING, attempts=1, repeats=1))

    # then it goes to the supergroup
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


async def _send_one(database: Database) -> None:
    async with database.write() as connection:
        (claimed,) = await deliveries.claim(connection, limit=1, lease_s=60)
        assert await deliveries.start(connection, (claimed,), every_s=dict.fromkeys(ChatKind, 0.0))
        assert await deliveries.finish(connection, claimed, SENT)


async def _move(database: Database) -> bool:
    async with database.write() as connection:
        return await chats.move(connection, make.GROUP, make.SUPERGROUP)


async def _value(database: Database, wanted: Any) -> Any:
    async with database.read() as connection:
        return (await connection.execute(wanted)).scalar_one()


async def _count(database: Database, table: Any) -> int:
    return int(await _value(database, select(func.count()).select_from(table)))
