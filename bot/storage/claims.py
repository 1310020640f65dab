"""The statements of a worker's turn, built once: building one takes longer than running it.

What is named by id and token comes as one value, a JSON list of `[id, token, ...]`, so that a statement reads the same
for one delivery and for a hundred, and is compiled once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    bindparam,
    case,
    cast,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    update,
)

from bot.model import ChatKind, DeliveryState
from bot.storage import dialect
from bot.storage.tables import IN_FLIGHT, OPEN, chat, delivery, in_state

_LISTED = dialect.each(bindparam("listed", type_=Text)).table_valued("value", name="listed")
_FIRST, _SECOND, _THIRD = (dialect.item(_LISTED.c.value, literal_column(str(number))) for number in range(3))
_HELD = (delivery.c.id == _FIRST) & (delivery.c.token == cast(_SECOND, BigInteger))


def listed(rows: Iterable[tuple[Any, ...]]) -> str:
    """The value of `listed`."""
    return orjson.dumps(list(rows)).decode()


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


def _in_us(name: str) -> Any:
    return dialect.clock() + bindparam(name, type_=BigInteger)


HEADS = (
    select(delivery.c.id)
    .join(chat, chat.c.id == delivery.c.chat_id)
    .where(_claimable(), chat.c.paused == "", chat.c.send_after <= dialect.clock())
    .order_by(delivery.c.due_at, delivery.c.digest_id, delivery.c.part)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=chat, skip_locked=True, key_share=True)
)
"""`most` parts that may be claimed, and a lock on their chats: whoever claims at the same time takes other chats."""

CLAIM = (
    update(delivery)
    .where(delivery.c.id == _FIRST, _claimable())
    .values(state=DeliveryState.CLAIMED.value, token=delivery.c.token + 1, lease_until=_in_us("lease_us"))
    .returning(delivery)
)
START = (
    update(delivery)
    .where(_HELD, in_state(delivery, DeliveryState.CLAIMED), delivery.c.lease_until > dialect.clock())
    .values(state=DeliveryState.SENDING.value, started_at=dialect.clock())
    .returning(delivery.c.id, delivery.c.chat_id)
)
_NEXT = case({kind.value: _in_us(f"{kind.value}_us") for kind in ChatKind}, value=chat.c.kind)
SPACE_OUT = (
    update(chat)
    .where(chat.c.id == cast(_FIRST, BigInteger))
    .values(send_after=dialect.later(chat.c.send_after, _NEXT))  # Telegram may have asked meanwhile to spare it longer
)
RELEASE = (
    update(delivery)
    .where(_HELD, in_state(delivery, DeliveryState.CLAIMED))
    .values(state=DeliveryState.PENDING.value, lease_until=null())
)
FINISH_SENT = (
    update(delivery)
    .where(_HELD, in_state(delivery, DeliveryState.SENDING))
    .values(
        state=DeliveryState.SENT.value,
        message_id=cast(_THIRD, BigInteger),
        attempts=delivery.c.attempts + 1,
        last_error="",
        lease_until=null(),
        finished_at=dialect.clock(),
    )
    .returning(delivery.c.id)
)
