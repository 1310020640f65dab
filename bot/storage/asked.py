"""The table of what chats searched for lately: a button has no room for a query, so it names one of these."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ChatId
from bot.storage import dialect
from bot.storage.tables import asked

KEPT = 50  # for each chat


async def keep(connection: AsyncConnection, chat_id: ChatId, query: str, *, now_at: datetime) -> str:
    """The name of the query, 12 hex digits; the oldest of the chat are forgotten."""
    name = hashlib.sha256(query.encode()).hexdigest()[:12]
    row = {"chat_id": chat_id, "name": name, "query": query, "asked_at": now_at}
    insert = dialect.insert(connection, asked).values(row)
    again = insert.on_conflict_do_update(index_elements=["chat_id", "name"], set_={"asked_at": now_at})
    await connection.execute(again)
    newest = select(asked.c.asked_at).where(asked.c.chat_id == chat_id).order_by(asked.c.asked_at.desc())
    oldest_kept = (await connection.execute(newest.offset(KEPT - 1).limit(1))).scalar_one_or_none()
    if oldest_kept is not None:
        await connection.execute(delete(asked).where(asked.c.chat_id == chat_id, asked.c.asked_at < oldest_kept))
    return name


async def get(connection: AsyncConnection, chat_id: ChatId, name: str) -> str | None:
    """The query, None when it was never asked there or is forgotten."""
    query = select(asked.c.query).where(asked.c.chat_id == chat_id, asked.c.name == name)
    return (await connection.execute(query)).scalar_one_or_none()
