"""Everything that is stored of a chat, deleted in one go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ChatId
from bot.storage import chats
from bot.storage.tables import (
    asked,
    bundle,
    chat,
    counter,
    delivery,
    digest,
    edit,
    heard,
    seen,
    subscription,
    told,
    vote,
)

NOBODY = 0  # whose update it was that a forgotten chat sent: its number is kept, so that it is not carried out again


async def forget(connection: AsyncConnection, chat_id: ChatId) -> None:
    """Deletes the chat with all it wanted, saw, asked, voted and got. In private it is also the person."""
    digests = select(digest.c.id).where(digest.c.chat_id == chat_id)
    await _forget_what_it_alone_was_told(connection, chat_id)
    mine = or_(delivery.c.chat_id == chat_id, delivery.c.digest_id.in_(digests))
    await connection.execute(delete(edit).where(edit.c.delivery_id.in_(select(delivery.c.id).where(mine))))
    await connection.execute(delete(delivery).where(mine))
    for table in (digest, seen, vote, asked, bundle, subscription):
        await connection.execute(delete(table).where(table.c.chat_id == chat_id))
    its_counters = (chats.counted(chat_id), chats.moved_from(chat_id))
    await connection.execute(delete(counter).where(counter.c.name.in_(its_counters)))
    await connection.execute(delete(chat).where(chat.c.id == chat_id))
    await _forget_what_was_heard(connection, chat_id)


async def known_since(connection: AsyncConnection, before: datetime) -> dict[ChatId, datetime]:
    """The chats that were known before a moment, and since when."""
    rows = await connection.execute(select(chat.c.id, chat.c.created_at).where(chat.c.created_at < before))
    return {ChatId(row.id): row.created_at for row in rows}


async def _forget_what_it_alone_was_told(connection: AsyncConnection, chat_id: ChatId) -> None:
    """What digests told holds the reader's words; others who got the very same keep it."""
    its = select(digest.c.told).where(digest.c.chat_id == chat_id, digest.c.told.is_not(None))
    others = select(digest.c.told).where(digest.c.told.in_(its), digest.c.chat_id != chat_id)
    await connection.execute(delete(told).where(told.c.name.in_(its), told.c.name.not_in(others)))


async def _forget_what_was_heard(connection: AsyncConnection, chat_id: ChatId) -> None:
    rows = await connection.execute(select(heard.c.update_id).where(heard.c.chat_id == chat_id))
    for update_id in rows.scalars().all():
        mine = heard.c.update_id == update_id
        await connection.execute(update(heard).where(mine).values(chat_id=NOBODY, payload={"update_id": update_id}))
