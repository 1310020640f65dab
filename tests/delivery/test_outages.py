"""Telegram away for an hour, one chat flooded, clocks that differ: whom it holds, and what becomes of what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import intake, pipeline, settings
from bot.delivery import aftermath, ledger, worker
from bot.delivery.terms import Beside, Doubts, Limits, Watch
from bot.model import ChatId, ChatKind, Later, Message, Receipt, Send, Sent, Unknown
from bot.outputs import telegram_chat
from bot.storage import deliveries, pace, tables
from bot.world import World
from tests import texts
from tests.delivery import clocks, planned
from tests.delivery.clocks import Clock
from tests.fakes import UNLIMITED, Inbox

READERS = range(1, 11)
HOUR_S, TICK_S = 3600.0, 120.0
TEN_MINUTES_S = 600.0
LIMITS = replace(UNLIMITED, in_flight=4)


async def states(world: World) -> dict[str, int]:
    async with world.database.read() as connection:
        return {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}


async def run(world: World, send: Send, *, limits: Limits = LIMITS) -> None:
    await worker.run(world.database, send, limits=limits, beside=world.beside)


@dataclass(slots=True, kw_only=True)
class Away:
    """A `Send` that never reaches Telegram until it `is_back`; all wait for that, or each message for itself."""

    is_shared: bool
    is_back: bool = False
    attempts: int = 0
    got: Counter[ChatId] = field(default_factory=Counter)

    async def send(self, chat_id: ChatId, message: Message) -> Receipt:
        self.attempts += 1
        if not self.is_back:
            later = Later(reason="connection refused", after_s=telegram_chat.RETRY_S, scope="all")
            return later if self.is_shared else replace(later, scope="chat")
        self.got[chat_id] += 1
        return Sent(message_id=self.attempts)


def hour(clock: Clock) -> Iterator[None]:
    """Its ticks."""
    for _ in range(round(HOUR_S / TICK_S)):
        yield
        clock.ahead_s += TICK_S


@pytest.mark.parametrize("is_shared", [True, False], ids=["all wait", "each for itself"])
async def test_in_an_hour_without_telegram_a_few_try_for_all_and_everything_is_sent_once_afterwards(
    tmp_path: Path, *, is_shared: bool
) -> None:
    """F33. No more than may be under way are tried whenever a wait is over; where each waits for itself, all are."""
    async with planned.world(tmp_path) as world:
        await planned.plan(world, READERS)
        clock, telegram = await clocks.given_to(world.database), Away(is_shared=is_shared)

        for _ in hour(clock):
            await run(world, telegram.send)
        tried, telegram.is_back = telegram.attempts, True
        await run(world, telegram.send)

        waits = HOUR_S / TICK_S
        assert tried >= waits
        assert (tried <= waits * LIMITS.in_flight) == is_shared
        assert await states(world) == {"sent": len(READERS)}
        assert telegram.got == dict.fromkeys(READERS, 1)


MANY = range(1, 81)
NIGHT_S = 1_800.0


@pytest.mark.parametrize("most", [5, 10_000], ids=["everything waits", "nothing waits"])
async def test_while_nobody_tells_what_arrives_everything_waits_and_few_messages_are_in_doubt(
    tmp_path: Path, most: int
) -> None:
    """Ten minutes of 502: without the wait each message would be sent twice into the dark and put aside, and the admin
    asked about each."""
    async with planned.world(tmp_path, beside=Beside(admins=(planned.ADMIN,), doubts=Doubts(most))) as world:
        await planned.plan(world, MANY)
        await planned.plan(world, [-number for number in MANY], kind=ChatKind.GROUP, day=21)
        clock, tried, got = await clocks.given_to(world.database), 0, Counter[ChatId]()

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            nonlocal tried
            tried += 1
            if clock.ahead_s < TEN_MINUTES_S:
                return Unknown(reason="502 Bad Gateway")
            got[chat_id] += 1
            return Sent(message_id=tried)

        while clock.ahead_s < NIGHT_S:
            await aftermath.settle(world.database, limits=world.limits, beside=world.beside)
            await run(world, send)
            clock.ahead_s += 15.0

        after = await states(world)
        assert after.get("unknown", 0) == after.get("pending", 0) == 0
        parked = after.get("parked", 0)
        assert (parked <= LIMITS.in_flight) == (most == 5)
        assert (sum(got.values()) >= 2 * len(MANY) - LIMITS.in_flight) == (most == 5)


@pytest.mark.parametrize("most", [2, 3])
async def test_single_answers_that_get_lost_hold_nobody_up(tmp_path: Path, most: int) -> None:
    """Two in a row are no outage when five are; when two are, the others wait."""
    async with planned.world(tmp_path, beside=Beside(doubts=Doubts(most))) as world:
        await planned.plan(world, READERS)
        inbox = Inbox([Unknown(reason="502"), Unknown(reason="502")])

        await run(world, inbox.send, limits=replace(LIMITS, in_flight=1))

        assert len(inbox.got) == (len(READERS) - 2 if most == 3 else 0)


async def test_what_was_stopped_while_it_was_under_way_is_not_sent_after_it(tmp_path: Path) -> None:
    """A part that Telegram asks to send later, and one in doubt; where nobody stopped, both come."""
    async with planned.world(tmp_path) as world:
        told: list[tuple[ChatId, str]] = []
        later = Later(reason="retry after 3", after_s=3, reached=True)
        first: dict[ChatId, Receipt] = {ChatId(1): later, ChatId(2): Unknown(reason="502"), ChatId(3): later}
        for number in (1, 2, 3):
            chat = await settings.chat(world, ChatId(number), kind=ChatKind.PRIVATE, title="")
            await settings.subscribe(world, chat, topics=world.topic_ids, now_at=planned.NIGHT)
        await intake.take(world, texts.all_of_them(), now_at=planned.NIGHT)
        await pipeline.publish(world, now_at=planned.NIGHT + timedelta(hours=3))

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            if chat_id in first:
                if chat_id != 3:
                    stopping = await settings.chat(world, chat_id, kind=ChatKind.PRIVATE, title="")
                    await settings.unsubscribe(world, stopping)
                return first.pop(chat_id)
            told.append((chat_id, message.body.text))
            return Sent(message_id=len(told))

        clock = await clocks.given_to(world.database)
        for _ in range(4):
            await run(world, send)
            await aftermath.settle(world.database, limits=world.limits, beside=world.beside)
            clock.ahead_s += ledger.LEASE_S

        assert [chat_id for chat_id, _ in told] == [3]
        assert await states(world) == {"sent": 1, "failed": 2}


@pytest.mark.parametrize("is_for_all", [False, True], ids=["of one chat", "taken for all"])
async def test_a_flood_of_one_chat_holds_no_other(tmp_path: Path, *, is_for_all: bool) -> None:
    """F26. Taken for everybody's affair, it would hold them all for as long."""
    async with planned.world(tmp_path) as world:
        await planned.plan(world, READERS, parts=2)
        clock, inbox = await clocks.given_to(world.database), Inbox()
        flood = Later(reason="retry after 600", after_s=600, reached=True, scope="all" if is_for_all else "flood")
        calls: Counter[ChatId] = Counter()

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            calls[chat_id] += 1
            return (
                flood if chat_id == READERS[0] and clock.ahead_s < TEN_MINUTES_S else await inbox.send(chat_id, message)
            )

        await run(world, send, limits=replace(LIMITS, in_flight=1))
        within = set(inbox.got)
        clock.ahead_s += TEN_MINUTES_S + 1
        await run(world, send)

        assert (within == set(READERS[1:])) == (not is_for_all)
        assert calls == {READERS[0]: 3} | dict.fromkeys(READERS[1:], 2)
        assert await states(world) == {"sent": 2 * len(READERS)}


@pytest.mark.parametrize("ahead_s", [-TEN_MINUTES_S, TEN_MINUTES_S], ids=["behind", "ahead"])
@pytest.mark.parametrize("is_asked", [True, False], ids=["the database's", "the program's"])
async def test_a_database_whose_clock_is_not_the_programs_ends_leases_by_its_own(
    tmp_path: Path, ahead_s: float, *, is_asked: bool
) -> None:
    """F22. A lease that the program counted by its own clock would end at once, or only after ten minutes."""
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (1,))
        clock = await clocks.given_to(world.database)
        clock.ahead_s = ahead_s
        async with world.database.write() as connection:
            await deliveries.claim(connection, limit=1, lease_s=ledger.LEASE_S)

        if not is_asked:
            clock.ahead_s = 0
        await aftermath.settle(world.database, limits=LIMITS, beside=world.beside)
        held = await states(world)
        clock.ahead_s += ledger.LEASE_S + 1
        await aftermath.settle(world.database, limits=LIMITS, beside=world.beside)
        freed = await states(world)

        is_right = (held, freed) == ({"claimed": 1}, {"pending": 1})
        assert is_right == is_asked


class Blind(Watch):
    """What notices nothing."""

    async def set_back_s(self, now: Callable[[], Awaitable[datetime]]) -> float:
        return 0.0 * (await now()).timestamp()


@pytest.mark.parametrize("watch", [Watch, Blind])
async def test_a_database_clock_that_is_set_back_lengthens_no_wait_and_no_lease(
    tmp_path: Path, watch: type[Watch]
) -> None:
    """F21. A chat that Telegram wants spared for a minute, a message in doubt, and what a dead process had claimed."""
    async with planned.world(tmp_path, beside=Beside(watch=watch())) as world:
        await planned.plan(world, (1, 2, 3))
        clock = await clocks.given_to(world.database)
        flood = Later(reason="retry after 60", after_s=60, reached=True, scope="flood")
        first: dict[ChatId, list[Receipt]] = {ChatId(1): [flood], ChatId(2): [Unknown(reason="502")]}
        got: list[ChatId] = []

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            if first.get(chat_id):
                return first[chat_id].pop()
            got.append(chat_id)
            return Sent(message_id=len(got))

        await aftermath.settle(world.database, limits=LIMITS, beside=world.beside)
        async with world.database.write() as connection:
            await pace.hold(connection, ChatId(3), for_s=60)
        await run(world, send)
        async with world.database.write() as connection:
            await connection.execute(tables.chat.update().where(tables.chat.c.id == 3).values(send_after=planned.NIGHT))
            assert await deliveries.claim(connection, limit=1, lease_s=ledger.LEASE_S)
        clock.ahead_s -= 3 * HOUR_S
        sent = []
        for _ in range(3):
            await aftermath.settle(world.database, limits=LIMITS, beside=world.beside)
            await run(world, send)
            sent.append(sorted(got))
            clock.ahead_s += ledger.LEASE_S

        assert sent[0] == []  # Telegram's minute is kept
        assert sent[-1] == ([1, 2, 3] if watch is Watch else [])
