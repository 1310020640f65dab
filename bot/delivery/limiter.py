"""How fast may be sent, pure: a pace for everything together that falls when Telegram complains and grows back.

Limits are those of telegram.md C3; they are unspecified and change, so the pace finds its own. Shared by all processes
through the database (`storage/pace.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.model import ChatKind, Pace

BURST_S = 0.1
"""What was not used for so long may be caught up with at once: three at 30 a second."""

SLOWER, REGAINED = 0.7, 1 / 30
"""What is left of the pace after a complaint, and the part of what is allowed that comes back in each minute without
one: one a second of thirty (delivery.md, 9)."""

ROUNDING = 0.001
"""Moments are whole microseconds: one message at 7.3 a second is 0.9999978 of one."""

LEAST_PER_S, CLEAN_S = 1.0, 60.0
SAFETY_S = 0.2
"""Telegram's clock is not ours: we wait a little longer than it asks."""

FARTHEST = timedelta(minutes=5)
"""Nobody has sent so much at once that it takes longer to make up for: the clock was set back."""

HELD_FOR_ALL = 2
"""When so many chats are held for a flood at one time, it is not about a chat: everything waits."""

DARK_S, LONGEST_DARK_S = 30.0, 300.0
"""How long everything waits when nobody tells any more whether messages arrive, doubled with each wait for nothing."""

GROUP_S = 60 / 20
EVERY_S: Mapping[ChatKind, float] = MappingProxyType(
    {
        ChatKind.PRIVATE: 1.0,
        ChatKind.GROUP: GROUP_S,
        ChatKind.SUPERGROUP: GROUP_S,
        ChatKind.CHANNEL: GROUP_S,
    }
)
"""The least number of seconds between two messages to a chat: one a second, in groups and channels 20 a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What the operator allows: `per_s` messages over all (30; up to 1,000 for who pays for broadcasts), `start_per_s`
    of them before Telegram has shown how it takes them, the seconds between two for each kind of chat, after how many
    seconds without a complaint a part of the pace comes back, and how long nothing is sent while nobody tells what
    arrives, at first and at most."""

    per_s: float = 30.0
    start_per_s: float = 25.0
    every_s: Mapping[ChatKind, float] = field(default_factory=lambda: EVERY_S)
    clean_s: float = CLEAN_S
    dark_s: float = DARK_S
    longest_dark_s: float = LONGEST_DARK_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """How many may be sent now, and after how many seconds one more."""

    count: int
    wait_s: float


def begun(rates: Rates, now_at: datetime) -> Pace:
    """The pace of a bot that never sent anything."""
    start = min(rates.start_per_s, rates.per_s)
    long_ago = now_at - timedelta(days=1)
    return Pace(per_s=start, slowed_at=now_at, free_at=long_ago, hold_until=long_ago)


def per_s(pace: Pace, rates: Rates, now_at: datetime) -> float:
    """The messages a second that are allowed now: what was left at the last complaint and what has grown back."""
    clean = max(0.0, (now_at - pace.slowed_at).total_seconds() / rates.clean_s)
    return min(rates.per_s, pace.per_s + max(LEAST_PER_S, rates.per_s * REGAINED) * math.floor(clean))


def grant(pace: Pace, rates: Rates, *, want: int, now_at: datetime) -> Grant:
    """How many of `want` may be sent at this moment."""
    if pace.hold_until > now_at:
        return Grant(count=0, wait_s=(pace.hold_until - now_at).total_seconds())
    speed = per_s(pace, rates, now_at)
    saved = (now_at - _free_at(pace, speed, now_at)).total_seconds() * speed
    count = min(want, max(0, math.floor(saved + ROUNDING)))
    return Grant(count=count, wait_s=0.0 if count == want else (count + 1 - saved) / speed)


def spent(pace: Pace, rates: Rates, *, count: int, now_at: datetime) -> Pace:
    """The pace after so many were taken, also more than were granted: then those that come later wait for them."""
    speed = per_s(pace, rates, now_at)
    return replace(pace, free_at=_free_at(pace, speed, now_at) + timedelta(seconds=count / speed))


def held(pace: Pace, *, for_s: float, now_at: datetime) -> Pace:
    """Nothing is sent for so long."""
    return replace(pace, hold_until=max(pace.hold_until, now_at + timedelta(seconds=for_s)))


def flooded(pace: Pace, rates: Rates, *, for_s: float, now_at: datetime) -> Pace:
    """Telegram complained about all of it: nothing for so long, then slower. Once for what was under way together."""
    if pace.hold_until > now_at:
        return held(pace, for_s=for_s, now_at=now_at)
    slower = max(LEAST_PER_S, per_s(pace, rates, now_at) * SLOWER)
    after = now_at + timedelta(seconds=for_s)
    return held(replace(pace, per_s=slower, slowed_at=after), for_s=for_s, now_at=now_at)


def _free_at(pace: Pace, speed: float, now_at: datetime) -> datetime:
    """The moment from which on nothing was used, at most a burst ago; never less than one message is a burst."""
    if pace.free_at > now_at + FARTHEST:
        return now_at
    return max(pace.free_at, now_at - timedelta(seconds=max(BURST_S, 1 / speed)))
