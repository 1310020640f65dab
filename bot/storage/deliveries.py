"""The ledger's table: every message that was planned and what became of it, by the database's clock alone.

The states and who may change them stand in `model.DeliveryState`; which state follows an attempt is decided by
`bot/delivery/ledger.py`. Every change names the state it starts from, and all but `expire` the token of who claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, null, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import failpoints
from bot.model import (
    Button,
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
    SubscriptionId,
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
UNDECIDED = (DeliveryState.UNKNOWN, DeliveryState.PENDING, DeliveryState.PARKED)


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
            "payload": _payload(message),
            "state": DeliveryState.PENDING.value,
            "token": 0,
            "not_before": dialect.EPOCH,
            "attempts": 0,
            "repeats": 0,
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


async def start(
    connection: AsyncConnection, claimed: Sequence[Delivery], *, every_s: Mapping[ChatKind, float]
) -> frozenset[MessageId]:
    """Commits to sending: those left out have lost their lease, or somebody else has claimed them since, and must not
    be sent. Only after this transaction is committed may the first byte be written.

    `every_s` is the least number of seconds between two messages to a chat of that kind, counted from here.
    """
    if not claimed:
        return frozenset()
    in_time = delivery.c.lease_until > dialect.clock()
    started = await connection.execute(
        update(delivery)
        .where(_held(claimed), in_state(delivery, DeliveryState.CLAIMED), in_time)
        .values(state=DeliveryState.SENDING.value, started_at=dialect.clock())
        .returning(delivery.c.id, delivery.c.chat_id)
    )
    rows = started.all()
    failpoints.hit("start.marked")
    spacing = case({kind.value: dialect.in_s(seconds) for kind, seconds in every_s.items()}, value=chat.c.kind)
    await connection.execute(
        update(chat).where(chat.c.id.in_({row.chat_id for row in rows})).values(send_after=spacing)
    )
    return frozenset(MessageId(row.id) for row in rows)


async def release(connection: AsyncConnection, claimed: Sequence[Delivery]) -> int:
    """Gives back what was claimed and not started, so that a program that ends leaves no lease to wait for."""
    if not claimed:
        return 0
    released = await connection.execute(
        update(delivery)
        .where(_held(claimed), in_state(delivery, DeliveryState.CLAIMED))
        .values(state=DeliveryState.PENDING.value, lease_until=null())
    )
    return released.rowcount


async def finish(connection: AsyncConnection, sent: Delivery, outcome: Outcome) -> bool:
    """Writes down what an attempt came to; False when it took longer than the lease, and nothing is changed."""
    if outcome.state not in AFTER_SENDING:
        raise ValueError(f"no attempt ends in {outcome.state}")
    return await _settled(connection, sent, outcome, was=(DeliveryState.SENDING,))


async def finish_sent(connection: AsyncConnection, sent: Sequence[tuple[Delivery, int]]) -> frozenset[MessageId]:
    """As `finish` for many that Telegram took, with their message ids, in one statement: those that were in time."""
    if not sent:
        return frozenset()
    message_ids = case({one.id: message_id for one, message_id in sent}, value=delivery.c.id)
    done = await connection.execute(
        update(delivery)
        .where(_held(one for one, _ in sent), in_state(delivery, DeliveryState.SENDING))
        .values(
            state=DeliveryState.SENT.value,
            message_id=message_ids,
            attempts=delivery.c.attempts + 1,
            last_error="",
            lease_until=null(),
            finished_at=dialect.clock(),
        )
        .returning(delivery.c.id)
    )
    return frozenset(MessageId(row.id) for row in done)


async def arrived(connection: AsyncConnection, late: Delivery, message_id: int) -> bool:
    """The answer came after the lease was over, and it is evidence: whatever was decided meanwhile, nothing needs to be
    sent any more. False when somebody has claimed it since, who may be sending it now."""
    taken = Outcome(state=DeliveryState.SENT, attempts=late.attempts + 1, repeats=late.repeats, message_id=message_id)
    return await _settled(connection, late, taken, was=UNDECIDED)


async def resolve(connection: AsyncConnection, unclear: Delivery, outcome: Outcome) -> bool:
    """Settles an `unknown`, also by the answer that came after the lease was over; False when another has."""
    if outcome.state not in AFTER_UNKNOWN:
        raise ValueError(f"no unknown becomes {outcome.state}")
    return await _settled(connection, unclear, outcome, was=(DeliveryState.UNKNOWN,))


async def expire(connection: AsyncConnection, *, wait_s: float) -> Expired:
    """Ends the leases that are over: `claimed` goes back to `pending`, for nothing was written; `sending` becomes
    `unknown` and counts as an attempt, for the request may have reached Telegram. Nobody decides about it for another
    `wait_s` seconds, so that no worker that was stopped in the meantime can still send."""
    freed = await _expired(connection, DeliveryState.CLAIMED, becomes=DeliveryState.PENDING)
    doubtful = await _expired(
        connection,
        DeliveryState.SENDING,
        becomes=DeliveryState.UNKNOWN,
        attempts=delivery.c.attempts + 1,
        not_before=dialect.in_s(wait_s),
        last_error="the lease was over before an answer was written down",
    )
    return Expired(claimed_to_pending=freed, sending_to_unknown=doubtful)


async def unknown(connection: AsyncConnection) -> tuple[tuple[Delivery, ChatKind], ...]:
    """The deliveries that nobody knows the fate of and that it is time to decide about, with the kind of their chat."""
    rows = await connection.execute(
        select(delivery, chat.c.kind)
        .join(chat, chat.c.id == delivery.c.chat_id)
        .where(in_state(delivery, DeliveryState.UNKNOWN), delivery.c.not_before <= dialect.clock())
        .order_by(delivery.c.started_at)
    )
    return tuple((from_row(row), ChatKind(row.kind)) for row in rows)


async def decide(connection: AsyncConnection, delivery_id: MessageId, outcome: Outcome) -> bool:
    """What the owner of a chat says of a parked message; False when it is not parked any more."""
    decided = update(delivery).where(delivery.c.id == delivery_id, in_state(delivery, DeliveryState.PARKED))
    finished_at = null() if outcome.state in OPEN else dialect.clock()
    values = {"repeats": outcome.repeats, "not_before": dialect.clock(), "last_error": outcome.error}
    done = await connection.execute(decided.values(state=outcome.state.value, finished_at=finished_at, **values))
    return done.rowcount == 1


async def cancel(connection: AsyncConnection, chat_id: ChatId, *, reason: str, of: SubscriptionId | None = None) -> int:
    """Fails what waits for a chat that takes or wants nothing any more, or `of` one of its subscriptions; returns how
    many parts."""
    waiting = update(delivery).where(delivery.c.chat_id == chat_id, in_state(delivery, DeliveryState.PENDING))
    if of is not None:
        waiting = waiting.where(delivery.c.digest_id.in_(select(digest.c.id).where(digest.c.subscription_id == of)))
    failed = {"state": DeliveryState.FAILED.value, "last_error": reason, "finished_at": dialect.clock()}
    return (await connection.execute(waiting.values(failed))).rowcount


async def in_vain(connection: AsyncConnection) -> tuple[tuple[ChatId, str], ...]:
    """The chats that are paused while something waits for them, each with the reason of its pause."""
    waiting = (
        select(chat.c.id, chat.c.paused)
        .join(delivery, delivery.c.chat_id == chat.c.id)
        .where(in_state(delivery, DeliveryState.PENDING), chat.c.paused != "")
        .distinct()
    )
    return tuple((ChatId(row.id), row.paused) for row in await connection.execute(waiting))


async def is_waiting(connection: AsyncConnection) -> bool:
    """Whether anything is pending, whatever it waits for."""
    pending = select(delivery.c.id).where(in_state(delivery, DeliveryState.PENDING)).limit(1)
    return (await connection.execute(pending)).first() is not None


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
        message=_message(row.part, row.payload),
        state=DeliveryState(row.state),
        token=row.token,
        attempts=row.attempts,
        repeats=row.repeats,
    )


def _heads() -> Select[Any]:
    """The parts that may be claimed, and a lock on their chats: whoever claims at the same time takes other chats."""
    return (
        select(delivery.c.id)
        .join(chat, chat.c.id == delivery.c.chat_id)
        .where(_claimable(), chat.c.paused == "", chat.c.send_after <= dialect.clock())
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


def _held(claimed: Iterable[Delivery]) -> ColumnElement[bool]:
    """The fence: whoever has claimed one since has given it a higher token."""
    return tuple_(delivery.c.id, delivery.c.token).in_([(one.id, one.token) for one in claimed])


async def _settled(
    connection: AsyncConnection, held: Delivery, outcome: Outcome, *, was: tuple[DeliveryState, ...]
) -> bool:
    open_still = outcome.state in OPEN
    settled = await connection.execute(
        update(delivery)
        .where(_held((held,)), in_state(delivery, *was))
        .values(
            state=outcome.state.value,
            message_id=outcome.message_id,
            not_before=dialect.in_s(outcome.not_before_s) if open_still else delivery.c.not_before,
            attempts=outcome.attempts,
            repeats=outcome.repeats,
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


def _payload(message: Message) -> dict[str, object]:
    entities = [[entity.kind.value, entity.offset, entity.length, entity.url] for entity in message.body.entities]
    buttons = [[[button.text, button.line, button.url] for button in row] for row in message.buttons]
    payload: dict[str, object] = {"text": message.body.text, "entities": entities}
    return {**payload, "buttons": buttons} if buttons else payload


def _message(part: int, payload: dict[str, Any]) -> Message:
    entities = (
        Entity(kind=EntityKind(kind), offset=offset, length=length, url=url)
        for kind, offset, length, url in payload["entities"]
    )
    buttons = (
        tuple(Button(text=text, line=line, url=url) for text, line, url in row) for row in payload.get("buttons", ())
    )
    return Message(part=part, body=RichText(text=payload["text"], entities=tuple(entities)), buttons=tuple(buttons))
