"""Worlds in which messages are planned, and senders of which a test says what becomes of each attempt."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import update

from bot import app, settings
from bot.config import Config
from bot.delivery.terms import Beside, Limits
from bot.model import ChatId, ChatKind, Message, RichText
from bot.storage import dialect, digests, tables
from bot.storage.database import Database
from bot.world import World
from tests import make, running
from tests.fakes import UNLIMITED
from tests.storage import make as rows

ADMIN = ChatId(900)
NIGHT = make.moment("2026-11-22T01:00")


@asynccontextmanager
async def world(folder: Path, *, limits: Limits = UNLIMITED, beside: Beside | None = None) -> AsyncIterator[World]:
    """An empty one, on these terms; ADMIN has begun a chat and runs the bot."""
    await running.have_tables(folder)
    async with app.world(Config(state_dir=folder), now_at=NIGHT) as opened:
        made = replace(opened, limits=limits, beside=beside or Beside(admins=(ADMIN,)))
        await settings.chat(made, ADMIN, kind=ChatKind.PRIVATE, title="Admin", language="ru")
        yield made


async def plan(
    world: World, numbers: Iterable[int], *, kind: ChatKind = ChatKind.PRIVATE, parts: int = 1, day: int = 20
) -> None:
    """A digest of so many parts for each of these chats."""
    for number in numbers:
        chat = await settings.chat(world, ChatId(number), kind=kind, title=f"Chat {number}", language="ru")
        messages = [
            Message(part=part, body=RichText(text=f"News {day}.{part} for {number}")) for part in range(1, parts + 1)
        ]
        async with world.database.write() as connection:
            slot = rows.slot(chat.id, day=day)
            await digests.notify(connection, slot, chat_id=chat.id, messages=messages, planned_at=NIGHT)


async def let_all_waits_pass(database: Database) -> None:
    """What waits for a moment waits no longer: tests wait for nothing."""
    async with database.write() as connection:
        await connection.execute(update(tables.chat).values(send_after=dialect.in_s(-1), held_until=dialect.in_s(-1)))
        await connection.execute(update(tables.pace).values(hold_until=dialect.in_s(-1), free_at=dialect.in_s(-60)))
        await connection.execute(update(tables.delivery).values(not_before=dialect.in_s(-1)))
