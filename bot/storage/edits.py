"""The table of edits: messages that were sent and are to show something else, which stands in their delivery.

An edit may be carried out any number of times: it shows what the delivery says at that moment. Whoever claims one, or
changes what is to be shown, adds one to its token; only the holder of the present token may finish it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Text, cast, exists, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Chat, ChatId, Delivery, DeliveryState, Message, MessageId, SlotId, SubscriptionId
from bot.storage import chats, deliveries, dialect, pace
from bot.storage.tables import IN_FLIGHT, chat, delivery, digest, edit, in_state

EDITS = 5
"""So often at most a message is changed because a story has grown."""

EVERY = timedelta(minutes=10)
"""And no sooner than this after it was changed last."""

State = Literal["pending", "claimed", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message of a digest that told news, with the chat that the digest is of and its day there."""

    delivery: Delivery
    chat: Chat
    subscription_id: SubscriptionId
    local_date: date
    planned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An edit that this process has claimed; `chat_id` and `message_id` are where the message stands."""

    delivery_id: MessageId
    chat_id: ChatId
    message_id: int
    message: Message
    token: int
    attempts: int


async def growing(connection: AsyncConnection, *, sent_since: datetime) -> tuple[Told, ...]:
    """What was sent since then to chats that are not paused and whose messages grow with their stories, and may be
    changed once more."""
    rows = await connection.execute(
        _told()
        .outerjoin(edit, edit.c.delivery_id == delivery.c.id)
        .where(chat.c.grows, digest.c.due_at >= sent_since - timedelta(days=1), delivery.c.finished_at >= sent_since)
        .where(in_state(delivery, DeliveryState.SENT), delivery.c.message_id.is_not(None))
        .where(delivery.c.chat_id == digest.c.chat_id)
        .where(or_(edit.c.grown.is_(None), edit.c.grown < EDITS), chat.c.paused == "")
        .order_by(delivery.c.id)
    )
    return tuple(_told_from(row) for row in rows)


async def telling(
    connection: AsyncConnection, *, urls: Iterable[str], parts: Collection[tuple[SlotId, int]]
) -> tuple[Told, ...]:
    """The messages, sent or not, that link to one of these addresses or are among these parts of digests. Reads
    through all messages that were ever planned."""
    linked = [cast(delivery.c.payload, Text).contains(f'"{url}"', autoescape=True) for url in urls if url]
    found: dict[MessageId, Told] = {}
    for some in dialect.batches(sorted({slot_id for slot_id, _ in parts})):
        for row in await connection.execute(_told().where(digest.c.id.in_(some))):
            if (row.digest_id, row.part) in parts:
                found[row.id] = _told_from(row)
    if linked:
        for row in await connection.execute(_told().where(or_(*linked))):
            found[row.id] = _told_from(row)
    return tuple(found[each] for each in sorted(found))


async def grow(connection: AsyncConnection, was: Delivery, message: Message) -> bool:
    """The message is to show this now, within the limits; False when it has been changed since it `was` so, or often
    enough."""
    row = (await connection.execute(select(delivery).where(delivery.c.id == was.id).with_for_update())).first()
    before = (await connection.execute(select(edit).where(edit.c.delivery_id == was.id))).first()
    if row is None or deliveries.from_row(row).message != was.message or (before and before.grown >= EDITS):
        return False
    is_new = before is None or before.state != "pending"  # one that waits still shows this one too
    await _reword(connection, was.id, message)
    now_at = await pace.now(connection)
    await _plan(
        connection,
        was.id,
        not_before=max(now_at, before.edited_at + EVERY) if before else now_at,
        grown=(before.grown if before else 0) + is_new,
    )
    return True


async def withdraw(connection: AsyncConnection, delivery_id: MessageId, message: Message) -> bool:
    """The message is to show this, at once; whether it may have been sent already. One that was not is sent so."""
    await _reword(connection, delivery_id, message)
    state = (await connection.execute(select(delivery.c.state).where(delivery.c.id == delivery_id))).scalar_one()
    if DeliveryState(state) not in (DeliveryState.SENT, *IN_FLIGHT):
        return False
    before = (await connection.execute(select(edit.c.grown).where(edit.c.delivery_id == delivery_id))).scalar()
    await _plan(connection, delivery_id, not_before=dialect.EPOCH, grown=before or 0)
    return True


async def is_waiting(connection: AsyncConnection) -> bool:
    """Whether any edit is open of a message that can be reached, or never will be: what stands in a chat that is paused
    for a while waits until it is not."""
    there = (
        select(edit.c.delivery_id)
        .join(delivery, delivery.c.id == edit.c.delivery_id)
        .join(chat, chat.c.id == delivery.c.chat_id)
        .where(_is_open(), chat.c.paused.in_(("", chats.MOVED)))
        .limit(1)
    )
    return (await connection.execute(there)).first() is not None


async def must_wait(connection: AsyncConnection) -> bool:
    """Whether a message waits that may be sent now: those come first."""
    due = (
        select(delivery.c.id)
        .join(chat, chat.c.id == delivery.c.chat_id)
        .where(in_state(delivery, DeliveryState.PENDING), delivery.c.not_before <= dialect.clock())
        .where(chat.c.paused == "", chat.c.send_after <= dialect.clock())
        .limit(1)
    )
    return (await connection.execute(due)).first() is not None


async def drop(connection: AsyncConnection) -> int:
    """Fails those that can never be carried out: the message was not sent after all, nobody knows its number, or its
    group has become a supergroup, which does not have it. Returns how many."""
    lost = (
        select(delivery.c.id)
        .join(chat, chat.c.id == delivery.c.chat_id)
        .where(delivery.c.id == edit.c.delivery_id)
        .where(
            or_(
                in_state(delivery, DeliveryState.FAILED),
                in_state(delivery, DeliveryState.SENT) & delivery.c.message_id.is_(None),
                chat.c.paused == chats.MOVED,
            )
        )
    )
    failed = {"state": "failed", "last_error": "the message cannot be reached"}
    return (await connection.execute(update(edit).where(_is_open(), exists(lost)).values(failed))).rowcount


async def claim(connection: AsyncConnection, *, limit: int, lease_s: float) -> tuple[Held, ...]:
    """Takes the edits of at most `limit` chats, one of each, for so many seconds; after that anybody may."""
    found = await connection.execute(
        select(edit.c.token.label("edit_token"), edit.c.attempts.label("edit_attempts"), delivery)
        .join(delivery, delivery.c.id == edit.c.delivery_id)
        .join(chat, chat.c.id == delivery.c.chat_id)
        .where(_is_open(), edit.c.not_before <= dialect.clock())
        .where(in_state(delivery, DeliveryState.SENT), delivery.c.message_id.is_not(None))
        .where(chat.c.paused == "", chat.c.send_after <= dialect.clock())
        .order_by(edit.c.not_before, edit.c.delivery_id)
        .limit(4 * limit)
        .with_for_update(of=edit, skip_locked=True)
    )
    first: dict[ChatId, Held] = {}
    for row in found.all():
        held = Held(
            delivery_id=MessageId(row.id),
            chat_id=ChatId(row.chat_id),
            message_id=row.message_id,
            message=deliveries.from_row(row).message,
            token=row.edit_token + 1,
            attempts=row.edit_attempts + 1,
        )
        if len(first) < limit:
            first.setdefault(held.chat_id, held)
    if first:
        ids = [held.delivery_id for held in first.values()]
        taken = {"state": "claimed", "token": edit.c.token + 1, "attempts": edit.c.attempts + 1}
        await connection.execute(
            update(edit)
            .where(edit.c.delivery_id.in_(ids))
            .values(taken | {"not_before": dialect.in_s(lease_s), "edited_at": dialect.clock()})
        )
    return tuple(first.values())


async def finish(
    connection: AsyncConnection, held: Held, state: State, *, not_before_s: float = 0.0, error: str = ""
) -> bool:
    """What an attempt came to; False when it is somebody else's by now, or is to show something else: it stays open."""
    mine = (edit.c.delivery_id == held.delivery_id) & (edit.c.token == held.token) & (edit.c.state == "claimed")
    values = {"state": state, "not_before": dialect.in_s(not_before_s), "last_error": error}
    return (await connection.execute(update(edit).where(mine).values(values))).rowcount == 1


def _told() -> Select[Any]:
    return (
        select(
            delivery,
            digest.c.subscription_id,
            digest.c.local_date,
            digest.c.planned_at,
            *(column.label(f"its_{column.name}") for column in chat.c),
        )
        .join(digest, digest.c.id == delivery.c.digest_id)
        .join(chat, chat.c.id == digest.c.chat_id)
    )


def _told_from(row: dialect.AnyRow) -> Told:
    return Told(
        delivery=deliveries.from_row(row),
        chat=chats.from_row(row, "its_"),
        subscription_id=SubscriptionId(row.subscription_id),
        local_date=row.local_date,
        planned_at=row.planned_at,
    )


def _is_open() -> ColumnElement[bool]:
    """With the values in the text, so that the partial index is found."""
    return edit.c.state.in_([literal_column("'pending'"), literal_column("'claimed'")])


async def _reword(connection: AsyncConnection, delivery_id: MessageId, message: Message) -> None:
    (frozen,) = deliveries.frozen((message,))
    await connection.execute(update(delivery).where(delivery.c.id == delivery_id).values(payload=frozen.payload))


async def _plan(connection: AsyncConnection, delivery_id: MessageId, *, not_before: datetime, grown: int) -> None:
    values = {"state": "pending", "not_before": not_before, "attempts": 0, "grown": grown, "last_error": ""}
    insert = dialect.insert(connection, edit).values(
        delivery_id=delivery_id, token=0, edited_at=dialect.EPOCH, **values
    )
    again = values | {"token": edit.c.token + 1}
    await connection.execute(insert.on_conflict_do_update(index_elements=[edit.c.delivery_id], set_=again))
