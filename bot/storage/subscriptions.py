"""The table of subscriptions: what each chat wants and when the next digest is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, case, delete, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatId, Filters, Manner, Schedule, Subscription, SubscriptionId, TopicId
from bot.stages import wishes
from bot.storage import chats, claims, dialect, plans
from bot.storage.tables import chat, counter, subscription

OURS = tuple(subscription.c.keys())
CHAT = (
    "id",
    "kind",
    "title",
    "language",
    "reads",
    "time_zone",
    "paused",
    "question",
    "is_rich",
    "grows",
    "is_pictured",
)
SCHEDULES = 1_000  # different wishes kept, for many subscriptions have the same
ENABLED = subscription.c.enabled == true()
NAMED = subscription.c.id.in_(plans.FIRST)


async def of_chat(connection: AsyncConnection, chat_id: ChatId) -> tuple[Subscription, ...]:
    """By slug."""
    wanted = select(subscription).where(subscription.c.chat_id == chat_id).order_by(subscription.c.slug)
    return tuple(from_row(row) for row in await connection.execute(wanted))


async def numbered(connection: AsyncConnection, chat_id: ChatId, *, after: int) -> int:
    """A number above `after` that no subscription of the chat ever had: a button of a deleted one, which may be pressed
    at any time, must not be taken for one of another."""
    first = dialect.insert(connection, counter).values(name=chats.counted(chat_id), value=after + 1)
    last = counter.c.value
    following = {"value": case((last < after, after), else_=last) + 1}
    given = first.on_conflict_do_update(index_elements=[counter.c.name], set_=following).returning(counter.c.value)
    return int((await connection.execute(given)).scalar_one())


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
        _with_chat()
        .where(ENABLED, subscription.c.next_due_at <= now_at, chat.c.paused == "")
        .order_by(subscription.c.next_due_at)
        .limit(limit)
    )
    return tuple(_pair(row) for row in await connection.execute(wanted))


async def unchanged(
    connection: AsyncConnection, read: Iterable[tuple[Subscription, Chat]]
) -> frozenset[SubscriptionId]:
    """Those that are still, with their chats, what they were when they were read; they stay so in this transaction.

    Whoever holds one of them at this moment is changing or planning it: it is left out, and nobody waits.
    """
    was = {wanted.id: (wanted, of) for wanted, of in read}
    now = _with_chat().where(NAMED).with_for_update(skip_locked=True)
    found = await connection.execute(now, {"listed": claims.listed((one,) for one in was)})
    return frozenset(row.id for row in found if _is_same(row, *was[row.id]))


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
    ids: Iterable[SubscriptionId],
    *,
    cursor: int | None,
    next_due_at: datetime,
) -> None:
    """After their slots were decided: cursor (where one is given) and next slot move forward, never back.

    One that was turned off in the meantime stays without a next slot.
    """
    due_at, number = subscription.c.next_due_at, subscription.c.cursor
    moved: dict[str, Any] = {
        "next_due_at": case((due_at < next_due_at, literal(next_due_at, due_at.type)), else_=due_at)
    }
    if cursor is not None:
        moved["cursor"] = case((or_(number.is_(None), number < cursor), cursor), else_=number)
    await connection.execute(
        update(subscription).where(NAMED).values(moved), {"listed": claims.listed((one,) for one in ids)}
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


def _with_chat() -> Select[Any]:
    of = (chat.c[name].label(f"chat__{name}") for name in CHAT)
    return select(*(subscription.c[name] for name in OURS), *of).join(chat, chat.c.id == subscription.c.chat_id)


def _as_row(wanted: Subscription, of: Chat) -> tuple[Any, ...]:
    """The row that both were read from: to compare rows takes a fifth of the time that making objects of them takes."""
    ours, theirs = {"id": wanted.id, **_values(wanted)}, {"id": of.id, **chats.values(of)}
    return (*(ours[name] for name in OURS), *(theirs[name] for name in CHAT))


def _is_same(row: dialect.AnyRow, wanted: Subscription, of: Chat) -> bool:
    """A row of an older program may say the same in other words."""
    return tuple(row) == _as_row(wanted, of) or _pair(row) == (wanted, of)


def _pair(row: dialect.AnyRow) -> tuple[Subscription, Chat]:
    return from_row(row), chats.from_row(row, "chat__")


def _values(saved: Subscription) -> dict[str, Any]:
    return _wishes(saved.topics, saved.schedule, saved.filters, saved.manner) | {
        "chat_id": saved.chat_id,
        "slug": saved.slug,
        "title": saved.title,
        "max_stories": saved.max_stories,
        "enabled": saved.enabled,
        "origin": saved.origin,
        "cursor": saved.cursor,
        "next_due_at": saved.next_due_at,
    }


@lru_cache(maxsize=SCHEDULES)
def _wishes(topics: tuple[TopicId, ...], schedule: Schedule, filters: Filters, manner: Manner) -> dict[str, Any]:
    return {
        "topics": list(topics),
        "schedule": wishes.schedule_data(schedule),
        "filters": wishes.filters_data(filters),
        "manner": wishes.manner_data(manner),
    }
