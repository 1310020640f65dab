"""`digest-bot deliveries`: what became of every message, and the decision about one in doubt."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.config import Config
from bot.delivery import aftermath, notices, worker
from bot.model import ChatId, ChatKind, MessageId, Receipt, Refused, Unknown
from bot.storage import deliveries
from tests.cli.command import called
from tests.delivery import planned
from tests.fakes import Inbox

DOUBT = "-1001:main@2026-11-20T08:00#1"


def prepared(folder: Path) -> None:
    """A message in doubt in a channel, one that was refused, one that was sent."""

    async def prepare() -> None:
        async with planned.world(folder) as world:
            receipts: list[Receipt] = [Unknown(reason="502"), Refused(reason="message is too long")]
            await planned.plan(world, (-1001,), kind=ChatKind.CHANNEL, day=20)
            await planned.plan(world, (2, 3), day=21)
            inbox = Inbox(receipts)
            await worker.run(world.database, inbox.send, limits=world.limits, beside=world.beside)
            await aftermath.settle(world.database, limits=world.limits, beside=world.beside)
            async with world.database.write() as connection:
                await deliveries.cancel(connection, planned.ADMIN, reason="not in this test")
            assert ChatId(3) in inbox.got

    asyncio.run(prepare())


def test_it_lists_what_is_in_doubt_and_an_answer_settles_it(folder: Path) -> None:
    prepared(Config().state_dir)
    name = notices.reference(MessageId(DOUBT), 1)

    seen = called("deliveries")
    settled = called("deliveries", "--arrived", name)
    again = called("deliveries", "--again", name)

    assert seen.code == settled.code == 0
    assert seen.out.startswith("4 due: 0 pending, 0 claimed, 0 sending, 1 sent, 0 unknown, 1 failed, 2 parked.")
    assert f"parked   {name} {DOUBT}" in seen.out
    assert "ambiguous: 1" in seen.out
    assert "message is too long" in seen.out
    assert "News" not in seen.out
    assert "2 sent" in settled.out
    assert again.code == 1
    assert again.err == f"digest-bot: there is no message in doubt called {name}: see digest-bot deliveries\n"


def test_again_sends_it_once_more(folder: Path) -> None:
    prepared(Config().state_dir)

    ran = called("deliveries", "--again", notices.reference(MessageId(DOUBT), 1), "-n", "0")

    assert ran.code == 0
    assert "1 pending" in ran.out
    assert "too long" not in ran.out


def test_an_empty_ledger_is_no_error(folder: Path) -> None:
    ran = called("deliveries")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("0 due")
