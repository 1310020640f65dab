"""The rules of the ledger, pure: what an attempt's receipt makes of a delivery, and what becomes of the unknown.

pending -> claimed -> sending -> sent
                              -> pending   certainly not taken: tried again after a while
                              -> failed    the chat takes nothing any more
                              -> parked    Telegram will never take this text, or nobody may decide alone
                              -> unknown   nobody told; then `resolution` decides
"""

from __future__ import annotations

from bot.model import (
    ChatKind,
    Delivery,
    DeliveryState,
    Gone,
    Later,
    Moved,
    Outcome,
    Receipt,
    Refused,
    Sent,
    Unknown,
)

LEASE_S = 120.0
DEADLINE_S = 40.0  # a third of the lease, so that nobody sends on a lease that is over (delivery.md, "The design", 6)
REPEAT_AFTER_S = 30.0  # a server that answered 502 is given time to come back
MAX_ATTEMPTS_UNKNOWN = 2  # the first, and one repeat in private chats


def outcome(delivery: Delivery, receipt: Receipt) -> Outcome:
    """What a delivery in `sending` becomes."""
    tried = delivery.attempts + 1
    match receipt:
        case Sent(message_id=message_id):
            return Outcome(state=DeliveryState.SENT, attempts=tried, message_id=message_id)
        case Later(reason=reason, after_s=after_s, reached=reached):
            attempts = tried if reached else delivery.attempts
            return Outcome(state=DeliveryState.PENDING, attempts=attempts, not_before_s=after_s, error=reason)
        case Moved(chat_id=chat_id):
            error = f"the group is now the supergroup {chat_id}"
            return Outcome(state=DeliveryState.PENDING, attempts=delivery.attempts, error=error)
        case Gone(reason=reason):
            return Outcome(state=DeliveryState.FAILED, attempts=tried, error=reason)
        case Refused(reason=reason):
            return Outcome(state=DeliveryState.PARKED, attempts=tried, error=reason)
        case Unknown(reason=reason):
            return Outcome(state=DeliveryState.UNKNOWN, attempts=tried, error=reason)


def resolution(delivery: Delivery, kind: ChatKind) -> Outcome:
    """What an `unknown` becomes when nobody can find out: one repeat in private chats, elsewhere it is parked.

    A repeat in a private chat bothers one person; a channel's owner decides himself (delivery.md, "Reconciling").
    """
    if kind is ChatKind.PRIVATE and delivery.attempts < MAX_ATTEMPTS_UNKNOWN:
        error = "Telegram did not tell whether it took the message: repeated once"
        return Outcome(
            state=DeliveryState.PENDING, attempts=delivery.attempts, not_before_s=REPEAT_AFTER_S, error=error
        )
    error = "Telegram did not tell whether it took the message"
    return Outcome(state=DeliveryState.PARKED, attempts=delivery.attempts, error=error)
