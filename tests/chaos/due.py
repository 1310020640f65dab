"""What is due in a run of chaos: made-up chats, and for each slot of each its parts, the same whoever asks."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.model import (
    Chat,
    ChatId,
    ChatKind,
    Message,
    RichText,
    Schedule,
    Slot,
    SlotId,
    Subscription,
    SubscriptionId,
    TopicId,
)

TOO_LONG = 97  # one part of so many is
FIRST_DAY = date(2026, 1, 1)
START = datetime(2026, 1, 1, tzinfo=UTC)  # from then on everybody's first digest is due
PART = re.compile(r"(\w+/\d+#\d+)\n")  # how every part begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A chat that gets a digest every so often; `name` stays when the chat moves."""

    name: str
    chat_id: ChatId
    kind: ChatKind

    def chat(self) -> Chat:
        return Chat(
            id=self.chat_id,
            kind=self.kind,
            title=self.name,
            language="en",
            reads=("en",),
            time_zone="UTC",
            paused="",
            question="",
        )

    def subscription(self, next_due_at: datetime) -> Subscription:
        return Subscription(
            id=SubscriptionId(f"{self.chat_id}:main"),
            chat_id=self.chat_id,
            slug="main",
            topics=(TopicId("sport"),),
            schedule=Schedule(times=(time(8),)),
            max_stories=7,
            enabled=True,
            origin="chat",
            cursor=0,
            next_due_at=next_due_at,
        )


def readers(*, private: int, groups: int) -> tuple[Reader, ...]:
    """So many of each kind, for who has no Telegram to ask."""
    people = tuple(Reader(name=f"p{one}", chat_id=ChatId(1 + one), kind=ChatKind.PRIVATE) for one in range(private))
    return (*people, *(Reader(name=f"g{one}", chat_id=ChatId(-1 - one), kind=ChatKind.GROUP) for one in range(groups)))


def parts(name: str, number: int) -> tuple[str, ...]:
    """The names of the parts of the slot with that number, counted from 1: one to five."""
    count = random.Random(f"{name}/{number}").randint(1, 5)
    return tuple(f"{name}/{number}#{part}" for part in range(1, count + 1))


def messages(name: str, number: int) -> tuple[Message, ...]:
    """The same as they are sent; a few are so long that Telegram never takes them."""
    return tuple(
        Message(part=part, body=RichText(text=f"{key}\nThe bridge is open again.{_more(key)}", entities=()))
        for part, key in enumerate(parts(name, number), start=1)
    )


def _more(key: str) -> str:
    return "" if random.Random(key).randrange(TOO_LONG) else " It is closed." * 400


def slot(wanted: Subscription, name: str, number: int, *, due_at: datetime) -> Slot:
    """The slot with that number: a day for each."""
    return Slot(
        id=SlotId(f"{name}/{number}"),
        subscription_id=wanted.id,
        local_date=FIRST_DAY + timedelta(days=number),
        local_time=time(8),
        due_at=due_at,
    )
