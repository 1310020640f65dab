"""What must be known of chats to answer there: asked for many at once, as new as each who asks, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.model import ChatId
from bot.storage import chats, met, pace
from bot.storage.database import Database
from tests.storage import make

STRANGER = ChatId(99)


class Counting(Database):
    """Counts what is read, and refuses to as often as it is told."""

    def __init__(self, base: Database, *, refused: int = 0) -> None:
        super().__init__(base._writer, base._reader)
        self.reads = 0
        self.refused = refused

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        self.reads += 1
        if self.reads <= self.refused:
            raise StorageError("the database refused: full")
        async with super().read() as connection:
            yield connection


async def test_of_each_chat_its_settings_and_its_wait_and_of_a_stranger_nothing(ledger: Database) -> None:
    async with ledger.write() as connection:
        await pace.hold(connection, make.READER, for_s=60)

    async with ledger.read() as connection:
        known = await met.known(connection, [make.GROUP, STRANGER, make.READER])
        stored = {one: await chats.get(connection, one) for one in known}

    assert {one: each.chat for one, each in known.items()} == stored
    assert set(stored) == {make.GROUP, STRANGER, make.READER}
    assert stored[STRANGER] is None
    assert (known[make.GROUP].wait_s, known[STRANGER].wait_s) == (0.0, 0.0)
    assert 50 < known[make.READER].wait_s <= 60


@pytest.mark.parametrize("is_together", [True, False], ids=["together", "one after the other"])
async def test_those_who_ask_together_are_answered_by_one_question(ledger: Database, is_together: bool) -> None:
    base = Counting(ledger)
    meeting = met.Meeting(base)
    asked = [make.READER, make.GROUP, make.READER, STRANGER] * 10

    if is_together:
        answers = await asyncio.gather(*(meeting.of(one) for one in asked))
    else:
        answers = [await meeting.of(one) for one in asked]

    assert [one.chat.id if one.chat else STRANGER for one in answers] == asked
    assert base.reads == (1 if is_together else len(asked))


async def test_whoever_asks_while_others_are_being_answered_sees_what_was_written_until_then(ledger: Database) -> None:
    meeting = met.Meeting(ledger)

    async def held(for_s: float) -> float:
        async with ledger.write() as connection:
            await pace.hold(connection, make.READER, for_s=for_s)
        return (await meeting.of(make.READER)).wait_s

    async def others() -> None:
        for _ in range(20):
            await meeting.of(make.GROUP)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(others())
        waits = [await held(minutes * 60) for minutes in (1, 3, 5, 7)]

    assert [round(wait / 60) for wait in waits] == [1, 3, 5, 7]


async def test_what_the_database_refuses_each_who_waits_is_told_and_the_next_is_answered(ledger: Database) -> None:
    meeting = met.Meeting(Counting(ledger, refused=1))

    told = await asyncio.gather(*(meeting.of(make.READER) for _ in range(5)), return_exceptions=True)

    assert [type(one) for one in told] == [StorageError] * 5
    assert (await meeting.of(make.READER)).chat


async def test_one_who_gives_up_takes_nothing_from_the_others(ledger: Database) -> None:
    meeting = met.Meeting(ledger)

    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(meeting.of(make.READER)) for _ in range(3)]
        await asyncio.sleep(0)
        asking[0].cancel()

    assert [one.cancelled() for one in asking] == [True, False, False]
    assert asking[1].result().chat == asking[2].result().chat is not None
