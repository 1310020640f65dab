"""On what terms is delivered: the limits of a worker, and what stands beside it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from bot.delivery import ledger, limiter
from bot.model import ChatId, Probe

FRESH_S = 1.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a worker: `admins` are told of chats that take nothing any more and asked about messages in
    doubt, `probe` finds out whether one of those arrived, and once `stop` is set nothing more is begun."""

    admins: tuple[ChatId, ...] = ()
    probe: Probe | None = None
    answers: Answers = field(default_factory=Answers)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
