"""How many messages Telegram takes: an unspoken wait when it is short, `Too Many Requests` when it is long.

Limits: https://core.telegram.org/bots/faq ("My bot is hitting limits"). Waits of up to 8 s are served in silence by
`total_timeout_limit` of TDLib's NetQueryCreator. How a pause grows is not published: here it doubles.
"""

import math
from collections import deque
from dataclasses import dataclass

from bot.sandbox import refusal

SERVED_S = 8.0
BURST, BURST_S = 3, 3.0  # one a second, a short burst allowed
PER_MINUTE, MINUTE_S = 20, 60.0
OVERALL, PAID, SECOND_S = 30, 1000, 1.0
IN_FLIGHT_S = 3.0  # a call so soon after a 429 was under way when it was said, and is not held against the bot
LONGEST_S = 3600
EVERYWHERE = 0
MESSAGES = ("send", "edit", "copy", "forward")


def counts(method: str) -> bool:
    """Whether calls of this method are limited."""
    return method.startswith(MESSAGES) and method != "sendChatAction"


class Window:
    """At most `count` in any `span_s` seconds."""

    def __init__(self, count: int, span_s: float) -> None:
        self._booked: deque[float] = deque(maxlen=count)
        self._span_s = span_s

    def free_at(self, at: float) -> float:
        """When there is room, `at` or later."""
        is_full = len(self._booked) == self._booked.maxlen
        return max(at, self._booked[0] + self._span_s) if is_full else at

    def book(self, at: float) -> None:
        self._booked.append(at)


@dataclass(slots=True)
class Pause:
    """Nothing is taken before `until`; it was last said at `said_at`, as so many seconds."""

    until: float
    seconds: int
    said_at: float


class Flood:
    """The model. All times are the world's seconds; whole calls are counted, also those that are refused later."""

    def __init__(self) -> None:
        self.slowed = 0
        self.refused = 0
        self.ignored = 0
        self._everywhere = {False: Window(OVERALL, SECOND_S), True: Window(PAID, SECOND_S)}
        self._chats: dict[int, tuple[Window, ...]] = {}
        self._pauses: dict[int, Pause] = {}

    def wait_s(self, chat_id: int | None, *, is_private: bool, is_paid: bool, now: float) -> float:
        """How long the server holds this call before it carries it out, at most 8 s. Raises Refusal 429.

        `chat_id` is None for a chat that does not exist.
        """
        self._check(EVERYWHERE, now)
        everywhere = self._everywhere[is_paid]
        at = begins_at = everywhere.free_at(now)
        self._refuse_long(EVERYWHERE, at - now, now=now)
        windows: tuple[Window, ...] = ()
        if chat_id is not None:
            self._check(chat_id, now)
            windows = self._windows(chat_id, is_private=is_private)
            at = max(window.free_at(at) for window in windows)
            self._refuse_long(chat_id, at - now, now=now)
        everywhere.book(begins_at)
        for window in windows:
            window.book(at)
        self.slowed += at > now
        return at - now

    def _windows(self, chat_id: int, *, is_private: bool) -> tuple[Window, ...]:
        if chat_id not in self._chats:
            minute = () if is_private else (Window(PER_MINUTE, MINUTE_S),)
            self._chats[chat_id] = (Window(BURST, BURST_S), *minute)
        return self._chats[chat_id]

    def _refuse_long(self, scope: int, wait_s: float, *, now: float) -> None:
        if wait_s > SERVED_S:
            self._refuse(scope, math.ceil(wait_s), now=now)

    def _check(self, scope: int, now: float) -> None:
        """Refuses during a pause; who calls again in spite of it waits twice as long."""
        pause = self._pauses.get(scope)
        if pause is None or now >= pause.until:
            self._pauses.pop(scope, None)
            return
        if now - pause.said_at <= IN_FLIGHT_S:
            self.refused += 1
            raise refusal.flood(math.ceil(pause.until - now))
        self.ignored += 1
        self._refuse(scope, min(2 * pause.seconds, LONGEST_S), now=now)

    def _refuse(self, scope: int, seconds: int, *, now: float) -> None:
        self.refused += 1
        self._pauses[scope] = Pause(now + seconds, seconds, now)
        raise refusal.flood(seconds)
