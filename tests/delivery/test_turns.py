"""The worker's turns: what is claimed, started, sent and written down together, and who waits for whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery import aftermath, desk, limiter, worker
from bot.errors import StorageError
from bot.model import ChatId, Gone, Later, Message, Receipt, Refused, Send, Sent, Unknown
from bot.storage import deliveries, pace
from bot.storage.database import Database
from bot.storage.dialect import Connection
from bot.world import World
from tests.delivery import planned
from tests.fakes import UNLIMITED, Inbox

FLOOD = Later(reason="Too Many Requests: retry after 60", after_s=60, reached=True, scope="flood")
REVOKED = Later(reason="Telegram does not accept the token", after_s=60, reached=True, scope="all")
REFUSED_CONNECTION = Later(reason="Connection refused", after_s=5, scope="all")


async def run(world: World, send: Inbox | Send) -> int:
    sending = send.send if isinstance(send, Inbox) else send
    return await worker.run(world.database, sending, limits=world.limits, beside=world.beside)


async def states(world: World) -> dict[str, int]:
    async with world.database.read() as connection:
        return {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}


async def test_the_identity_holds_whatever_became_of_the_messages(tmp_path: Path) -> None:
    async with planned.world(tmp_path, limits=replace(UNLIMITED, in_flight=1)) as world:
        await planned.plan(world, range(1, 6))
        receipts: list[Receipt] = [Refused(reason="too long"), Gone(reason="blocked"), Unknown(reason="502")]

        await run(world, Inbox([*receipts, Later(reason="no route", after_s=60)]))

        seen = await desk.overview(world.database, limit=9)
        counts = {state.value: many for state, many in seen.counts.items() if many}
        assert counts == {"parked": 1, "failed": 1, "unknown": 1, "pending": 1, "sent": 1}
        assert (seen.due, seen.open) == (5, 2)


async def test_the_parts_of_a_digest_arrive_in_order_and_one_at_a_time(tmp_path: Path) -> None:
    under_way: set[ChatId] = set()
    got: dict[ChatId, list[str]] = {}
    async with planned.world(tmp_path) as world:
        await planned.plan(world, range(1, 4), parts=4, day=20)
        await planned.plan(world, range(1, 4), parts=2, day=21)

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            assert chat_id not in under_way
            under_way.add(chat_id)
            await states(world)
            under_way.discard(chat_id)
            got.setdefault(chat_id, []).append(message.body.text)
            return Sent(message_id=len(got[chat_id]))

        await run(world, send)

    for number in range(1, 4):
        told = [f"News {day}.{part} for {number}" for day, parts in ((20, 4), (21, 2)) for part in range(1, parts + 1)]
        assert got[ChatId(number)] == told


async def test_once_the_program_is_to_end_nothing_more_is_begun_and_what_is_claimed_is_given_back(
    tmp_path: Path,
) -> None:
    async with planned.world(tmp_path, limits=replace(UNLIMITED, in_flight=2)) as world:
        await planned.plan(world, range(1, 9))
        begun: list[ChatId] = []

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            begun.append(chat_id)
            world.beside.stop.set()
            for _ in range(5):
                await states(world)  # time enough for others to begin, if they could
            return Sent(message_id=int(chat_id))

        await run(world, send)

        assert len(begun) <= 2
        assert await states(world) == {"sent": len(begun), "pending": 8 - len(begun)}


async def test_a_flood_in_one_chat_holds_that_chat_only(tmp_path: Path) -> None:
    async with planned.world(tmp_path, limits=replace(UNLIMITED, in_flight=1)) as world:
        await planned.plan(world, range(1, 6), parts=2)
        inbox = Inbox([FLOOD])

        await run(world, inbox)
        await run(world, inbox)

        assert inbox.attempts == 1 + 8
        assert ChatId(1) not in inbox.got
        assert await states(world) == {"sent": 8, "pending": 2}
        assert (await desk.overview(world.database, limit=0)).tally == {"rate_limited": 1}


async def test_a_flood_in_a_second_chat_holds_everything_and_makes_it_slower(tmp_path: Path) -> None:
    async with planned.world(tmp_path, limits=replace(UNLIMITED, in_flight=1)) as world:
        await planned.plan(world, range(1, 6))
        inbox = Inbox([FLOOD, FLOOD])

        await run(world, inbox)
        await run(world, inbox)

        assert inbox.attempts == 2
        async with world.database.write() as connection:
            now = await pace.locked(connection)
        assert now is not None
        assert now.per_s == pytest.approx(1000 * limiter.SLOWER)

        await planned.let_all_waits_pass(world.database)
        await run(world, inbox)
        assert await states(world) == {"sent": 5}


async def test_what_was_claimed_before_telegram_asked_to_wait_is_not_begun(tmp_path: Path) -> None:
    """A claim is begun one turn later: the answer that asks everybody to wait may come between the two."""
    async with planned.world(tmp_path) as world:
        await planned.plan(world, range(1, 3))
        async with world.database.write() as connection:
            claimed = await deliveries.claim(connection, limit=2, lease_s=60)
            now_at = await pace.now(connection)
            held = limiter.held(limiter.begun(world.limits.rates, now_at), for_s=60, now_at=now_at)
            await pace.save(connection, held)
        working = worker._Working(world.database, Inbox().send, limits=world.limits, beside=world.beside)

        turn = await working._turn((), claimed)

        assert turn.started == ()
        assert await states(world) == {"pending": 2}


@pytest.mark.parametrize("receipt", [REVOKED, REFUSED_CONNECTION], ids=["revoked token", "refused connection"])
async def test_what_concerns_everything_stops_everything_at_once_and_fails_nothing(
    tmp_path: Path, receipt: Later
) -> None:
    async with planned.world(tmp_path, limits=replace(UNLIMITED, in_flight=1)) as world:
        await planned.plan(world, range(1, 9))
        inbox = Inbox([receipt])

        await run(world, inbox)
        await run(world, inbox)

        assert inbox.attempts == 1
        assert await states(world) == {"pending": 8}

        await planned.let_all_waits_pass(world.database)
        await run(world, inbox)
        assert await states(world) == {"sent": 8}


async def test_answers_to_commands_come_before_bulk(tmp_path: Path) -> None:
    """As many answers as the second allows leave nothing for digests, and the answered chats wait a moment longer."""
    slow = replace(UNLIMITED, rates=limiter.Rates(per_s=10, start_per_s=10))
    async with planned.world(tmp_path, limits=slow) as world:
        await planned.plan(world, (1, 2))
        inbox = Inbox()
        for _ in range(200):
            world.beside.answers.note(ChatId(1))

        await run(world, inbox)
        assert inbox.attempts == 0

        async with world.database.write() as connection:
            await pace.save(connection, limiter.begun(slow.rates, await pace.now(connection)))
        await run(world, inbox)
        assert list(inbox.got) == [ChatId(2)]


async def test_a_repeat_says_so_in_the_chats_language_and_there_are_never_two(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (1,))
        sent: list[str] = []

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            if chat_id == planned.ADMIN:
                return Sent(message_id=1)
            sent.append(message.body.text)
            return Unknown(reason="502")

        for _ in range(6):
            await run(world, send)
            await aftermath.settle(world.database, limits=world.limits, beside=world.beside)
            await planned.let_all_waits_pass(world.database)

        assert sent[0] == "News 20.1 for 1"
        assert sent[1].startswith("News 20.1 for 1\n\n(Возможно, это повтор")
        assert len(sent) == 2
        assert await states(world) == {"parked": 1, "sent": 1}  # and the admin was asked
        assert (await desk.overview(world.database, limit=0)).tally == {
            "ambiguous": 2,
            "parked_in_doubt": 1,
            "resent_in_doubt": 1,
        }


class _Refusing(Database):
    """A database whose disk is full for the next so many transactions."""

    def __init__(self, of: Database) -> None:
        self.__dict__.update(of.__dict__)
        self.refuses = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        if self.refuses:
            self.refuses -= 1
            raise StorageError("the database refused: database or disk is full")
        async with super().write() as connection:
            yield connection


async def test_what_was_sent_while_the_database_refused_is_written_down_when_it_takes_it(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await planned.plan(world, range(1, 4))
        refusing = _Refusing(world.database)
        inbox = Inbox()

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            refusing.refuses = 1
            return await inbox.send(chat_id, message)

        await worker.run(refusing, send, limits=world.limits, beside=world.beside)

        assert inbox.attempts == 3
        assert await states(world) == {"sent": 3}


async def test_a_finish_after_the_lease_is_evidence_and_counted(tmp_path: Path) -> None:
    """The machine slept through the lease; somebody gave the message up; then the answer is written down."""
    async with planned.world(tmp_path, limits=replace(UNLIMITED, lease_s=0.05)) as world:
        await planned.plan(world, (1,))

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            gave_up = 0
            while not gave_up:
                async with world.database.write() as connection:
                    gave_up = (await deliveries.expire(connection, wait_s=60)).sending_to_unknown
            return Sent(message_id=77)

        await run(world, send)

        assert await states(world) == {"sent": 1}
        assert (await desk.overview(world.database, limit=0)).tally == {"stale_finish": 1}
