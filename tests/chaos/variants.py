"""The same bot with a defence left out: a test of chaos that cannot fail shows nothing."""

from __future__ import annotations

from sqlalchemy import null, update

from bot.delivery.terms import Beside, Limits
from bot.model import DeliveryState, Outcome, Send
from bot.storage import deliveries, dialect, tables
from bot.storage.database import Database
from tests.chaos.work import Ways, settle


async def _settle_as_if_unsent(base: Database, limits: Limits, beside: Beside) -> None:
    """Every lease that is over goes back to `pending`, also of what was being sent."""
    row = tables.delivery
    over = row.c.state.in_(("claimed", "sending")) & (row.c.lease_until <= dialect.clock())
    async with base.write() as connection:
        await connection.execute(update(row).where(over).values(state="pending", lease_until=null()))
    await settle(base, limits, beside)


async def _mark_first(base: Database, send: Send, limits: Limits, beside: Beside) -> None:
    """Writes "sent" down and sends then, whatever comes of it, as many bots do."""
    async with base.write() as connection:
        claimed = await deliveries.claim(connection, limit=limits.in_flight, lease_s=limits.lease_s)
        await deliveries.start(connection, claimed, every_s=limits.rates.every_s)
        for one in claimed:
            await deliveries.finish(connection, one, Outcome(state=DeliveryState.SENT, attempts=1))
    for one in claimed:
        await send(one.chat_id, one.message)


UNFENCED = Ways(name="expired `sending` back to `pending`", settle=_settle_as_if_unsent)
MARK_FIRST = Ways(name="marked as sent before it is sent", deliver=_mark_first)
