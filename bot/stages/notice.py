"""The slot of a notice: what belongs to no subscription and is told to an admin once, through the ledger."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import ChatId, Slot, SlotId, SubscriptionId

MARK = ":notice-"  # between the admin and what it is about, in the id of a notice's slot


def slot(admin: ChatId, about: str, *, now_at: datetime, daily: bool = False) -> Slot:
    """The slot of what is told that admin about something: the second in which it is told, or the whole day (UTC)."""
    second = now_at.astimezone(UTC).replace(microsecond=0)
    at = second.replace(hour=0, minute=0, second=0) if daily else second
    name = SubscriptionId(f"{admin}{MARK}{about}")
    return Slot(
        id=SlotId(f"{name}@{at:%Y-%m-%dT%H:%M:%S}"),
        subscription_id=name,
        local_date=at.date(),
        local_time=at.time(),
        due_at=now_at,
    )


def is_one(slot_id: SlotId) -> bool:
    """Whether a slot is that of a notice."""
    return MARK in slot_id
