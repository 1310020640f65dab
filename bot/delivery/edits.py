"""Edits of messages that were sent, carried out after digests and answers; a repeated one shows the same once more.

A round is two transactions with the requests between them: edits are claimed for as long as a lease, and what Telegram
said is written down. Killed anywhere, they are carried out again when the lease is over.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.delivery import aftermath, limiter
from bot.delivery.terms import Beside, Limits
from bot.model import Edit, Gone, Later, Moved, Receipt, Refused, Sent, Unknown
from bot.storage import edits, pace
from bot.storage.database import Database
from bot.storage.dialect import Connection
from bot.storage.edits import Held

log = structlog.get_logger()
AGAIN_S = 30.0  # after an answer that did not come
MAX_ATTEMPTS = 8


async def run(database: Database, edit: Edit, *, limits: Limits, beside: Beside) -> int:
    """Carries out what may be edited now; returns how many attempts were made."""
    made = 0
    while held := await _claimed(database, limits=limits, beside=beside):
        # Gathered: what our own code raises for one must not end the others' attempts.
        asked = [_receipt(edit, one, limits.deadline_s) for one in held]
        receipts = await asyncio.gather(*asked, return_exceptions=True)
        async with database.write() as connection:
            for one, receipt in zip(held, receipts, strict=True):
                await _write_down(connection, one, receipt, limits.rates)
        made += len(held)
    return made


async def _claimed(database: Database, *, limits: Limits, beside: Beside) -> tuple[Held, ...]:
    if beside.stop.is_set():
        return ()
    async with database.read() as connection:
        if not await edits.is_waiting(connection):
            return ()
    async with database.write() as connection:
        await edits.drop(connection)
        if await edits.must_wait(connection):
            return ()
        before, now_at = await aftermath.paced(connection, limits.rates)
        granted = limiter.grant(before, limits.rates, want=limits.in_flight, now_at=now_at)
        if not granted.count:
            return ()
        held = await edits.claim(connection, limit=granted.count, lease_s=limits.lease_s)
        if held:
            await pace.touched(connection, [one.chat_id for one in held], every_s=limits.rates.every_s)
            await pace.save(connection, limiter.spent(before, limits.rates, count=len(held), now_at=now_at))
        return held


async def _receipt(edit: Edit, held: Held, deadline_s: float) -> Receipt:
    try:
        async with asyncio.timeout(deadline_s):
            return await edit(held.chat_id, held.message_id, held.message)
    except TimeoutError:
        return Unknown(reason=f"no answer within {deadline_s:g} s")


async def _write_down(
    connection: Connection, held: Held, receipt: Receipt | BaseException, rates: limiter.Rates
) -> None:
    """Sent is done; what may be repeated is, a few times, as is what our own code raised; anything else is final."""
    match receipt:
        case Sent():
            if await edits.finish(connection, held, "done"):
                log.info("edit_done", delivery=held.delivery_id)
        case Later(after_s=after_s, reason=reason):
            await aftermath.wait(connection, held.chat_id, receipt, rates)
            await _again(connection, held, reason, after_s=after_s)
        case Unknown(reason=reason):
            await _again(connection, held, reason, after_s=AGAIN_S)
        case Exception():
            log.error("edit_raised", delivery=held.delivery_id, exc_info=receipt)
            await _again(connection, held, "this program could not make the request", after_s=AGAIN_S)
        case Gone(reason=reason) | Refused(reason=reason):
            await _failed(connection, held, reason)
        case Moved():
            await _failed(connection, held, "the group has become a supergroup")


async def _again(connection: Connection, held: Held, reason: str, *, after_s: float) -> None:
    if held.attempts >= MAX_ATTEMPTS:
        await _failed(connection, held, reason)
        return
    await edits.finish(connection, held, "pending", not_before_s=after_s, error=reason)
    log.info("edit_later", delivery=held.delivery_id, reason=reason)


async def _failed(connection: Connection, held: Held, reason: str) -> None:
    if await edits.finish(connection, held, "failed", error=reason):
        log.warning("edit_failed", delivery=held.delivery_id, reason=reason)
