"""On what terms is delivered: the limits of a worker, and what stands beside it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery import ledger, limiter
from bot.model import ChatId, Probe

FRESH_S = 1.0
DOUBTS = 5
"""So many answers in a row got lost: it is no accident of one of them. Fewer would stop the bot at every hiccup."""
SET_BACK_S = 1.0  # less is a clock that is being adjusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`in_flight` is the most requests at once, and so the most messages a kill can leave in doubt. Seconds."""

    in_flight: int = 8
    lease_s: float = ledger.LEASE_S
    deadline_s: float = ledger.DEADLINE_S
    repeat_after_s: float = ledger.REPEAT_AFTER_S
    rates: limiter.Rates = field(default_factory=limiter.Rates)


class Answers:
    """The answers to commands that went out in the last second: they come first, and what is sent in bulk waits."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, ChatId]] = deque(maxlen=10_000)

    def note(self, chat_id: ChatId) -> None:
        """One is being sent there now."""
        self._recent.append((time.monotonic(), chat_id))

    def taken(self) -> tuple[ChatId, ...]:
        """The chats of those that were not taken before, one for each answer."""
        since = time.monotonic() - FRESH_S
        fresh = tuple(chat_id for at, chat_id in self._recent if at >= since)
        self._recent.clear()
        return fresh


class Doubts:
    """The messages in a row of which nobody told whether they arrived. While it is `dark`, what is sent would end in
    doubt as well: everything waits, and then one message tries for all."""

    def __init__(self, most: int = DOUBTS) -> None:
        self._most = most
        self._lost = 0
        self._waits = 0

    @property
    def is_dark(self) -> bool:
        return self._lost >= self._most

    def lost(self) -> None:
        self._lost += 1

    def told(self) -> None:
        """Telegram answered one."""
        self._lost = self._waits = 0

    def next_wait_s(self, first_s: float, longest_s: float) -> float:
        """How long to wait this time."""
        self._waits += 1
        return min(longest_s, first_s * 2.0 ** (self._waits - 1))


class Watch:
    """Holds the database's clock against one that nobody can set."""

    def __init__(self) -> None:
        self._before: tuple[datetime, float] | None = None

    async def set_back_s(self, now: Callable[[], Awaitable[datetime]]) -> float:
        """By how many seconds the clock was set back since this was asked last, rather too few than too many: this
        process may be stopped at any line."""
        asked_s, now_at, before = time.monotonic(), await now(), self._before
        self._before = now_at, time.monotonic()
        if before is None:
            return 0.0
        back = before[0] + timedelta(seconds=asked_s - before[1]) - now_at
        return back.total_seconds() if back.total_seconds() > SET_BACK_S else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a worker: `admins` are told of chats that take nothing any more and asked about messages in
    doubt, `probe` finds out whether one of those arrived, `doubts` counts them, once `stop` is set nothing more is
    begun, and `watch` notices when the database's clock is set back."""

    admins: tuple[ChatId, ...] = ()
    probe: Probe | None = None
    answers: Answers = field(default_factory=Answers)
    doubts: Doubts = field(default_factory=Doubts)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    watch: Watch = field(default_factory=Watch)
