"""The rules of the ledger, pure: what an attempt's receipt makes of a delivery, and what becomes of the unknown.

pending -> claimed -> sending -> sent
                              -> pending   certainly not taken: tried again after a while
                              -> failed    the chat takes nothing any more
                              -> parked    Telegram will never take this text, or nobody may decide alone
                              -> unknown   nobody told; then `resolution` decides
"""

from __future__ import annotations

from dataclasses import replace

from bot.model import (
    ChatKind,
    Delivery,
    DeliveryState,
    Gone,
    Later,
    Message,
    Moved,
    Outcome,
    Receipt,
    Refused,
    RichText,
    Sent,
    Unknown,
)
from bot.stages import richtext

LEASE_S = 120.0
DEADLINE_S = 40.0  # a third of the lease, so that nobody sends on a lease that is over (delivery.md, "The design", 6)
REPEAT_AFTER_S = 30.0  # a server that answered 502 is given time to come back
MAX_REPEATS = 1
MAX_MOVES = 10  # a chat that keeps moving is not worth a loop; attempts that ended otherwise count as well
IN_DOUBT = "Telegram did not tell whether it took the message"


def outcome(delivery: Delivery, receipt: Receipt, *, repeat_after_s: float = REPEAT_AFTER_S) -> Outcome:
    """What a delivery in `sending` becomes."""
    tried = Outcome(state=DeliveryState.PENDING, attempts=delivery.attempts + 1, repeats=delivery.repeats)
    match receipt:
        case Sent(message_id=message_id):
            return replace(tried, state=DeliveryState.SENT, message_id=message_id)
        case Later(reason=reason, after_s=after_s, reached=reached):
            attempts = tried.attempts if reached else delivery.attempts
            return replace(tried, attempts=attempts, not_before_s=after_s, error=reason)
        case Moved(chat_id=chat_id):
            error = f"the group is now the supergroup {chat_id}"
            if delivery.attempts >= MAX_MOVES:
                return replace(tried, state=DeliveryState.PARKED, error=f"{error}, after {delivery.attempts} attempts")
            return replace(tried, error=error)
        case Gone(reason=reason):
            return replace(tried, state=DeliveryState.FAILED, error=reason)
        case Refused(reason=reason):
            return replace(tried, state=DeliveryState.PARKED, error=reason)
        case Unknown(reason=reason):
            return replace(tried, state=DeliveryState.UNKNOWN, not_before_s=repeat_after_s, error=reason)


def resolution(delivery: Delivery, kind: ChatKind, *, arrived: bool | None) -> Outcome:
    """What an `unknown` becomes. Where nobody can find out whether it `arrived`: one repeat in private chats, elsewhere
    it is parked and the owner asked. A repeat in a private chat bothers one person (delivery.md, "Reconciling").
    """
    known = Outcome(state=DeliveryState.PARKED, attempts=delivery.attempts, repeats=delivery.repeats, error=IN_DOUBT)
    if arrived is not None:
        return replace(known, state=DeliveryState.SENT if arrived else DeliveryState.PENDING, error="")
    if kind is ChatKind.PRIVATE and delivery.repeats < MAX_REPEATS:
        return replace(known, state=DeliveryState.PENDING, repeats=delivery.repeats + 1, error=f"{IN_DOUBT}: repeated")
    return known


def decision(delivery: Delivery, *, again: bool) -> Outcome:
    """What the owner of a chat makes of a message in doubt: it is sent again, or it did arrive."""
    if again:
        return Outcome(state=DeliveryState.PENDING, attempts=delivery.attempts, repeats=delivery.repeats + 1)
    return Outcome(state=DeliveryState.SENT, attempts=delivery.attempts, repeats=delivery.repeats)


def marked(delivery: Delivery, note: str) -> Message:
    """What is sent: the frozen message, with the note at its end when it may be a repeat, if there is room for it."""
    message = delivery.message
    if not delivery.repeats:
        return message
    body = RichText(text=f"{message.body.text}\n\n{note}", entities=message.body.entities)
    most = richtext.MAX_CAPTION_UNITS if message.picture else richtext.MAX_UNITS
    return replace(message, body=body) if richtext.utf16(body.text) <= most else message
