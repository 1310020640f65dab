"""Edits are carried out after everything else, at Telegram's pace, and end where they cannot come true."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot import pipeline
from bot.delivery import edits as worker
from bot.delivery.terms import Beside
from bot.model import ChatId, Gone, Later, Message, MessageId, Moved, Receipt, Refused, RichText, Sent, Unknown
from bot.storage import chats, dialect, edits, pace, tables
from bot.storage.database import Database
from bot.world import World
from tests.delivery import planned
from tests.fakes import Inbox

NEW = Message(part=1, body=RichText(text="Told anew"))


class Edited:
    """A `model.Edit` that keeps what was changed; `receipts` are given first, then everything is taken."""

    def __init__(self, *receipts: Receipt) -> None:
        self.shown: dict[ChatId, str] = {}
        self.attempts = 0
        self._receipts = list(receipts)

    async def edit(self, chat_id: ChatId, message_id: int, message: Message) -> Receipt:
        self.attempts += 1
        receipt = self._receipts.pop(0) if self._receipts else Sent(message_id=message_id)
        if isinstance(receipt, Sent):
            self.shown[chat_id] = message.body.text
        return receipt


async def sent(world: World, *numbers: int) -> None:
    """A digest was sent to each of these chats, and all of them are to be edited."""
    await planned.plan(world, numbers)
    await pipeline.deliver(world, Inbox().send)
    async with world.database.write() as connection:
        ids = (await connection.execute(select(tables.delivery.c.id))).scalars().all()
        for delivery_id in ids:
            assert await edits.withdraw(connection, MessageId(delivery_id), NEW)


async def run(world: World, edited: Edited) -> int:
    return await worker.run(world.database, edited.edit, limits=world.limits, beside=world.beside)


async def states(database: Database) -> list[tuple[str, str]]:
    wanted = select(tables.edit.c.state, tables.edit.c.last_error).order_by(tables.edit.c.delivery_id)
    async with database.read() as connection:
        return [(row.state, row.last_error) for row in await connection.execute(wanted)]


async def let_waits_pass(database: Database) -> None:
    await planned.let_all_waits_pass(database)
    async with database.write() as connection:
        await connection.execute(update(tables.edit).values(not_before=dialect.in_s(-1)))


async def test_every_chat_gets_its_edit(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await sent(world, *range(1, 21))
        edited = Edited()

        assert await run(world, edited) == 20

        assert edited.shown == dict.fromkeys(map(ChatId, range(1, 21)), "Told anew")
        assert await run(world, edited) == 0


async def test_a_flood_holds_the_chat_and_the_edit_comes_after_it(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await sent(world, 1)
        edited = Edited(Later(reason="Flood control exceeded", after_s=40, reached=True, scope="flood"))

        assert await run(world, edited) == 1
        async with world.database.read() as connection:
            now_at = await pace.now(connection)
            held_until = (
                await connection.execute(select(tables.chat.c.held_until).where(tables.chat.c.id == 1))
            ).scalar_one()
        assert await run(world, edited) == 0
        await let_waits_pass(world.database)

        assert 30 < (held_until - now_at).total_seconds() < 50
        assert await run(world, edited) == 1
        assert edited.shown == {1: "Told anew"}


@pytest.mark.parametrize(
    "receipt",
    [
        Refused(reason="Message to edit not found"),
        Refused(reason="Message can't be edited"),
        Gone(reason="Forbidden: bot was blocked by the user"),
        Moved(chat_id=ChatId(-100_5)),
    ],
    ids=["not found", "not editable", "blocked", "moved"],
)
async def test_what_cannot_be_edited_is_tried_once(tmp_path: Path, receipt: Receipt) -> None:
    async with planned.world(tmp_path) as world:
        await sent(world, 1)
        edited = Edited(receipt)
        await run(world, edited)
        await let_waits_pass(world.database)

        assert await run(world, edited) == 0

        assert [state for state, error in await states(world.database) if error] == ["failed"]


async def test_without_an_answer_it_is_repeated_and_given_up_in_the_end(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await sent(world, 1)
        edited = Edited(*[Unknown(reason="no answer")] * 20)

        for _ in range(worker.MAX_ATTEMPTS + 3):
            await run(world, edited)
            await let_waits_pass(world.database)

        assert edited.attempts == worker.MAX_ATTEMPTS
        assert await states(world.database) == [("failed", "no answer")]


async def test_what_our_own_code_raises_for_one_edit_ends_no_other_and_is_tried_again_a_few_times(
    tmp_path: Path,
) -> None:
    async with planned.world(tmp_path) as world:
        await sent(world, 1, 2, 3)
        edited, tries = Edited(), []

        async def edit(chat_id: ChatId, message_id: int, message: Message) -> Receipt:
            if chat_id == 2:
                tries.append(chat_id)
                raise ZeroDivisionError
            return await edited.edit(chat_id, message_id, message)

        for _ in range(worker.MAX_ATTEMPTS + 2):
            await worker.run(world.database, edit, limits=world.limits, beside=world.beside)
            await let_waits_pass(world.database)

        assert set(edited.shown) == {1, 3}
        assert len(tries) == worker.MAX_ATTEMPTS
        assert [state for state, _ in await states(world.database)] == ["done", "failed", "done"]


async def test_an_edit_for_a_chat_that_is_paused_waits_for_it_and_wakes_nobody(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await sent(world, 1)
        async with world.database.write() as connection:
            await chats.pause(connection, ChatId(1), "blocked")
            paused = await edits.is_waiting(connection)
            await chats.resume(connection, ChatId(1))
            resumed = await edits.is_waiting(connection)

        assert (paused, resumed) == (False, True)


async def test_a_program_that_is_to_end_begins_no_edit(tmp_path: Path) -> None:
    beside = Beside()
    async with planned.world(tmp_path, beside=beside) as world:
        await sent(world, 1)
        beside.stop.set()

        assert await run(world, Edited()) == 0

        beside.stop.clear()
        assert await run(world, Edited()) == 1
