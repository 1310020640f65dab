"""The ledger's table: every message that was planned and what became of it, by the database's clock alone.

The states and who may change them stand in `model.DeliveryState`; which state follows an attempt is decided by
`bot/delivery/ledger.py`. Every change names the state it starts from, and all but `expire` the token of who claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    ChatId,
    ChatKind,
    Delivery,
    DeliveryState,
    Entity,
    EntityKind,
    Message,
    MessageId,
    Outcome,
    RichText,
    Slot,
    SlotId,
)
from bot.storage import dialect
from bot.storage.tables import IN_FLIGHT, LEASED, OPEN, chat, delivery, digest, in_state

AFTER_SENDING = (
    DeliveryState.SENT,
    DeliveryState.PENDING,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.PARKED,
)
AFTER_UNKNOWN = (DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """How many leases were over: of those who had not started, and of those who may have sent."""

    claimed_to_pending: int
    sending_to_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A delivery with its history, for people: `error` is "" when none is known."""

    delivery: Delivery
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    message_id: int | None
    error: str


async def add(connection: AsyncConnection, slot: Slot, messages: Iterable[Message], *, chat_id: ChatId) -> None:
    """The parts of a digest, frozen from now on."""
    rows = [
        {
            "id": f"{slot.id}#{message.part}",
            "digest_id": slot.id,
            "part": message.part,
            "chat_id": chat_id,
            "due_at": slot.due_at,
            "payload": _payload(message.body),
            "state": DeliveryState.PENDING.value,
            "token": 0,
            "not_before": dialect.EPOCH,
            "attempts": 0,
            "last_error": "",
        }
        for message in messages
    ]
    if rows:
        await connection.execute(delivery.insert(), rows)


async def claim(connection: AsyncConnection, *, limit: int, lease_s: float) -> tuple[Delivery, ...]:
    """Takes the next part of at most `limit` chats for `lease_s` seconds, the longest due first.

    Of each chat only the first open part in the order of digests and parts, and none while another of the chat's
    parts is claimed, being sent or unknown, or while the chat is paused.
    """
    heads = await connection.execute(_heads().limit(limit))
    ids = tuple(row.id for row in heads)
    if not ids:
        return ()
    # The chats are locked now, and this statement sees what was committed before they were: a claim of the same chat
    # that ended between the two statements is not overlooked. One statement alone would judge by an older moment.
    taken = await connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(ids), _claimable())
        .values(state=DeliveryState.CLAIMED.value, token=delivery.c.token + 1, lease_until=dialect.in_s(lease_s))
        .returning(delivery)
    )
    rows = sorted(taken.all(), key=lambda row: (row.due_at, row.digest_id, row.part))
    return tuple(from_row(row) for row in rows)


async def start(connection: AsyncConnection, claimed: Delivery, *, floor_id: int | None = None) -> bool:
    """Commits to sending: False when the lease is over or somebody else has claimed it since, and then nothing may
    be sent. Only after this transaction is committed may the first byte be written.

    `floor_id` is the last message id known before the attempt, for those who look later whether it arrived.
    """
    in_time = delivery.c.lease_until > dialect.clock()
    started = await connection.execute(
        update(delivery)
        .where(_held(claimed), in_state(delivery, DeliveryState.CLAIMED), in_time)
        .values(state=DeliveryState.SENDING.value, started_at=dialect.clock(), floor_id=floor_id)
    )
    return started.rowcount == 1


async def release(connection: AsyncConnection, claimed: Delivery) -> bool:
    """Gives back what was claimed and not started, so that a program that ends leaves no lease to wait for."""
    released = await connection.execute(
        update(delivery)
        .where(_held(claimed), in_state(delivery, DeliveryState.CLAIMED))
        .values(state=DeliveryState.PENDING.value, lease_until=null())
    )
    return released.rowcount == 1


async def finish(connection: AsyncConnection, sent: Delivery, outcome: Outcome) -> bool:
    """Writes down what an attempt came to; False when it took longer than the lease, and nothing is changed."""
    if outcome.state not in AFTER_SENDING:
        raise ValueError(f"no attempt ends in {outcome.state}")
    return await _settled(connection, sent, outcome, was=DeliveryState.SENDING)


async def resolve(connection: AsyncConnection, unclear: Delivery, outcome: Outcome) -> bool:
    """Settles an `unknown`, also by the answer that came after the lease was over; False when another has."""
    if outcome.state not in AFTER_UNKNOWN:
        raise ValueError(f"no unknown becomes {outcome.state}")
    return await _settled(connection, unclear, outcome, was=DeliveryState.UNKNOWN)


async def expire(connection: AsyncConnection) -> Expired:
    """Ends the leases that are over: `claimed` goes back to `pending`, for nothing was written; `sending` becomes
    `unknown` and counts as an attempt, for the request may have reached Telegram."""
    freed = await _expired(connection, DeliveryState.CLAIMED, becomes=DeliveryState.PENDING)
    doubtful = await _expired(
        connection,
        DeliveryState.SENDING,
        becomes=DeliveryState.UNKNOWN,
        attempts=delivery.c.attempts + 1,
        last_error="the lease was over before an answer was written down",
    )
    return Expired(claimed_to_pending=freed, sending_to_unknown=doubtful)


async def unknown(connection: AsyncConnection, *, older_than_s: float) -> tuple[tuple[Delivery, ChatKind], ...]:
    """The deliveries that nobody knows the fate of and whose attempt began so long ago, with the kind of their chat."""
    rows = await connection.execute(
        select(delivery, chat.c.kind)
        .join(chat, chat.c.id == delivery.c.chat_id)
        .where(
            in_state(delivery, DeliveryState.UNKNOWN),
            delivery.c.started_at <= dialect.in_s(-older_than_s),
        )
        .order_by(delivery.c.started_at)
    )
    return tuple((from_row(row), ChatKind(row.kind)) for row in rows)


async def cancel(connection: AsyncConnection, chat_id: ChatId, *, reason: str) -> int:
    """Fails what waits for a chat that takes or wants nothing any more; returns how many parts."""
    waiting = update(delivery).where(delivery.c.chat_id == chat_id, in_state(delivery, DeliveryState.PENDING))
    done = await connection.execute(waiting.values(state=DeliveryState.FAILED.value, last_error=reason))
    return done.rowcount


async def counts(connection: AsyncConnection) -> dict[DeliveryState, int]:
    """How many deliveries are in each state, 0 included."""
    rows = await connection.execute(select(delivery.c.state, func.count().label("many")).group_by(delivery.c.state))
    found = {DeliveryState(row.state): row.many for row in rows}
    return {state: found.get(state, 0) for state in DeliveryState}


async def listing(
    connection: AsyncConnection, *, limit: int, states: Sequence[DeliveryState] = tuple(DeliveryState)
) -> tuple[Record, ...]:
    """The latest due first."""
    rows = await connection.execute(_listed().where(in_state(delivery, *states)).limit(limit))
    return tuple(_record(row) for row in rows)


async def of_chat(connection: AsyncConnection, chat_id: ChatId, *, limit: int) -> tuple[Record, ...]:
    """The latest due first, those of the group that this supergroup once was included."""
    mine = _listed().join(digest, digest.c.id == delivery.c.digest_id).where(digest.c.chat_id == chat_id)
    return tuple(_record(row) for row in await connection.execute(mine.limit(limit)))


def from_row(row: dialect.AnyRow) -> Delivery:
    return Delivery(
        id=MessageId(row.id),
        slot_id=SlotId(row.digest_id),
        chat_id=ChatId(row.chat_id),
        part=row.part,
        body=_body(row.payload),
        state=DeliveryState(row.state),
        token=row.token,
        attempts=row.attempts,
    )


def _heads() -> Select[Any]:
    """The parts that may be claimed, and a lock on their chats: whoever claims at the same time takes other chats."""
    return (
        select(delivery.c.id)
        .join(chat, chat.c.id == delivery.c.chat_id)
        .where(_claimable(), chat.c.paused == "")
        .order_by(delivery.c.due_at, delivery.c.digest_id, delivery.c.part)
        .with_for_update(of=chat, skip_locked=True, key_share=True)
    )


def _claimable() -> ColumnElement[bool]:
    """Pending, its time has come, and no other part of the chat is under way or before it."""
    other = delivery.alias("other")
    before = tuple_(other.c.due_at, other.c.digest_id, other.c.part) < tuple_(
        delivery.c.due_at, delivery.c.digest_id, delivery.c.part
    )
    held_back = (
        select(other.c.id)
        .where(other.c.chat_id == delivery.c.chat_id, in_state(other, *OPEN), or_(in_state(other, *IN_FLIGHT), before))
        .exists()
    )
    return in_state(delivery, DeliveryState.PENDING) & (delivery.c.not_before <= dialect.clock()) & ~held_back


def _held(claimed: Delivery) -> ColumnElement[bool]:
    """The fence: whoever has claimed it since has a higher token."""
    return (delivery.c.id == claimed.id) & (delivery.c.token == claimed.token)


async def _settled(connection: AsyncConnection, held: Delivery, outcome: Outcome, *, was: DeliveryState) -> bool:
    again = outcome.state is DeliveryState.PENDING
    open_still = again or outcome.state is DeliveryState.UNKNOWN
    settled = await connection.execute(
        update(delivery)
        .where(_held(held), in_state(delivery, was))
        .values(
            state=outcome.state.value,
            message_id=outcome.message_id,
            not_before=dialect.in_s(outcome.not_before_s) if again else delivery.c.not_before,
            attempts=outcome.attempts,
            last_error=outcome.error,
            lease_until=null(),
            finished_at=null() if open_still else dialect.clock(),
        )
    )
    return settled.rowcount == 1


async def _expired(
    connection: AsyncConnection, state: DeliveryState, *, becomes: DeliveryState, **values: object
) -> int:
    # Both conditions on the state: by the wider one the index of leases is found.
    leased = in_state(delivery, *LEASED) & in_state(delivery, state)
    over = leased & (delivery.c.lease_until <= dialect.clock())
    # Two processes that expire at once would otherwise wait for each other's rows.
    free = select(delivery.c.id).where(over).with_for_update(skip_locked=True)
    expired = await connection.execute(
        update(delivery).where(delivery.c.id.in_(free), over).values(state=becomes.value, lease_until=null(), **values)
    )
    return expired.rowcount


def _listed() -> Select[Any]:
    return select(delivery).order_by(delivery.c.due_at.desc(), delivery.c.digest_id, delivery.c.part)


def _record(row: dialect.AnyRow) -> Record:
    return Record(
        delivery=from_row(row),
        due_at=row.due_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        message_id=row.message_id,
        error=row.last_error,
    )


def _payload(body: RichText) -> dict[str, object]:
    entities = [[entity.kind.value, entity.offset, entity.length, entity.url] for entity in body.entities]
    return {"text": body.text, "entities": entities}


def _body(payload: dict[str, Any]) -> RichText:
    entities = (
        Entity(kind=EntityKind(kind), offset=offset, length=length, url=url)
        for kind, offset, length, url in payload["entities"]
    )
    return RichText(text=payload["text"], entities=tuple(entities))
