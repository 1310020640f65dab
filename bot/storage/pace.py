"""How fast may be sent, shared by all processes: the one row of `pace`, and the chats that Telegram asked to spare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ChatId, Pace
from bot.storage import dialect
from bot.storage.tables import chat
from bot.storage.tables import pace as table

_THE_ROW = 1


async def now(connection: AsyncConnection) -> datetime:
    """The database's time, by which everything here is counted."""
    microseconds = (await connection.execute(select(dialect.clock()))).scalar_one()
    return dialect.EPOCH + microseconds * dialect.MICROSECOND


async def is_held(connection: AsyncConnection) -> bool:
    """Whether nothing at all may be sent at this moment."""
    held = select(table.c.id).where(table.c.hold_until > dialect.clock())
    return (await connection.execute(held)).first() is not None


async def wait_s(connection: AsyncConnection, chat_id: ChatId) -> float:
    """For how many seconds nothing may go to this chat, because Telegram asked to spare it or everything."""
    of_all = await connection.execute(select(table.c.hold_until))
    of_chat = await connection.execute(select(chat.c.held_until).where(chat.c.id == chat_id))
    until = max((*of_all.scalars(), *of_chat.scalars()), default=dialect.EPOCH)
    return max(0.0, (until - await now(connection)).total_seconds())


async def locked(connection: AsyncConnection) -> Pace | None:
    """The present pace, which nobody else may change before this transaction ends; None when nothing was ever sent."""
    row = (await connection.execute(select(table).with_for_update())).first()
    if row is None:
        return None
    return Pace(per_s=row.per_s, slowed_at=row.slowed_at, free_at=row.free_at, hold_until=row.hold_until)


async def save(connection: AsyncConnection, changed: Pace) -> None:
    values = {
        "per_s": changed.per_s,
        "slowed_at": changed.slowed_at,
        "free_at": changed.free_at,
        "hold_until": changed.hold_until,
    }
    insert = dialect.insert(connection, table).values(id=_THE_ROW, **values)
    await connection.execute(insert.on_conflict_do_update(index_elements=[table.c.id], set_=values))


async def hold(connection: AsyncConnection, chat_id: ChatId, *, for_s: float) -> int:
    """Nothing goes to the chat for so long; returns how many chats are held now."""
    until = dialect.in_s(for_s)
    await connection.execute(update(chat).where(chat.c.id == chat_id).values(send_after=until, held_until=until))
    held = select(func.count()).where(chat.c.held_until > literal_column("0"), chat.c.held_until > dialect.clock())
    return (await connection.execute(held)).scalar_one()


async def touched(connection: AsyncConnection, chat_ids: Iterable[ChatId], *, for_s: float) -> None:
    """Somebody was answered there just now: a digest waits at least so long."""
    # Those that another process holds are being sent to now: it spaces them out, and we need not wait for it.
    free = select(chat.c.id).where(chat.c.id.in_(list(chat_ids))).with_for_update(skip_locked=True, key_share=True)
    later = dialect.in_s(for_s)
    await connection.execute(
        update(chat).where(chat.c.id.in_(free), chat.c.send_after < later).values(send_after=later)
    )
