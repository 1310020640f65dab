"""What waits for a moment, after the database's clock was set back: as long as it would have waited."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Update, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import dialect
from bot.storage.tables import LEASED, OPEN, chat, delivery, in_state, pace


async def shift(connection: AsyncConnection, by_s: float) -> None:
    """Every lease and every wait that is not over ends so much earlier. Slots of digests are times of day, and stay."""
    for column in (chat.c.send_after, chat.c.held_until, pace.c.hold_until, pace.c.free_at, pace.c.slowed_at):
        await connection.execute(_shifted(column, by_s))
    await connection.execute(_shifted(delivery.c.lease_until, by_s).where(in_state(delivery, *LEASED)))
    await connection.execute(_shifted(delivery.c.not_before, by_s).where(in_state(delivery, *OPEN)))


def _shifted(column: Column[Any], by_s: float) -> Update:
    earlier = type_coerce(column, BigInteger) - round(by_s * 1_000_000)
    return update(column.table).where(column > dialect.clock()).values({column: earlier})
