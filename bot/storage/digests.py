"""The table of digests: one row for each decided slot, and the step that decides many of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import failpoints
from bot.model import ArticleId, ChatId, Message, Slot, SlotId, SubscriptionId
from bot.storage import claims, deliveries, dialect, plans, seen, subscriptions, told
from bot.storage.tables import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a digest is made of: its parts (none when there is nothing new), the articles told in it, the number up to
    which it was chosen from all, and which stories it told why. Chats that get the same share it."""

    parts: tuple[deliveries.Frozen, ...]
    articles: tuple[ArticleId, ...]
    cursor: int
    told: told.Frozen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a slot of a chat comes to, and when its subscription is due next."""

    slot: Slot
    chat_id: ChatId
    content: Content
    next_due_at: datetime


async def plan(connection: AsyncConnection, planned: Sequence[Plan], *, planned_at: datetime) -> frozenset[SlotId]:
    """Decides slots, in the caller's transaction: the digests, their parts, what the chats have seen with them, the
    subscriptions' cursors and next slots. Returns the slots that were decided by this call.

    Of one that was decided before only `next_due_at` moves forward, and nothing is added.
    """
    contents = {id(one.content): one.content for one in planned}.values()
    await told.keep(connection, [one.told for one in contents if one.told], kept_at=planned_at)
    slots = [(one.slot, one.chat_id, one.content.told) for one in planned]
    decided = await _decided(connection, slots, planned_at=planned_at)
    failpoints.hit("plan.decided")
    new = [one for one in planned if one.slot.id in decided]
    await deliveries.add(connection, [(one.slot, one.chat_id, one.content.parts) for one in new])
    failpoints.hit("plan.added")
    await seen.mark(connection, [(one.chat_id, one.content.articles) for one in new])
    failpoints.hit("plan.seen")
    served: dict[tuple[int | None, datetime], list[SubscriptionId]] = {}
    for one in planned:
        cursor = one.content.cursor if one.slot.id in decided else None
        served.setdefault((cursor, one.next_due_at), []).append(one.slot.subscription_id)
    for (cursor, next_due_at), ids in served.items():
        await subscriptions.serve(connection, ids, cursor=cursor, next_due_at=next_due_at)
    failpoints.hit("plan.served")
    return decided


async def notify(
    connection: AsyncConnection, slot: Slot, *, chat_id: ChatId, messages: Sequence[Message], planned_at: datetime
) -> bool:
    """Plans what belongs to no subscription (news of a source, for an admin), once for its slot; False when it is
    planned already."""
    if not await _decided(connection, [(slot, chat_id, None)], planned_at=planned_at):
        return False
    await deliveries.add(connection, [(slot, chat_id, deliveries.frozen(messages))])
    return True


async def is_decided(connection: AsyncConnection, slot_id: SlotId) -> bool:
    """Whether that slot has had its digest, or its nothing."""
    return (await connection.execute(select(digest.c.id).where(digest.c.id == slot_id))).first() is not None


async def _decided(
    connection: AsyncConnection, slots: Iterable[tuple[Slot, ChatId, told.Frozen | None]], *, planned_at: datetime
) -> frozenset[SlotId]:
    """The slots that this call decides; another transaction that is deciding one is waited for."""
    rows = [
        (
            slot.id,
            slot.subscription_id,
            chat_id,
            slot.local_date.isoformat(),
            slot.local_time.isoformat("microseconds"),  # as SQLAlchemy keeps it on SQLite
            dialect.instant_us(slot.due_at),
            what.name if what else None,
        )
        for slot, chat_id, what in slots
    ]
    if not rows:
        return frozenset()
    insert = dialect.insert(connection, digest).from_select(plans.DIGEST, plans.DIGESTS)
    given = {"listed": claims.listed(rows), "planned_at": planned_at}
    found = await connection.execute(insert.on_conflict_do_nothing().returning(digest.c.id), given)
    return frozenset(SlotId(row.id) for row in found)
