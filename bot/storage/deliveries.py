"""The ledger's table: every message that was planned and what became of it, by the database's clock alone.

The states and who may change them stand in `model.DeliveryState`; which state follows an attempt is decided by
`bot/delivery/ledger.py`. Every change names the state it starts from, and all but `expire` the token of who claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, func, null, select, update
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
from bot.storage import claims, dialect, plans
from bot.storage.tables import LEASED, OPEN, chat, delivery, digest, in_state, subscription

AFTER_SENDING = (
    DeliveryState.SENT,
    DeliveryState.PENDING,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.PARKED,
)
AFTER_UNKNOWN = (DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.PARKED)
# Looked up, because making members of an enumeration of their values takes longer than all else of a message.
_KINDS = {kind.value: kind for kind in EntityKind}
_STATES = {state.value: state for state in DeliveryState}
STOPPED = "stopped by the reader"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A message as the table keeps it, serialised once however many chats get it."""

    part: int
    payload: orjson.Fragment


def frozen(messages: Iterable[Message]) -> tuple[Frozen, ...]:
    """The parts of a digest as they will be sent, whatever becomes of the stories in it."""
    return tuple(
        Frozen(part=message.part, payload=orjson.Fragment(orjson.dumps(_payload(message)))) for message in messages
    )


async def add(connection: AsyncConnection, planned: Iterable[tuple[Slot, ChatId, tuple[Frozen, ...]]]) -> None:
    """The parts of these digests, all of which wait from now on."""
    groups: dict[int, tuple[list[Any], list[Any]]] = {}
    for slot, chat_id, parts in planned:
        # By identity: those who share their parts share one object, and to compare them is to compare long texts.
        alike = groups.setdefault(id(parts), ([], [(one.part, one.payload) for one in parts]))
        alike[0].append((slot.id, chat_id, dialect.instant_us(slot.due_at)))
    if groups:
        insert = delivery.insert().from_select(plans.DELIVERY, plans.DELIVERIES)
        await connection.execute(insert, {"listed": claims.listed(groups.values())})


async def claim(connection: AsyncConnection, *, limit: int, lease_s: float) -> tuple[Delivery, ...]:
    """Takes the next part of at most `limit` chats for `lease_s` seconds, the longest due first.

    Of each chat only the first open part in the order of digests and parts, and none while another of the chat's
    parts is claimed, being sent or unknown, or while the chat is paused.
    """
    heads = await connection.execute(claims.HEADS, {"most": limit})
    ids = [(row.id,) for row in heads]
    if not ids:
        return ()
    # The chats are locked now, and this statement sees what was committed before they were: a claim of the same chat
    # that ended between the two statements is not overlooked. One statement alone would judge by an older moment.
    taken = await connection.execute(claims.CLAIM, {"listed": claims.listed(ids), "lease_us": _us(lease_s)})
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
    started = await connection.execute(claims.START, {"listed": _held(claimed)})
    rows = started.all()
    failpoints.hit("start.marked")
    spacing = {f"{kind.value}_us": _us(every_s[kind]) for kind in ChatKind}
    chat_ids = claims.listed({(row.chat_id,) for row in rows})
    await connection.execute(claims.SPACE_OUT, {"listed": chat_ids, **spacing})
    return frozenset(MessageId(row.id) for row in rows)


async def release(connection: AsyncConnection, claimed: Sequence[Delivery]) -> int:
    """Gives back what was claimed and not started, so that a program that ends leaves no lease to wait for."""
    if not claimed:
        return 0
    released = await connection.execute(claims.RELEASE, {"listed": _held(claimed)})
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
    taken = claims.listed((one.id, one.token, message_id) for one, message_id in sent)
    done = await connection.execute(claims.FINISH_SENT, {"listed": taken})
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
    return (await connection.execute(waiting.values(_failed(reason)))).rowcount


async def cancel_stopped(connection: AsyncConnection, delivery_id: MessageId) -> None:
    """Fails a part that waits again, though its reader has stopped the subscription while it was under way."""
    mine = select(digest.c.id).join(subscription, subscription.c.id == digest.c.subscription_id)
    stopped = mine.where(subscription.c.enabled.is_(False), digest.c.id == delivery.c.digest_id).exists()
    waiting = update(delivery).where(delivery.c.id == delivery_id, in_state(delivery, DeliveryState.PENDING), stopped)
    await connection.execute(waiting.values(_failed(STOPPED)))


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
        state=_STATES[row.state],
        token=row.token,
        attempts=row.attempts,
        repeats=row.repeats,
    )


def _held(claimed: Iterable[Delivery]) -> str:
    """The fence: whoever has claimed one since has given it a higher token."""
    return claims.listed((one.id, one.token) for one in claimed)


def _failed(reason: str) -> dict[str, object]:
    return {"state": DeliveryState.FAILED.value, "last_error": reason, "finished_at": dialect.clock()}


def _us(seconds: float) -> int:
    return round(seconds * 1_000_000)


async def _settled(
    connection: AsyncConnection, held: Delivery, outcome: Outcome, *, was: tuple[DeliveryState, ...]
) -> bool:
    open_still = outcome.state in OPEN
    settled = await connection.execute(
        update(delivery)
        .where(delivery.c.id == held.id, delivery.c.token == held.token, in_state(delivery, *was))
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
    payload |= {"is_rich": True} if message.is_rich else {}
    payload |= {"picture": message.picture} if message.picture else {}
    return {**payload, "buttons": buttons} if buttons else payload


def _message(part: int, payload: dict[str, Any]) -> Message:
    entities = (
        Entity(kind=_KINDS[kind], offset=offset, length=length, url=url)
        for kind, offset, length, url in payload["entities"]
    )
    buttons = (
        tuple(Button(text=text, line=line, url=url) for text, line, url in row) for row in payload.get("buttons", ())
    )
    body = RichText(text=payload["text"], entities=tuple(entities))
    return Message(
        part=part,
        body=body,
        buttons=tuple(buttons),
        is_rich=payload.get("is_rich", False),
        picture=payload.get("picture", ""),
    )
