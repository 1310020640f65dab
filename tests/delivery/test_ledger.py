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
    Message,
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
    message=Message(part=1, body=RichText(text="News")),
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
        (Unknown(reason="502"), Outcome(state=DeliveryState.UNKNOWN, attempts=1, not_before_s=30.0, error="502")),
    ],
)
def test_each_receipt_has_one_next_state(receipt: Receipt, becomes: Outcome) -> None:
    assert ledger.outcome(SENDING, receipt) == becomes


def test_a_chat_that_moved_is_tried_where_it_is_now_but_not_for_ever() -> None:
    moved = Moved(chat_id=ChatId(-1009))

    assert ledger.outcome(SENDING, moved).state is DeliveryState.PENDING
    assert ledger.outcome(replace(SENDING, attempts=ledger.MAX_MOVES), moved).state is DeliveryState.PARKED


def test_the_unknown_is_repeated_once_in_private_and_never_elsewhere() -> None:
    once = ledger.resolution(SENDING, ChatKind.PRIVATE, arrived=None)
    repeated = replace(SENDING, repeats=once.repeats)
    elsewhere = [kind for kind in ChatKind if kind is not ChatKind.PRIVATE]

    assert (once.state, once.repeats) == (DeliveryState.PENDING, 1)
    assert ledger.resolution(repeated, ChatKind.PRIVATE, arrived=None).state is DeliveryState.PARKED
    assert {ledger.resolution(SENDING, kind, arrived=None).state for kind in elsewhere} == {DeliveryState.PARKED}


@pytest.mark.parametrize("kind", list(ChatKind))
def test_whoever_finds_out_whether_it_arrived_needs_no_policy(kind: ChatKind) -> None:
    arrived = ledger.resolution(SENDING, kind, arrived=True)
    lost = ledger.resolution(SENDING, kind, arrived=False)

    assert (arrived.state, lost.state) == (DeliveryState.SENT, DeliveryState.PENDING)
    assert arrived.repeats == lost.repeats == 0


def test_only_a_repeat_says_that_it_may_be_one() -> None:
    assert ledger.marked(SENDING, "a repeat?") == SENDING.message
    assert ledger.marked(replace(SENDING, repeats=1), "a repeat?").body.text == "News\n\na repeat?"


@pytest.mark.parametrize(("picture", "most"), [("", 4096), ("one", 1024)])
def test_a_repeat_says_so_only_where_there_is_room_for_it(picture: str, most: int) -> None:
    note, body = "a repeat?", "n" * (most - 11)
    fits = replace(SENDING, repeats=1, message=Message(part=1, body=RichText(text=body), picture=picture))
    full = replace(fits, message=replace(fits.message, body=RichText(text=f"{body}n")))

    assert ledger.marked(fits, note).body.text == f"{body}\n\n{note}"
    assert ledger.marked(full, note) == full.message


def test_nobody_sends_on_a_lease_that_is_over() -> None:
    assert ledger.DEADLINE_S < ledger.LEASE_S / 2
