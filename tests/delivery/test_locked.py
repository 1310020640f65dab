"""Another process holds the write lock for longer than is waited for it: nothing is sent that is not written down."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.delivery import worker
from bot.errors import StorageError
from bot.model import ChatId, Message, Outcome, Receipt, Send
from bot.model import DeliveryState as State
from bot.storage import deliveries
from bot.storage.database import Database
from bot.storage.dialect import Connection
from tests.delivery import planned
from tests.fakes import UNLIMITED, Inbox

READERS = range(1, 5)
REFUSALS = 2
Deliver = Callable[[Database, Send], Awaitable[object]]


class Contested(Database):
    """The same database, which waits 10 ms for the lock; whoever holds it lets go at the second refusal."""

    def __init__(self, of: Database, rival: sqlite3.Connection) -> None:
        self.__dict__.update(of.__dict__)
        self._rival = rival
        self.refused = 0

    def lock(self) -> None:
        self._rival.execute("BEGIN IMMEDIATE")

    @property
    def is_locked(self) -> bool:
        return self._rival.in_transaction

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        try:
            async with super().write() as connection:
                yield connection
        except StorageError:
            self.refused += 1
            if self.refused == REFUSALS:
                self._rival.rollback()
            raise


@asynccontextmanager
async def contested(folder: Path) -> AsyncIterator[Contested]:
    """One in which a message is planned for each reader."""
    async with planned.world(folder) as world:
        await planned.plan(world, READERS)
        async with world.database.write() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=10")
        with closing(sqlite3.connect(folder / "digest-bot.sqlite3", isolation_level=None)) as rival:
            yield Contested(world.database, rival)


async def deliver(database: Database, send: Send) -> None:
    """As the program does it."""
    await worker.run(database, send, limits=UNLIMITED)


async def send_first(database: Database, send: Send) -> None:
    """As many bots do: what is pending is sent, and marked when Telegram has taken it."""
    async with database.read() as connection:
        waiting = await deliveries.listing(connection, limit=99, states=(State.PENDING,))
    for one in waiting:
        await send(one.delivery.chat_id, one.delivery.message)
        async with database.write() as connection:
            await deliveries.claim(connection, limit=1, lease_s=9)
            await deliveries.start(connection, [one.delivery], every_s=UNLIMITED.rates.every_s)
            await deliveries.finish(connection, one.delivery, Outcome(state=State.SENT, attempts=1))


async def through(database: Database, step: Deliver, send: Send) -> None:
    """Steps as the schedule makes them: one that fails is made again."""
    for _ in range(3):
        try:
            await step(database, send)
        except StorageError:
            continue


@pytest.mark.parametrize("step", [deliver, send_first], ids=["as it is", "sent before it is marked"])
@pytest.mark.parametrize("is_early", [True, False], ids=["before anything is sent", "while it is sent"])
async def test_while_the_database_is_locked_nothing_is_sent_unmarked_and_afterwards_it_goes_on(
    tmp_path: Path, step: Deliver, *, is_early: bool
) -> None:
    """F10. Where a message is marked after it is sent, a locked database repeats it."""
    async with contested(tmp_path) as base:
        inbox = Inbox()
        while_locked: list[ChatId] = []

        async def send(chat_id: ChatId, message: Message) -> Receipt:
            if base.is_locked:
                while_locked.append(chat_id)
            if not is_early and not base.refused and not base.is_locked:
                base.lock()
            return await inbox.send(chat_id, message)

        if is_early:
            base.lock()
        await through(base, step, send)

        assert base.refused >= REFUSALS
        is_repeated = any(len(texts) > 1 for texts in inbox.got.values())
        assert is_repeated == (step is send_first)
        assert inbox.got.keys() == {ChatId(number) for number in READERS}
        if step is deliver:
            assert not (is_early and while_locked)
            async with base.read() as connection:
                assert (await deliveries.counts(connection))[State.SENT] == len(READERS)
