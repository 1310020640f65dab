"""What an attempt leaves behind besides a sent message: chats paused or moved, waits, and messages in doubt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

import structlog

from bot import failpoints, locales
from bot.delivery import ledger, limiter, notices
from bot.delivery.terms import Beside, Limits
from bot.model import (
    ChatId,
    Delivery,
    DeliveryState,
    Gone,
    Later,
    Message,
    Moved,
    Outcome,
    Pace,
    Receipt,
    Unknown,
)
from bot.storage import chats, deliveries, pace, setback, tally
from bot.storage.database import Database
from bot.storage.dialect import Connection

log = structlog.get_logger()


async def of(connection: Connection, delivery: Delivery, receipt: Receipt, *, limits: Limits, beside: Beside) -> None:
    """Writes down an attempt that Telegram did not take, and what follows from it, in the caller's transaction."""
    outcome = ledger.outcome(delivery, receipt, repeat_after_s=limits.repeat_after_s)
    if not await deliveries.finish(connection, delivery, outcome):
        log.warning("delivery_stale_finish", delivery=delivery.id, token=delivery.token, receipt=repr(receipt))
        await tally.add(connection, {"stale_finish": 1})
        return
    failpoints.hit("aftermath.finished")
    if not isinstance(receipt, Unknown) and (not isinstance(receipt, Later) or receipt.reached):
        beside.doubts.told()
    match receipt:
        case Gone(reason=reason):
            await shut(connection, delivery.chat_id, reason, admins=beside.admins)
        case Moved(chat_id=chat_id):
            await chats.move(connection, delivery.chat_id, chat_id)
        case Later():
            await wait(connection, delivery.chat_id, receipt, limits.rates)
        case Unknown():
            await tally.add(connection, {"ambiguous": 1})
            beside.doubts.lost()
            if beside.doubts.is_dark:
                await _go_dark(connection, limits.rates, beside)
    if outcome.state is DeliveryState.PENDING:
        await deliveries.cancel_stopped(connection, delivery.id)
    failpoints.hit("aftermath.written")
    _tell(delivery, outcome)


async def _go_dark(connection: Connection, rates: limiter.Rates, beside: Beside) -> None:
    """Everything waits, once for what was under way together: each message more would be in doubt as well."""
    before, now_at = await paced(connection, rates)
    if before.hold_until > now_at:
        return
    for_s = beside.doubts.next_wait_s(rates.dark_s, rates.longest_dark_s)
    await tally.add(connection, {"dark": 1})
    await pace.save(connection, limiter.held(before, for_s=for_s, now_at=now_at))
    log.warning("telegram_does_not_tell", held_s=for_s)


async def shut(connection: Connection, chat_id: ChatId, reason: str, *, admins: Iterable[ChatId]) -> None:
    """The chat takes nothing until it lets us in again: what waits for it fails, and the admins are told."""
    await chats.pause(connection, chat_id, reason)
    await deliveries.cancel(connection, chat_id, reason=reason)
    await notices.gone(connection, chat_id, reason, admins=admins)


async def too_late(connection: Connection, delivery: Delivery, message_id: int) -> None:
    """Telegram took it, and told so after the lease was over: that is evidence, if nobody is sending it again."""
    arrived = await deliveries.arrived(connection, delivery, message_id)
    await tally.add(connection, {"stale_finish": 1})
    log.warning("delivery_stale_finish", delivery=delivery.id, message_id=message_id, settled=arrived)


async def settle(database: Database, *, limits: Limits, beside: Beside) -> int:
    """Ends leases that are over, and decides about what nobody can find out any more; returns how many were decided."""
    async with database.write() as connection:
        if back_s := await beside.watch.set_back_s(partial(pace.now, connection)):
            log.warning("clock_set_back", by_s=round(back_s))
            await setback.shift(connection, back_s)
        expired = await deliveries.expire(connection, wait_s=limits.deadline_s)
        if expired.sending_to_unknown:
            await tally.add(connection, {"ambiguous": expired.sending_to_unknown})
            log.warning("delivery_lease_over", count=expired.sending_to_unknown)
        failpoints.hit("settle.expired")
        # While everything waits nothing can be tried again either, and who asks now asks about all of it.
        unclear = () if await pace.is_held(connection) else await deliveries.unknown(connection)
    for delivery, kind in unclear:
        arrived = await beside.probe(delivery) if beside.probe else None
        async with database.write() as connection:
            decided = ledger.resolution(delivery, kind, arrived=arrived)
            if await deliveries.resolve(connection, delivery, decided):
                await _decided(connection, delivery, decided, beside=beside)
            failpoints.hit("settle.resolved")
    await _close(database)
    return len(unclear)


async def _close(database: Database) -> None:
    """What still waits for a chat that was paused meanwhile would wait for ever."""
    async with database.read() as connection:
        paused = await deliveries.in_vain(connection)
    if not paused:
        return
    async with database.write() as connection:
        for chat_id, reason in paused:
            await deliveries.cancel(connection, chat_id, reason=reason)


async def _decided(connection: Connection, delivery: Delivery, decided: Outcome, *, beside: Beside) -> None:
    log.warning("delivery_decided", delivery=delivery.id, becomes=decided.state, repeats=decided.repeats)
    if decided.state is DeliveryState.PARKED:
        await tally.add(connection, {"parked_in_doubt": 1})
        await notices.in_doubt(connection, delivery, admins=beside.admins)
    elif decided.repeats > delivery.repeats:
        await tally.add(connection, {"resent_in_doubt": 1})
        await deliveries.cancel_stopped(connection, delivery.id)


async def message(connection: Connection, delivery: Delivery) -> Message:
    """What is sent: as it was frozen, and when it may be a repeat with a line that says so."""
    if not delivery.repeats:
        return delivery.message
    chat = await chats.get(connection, delivery.chat_id)
    say = locales.catalogue(chat.language if chat else "en")
    return ledger.marked(delivery, say.text("(This may be a repeat: Telegram did not tell whether it arrived.)"))


async def wait(connection: Connection, chat_id: ChatId, later: Later, rates: limiter.Rates) -> None:
    """Whoever has to wait: the message alone, its chat, or everything."""
    if later.scope == "chat":
        return
    for_s = later.after_s + limiter.SAFETY_S
    is_flood = later.scope == "flood"
    if is_flood:
        await tally.add(connection, {"rate_limited": 1})
        held = await pace.hold(connection, chat_id, for_s=for_s)
        failpoints.hit("aftermath.held")
        if held < limiter.HELD_FOR_ALL:
            return
    before, now_at = await paced(connection, rates)
    if is_flood:
        after = limiter.flooded(before, rates, for_s=for_s, now_at=now_at)
    else:
        after = limiter.held(before, for_s=for_s, now_at=now_at)
    await pace.save(connection, after)


async def paced(connection: Connection, rates: limiter.Rates) -> tuple[Pace, datetime]:
    """The present pace, which nobody else may change before this transaction ends, and the database's time."""
    locked, now_at = await pace.locked_now(connection)
    return locked or limiter.begun(rates, now_at), now_at


def _tell(delivery: Delivery, outcome: Outcome) -> None:
    log.warning("delivery_" + outcome.state, delivery=delivery.id, reason=outcome.error)
