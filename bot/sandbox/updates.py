"""The bot's queue of updates with the rules of getUpdates."""

import json
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any

from bot.sandbox.bell import Bell
from bot.sandbox.refusal import Refusal

FIRST_ID = 700_000_001
KEPT_S = 24 * 3600
MAX_REPLY = 4 << 20  # bytes
ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
Update = dict[str, Any]


class UpdateQueue:
    """Updates wait here until a getUpdates with a higher offset confirms them, 24 hours at most."""

    def __init__(self, clock: Callable[[], float], bell: Bell) -> None:
        self.allowed: tuple[str, ...] = ()
        self._clock = clock
        self._bell = bell
        self._queue: deque[tuple[float, Update]] = deque()  # when it came, and what
        self._next_id = FIRST_ID
        self._turn = 0

    def __len__(self) -> int:
        self._drop_old()
        return len(self._queue)

    def add(self, kind: str, payload: dict[str, Any]) -> None:
        """Queues an update of this kind, if the bot wants the kind (`allowed_updates` of its last getUpdates)."""
        if kind in ONLY_WHEN_ASKED if not self.allowed else kind not in self.allowed:
            return
        self._queue.append((self._clock(), {"update_id": self._next_id, kind: payload}))
        self._next_id += 1
        self._bell.ring()

    def begin_anew(self, next_id: int) -> None:
        """The next update has this id, as after a week without one Telegram draws any."""
        self._next_id = next_id

    def clear(self) -> None:
        self._queue.clear()

    async def poll(
        self, offset: int, *, limit: int, timeout_s: float, stopped: Callable[[], bool] = lambda: False
    ) -> list[Update]:
        """One getUpdates: waits for an update up to `timeout_s`. Raises Refusal 409 when another poll comes."""
        self._turn += 1
        turn = self._turn
        self._bell.ring()
        self._confirm(offset)
        await self._bell.until(lambda: self._queue or turn != self._turn or stopped(), timeout_s=timeout_s)
        if turn != self._turn:
            raise Refusal(409, TERMINATED)
        return _fitting([update for _, update in islice(self._queue, limit)])

    def _confirm(self, offset: int) -> None:
        """Forgets what the offset confirms.

        A negative offset keeps that many from the end. An offset more than ten beyond the next id, or before the queue,
        confirms nothing (TDLib's TQueue: "Specified from_id is in the future").
        """
        self._drop_old()
        if offset < 0:
            for _ in range(len(self._queue) + offset):
                self._queue.popleft()
        elif offset <= self._next_id + 10:
            while self._queue and self._queue[0][1]["update_id"] < offset:
                self._queue.popleft()

    def _drop_old(self) -> None:
        while self._queue and self._queue[0][0] < self._clock() - KEPT_S:
            self._queue.popleft()


def _fitting(updates: list[Update]) -> list[Update]:
    """The first of them that go into one reply of 4 MB, one at least."""
    size = 0
    for index, update in enumerate(updates):
        size += len(json.dumps(update))
        if size > MAX_REPLY and index:
            return updates[:index]
    return updates
