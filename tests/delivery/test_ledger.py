"""What a receipt makes of a delivery."""

from dataclasses import replace

import pytest

from bot.delivery import ledger
from bot.model import (
    ChatId,
    ChatKind,
    Delivery,
    DeliveryState,
    Gone,
    Later,
    MessageId,
    Moved,
    Outcome,
    Receipt,
    Refused,
    RichText,
    Sent,
    SlotId,
    Unknown,
)

SENDING = Delivery(
    id=MessageId("7:main@2026-11-22T08:00#1"),
    slot_id=SlotId("7:main@2026-11-22T08:00"),
    chat_id=ChatId(7),
    part=1,
    body=RichText(text="News"),
    state=DeliveryState.SENDING,
    token=3,
    attempts=0,
)


@pytest.mark.parametrize(
    ("receipt", "becomes"),
    [
        (Sent(message_id=5), Outcome(state=DeliveryState.SENT, attempts=1, message_id=5)),
        (
            Later(reason="no route", after_s=5.0),
            Outcome(state=DeliveryState.PENDING, attempts=0, not_before_s=5.0, error="no route"),
        ),
        (
            Later(reason="flood", after_s=17.0, reached=True),
            Outcome(state=DeliveryState.PENDING, attempts=1, not_before_s=17.0, error="flood"),
        ),
        (Gone(reason="blocked"), Outcome(state=DeliveryState.FAILED, attempts=1, error="blocked")),
        (Refused(reason="too long"), Outcome(state=DeliveryState.PARKED, attempts=1, error="too long")),
        (Unknown(reason="502"), Outcome(state=DeliveryState.UNKNOWN, attempts=1, error="502")),
    ],
)
def test_each_receipt_has_one_next_state(receipt: Receipt, becomes: Outcome) -> None:
    assert ledger.outcome(SENDING, receipt) == becomes


def test_a_move_to_a_supergroup_is_no_attempt() -> None:
    outcome = ledger.outcome(SENDING, Moved(chat_id=ChatId(-1009)))

    assert (outcome.state, outcome.attempts) == (DeliveryState.PENDING, 0)


def test_the_unknown_is_repeated_once_in_private_and_never_elsewhere() -> None:
    once, twice = replace(SENDING, attempts=1), replace(SENDING, attempts=2)

    assert ledger.resolution(once, ChatKind.PRIVATE).state is DeliveryState.PENDING
    assert ledger.resolution(twice, ChatKind.PRIVATE).state is DeliveryState.PARKED
    assert {ledger.resolution(once, kind).state for kind in ChatKind if kind is not ChatKind.PRIVATE} == {
        DeliveryState.PARKED
    }


def test_nobody_sends_on_a_lease_that_is_over() -> None:
    assert ledger.DEADLINE_S < ledger.LEASE_S / 2
