"""What follows from an attempt that was not taken: chats paused or moved, their admin told, doubts settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import signing
from bot.commands import deliveries as command
from bot.delivery import aftermath, desk, notices, worker
from bot.delivery.terms import Beside
from bot.errors import UserError
from bot.model import Button, Chat, ChatId, ChatKind, Delivery, Gone, Message, Moved, Receipt, Request, Sent, Unknown
from bot.storage import chats, deliveries
from bot.world import World
from tests.delivery import planned
from tests.delivery.planned import ADMIN
from tests.fakes import Inbox

CHANNEL = ChatId(-1001)
KICKED = Gone(reason="Forbidden: bot was kicked from the channel chat")


class Answering:
    """A `Send` that gives each chat its receipts in turn, and then takes everything; keeps what the admin gets."""

    def __init__(self, receipts: dict[ChatId, list[Receipt]]) -> None:
        self.receipts = receipts
        self.attempts: list[ChatId] = []
        self.asked: list[Message] = []

    async def send(self, chat_id: ChatId, message: Message) -> Receipt:
        self.attempts.append(chat_id)
        if chat_id == ADMIN:
            self.asked.append(message)
        waiting = self.receipts.get(chat_id)
        return waiting.pop(0) if waiting else Sent(message_id=len(self.attempts))


async def run(world: World, sending: Answering | Inbox) -> None:
    await worker.run(world.database, sending.send, limits=world.limits, beside=world.beside)
    await aftermath.settle(world.database, limits=world.limits, beside=world.beside)
    await worker.run(world.database, sending.send, limits=world.limits, beside=world.beside)


async def states(world: World) -> dict[str, int]:
    async with world.database.read() as connection:
        return {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}


async def chat(world: World, chat_id: ChatId) -> Chat:
    async with world.database.read() as connection:
        found = await chats.get(connection, chat_id)
    assert found is not None
    return found


async def test_a_channel_that_takes_nothing_is_paused_and_its_admin_told_once_a_day(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (CHANNEL,), kind=ChatKind.CHANNEL, parts=3)
        sending = Answering({CHANNEL: [KICKED, KICKED]})

        await run(world, sending)
        async with world.database.write() as connection:
            await chats.resume(connection, CHANNEL)
        await planned.plan(world, (CHANNEL,), kind=ChatKind.CHANNEL, day=21)
        await run(world, sending)

        assert sending.attempts.count(CHANNEL) == 2
        assert [message.body.text.splitlines()[0] for message in sending.asked] == [
            "«Chat -1001» больше ничего от меня не принимает: Forbidden: bot was kicked from the channel chat."
        ]
        assert "kicked" in (await chat(world, CHANNEL)).paused
        assert await states(world) == {"failed": 4, "sent": 1}


async def test_who_blocks_the_bot_in_private_is_nobodys_business(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (1,))
        sending = Answering({ChatId(1): [Gone(reason="Forbidden: bot was blocked by the user")]})

        await run(world, sending)

        assert sending.asked == []
        assert "blocked" in (await chat(world, ChatId(1))).paused


async def test_what_waits_for_a_chat_that_was_paused_meanwhile_is_closed(tmp_path: Path) -> None:
    """In doubt in a private chat, decided to be repeated, and then the bot is blocked: nobody waits for ever."""
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (1,), parts=2)
        sending = Answering({ChatId(1): [Unknown(reason="502")]})
        await worker.run(world.database, sending.send, limits=world.limits, beside=world.beside)
        async with world.database.write() as connection:
            await chats.pause(connection, ChatId(1), "blocked")

        await aftermath.settle(world.database, limits=world.limits, beside=world.beside)

        assert await states(world) == {"failed": 2}


@pytest.mark.parametrize(("label", "becomes"), [("Отправить снова", {"sent": 2}), ("Дошло", {"sent": 2})])
async def test_the_admin_settles_a_doubt_in_a_channel_with_one_of_two_buttons(
    tmp_path: Path, label: str, becomes: dict[str, int]
) -> None:
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (CHANNEL,), kind=ChatKind.CHANNEL)
        sending = Answering({CHANNEL: [Unknown(reason="502")]})
        await run(world, sending)
        assert await states(world) == {"parked": 1, "sent": 1}

        (asked,) = sending.asked
        ((arrived, again),) = asked.buttons
        pressed = again if label == again.text else arrived
        assert pressed.text == label
        toast = await press(world, pressed)
        await run(world, sending)

        assert "News 20.1 for -1001" in asked.body.text
        assert await states(world) == becomes
        assert sending.attempts.count(CHANNEL) == (2 if pressed is again else 1)
        assert toast
        with pytest.raises(UserError, match="settled already"):
            await press(world, arrived)


async def press(world: World, button: Button) -> str:
    _, *words = button.line.split()
    request = Request(
        command="deliveries",
        words=tuple(words),
        chat=await chat(world, ADMIN),
        user_id=int(ADMIN),
        pressed=True,
        now_at=planned.NIGHT,
    )
    return (await command.run(request, world)).toast


async def test_a_question_about_a_doubt_is_not_asked_about_itself(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (CHANNEL,), kind=ChatKind.CHANNEL)
        sending = Answering({CHANNEL: [Unknown(reason="502")], ADMIN: [Unknown(reason="502")] * 9})

        for _ in range(4):
            await run(world, sending)

        assert len(sending.asked) == 2  # the question and its repeat
        assert await states(world) == {"parked": 2}


async def test_a_button_has_room_for_the_name_of_any_message(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (-1001234567890123,), kind=ChatKind.CHANNEL)
        seen = await desk.overview(world.database, limit=9)
        async with world.database.read() as connection:
            (record,) = await deliveries.listing(connection, limit=9)

        assert seen.unsettled == ()
        line = f"deliveries arrived {notices.reference(record.delivery.id, record.delivery.token)}"
        assert len(signing.sign(line, key=b"a key", chat_id=ADMIN).encode()) <= 64


async def test_a_group_that_moved_takes_all_its_parts_along_in_order(tmp_path: Path) -> None:
    group, supergroup = ChatId(-5), ChatId(-1005)
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (group,), kind=ChatKind.GROUP, parts=3)
        inbox = Inbox([Sent(message_id=1), Moved(chat_id=supergroup)])

        await run(world, inbox)

        assert inbox.texts(group) == ["News 20.1 for -5"]
        assert inbox.texts(supergroup) == ["News 20.2 for -5", "News 20.3 for -5"]
        assert await states(world) == {"sent": 3}


async def test_a_probe_that_finds_out_decides_instead_of_the_policy(tmp_path: Path) -> None:
    async with planned.world(tmp_path) as world:
        await planned.plan(world, (CHANNEL, -1002), kind=ChatKind.CHANNEL)
        sending = Answering({CHANNEL: [Unknown(reason="502")], ChatId(-1002): [Unknown(reason="502")]})
        await worker.run(world.database, sending.send, limits=world.limits, beside=world.beside)

        async def probe(delivery: Delivery) -> bool:
            return delivery.chat_id == CHANNEL

        await aftermath.settle(world.database, limits=world.limits, beside=Beside(probe=probe))

        assert await states(world) == {"sent": 1, "pending": 1}
