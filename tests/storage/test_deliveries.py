"""Starting, finishing and settling: who may, and what a lease that is over means."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ChatKind, Delivery, DeliveryState, Outcome
from bot.storage import deliveries, dialect, tables
from bot.storage.database import Database
from tests.storage import attempts, make


async def test_an_attempt_is_started_and_finished_once(ledger: Database) -> None:
    # given a claimed part
    claimed = await attempts.claim_for(ledger, make.READER)

    # when it is started and finished, each twice
    started = [await attempts.start(ledger, claimed) for _ in range(2)]
    finished = [await attempts.finish(ledger, claimed, attempts.SENT) for _ in range(2)]

    # then the second time is refused, and what became of it is on record
    assert (started, finished) == ([True, False], [True, False])
    async with ledger.read() as connection:
        (record,) = await deliveries.listing(connection, limit=9, states=[DeliveryState.SENT])
    assert (record.delivery.id, record.message_id, record.delivery.attempts) == (claimed.id, 501, 1)
    assert record.started_at is not None
    assert record.finished_at is not None
    assert record.started_at <= record.finished_at


async def test_nothing_is_finished_that_was_not_started(ledger: Database) -> None:
    # given a claimed part
    claimed = await attempts.claim_for(ledger, make.READER)

    # when it is finished before it was started
    # then that is refused
    assert not await attempts.finish(ledger, claimed, attempts.SENT)


async def test_nothing_is_started_when_the_lease_is_over(ledger: Database) -> None:
    # given a worker that was paused for longer than its lease
    claimed = await attempts.claim_for(ledger, make.READER)
    await attempts.let_lease_pass(ledger, claimed)

    # when it goes on
    # then it may not send
    assert not await attempts.start(ledger, claimed)


async def test_a_worker_that_lost_its_claim_can_neither_start_nor_finish(ledger: Database) -> None:
    # given a worker whose lease passed, and another that has taken over
    stale = await attempts.claim_for(ledger, make.READER)
    await attempts.let_lease_pass(ledger, stale)
    await attempts.expire(ledger)
    holder = await attempts.claim_for(ledger, make.READER)

    # when both start and finish
    started = [await attempts.start(ledger, stale), await attempts.start(ledger, holder)]
    finished = [
        await attempts.finish(ledger, stale, attempts.FAILED),
        await attempts.finish(ledger, holder, attempts.SENT),
    ]

    # then only the holder of the newest token does
    assert (started, finished) == ([False, True], [False, True])
    assert (await attempts.counts(ledger))[DeliveryState.SENT] == 1

    # and without the token, the same course of events has two workers send one part
    assert await _unfenced_starts(ledger) == [True, True]


async def test_a_claim_that_was_not_used_is_given_back(ledger: Database) -> None:
    # given a claimed part
    claimed = await attempts.claim_for(ledger, make.READER)

    # when the program ends before it was started
    async with ledger.write() as connection:
        released = await deliveries.release(connection, (claimed,))

    # then another takes it at once, and the first can do nothing any more
    again = await attempts.claim_for(ledger, make.READER)
    assert released
    assert again.id == claimed.id
    assert not await attempts.start(ledger, claimed)
    async with ledger.write() as connection:
        assert not await deliveries.release(connection, (claimed,))


@pytest.mark.parametrize("state", [DeliveryState.CLAIMED, DeliveryState.SENDING])
async def test_no_attempt_ends_in_a_state_that_is_no_end(ledger: Database, state: DeliveryState) -> None:
    # given a part that is being sent
    claimed = await attempts.claim_for(ledger, make.READER)

    # when it is to end so
    # then that is refused
    with pytest.raises(ValueError, match="no attempt ends"):
        await attempts.finish(ledger, claimed, Outcome(state=state, attempts=1))


async def test_a_start_that_was_rolled_back_did_not_happen(ledger: Database) -> None:
    # given a worker that fails before its start is committed
    claimed = await attempts.claim_for(ledger, make.READER)

    async def fail() -> None:
        async with ledger.write() as connection:
            assert await deliveries.start(connection, (claimed,), every_s=attempts.NO_SPACING)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    # when it starts again
    # then it may
    assert await attempts.start(ledger, claimed)


async def test_only_what_was_not_started_goes_back_when_its_lease_is_over(ledger: Database) -> None:
    # given a part that was claimed and one that was started, and both leases over
    started = await attempts.claim_for(ledger, make.READER, limit=1)
    await attempts.start(ledger, started)
    claimed = await attempts.claim_for(ledger, make.GROUP)
    untouched = await attempts.expire(ledger)
    for one in (started, claimed):
        await attempts.let_lease_pass(ledger, one)

    # when leases are ended, twice
    expired = [await attempts.expire(ledger) for _ in range(2)]

    # then the one is pending, and nobody knows of the other
    nothing = deliveries.Expired(claimed_to_pending=0, sending_to_unknown=0)
    assert untouched == nothing
    assert expired == [deliveries.Expired(claimed_to_pending=1, sending_to_unknown=1), nothing]
    counts = await attempts.counts(ledger)
    assert (counts[DeliveryState.PENDING], counts[DeliveryState.UNKNOWN]) == (3, 1)
    assert [one.chat_id for one in await attempts.claim(ledger)] == [make.GROUP]


async def test_an_answer_after_the_lease_is_no_finish_but_evidence(ledger: Database) -> None:
    # given a slow attempt whose lease passed
    slow = await attempts.claim_for(ledger, make.READER)
    await attempts.start(ledger, slow)
    await attempts.let_lease_pass(ledger, slow)
    await attempts.expire(ledger)

    # when its answer comes after all
    finished = await attempts.finish(ledger, slow, attempts.SENT)
    resolved = await attempts.resolve(ledger, slow, attempts.SENT)

    # then it settles what was unknown
    assert (finished, resolved) == (False, True)
    assert (await attempts.counts(ledger))[DeliveryState.SENT] == 1
    assert (await attempts.claim_for(ledger, make.READER)).message.part == 2


async def test_an_expired_attempt_counts_as_one(ledger: Database) -> None:
    # given a worker that died while it was sending
    claimed = await attempts.claim_for(ledger, make.READER)
    await attempts.start(ledger, claimed)
    await attempts.let_lease_pass(ledger, claimed)

    # when its lease is ended
    await attempts.expire(ledger)

    # then the try counts, for Telegram may have seen it
    ((unknown, kind),) = await attempts.unknown(ledger)
    assert (unknown.id, unknown.attempts, unknown.token, kind) == (claimed.id, 1, 1, ChatKind.PRIVATE)


async def test_an_unknown_is_decided_about_when_its_time_has_come(ledger: Database) -> None:
    # given an attempt of which nobody knows, and that nobody is to decide about for ten minutes
    claimed = await attempts.claim_for(ledger, make.READER)
    await attempts.attempt(ledger, claimed, replace(attempts.UNKNOWN, not_before_s=600))
    too_early = await attempts.unknown(ledger)

    # when they are over
    await attempts.put(ledger, claimed, not_before=dialect.in_s(0))

    # then it is found
    assert too_early == ()
    assert [one.id for one, _ in await attempts.unknown(ledger)] == [claimed.id]


async def test_many_are_written_down_as_sent_in_one_statement(ledger: Database) -> None:
    # given two parts that were sent, one of them under a lease that is over
    in_time, late = await attempts.claim(ledger)
    assert await attempts.start(ledger, in_time)
    assert await attempts.start(ledger, late)
    await attempts.let_lease_pass(ledger, late)
    await attempts.expire(ledger)

    # when both are written down
    async with ledger.write() as connection:
        written = await deliveries.finish_sent(connection, [(in_time, 501), (late, 502)])

    # then only the first is, with the id of its message
    assert written == {in_time.id}
    async with ledger.read() as connection:
        records = {one.delivery.id: one for one in await deliveries.listing(connection, limit=9)}
    assert (records[in_time.id].delivery.state, records[in_time.id].message_id) == (DeliveryState.SENT, 501)
    assert (records[late.id].delivery.state, records[late.id].message_id) == (DeliveryState.UNKNOWN, None)


@pytest.mark.parametrize("meanwhile", [None, attempts.AGAIN, attempts.PARKED], ids=["unknown", "pending", "parked"])
async def test_an_answer_that_comes_too_late_is_evidence(ledger: Database, meanwhile: Outcome | None) -> None:
    # given a part whose lease was over before Telegram's answer came, and what was decided about it
    claimed = await attempts.claim_for(ledger, make.READER)
    await attempts.start(ledger, claimed)
    await attempts.let_lease_pass(ledger, claimed)
    await attempts.expire(ledger)
    if meanwhile:
        assert await attempts.resolve(ledger, claimed, meanwhile)

    # when the answer is written down
    async with ledger.write() as connection:
        arrived = await deliveries.arrived(connection, claimed, 501)

    # then it is sent, and nobody sends it again
    assert arrived
    assert (await attempts.counts(ledger))[DeliveryState.SENT] == 1


async def test_an_answer_says_nothing_of_a_repeat_that_is_under_way(ledger: Database) -> None:
    # given a part that is being repeated
    claimed = await attempts.claim_for(ledger, make.READER)
    await attempts.attempt(ledger, claimed, attempts.UNKNOWN)
    assert await attempts.resolve(ledger, claimed, attempts.AGAIN)
    await attempts.claim_for(ledger, make.READER)

    # when the answer to its first attempt comes
    async with ledger.write() as connection:
        arrived = await deliveries.arrived(connection, claimed, 501)

    # then whoever holds it now writes down what becomes of it
    assert not arrived


@pytest.mark.parametrize("outcome", [attempts.SENT, attempts.AGAIN, attempts.PARKED])
async def test_an_unknown_is_settled_once(ledger: Database, outcome: Outcome) -> None:
    # given a part of which nobody knows
    claimed = await attempts.claim_for(ledger, make.READER)
    await attempts.attempt(ledger, claimed, attempts.UNKNOWN)
    ((unknown, _),) = await attempts.unknown(ledger)

    # when two find out
    resolved = [await attempts.resolve(ledger, unknown, outcome) for _ in range(2)]

    # then the first counts
    assert resolved == [True, False]
    assert await attempts.unknown(ledger) == ()
    with pytest.raises(ValueError, match="no unknown becomes"):
        await attempts.resolve(ledger, unknown, attempts.FAILED)


async def test_an_unknown_tried_again_is_not_settled_by_the_first_ones_answer(ledger: Database) -> None:
    # given a part that is tried again because nobody knew
    first = await attempts.claim_for(ledger, make.READER)
    await attempts.attempt(ledger, first, attempts.UNKNOWN)
    await attempts.resolve(ledger, first, attempts.AGAIN)
    second = await attempts.claim_for(ledger, make.READER)
    await attempts.attempt(ledger, second, attempts.UNKNOWN)

    # when the first one's answer comes
    # then it does not speak for the second
    assert not await attempts.resolve(ledger, first, attempts.SENT)


async def test_every_part_is_in_one_state(ledger: Database) -> None:
    # given parts in several states
    await attempts.attempt(ledger, await attempts.claim_for(ledger, make.READER), attempts.SENT)
    await attempts.attempt(ledger, await attempts.claim_for(ledger, make.READER), attempts.PARKED)
    await attempts.claim_for(ledger, make.READER)

    # when they are counted
    counts = await attempts.counts(ledger)

    # then every state has its figure, and the sum is what was planned
    assert set(counts) == set(DeliveryState)
    assert sum(counts.values()) == 4
    assert counts[DeliveryState.CLAIMED] == counts[DeliveryState.PENDING] == counts[DeliveryState.SENT] == 1


async def test_the_list_shows_the_latest_due_first(ledger: Database) -> None:
    # given a part that was given up
    await attempts.attempt(ledger, await attempts.claim_for(ledger, make.READER), attempts.PARKED)

    # when deliveries are listed
    async with ledger.read() as connection:
        every = await deliveries.listing(connection, limit=3)
        parked = await deliveries.listing(connection, limit=3, states=[DeliveryState.PARKED])
        of_group = await deliveries.of_chat(connection, make.GROUP, limit=3)

    # then the newest digest comes first, and the reason is told
    assert [(one.delivery.chat_id, one.delivery.message.part) for one in every] == [
        (make.GROUP, 1),
        (make.READER, 1),
        (make.READER, 2),
    ]
    assert [one.error for one in parked] == ["too long"]
    assert [one.delivery.chat_id for one in of_group] == [make.GROUP]


async def _unfenced_starts(database: Database) -> list[bool]:
    """A worker that lost its claim and the one that took over, both starting by id and state, without the token."""

    async def start(connection: AsyncConnection, claimed: Delivery) -> bool:
        mine = (tables.delivery.c.id == claimed.id) & tables.in_state(tables.delivery, *tables.LEASED)
        started = await connection.execute(update(tables.delivery).where(mine).values(state="sending"))
        return started.rowcount == 1

    stale = await attempts.claim_for(database, make.READER)
    await attempts.let_lease_pass(database, stale)
    await attempts.expire(database)
    holder = await attempts.claim_for(database, make.READER)
    async with database.write() as connection:
        return [await start(connection, stale), await start(connection, holder)]
