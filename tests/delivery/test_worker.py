"""The worker on a real database: leases, deadlines, and a program that dies between two lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import app, intake, pipeline, settings
from bot.config import Config
from bot.delivery import aftermath, limiter, worker
from bot.delivery.terms import Beside, Limits
from bot.model import ChatId, ChatKind, Delivery, DeliveryState, Message, Receipt, Sent, TopicId, Unknown
from bot.storage import deliveries
from bot.world import World
from tests import make, running, texts
from tests.fakes import UNLIMITED, Inbox

NIGHT = make.moment("2026-11-22T01:00")
MORNING = make.moment("2026-11-22T03:00")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world in which the digests of three chats are planned."""
    await running.have_tables(tmp_path)
    async with app.world(Config(state_dir=tmp_path), now_at=NIGHT) as opened:
        for number, kind in ((1, ChatKind.PRIVATE), (2, ChatKind.PRIVATE), (3, ChatKind.CHANNEL)):
            chat = await settings.chat(opened, ChatId(number), kind=kind, title="")
            topics = (TopicId("sport"), TopicId("education"))
            await settings.subscribe(opened, chat, topics=topics, now_at=NIGHT)
        await intake.take(opened, texts.all_of_them(), now_at=NIGHT)
        await pipeline.publish(opened, now_at=MORNING)
        yield opened


async def states(world: World) -> dict[str, int]:
    async with world.database.read() as connection:
        return {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}


async def claimed(world: World, *, lease_s: float) -> tuple[Delivery, ...]:
    """What a worker holds that dies right after claiming."""
    async with world.database.write() as connection:
        return await deliveries.claim(connection, limit=9, lease_s=lease_s)


async def _expired(world: World) -> int:
    """How many requests under way were given up as unknown."""
    async with world.database.write() as connection:
        return (await deliveries.expire(connection, wait_s=0)).sending_to_unknown


async def test_all_that_is_planned_is_sent_once(world: World) -> None:
    inbox = Inbox()

    assert await worker.run(world.database, inbox.send) == 3
    assert await worker.run(world.database, inbox.send) == 0
    assert await states(world) == {"sent": 3}


@pytest.mark.parametrize("limit", [2, 3])
async def test_no_more_requests_at_once_than_allowed(world: World, limit: int) -> None:
    under_way, most = 0, 0
    full = asyncio.Event()

    async def send(chat_id: ChatId, message: Message) -> Receipt:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == limit:
            full.set()
        await full.wait()
        for _ in range(20):
            await states(world)  # time enough for one more to begin, if one could
        under_way -= 1
        return Sent(message_id=int(chat_id))

    await worker.run(world.database, send, limits=Limits(in_flight=limit))

    assert most == limit
    assert await states(world) == {"sent": 3}


async def test_a_request_without_an_answer_is_unknown_at_the_deadline(world: World) -> None:
    async def send(chat_id: ChatId, message: Message) -> Receipt:
        await asyncio.Event().wait()
        raise AssertionError("never reached")

    await worker.run(world.database, send, limits=Limits(deadline_s=0.2))

    assert await states(world) == {"unknown": 3}


async def settle(world: World) -> None:
    await aftermath.settle(world.database, limits=UNLIMITED, beside=Beside())


async def test_the_unknown_is_repeated_once_in_private_chats_only(world: World) -> None:
    async def send(chat_id: ChatId, message: Message) -> Receipt:
        return Unknown(reason="502")

    inbox = Inbox()
    await worker.run(world.database, send, limits=UNLIMITED)
    before = await states(world)
    await settle(world)
    decided = await states(world)
    await worker.run(world.database, inbox.send, limits=UNLIMITED)

    assert before == {"unknown": 3}
    assert decided == {"parked": 1, "pending": 2}
    assert await states(world) == {"parked": 1, "sent": 2}
    assert all("may be a repeat" in text for text in (*inbox.texts(ChatId(1)), *inbox.texts(ChatId(2))))


async def test_what_died_before_it_started_is_sent_by_the_next(world: World) -> None:
    await claimed(world, lease_s=-1)
    inbox = Inbox()

    await settle(world)
    await worker.run(world.database, inbox.send)

    assert inbox.attempts == 3
    assert await states(world) == {"sent": 3}


async def test_what_died_while_sending_is_never_sent_as_if_nothing_had_happened(world: World) -> None:
    """Delivery.md, "The design", 4: without this rule every kill doubles what was under way."""
    held = await claimed(world, lease_s=0.05)
    async with world.database.write() as connection:
        for one in held:
            assert await deliveries.start(connection, (one,), every_s=limiter.EVERY_S)
    while not await _expired(world):
        pass  # the lease is over in a moment
    inbox = Inbox()

    await worker.run(world.database, inbox.send)
    await settle(world)

    assert inbox.attempts == 0
    assert await states(world) == {"parked": 1, "pending": 2}


async def test_whoever_lost_the_lease_may_not_start(world: World) -> None:
    stale = await claimed(world, lease_s=-1)
    inbox = Inbox()
    await settle(world)
    await worker.run(world.database, inbox.send)

    async with world.database.write() as connection:
        assert not any([await deliveries.start(connection, (one,), every_s=limiter.EVERY_S) for one in stale])
    assert await states(world) == {DeliveryState.SENT.value: 3}


async def test_an_attempt_that_fails_in_our_own_code_cuts_no_other_short(world: World) -> None:
    others = asyncio.Event()

    async def send(chat_id: ChatId, message: Message) -> Receipt:
        if chat_id == 1:
            others.set()
            raise RuntimeError("a mistake of ours")
        await others.wait()
        return Sent(message_id=int(chat_id))

    with pytest.raises(ExceptionGroup, match="1 of 3"):
        await worker.run(world.database, send)

    assert await states(world) == {"sending": 1, "sent": 2}


async def test_whoever_was_stopped_for_too_long_before_sending_does_not_send(world: World) -> None:
    """A process that is frozen between the commit of its turn and the request: somebody may have decided meanwhile."""
    inbox = Inbox()

    await worker.run(world.database, inbox.send, limits=replace(UNLIMITED, deadline_s=0))
    stopped = inbox.attempts
    await worker.run(world.database, inbox.send, limits=UNLIMITED)

    assert stopped == 0
    assert await states(world) == {"pending": 3}  # certainly not sent: they wait a second
