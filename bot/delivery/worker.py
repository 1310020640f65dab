"""Claims deliveries, sends them and writes down what became of them; knows the database, not Telegram."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from bot.delivery import ledger
from bot.model import Delivery, Gone, Moved, Outcome, Receipt, Send, Unknown
from bot.storage import chats, deliveries
from bot.storage.database import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`in_flight` is the most requests at once, and so the most messages a kill can leave in doubt."""

    in_flight: int = 8
    lease_s: float = ledger.LEASE_S
    deadline_s: float = ledger.DEADLINE_S


async def run(database: Database, send: Send, *, limits: Limits = Limits()) -> int:
    """Delivers all that may be sent now; returns how many attempts were made. Safe to cancel at any line:
    what was `sending` then becomes `unknown` when its lease is over."""
    made = 0
    await _settle(database, older_than_s=0)
    while batch := await _claimed(database, limits):
        attempts = (_attempt(database, send, one, deadline_s=limits.deadline_s) for one in batch)
        ended = await asyncio.gather(*attempts, return_exceptions=True)
        failed = [one for one in ended if isinstance(one, Exception)]
        if failed:  # none of them has cut short another that was being sent
            raise ExceptionGroup(f"{len(failed)} of {len(batch)} deliveries were not written down", failed)
        made += len(batch)
    return made


async def _claimed(database: Database, limits: Limits) -> tuple[Delivery, ...]:
    async with database.write() as connection:
        return await deliveries.claim(connection, limit=limits.in_flight, lease_s=limits.lease_s)


async def _settle(database: Database, *, older_than_s: float) -> None:
    """Leases that are over, and what nobody can find out any more."""
    async with database.write() as connection:
        expired = await deliveries.expire(connection)
        for delivery, kind in await deliveries.unknown(connection, older_than_s=older_than_s):
            decided = ledger.resolution(delivery, kind)
            await deliveries.resolve(connection, delivery, decided)
            log.warning("delivery_unknown", delivery=delivery.id, becomes=decided.state, attempts=delivery.attempts)
    if expired.sending_to_unknown:
        log.warning("delivery_lease_over", count=expired.sending_to_unknown)


async def _attempt(database: Database, send: Send, delivery: Delivery, *, deadline_s: float) -> None:
    async with database.write() as connection:
        started = await deliveries.start(connection, delivery)
    if not started:
        log.warning("delivery_start_refused", delivery=delivery.id, token=delivery.token)
        return
    receipt = await _receipt(send, delivery, deadline_s)
    await _finish(database, delivery, receipt)


async def _receipt(send: Send, delivery: Delivery, deadline_s: float) -> Receipt:
    try:
        async with asyncio.timeout(deadline_s):
            return await send(delivery.chat_id, delivery.body)
    except TimeoutError:
        return Unknown(reason=f"no answer within {deadline_s:g} s")


async def _finish(database: Database, delivery: Delivery, receipt: Receipt) -> None:
    outcome = ledger.outcome(delivery, receipt)
    async with database.write() as connection:
        if not await deliveries.finish(connection, delivery, outcome):
            log.warning("delivery_stale_finish", delivery=delivery.id, token=delivery.token, receipt=repr(receipt))
            return
        if isinstance(receipt, Gone):
            await chats.pause(connection, delivery.chat_id, receipt.reason)
            await deliveries.cancel(connection, delivery.chat_id, reason=receipt.reason)
        if isinstance(receipt, Moved):
            await chats.move(connection, delivery.chat_id, receipt.chat_id)
    _tell(delivery, outcome)


def _tell(delivery: Delivery, outcome: Outcome) -> None:
    if outcome.error:
        log.warning("delivery_" + outcome.state, delivery=delivery.id, reason=outcome.error)
    else:
        log.info("delivery_" + outcome.state, delivery=delivery.id, message_id=outcome.message_id)
