"""Digests that go out through the local Telegram, and the edits of what was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from bot import outputs, pipeline, settings
from bot.model import Chat, ChatId, ChatKind
from bot.sandbox.state import Message
from bot.storage import dialect, tables
from bot.world import World
from tests import running
from tests.fakes import UNLIMITED

OUTPUT = outputs.outputs()["telegram_chat"]


def unlimited(talk: running.Talk) -> running.Talk:
    """The same, and nobody waits for a turn."""
    return replace(talk, world=replace(talk.world, limits=UNLIMITED))


async def subscribed(talk: running.Talk, *, now_at: datetime, grows: bool = False) -> Chat:
    """The chat wants every topic, and perhaps that stories grow."""
    chat = await settings.chat(talk.world, ChatId(talk.chat_id), kind=ChatKind.PRIVATE, title="")
    chat = await settings.save_chat(talk.world, replace(chat, grows=grows))
    await settings.subscribe(talk.world, chat, topics=talk.world.topic_ids, now_at=now_at)
    return chat


async def digest(talk: running.Talk, *, now_at: datetime) -> Message:
    """What is due is planned and sent; the newest message."""
    before = len(talk.messages())
    await pipeline.publish(talk.world, now_at=now_at)
    await pipeline.deliver(talk.world, OUTPUT.send(talk.bot, running.KEY))
    assert len(talk.messages()) == before + 1
    return talk.last


async def edited(talk: running.Talk) -> int:
    """What is to be edited is."""
    return await pipeline.edit(talk.world, OUTPUT.edit(talk.bot, running.KEY))


async def edits(world: World) -> list[tuple[str, int, str]]:
    """State, growth and error of each edit."""
    wanted = select(tables.edit.c.state, tables.edit.c.grown, tables.edit.c.last_error).order_by(
        tables.edit.c.delivery_id
    )
    async with world.database.read() as connection:
        return [tuple(row) for row in await connection.execute(wanted)]


async def let_waits_pass(world: World) -> None:
    """Edits that wait for their time, or for a lease, wait no longer."""
    async with world.database.write() as connection:
        await connection.execute(update(tables.edit).values(not_before=dialect.EPOCH, edited_at=dialect.EPOCH))
