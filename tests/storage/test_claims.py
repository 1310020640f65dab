"""Claiming: which part of which chat is next, and who gets it when many ask at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, update

from bot.model import ChatId, Delivery, DeliveryState, Outcome
from bot.storage import chats, deliveries, dialect, tables
from bot.storage.database import Database
from tests.storage import attempts, make


async def test_each_chat_gets_its_next_part_the_longest_due_first(ledger: Database) -> None:
    # given two chats that wait
    # when deliveries are claimed
    claimed = await attempts.claim(ledger)

    # then it is the first part of each, as it was planned, under a new token
    assert [(one.chat_id, one.message.part, one.state, one.token) for one in claimed] == [
        (make.READER, 1, DeliveryState.CLAIMED, 1),
        (make.GROUP, 1, DeliveryState.CLAIMED, 1),
    ]
    assert claimed[0].message.body == make.messages(3)[0].body
    assert await attempts.claim(ledger) == ()


async def test_no_more_are_claimed_than_wanted(ledger: Database) -> None:
    # given two chats that wait
    # when one is wanted
    (claimed,) = await attempts.claim(ledger, limit=1)

    # then it is the one that waits longest
    assert claimed.chat_id == make.READER


async def test_parts_go_out_in_their_order_and_digests_in_theirs(database: Database) -> None:
    # given a chat with two digests, the later planned first
    await attempts.planned(database, make.READER, day=21, parts=2)
    await attempts.planned(database, make.READER, day=20, parts=2)

    # when all is sent
    sent = []
    while claimed := await attempts.claim(database):
        assert len(claimed) == 1
        await attempts.attempt(database, claimed[0], attempts.SENT)
        sent.append((claimed[0].slot_id[-8:-6], claimed[0].message.part))

    # then the older digest came first
    assert sent == [("20", 1), ("20", 2), ("21", 1), ("21", 2)]


@pytest.mark.parametrize("outcome", [attempts.FAILED, attempts.PARKED])
async def test_a_part_that_is_given_up_does_not_hold_back_the_next(ledger: Database, outcome: Outcome) -> None:
    # given a first part that Telegram will not take
    await attempts.attempt(ledger, await attempts.claim_for(ledger, make.READER), outcome)

    # when the next is claimed
    claimed = await attempts.claim_for(ledger, make.READER)

    # then it is the second part
    assert claimed.message.part == 2


@pytest.mark.parametrize("outcome", [attempts.LATER, attempts.UNKNOWN])
async def test_a_part_that_is_not_settled_holds_back_the_rest_of_the_chat(ledger: Database, outcome: Outcome) -> None:
    # given a first part that must wait, or of which nobody knows, and another digest for the chat
    await attempts.planned(ledger, make.READER, day=22, parts=1)
    await attempts.attempt(ledger, await attempts.claim_for(ledger, make.READER), outcome)

    # when deliveries are claimed
    claimed = await attempts.claim(ledger)

    # then nothing of that chat is, and other chats go on
    assert [one.chat_id for one in claimed] == [make.GROUP]


async def test_a_digest_planned_late_waits_for_what_is_under_way(database: Database) -> None:
    # given a part that is being sent, and then an older digest for the same chat
    await attempts.planned(database, make.READER, day=21, parts=1)
    under_way = await attempts.claim_for(database, make.READER)
    await attempts.planned(database, make.READER, day=20, parts=1)

    # when deliveries are claimed, before and after the first is done
    before = await attempts.claim(database)
    await attempts.attempt(database, under_way, attempts.SENT)
    after = await attempts.claim(database)

    # then there is one in flight at a time
    assert before == ()
    assert [one.slot_id[-8:-6] for one in after] == ["20"]


async def test_a_paused_chat_waits(ledger: Database) -> None:
    # given a chat that blocked the bot
    async with ledger.write() as connection:
        await chats.pause(connection, make.READER, "blocked")
    paused = await attempts.claim(ledger)

    # when it comes back
    async with ledger.write() as connection:
        await chats.resume(connection, make.READER)

    # then what waited is claimed
    assert [one.chat_id for one in paused] == [make.GROUP]
    assert [one.chat_id for one in await attempts.claim(ledger)] == [make.READER]


async def test_what_must_wait_is_claimed_when_its_time_has_come(ledger: Database) -> None:
    # given a part that was put off by an hour
    first = await attempts.claim_for(ledger, make.READER)
    await attempts.attempt(ledger, first, attempts.LATER)
    too_early = await attempts.claim(ledger)

    # when the hour is over
    await attempts.put(ledger, first, not_before=dialect.in_s(0))

    # then the same part is tried again, under a new token
    again = await attempts.claim_for(ledger, make.READER)
    assert [one.chat_id for one in too_early] == [make.GROUP]
    assert (again.id, again.token, again.message) == (first.id, 2, first.message)


async def test_claimers_at_once_never_take_the_same_part(database: Database) -> None:
    # given thirty chats with two parts each
    for number in range(30):
        await attempts.planned(database, ChatId(number + 1), day=20, parts=2)

    # when four claim and send until nothing is left
    taken = await _race(database, deliveries.claim)

    # then each part was taken once, and each second part after the first of its chat
    assert len(taken) == len(set(taken)) == 60
    assert all(taken.index(one[:-1] + "1") < place for place, one in enumerate(taken) if one.endswith("2"))


async def test_the_race_finds_a_claim_that_does_not_lock(database: Database, kind: str) -> None:
    # given two chats, and a claim that looks in one transaction and takes in another
    await attempts.planned(database, make.READER, day=20, parts=1)
    await attempts.planned(database, make.GROUP, day=20, parts=1)
    looked = asyncio.Barrier(2)

    async def claim() -> list[str]:
        waiting = select(tables.delivery.c.id).where(tables.in_state(tables.delivery, DeliveryState.PENDING))
        async with database.read() as connection:
            ids = (await connection.execute(waiting)).scalars().all()
        await looked.wait()
        async with database.write() as connection:
            taking = update(tables.delivery).where(tables.delivery.c.id.in_(ids)).values(state="claimed")
            return list((await connection.execute(taking.returning(tables.delivery.c.id))).scalars())

    # when two do so at once
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(claim()) for _ in range(2)]
    taken = [one for task in tasks for one in task.result()]

    # then both parts were taken twice
    assert (len(taken), len(set(taken))) == (4, 2)


@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
async def test_a_chat_being_claimed_is_passed_over_without_waiting(ledger: Database) -> None:
    # given a process that has claimed one chat's part and not yet committed
    async with ledger.write() as first:
        held = await deliveries.claim(first, limit=1, lease_s=60)

        # when another claims meanwhile
        async with asyncio.timeout(20), ledger.write() as second:
            others = await deliveries.claim(second, limit=9, lease_s=60)

    # then it gets the other chat at once
    assert [one.chat_id for one in held] == [make.READER]
    assert [one.chat_id for one in others] == [make.GROUP]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_claiming_goes_through_the_indexes_of_open_deliveries(ledger: Database) -> None:
    # given a ledger
    # when SQLite explains what claiming and expiring do
    claiming = await make.plans(ledger, lambda connection: deliveries.claim(connection, limit=8, lease_s=60))
    expiring = await make.plans(ledger, lambda connection: deliveries.expire(connection, wait_s=0))

    # then neither reads or sorts the whole table
    assert "delivery_pending" in claiming[0]
    assert "delivery_open" in claiming[0]
    assert "ORDER BY" not in claiming[0]
    assert all("delivery_leased" in plan for plan in expiring)


async def _race(
    database: Database, claim: Callable[..., Awaitable[tuple[Delivery, ...]]], *, workers: int = 4
) -> list[str]:
    """The ids that workers at once have claimed and sent, in their order."""
    taken: list[str] = []

    async def work() -> None:
        idle = 0
        while idle < workers:  # others may hold the only chats that are left
            async with database.write() as connection:
                claimed = await claim(connection, limit=5, lease_s=60)
            idle = 0 if claimed else idle + 1
            taken.extend(one.id for one in claimed)
            for one in claimed:
                await attempts.attempt(database, one, attempts.SENT)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    return taken
