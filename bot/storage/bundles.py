"""The table of bundles: subscriptions that somebody shares under a name that cannot be guessed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ChatId
from bot.storage import dialect
from bot.storage.tables import bundle

KEPT = 20  # of each chat; the oldest goes


async def keep(
    connection: AsyncConnection, chat_id: ChatId, payload: list[dict[str, Any]], *, name: str, made_at: datetime
) -> str:
    """The name under which the payload stands: the given one, or that of the same payload shared before."""
    mine = (
        await connection.execute(select(bundle).where(bundle.c.chat_id == chat_id).order_by(bundle.c.made_at.desc()))
    ).all()
    same = next((row.name for row in mine if row.payload == payload), None)
    if same is not None:
        return str(same)
    old = [row.name for row in mine[KEPT - 1 :]]
    await connection.execute(delete(bundle).where(bundle.c.name.in_(old)))
    values = {"name": name, "chat_id": chat_id, "payload": payload, "made_at": made_at}
    await connection.execute(dialect.insert(connection, bundle).values(**values))
    return name


async def get(connection: AsyncConnection, name: str) -> list[dict[str, Any]] | None:
    """What stands under that name."""
    payload: list[dict[str, Any]] | None = (
        await connection.execute(select(bundle.c.payload).where(bundle.c.name == name))
    ).scalar_one_or_none()
    return payload
