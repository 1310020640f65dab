"""How fast may be sent, shared by all processes: the one row of `pace`, and the chats that Telegram asked to spare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import case, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ChatId, ChatKind, Pace
from bot.storage import dialect
from bot.storage.tables import chat
from bot.storage.tables import pace as table

_THE_ROW = 1

# Built once: a worker asks these in every turn.
_NOW = select(dialect.clock())
_HELD = select(table.c.id).where(table.c.hold_until > dialect.clock())
_LOCKED = select(table, dialect.clock().label("now_us")).with_for_update(of=table)
_SAVE = update(table).where(table.c.id == _THE_ROW)


async def now(connection: AsyncConnection) -> datetime:
    """The database's time, by which everything here is counted."""
    return _moment((await connection.execute(_NOW)).scalar_one())


async def locked_now(connection: AsyncConnection) -> tuple[Pace | None, datetime]:
    """`locked` and `now`, in one question wherever something was ever sent."""
    row = (await connection.execute(_LOCKED)).first()
    if row is None:
        return None, await now(connection)
    return _pace(row), _moment(row.now_us)


async def is_held(connection: AsyncConnection) -> bool:
    """Whether nothing at all may be sent at this moment."""
    return (await connection.execute(_HELD)).first() is not None


async def locked(connection: AsyncConnection) -> Pace | None:
    """The present pace, which nobody else may change before this transaction ends; None when nothing was ever sent."""
    return (await locked_now(connection))[0]


async def save(connection: AsyncConnection, changed: Pace) -> None:
    values = {
        "per_s": changed.per_s,
        "slowed_at": changed.slowed_at,
        "free_at": changed.free_at,
        "hold_until": changed.hold_until,
    }
    if not (await connection.execute(_SAVE, values)).rowcount:
        insert = dialect.insert(connection, table).values(id=_THE_ROW, **values)
        await connection.execute(insert.on_conflict_do_update(index_elements=[table.c.id], set_=values))


async def hold(connection: AsyncConnection, chat_id: ChatId, *, for_s: float) -> int:
    """Nothing goes to the chat for so long at least; returns how many chats are held now."""
    until = dialect.in_s(for_s)
    later = {column.name: dialect.later(column, until) for column in (chat.c.send_after, chat.c.held_until)}
    await connection.execute(update(chat).where(chat.c.id == chat_id).values(later))
    held = select(func.count()).where(chat.c.held_until > literal_column("0"), chat.c.held_until > dialect.clock())
    return (await connection.execute(held)).scalar_one()


async def touched(
    connection: AsyncConnection, chat_ids: Iterable[ChatId], *, every_s: Mapping[ChatKind, float]
) -> None:
    """Somebody was answered there just now: a digest waits as long as between two messages to a chat of that kind."""
    # Those that another process holds are being sent to now: it spaces them out, and we need not wait for it.
    free = select(chat.c.id).where(chat.c.id.in_(list(chat_ids))).with_for_update(skip_locked=True, key_share=True)
    later = case({kind.value: dialect.in_s(seconds) for kind, seconds in every_s.items()}, value=chat.c.kind)
    await connection.execute(
        update(chat).where(chat.c.id.in_(free), chat.c.send_after < later).values(send_after=later)
    )


def _moment(microseconds: int) -> datetime:
    return dialect.EPOCH + microseconds * dialect.MICROSECOND


def _pace(row: dialect.AnyRow) -> Pace:
    return Pace(per_s=row.per_s, slowed_at=row.slowed_at, free_at=row.free_at, hold_until=row.hold_until)
