"""The pace that all processes share, and the chats that Telegram asked to spare, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from bot.delivery import limiter
from bot.model import ChatId, ChatKind
from bot.storage import chats, deliveries, dialect, met, pace, tally
from bot.storage.database import Database
from bot.storage.tables import chat
from tests.storage import attempts, make


async def test_what_one_process_spent_the_next_one_sees(database: Database) -> None:
    rates = limiter.Rates()
    async with database.write() as connection:
        now_at = await pace.now(connection)
        assert await pace.locked(connection) is None
        spent = limiter.spent(limiter.begun(rates, now_at), rates, count=3, now_at=now_at)
        await pace.save(connection, spent)
    async with database.write() as connection:
        assert await pace.locked(connection) == spent
        await pace.save(connection, replace(spent, per_s=7.5))
        assert (await pace.locked(connection) or spent).per_s == 7.5


async def test_a_chat_that_is_to_be_spared_gets_nothing_and_the_others_go_on(ledger: Database) -> None:
    async with ledger.write() as connection:
        held = await pace.hold(connection, make.READER, for_s=60)

    claimed = await attempts.claim(ledger)

    assert held == 1
    assert [one.chat_id for one in claimed] == [make.GROUP]
    async with ledger.read() as connection:
        assert 50 < (await met.known(connection, [make.READER]))[make.READER].wait_s <= 60
        assert (await met.known(connection, [make.GROUP]))[make.GROUP].wait_s == 0
        assert (await met.known(connection, [ChatId(99)]))[ChatId(99)].wait_s == 0


async def test_the_second_chat_that_is_spared_at_one_time_is_counted(ledger: Database) -> None:
    async with ledger.write() as connection:
        counted = [await pace.hold(connection, one, for_s=60) for one in (make.READER, make.READER, make.GROUP)]
        await connection.execute(update(chat).values(held_until=dialect.in_s(-1)))
        later = await pace.hold(connection, make.READER, for_s=60)

    assert counted == [1, 1, 2]
    assert later == 1


async def test_the_longest_wait_that_was_asked_for_holds_whatever_comes_after_it(ledger: Database) -> None:
    claimed = await attempts.claim(ledger)
    async with ledger.write() as connection:
        for for_s in (60, 5):
            await pace.hold(connection, make.READER, for_s=for_s)
        started = await deliveries.start(connection, claimed, every_s=dict.fromkeys(ChatKind, 1.0))

    async with ledger.read() as connection:
        reader, group = (await met.known(connection, [make.READER, make.GROUP])).values()
        spaced = await connection.execute(select(chat.c.id).where(chat.c.send_after > dialect.in_s(50)))
    assert len(started) == len(claimed) == 2
    assert 50 < reader.wait_s <= 60
    assert group.wait_s == 0
    assert [row.id for row in spaced] == [make.READER]


async def test_while_everything_is_held_every_chat_waits(ledger: Database) -> None:
    async with ledger.write() as connection:
        now_at = await pace.now(connection)
        before = await pace.is_held(connection)
        await pace.save(connection, limiter.held(limiter.begun(limiter.Rates(), now_at), for_s=60, now_at=now_at))

    async with ledger.read() as connection:
        assert (before, await pace.is_held(connection)) == (False, True)
        assert (await met.known(connection, [make.GROUP]))[make.GROUP].wait_s > 50


async def test_whoever_was_answered_just_now_gets_no_digest_for_a_moment(ledger: Database) -> None:
    async with ledger.write() as connection:
        await pace.hold(connection, make.GROUP, for_s=90)
        await pace.touched(
            connection, (make.READER, make.READER, make.GROUP, ChatId(99)), every_s=dict.fromkeys(ChatKind, 3)
        )

    assert await attempts.claim(ledger) == ()
    async with ledger.read() as connection:
        assert (await met.known(connection, [make.GROUP]))[make.GROUP].wait_s > 80  # a longer wait is not cut short


async def test_after_an_answer_each_kind_of_chat_waits_its_own_time(ledger: Database) -> None:
    every_s = {kind: 0 if kind is ChatKind.PRIVATE else 90 for kind in ChatKind}

    async with ledger.write() as connection:
        await connection.execute(update(chat).where(chat.c.id == make.GROUP).values(kind=ChatKind.GROUP.value))
        await pace.touched(connection, (make.READER, make.GROUP), every_s=every_s)

    assert {one.chat_id for one in await attempts.claim(ledger)} == {make.READER}


async def test_the_clock_is_the_databases(database: Database) -> None:
    async with database.read() as connection:
        first, second = await pace.now(connection), await pace.now(connection)

    assert timedelta(0) <= second - first < timedelta(minutes=1)


async def test_counters_begin_at_nothing_and_only_grow(database: Database) -> None:
    async with database.write() as connection:
        await tally.add(connection, {"ambiguous": 2, "parked": 1})
        await tally.add(connection, {"ambiguous": 3})

    async with database.read() as connection:
        assert await tally.counts(connection) == {"ambiguous": 5, "parked": 1}


async def test_what_waits_for_a_paused_chat_is_named_with_the_reason(ledger: Database) -> None:
    async with ledger.write() as connection:
        await chats.pause(connection, make.GROUP, "kicked")

    async with ledger.read() as connection:
        assert await deliveries.in_vain(connection) == ((make.GROUP, "kicked"),)
