"""The ledger's steps, each in a transaction of its own as a worker takes them, and the outcomes of attempts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from bot.model import ChatId, ChatKind, Delivery, DeliveryState, Outcome
from bot.storage import chats, deliveries, dialect, digests, subscriptions, tables
from bot.storage.database import Database
from tests.storage import make
from tests.storage import planned as plans

NO_SPACING = dict.fromkeys(ChatKind, 0.0)
SENT = Outcome(state=DeliveryState.SENT, message_id=501, attempts=1)
AGAIN = Outcome(state=DeliveryState.PENDING, attempts=0, error="503")
LATER = Outcome(state=DeliveryState.PENDING, attempts=0, not_before_s=3600, error="429")
UNKNOWN = Outcome(state=DeliveryState.UNKNOWN, attempts=1, error="no answer")
FAILED = Outcome(state=DeliveryState.FAILED, attempts=1, error="blocked")
PARKED = Outcome(state=DeliveryState.PARKED, attempts=1, error="too long")


async def planned(database: Database, chat_id: ChatId, *, day: int, parts: int) -> None:
    async with database.write() as connection:
        await chats.save(connection, make.chat(chat_id))
        await subscriptions.save(connection, make.subscription(chat_id))
        one = plans.of_slot(make.slot(chat_id, day=day), chat_id, parts=parts, cursor=0, next_due_at=make.NOON)
        assert await digests.plan(connection, [one], planned_at=make.NOON) == {one.slot.id}


async def claim(database: Database, *, limit: int = 9) -> tuple[Delivery, ...]:
    async with database.write() as connection:
        return await deliveries.claim(connection, limit=limit, lease_s=60)


async def claim_for(database: Database, chat_id: ChatId, *, limit: int = 9) -> Delivery:
    """Claims, and gives back what is for other chats."""
    wanted = None
    for one in await claim(database, limit=limit):
        if one.chat_id == chat_id:
            wanted = one
        else:
            async with database.write() as connection:
                await deliveries.release(connection, (one,))
    assert wanted is not None
    return wanted


async def start(database: Database, claimed: Delivery) -> bool:
    async with database.write() as connection:
        return claimed.id in await deliveries.start(connection, (claimed,), every_s=NO_SPACING)


async def finish(database: Database, sent: Delivery, outcome: Outcome) -> bool:
    async with database.write() as connection:
        return await deliveries.finish(connection, sent, outcome)


async def attempt(database: Database, claimed: Delivery, outcome: Outcome) -> None:
    assert await start(database, claimed)
    assert await finish(database, claimed, outcome)


async def resolve(database: Database, unclear: Delivery, outcome: Outcome) -> bool:
    async with database.write() as connection:
        return await deliveries.resolve(connection, unclear, outcome)


async def expire(database: Database) -> deliveries.Expired:
    async with database.write() as connection:
        return await deliveries.expire(connection, wait_s=0)


async def unknown(database: Database) -> tuple[tuple[Delivery, ChatKind], ...]:
    async with database.read() as connection:
        return await deliveries.unknown(connection)


async def counts(database: Database) -> dict[DeliveryState, int]:
    async with database.read() as connection:
        return await deliveries.counts(connection)


async def let_lease_pass(database: Database, claimed: Delivery) -> None:
    await put(database, claimed, lease_until=dialect.in_s(0))


async def put(database: Database, delivery: Delivery, **values: Any) -> None:
    """Puts a moment of the database's clock into the row: tests wait for nothing."""
    async with database.write() as connection:
        row = tables.delivery.c.id == delivery.id
        await connection.execute(update(tables.delivery).where(row).values(**values))
