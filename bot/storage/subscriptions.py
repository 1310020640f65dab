"""The table of subscriptions: what each chat wants and when the next digest is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatId, Subscription, SubscriptionId, TopicId
from bot.stages import wishes
from bot.storage import chats, dialect
from bot.storage.tables import chat, subscription

ENABLED = subscription.c.enabled == true()


async def of_chat(connection: AsyncConnection, chat_id: ChatId) -> tuple[Subscription, ...]:
    """By slug."""
    wanted = select(subscription).where(subscription.c.chat_id == chat_id).order_by(subscription.c.slug)
    return tuple(from_row(row) for row in await connection.execute(wanted))


async def save(connection: AsyncConnection, saved: Subscription) -> None:
    """Adds or replaces it. The cursor only moves forward: whoever saves settings may have read an older one."""
    values = _values(saved)
    insert = dialect.insert(connection, subscription).values(id=saved.id, **values)
    replaced: dict[str, Any] = {name: insert.excluded[name] for name in values}
    replaced["cursor"] = case(
        (subscription.c.cursor.is_(None), insert.excluded.cursor),
        (insert.excluded.cursor > subscription.c.cursor, insert.excluded.cursor),
        else_=subscription.c.cursor,
    )
    await connection.execute(insert.on_conflict_do_update(index_elements=[subscription.c.id], set_=replaced))


async def remove(connection: AsyncConnection, subscription_id: SubscriptionId) -> None:
    """Deletes it; nothing happens when it is gone."""
    await connection.execute(delete(subscription).where(subscription.c.id == subscription_id))


async def due(connection: AsyncConnection, *, now_at: datetime, limit: int) -> tuple[tuple[Subscription, Chat], ...]:
    """The enabled subscriptions whose moment has come, of chats that are not paused, the longest due first."""
    wanted = (
        select(subscription, *(column.label(f"chat__{column.name}") for column in chat.c))
        .join(chat, chat.c.id == subscription.c.chat_id)
        .where(ENABLED, subscription.c.next_due_at <= now_at, chat.c.paused == "")
        .order_by(subscription.c.next_due_at)
        .limit(limit)
    )
    return tuple((from_row(row), chats.from_row(row, "chat__")) for row in await connection.execute(wanted))


async def is_unchanged(connection: AsyncConnection, wanted: Subscription, of: Chat) -> bool:
    """Whether subscription and chat are still what they were when they were read; both stay so in this transaction."""
    now = await connection.execute(select(subscription).where(subscription.c.id == wanted.id).with_for_update())
    there = await connection.execute(select(chat).where(chat.c.id == of.id).with_for_update())
    row, of_row = now.first(), there.first()
    return row is not None and of_row is not None and (from_row(row), chats.from_row(of_row)) == (wanted, of)


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the next digest is due, None when nobody waits for one."""
    first = (
        select(subscription.c.next_due_at)
        .join(chat, chat.c.id == subscription.c.chat_id)
        .where(ENABLED, subscription.c.next_due_at.is_not(None), chat.c.paused == "")
        .order_by(subscription.c.next_due_at)
        .limit(1)
    )
    return (await connection.execute(first)).scalar_one_or_none()


async def disable_missing(connection: AsyncConnection, keep: Iterable[SubscriptionId]) -> int:
    """Turns off what the configuration once asked for and does not ask for any more; returns how many."""
    gone = subscription.c.id.not_in(tuple(keep))
    switched = await connection.execute(
        update(subscription)
        .where(subscription.c.origin == "config", ENABLED, gone)
        .values(enabled=False, next_due_at=None)
    )
    return switched.rowcount


async def serve(
    connection: AsyncConnection,
    subscription_id: SubscriptionId,
    *,
    cursor: int | None,
    next_due_at: datetime,
) -> None:
    """After its slot was decided: cursor (where one is given) and next slot move forward, never back.

    One that was turned off in the meantime stays without a next slot.
    """
    later = subscription.c.next_due_at < next_due_at
    await connection.execute(
        update(subscription).where(subscription.c.id == subscription_id, later).values(next_due_at=next_due_at)
    )
    if cursor is not None:
        behind = or_(subscription.c.cursor.is_(None), subscription.c.cursor < cursor)
        await connection.execute(
            update(subscription).where(subscription.c.id == subscription_id, behind).values(cursor=cursor)
        )


def from_row(row: dialect.AnyRow) -> Subscription:
    return Subscription(
        id=row.id,
        chat_id=row.chat_id,
        slug=row.slug,
        topics=tuple(TopicId(topic) for topic in row.topics),
        schedule=wishes.schedule(row.schedule),
        max_stories=row.max_stories,
        enabled=row.enabled,
        origin=row.origin,
        cursor=row.cursor,
        next_due_at=row.next_due_at,
        title=row.title,
        filters=wishes.filters(row.filters or {}),
        manner=wishes.manner(row.manner or {}),
    )


def _values(saved: Subscription) -> dict[str, Any]:
    return wishes.as_data(saved) | {
        "chat_id": saved.chat_id,
        "slug": saved.slug,
        "enabled": saved.enabled,
        "origin": saved.origin,
        "cursor": saved.cursor,
        "next_due_at": saved.next_due_at,
    }
