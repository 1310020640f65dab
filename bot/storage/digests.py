"""The table of digests: one row for each decided slot, and the step that decides it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import failpoints
from bot.model import ArticleId, ChatId, Message, Slot, SlotId
from bot.storage import deliveries, dialect, subscriptions
from bot.storage.tables import digest, seen


async def plan(
    connection: AsyncConnection,
    slot: Slot,
    *,
    chat_id: ChatId,
    messages: Sequence[Message],
    articles: Iterable[ArticleId],
    cursor: int,
    next_due_at: datetime,
    planned_at: datetime,
) -> bool:
    """Decides a slot, in the caller's transaction: the digest, its parts (none when there is nothing new), what the
    chat has seen with it, the subscription's cursor and next slot.

    False when the slot was decided before: then only `next_due_at` moves forward, and nothing is added.
    """
    if not await _decided(connection, slot, chat_id=chat_id, planned_at=planned_at):
        await subscriptions.serve(connection, slot.subscription_id, cursor=None, next_due_at=next_due_at)
        return False
    failpoints.hit("plan.decided")
    await deliveries.add(connection, slot, messages, chat_id=chat_id)
    failpoints.hit("plan.added")
    await _mark_seen(connection, chat_id, articles)
    failpoints.hit("plan.seen")
    await subscriptions.serve(connection, slot.subscription_id, cursor=cursor, next_due_at=next_due_at)
    failpoints.hit("plan.served")
    return True


async def notify(
    connection: AsyncConnection, slot: Slot, *, chat_id: ChatId, messages: Sequence[Message], planned_at: datetime
) -> bool:
    """Plans what belongs to no subscription (news of a source, for an admin), once for its slot; False when it is
    planned already."""
    if not await _decided(connection, slot, chat_id=chat_id, planned_at=planned_at):
        return False
    await deliveries.add(connection, slot, messages, chat_id=chat_id)
    return True


async def is_decided(connection: AsyncConnection, slot_id: SlotId) -> bool:
    """Whether that slot has had its digest, or its nothing."""
    return (await connection.execute(select(digest.c.id).where(digest.c.id == slot_id))).first() is not None


async def _decided(connection: AsyncConnection, slot: Slot, *, chat_id: ChatId, planned_at: datetime) -> bool:
    """Whether this call decides the slot; another transaction that is deciding it is waited for."""
    values = {
        "id": slot.id,
        "subscription_id": slot.subscription_id,
        "chat_id": chat_id,
        "local_date": slot.local_date,
        "local_time": slot.local_time,
        "due_at": slot.due_at,
        "planned_at": planned_at,
    }
    insert = dialect.insert(connection, digest).values(**values).on_conflict_do_nothing().returning(digest.c.id)
    return (await connection.execute(insert)).first() is not None


async def _mark_seen(connection: AsyncConnection, chat_id: ChatId, articles: Iterable[ArticleId]) -> None:
    # In one order everywhere: two digests of a chat planned at once must not wait for each other's rows.
    rows = [{"chat_id": chat_id, "article_id": each} for each in sorted(set(articles))]
    if rows:
        await connection.execute(dialect.insert(connection, seen).on_conflict_do_nothing(), rows)
