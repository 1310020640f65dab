"""What becomes of a source once it was read: when it is read next, where, and what admins are told.

Nothing is drawn by lot: waits are spread by a hash of the slug, so that the same events always lead to the same state.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.model import Source, SourceState

DAY_S = 86_400
ASKED_AT_MOST_S = DAY_S
"""A wish of the source (Retry-After, max-age, ttl) is honoured up to this long: `Retry-After: 10^9` occurs."""
FAILURES_TOLD = 3
MOVES_BELIEVED = 3
"""So many equal permanent redirects in a row make another address the source's own (row F48)."""
SILENCE_TOLD = 4
"""Silence is told when it lasts so many times longer than the source's habit."""
HABIT_AT_LEAST_S = DAY_S // SILENCE_TOLD
"""A night is no silence: less than a day without news is never told."""
FULL_READ_AFTER = timedelta(days=1)
"""A server may answer "unchanged" for ever (row F53): once a day it is asked without validators."""
GONE_STATUS = 410

_MEMORY_DAYS = 2.0  # how far back the rate of publishing looks: a reading of that age counts a third
_HABIT_HALVES_S = 7 * DAY_S  # weekends are a habit, so it must outlast a week
_START_PER_DAY = 24.0  # of a source that told no dates
_DATES = 20  # the newest entries tell the present rate, older ones another time's
_READS_PER_ITEM = 2
_WATCHED = 1.5  # readings further apart than this many intervals leave time in which nobody looked
_SILENCE_SHARE = 8  # at night the waits grow to an eighth of the silence
_RETRY_S = 1_800
_RETRY_AT_MOST_S = 3_600
_ROOM = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The shortest and the longest time between two readings of a source, in seconds."""

    shortest_s: int = 300
    longest_s: int = DAY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOk:
    """A body that could be read: how many of its entries were new to us, the dates of all, and what came with it.

    `moved_to` is the address at the end of redirects that were all permanent, "" where there was none or one that was
    not. `max_age_s` is that of Cache-Control, `ttl_s` the body's own, `skip_hours` hours of the day in UTC.
    """

    new_items: int
    dates: tuple[datetime, ...] = ()
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    max_age_s: int = 0
    ttl_s: int = 0
    skip_hours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The source said that nothing has changed; validators are "" where it named none."""

    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    max_age_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRead:
    """No body, or one that could not be read: why, in plain words, the HTTP status if there was one, Retry-After."""

    reason: str
    status: int = 0
    retry_after_s: int = 0


Outcome = ReadOk | NotModified | FailedRead


class NoticeKind(StrEnum):
    FAILING = "failing"
    SILENT = "silent"
    GONE = "gone"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What admins are told once: `since_at` is the last good reading (SILENT: the last new item), None for never;
    `error` the failure in plain words, "" for SILENT and RECOVERED."""

    kind: NoticeKind
    slug: str
    since_at: datetime | None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The state after a reading, and what is to be told of it."""

    state: SourceState
    notices: tuple[Notice, ...] = ()


def after(source: Source, state: SourceState, outcome: Outcome, *, now_at: datetime, bounds: Bounds = Bounds()) -> Step:
    """The next state of a source. An outage is told once, after three failures in a row, silence four times longer
    than the habit or a 410, and its end once."""
    if isinstance(outcome, FailedRead):
        following = _failed(source, state, outcome, now_at=now_at, bounds=bounds)
    else:
        following = _worked(source, state, outcome, now_at=now_at, bounds=bounds)
    return _told(source.slug, state, following)


def due(states: Mapping[str, SourceState], *, now_at: datetime, limit: int) -> tuple[str, ...]:
    """Slugs of the sources to read now, the longest due first, those never planned before all."""
    waiting = [
        (state.next_read_at is not None, state.next_read_at or now_at, slug)
        for slug, state in states.items()
        if not state.gone and (state.next_read_at is None or state.next_read_at <= now_at)
    ]
    return tuple(slug for _, _, slug in sorted(waiting)[:limit])


def address(source: Source, state: SourceState) -> str:
    """Where the source is read: its own address, or the one it moved to for good."""
    return state.address or source.address


def validators(state: SourceState, *, now_at: datetime) -> tuple[str, str]:
    """ETag and Last-Modified to ask with; both "" when a whole body is wanted."""
    if state.last_body_at is None or now_at - state.last_body_at >= FULL_READ_AFTER:
        return "", ""
    return state.etag, state.last_modified


def counted_since(state: SourceState, *, now_at: datetime) -> datetime:
    """From when on entries count against the quota: 24 hours, without the first reading and what it found there."""
    day_ago = now_at - timedelta(days=1)
    return day_ago if state.first_ok_at is None else max(day_ago, state.first_ok_at)


def is_silent(state: SourceState) -> bool:
    """Whether nothing new has come for four times as long as is usual with this source. Time in which it was not read,
    because it failed or we did not run, is no silence."""
    return state.quiet_s > SILENCE_TOLD * max(state.habit_s, HABIT_AT_LEAST_S)


def _worked(
    source: Source, state: SourceState, outcome: ReadOk | NotModified, *, now_at: datetime, bounds: Bounds
) -> SourceState:
    known = _rates(state, outcome, now_at)
    if isinstance(outcome, ReadOk):
        skip_hours = tuple(sorted({hour for hour in outcome.skip_hours if 0 <= hour <= 23}))
        known = replace(known, ttl_s=max(outcome.ttl_s, 0), skip_hours=skip_hours, last_body_at=now_at)
        validators = (outcome.etag, outcome.last_modified)
    else:
        validators = (outcome.etag or state.etag, outcome.last_modified or state.last_modified)
    interval_s = _interval_s(known, now_at, bounds)
    asked_s = min(max(known.ttl_s, outcome.max_age_s), ASKED_AT_MOST_S)
    return replace(
        _moved(source, known, outcome.moved_to),
        etag=validators[0],
        last_modified=validators[1],
        first_ok_at=state.first_ok_at or now_at,
        last_read_at=now_at,
        last_ok_at=now_at,
        next_read_at=_next(source.slug, known, max(interval_s, asked_s), now_at=now_at),
        interval_s=interval_s,
        failures=0,
        error="",
        gone=False,
    )


def _failed(
    source: Source, state: SourceState, outcome: FailedRead, *, now_at: datetime, bounds: Bounds
) -> SourceState:
    """Everything that is known of the source stays; an address it moved to is given up where it does not work."""
    failures = state.failures + 1
    failed = replace(state, failures=failures, error=outcome.reason, last_read_at=now_at)
    if state.address and (failures >= FAILURES_TOLD or outcome.status == GONE_STATUS):
        failed = replace(failed, address="", moved_to="", moved_count=0, etag="", last_modified="")
    elif state.gone or outcome.status == GONE_STATUS:
        return replace(failed, gone=True, next_read_at=None)
    first_s = _within(min(state.interval_s or _RETRY_S, _RETRY_AT_MOST_S), bounds)
    wait_s = first_s * 2 ** min(failures - 1, 20) * (0.75 + 0.5 * _share(f"{source.slug} {failures}"))
    asked_s = min(outcome.retry_after_s, ASKED_AT_MOST_S)
    return replace(
        failed, next_read_at=_next(source.slug, failed, max(_within(wait_s, bounds), asked_s), now_at=now_at)
    )


def _rates(state: SourceState, outcome: ReadOk | NotModified, now_at: datetime) -> SourceState:
    """How much the source publishes and how long it is silent between, with what this reading tells."""
    new_items = outcome.new_items if isinstance(outcome, ReadOk) else 0
    if state.first_ok_at is None or state.last_ok_at is None:
        return _first_rates(state, outcome.dates if isinstance(outcome, ReadOk) else (), new_items, now_at)
    days = max((now_at - state.last_ok_at).total_seconds(), 0.0) / DAY_S
    kept = math.exp(-days / _MEMORY_DAYS)
    weight = (1 - kept) / days if days > 1e-6 else 1 / _MEMORY_DAYS
    per_day = state.items_per_day * kept + new_items * weight
    quiet_s = state.quiet_s + int(min(days * DAY_S, _WATCHED * max(state.interval_s, state.ttl_s)))
    if not new_items:
        return replace(state, items_per_day=per_day, quiet_s=quiet_s)
    faded = state.habit_s * 0.5 ** (_silence_s(state, now_at) / _HABIT_HALVES_S)
    habit_s = int(max(quiet_s, faded))
    return replace(state, items_per_day=per_day, last_new_at=now_at, quiet_s=0, habit_s=habit_s)


def _first_rates(state: SourceState, told: tuple[datetime, ...], new_items: int, now_at: datetime) -> SourceState:
    """From the dates of the entries; a source silent for years has that habit, and is not told as an outage."""
    dates = sorted({each for each in told if each <= now_at})[-_DATES:]
    if not dates:
        return replace(state, items_per_day=_START_PER_DAY, last_new_at=now_at if new_items else None)
    days = max((dates[-1] - dates[0]).total_seconds() / DAY_S, 1 / 24)
    per_day = (len(dates) - 1) / days if len(dates) > 1 else _START_PER_DAY
    gaps = [int((later - earlier).total_seconds()) for earlier, later in pairwise((*dates, now_at))]
    return replace(state, items_per_day=per_day, last_new_at=dates[-1], quiet_s=gaps[-1], habit_s=max(gaps))


def _interval_s(state: SourceState, now_at: datetime, bounds: Bounds) -> int:
    gap_s = DAY_S / state.items_per_day if state.items_per_day > 1e-3 else bounds.longest_s
    return _within(max(gap_s / _READS_PER_ITEM, _silence_s(state, now_at) / _SILENCE_SHARE), bounds)


def _silence_s(state: SourceState, now_at: datetime) -> float:
    return max((now_at - state.last_new_at).total_seconds(), 0.0) if state.last_new_at else 0.0


def _within(seconds: float, bounds: Bounds) -> int:
    return int(min(max(seconds, bounds.shortest_s), bounds.longest_s))


def _next(slug: str, state: SourceState, wait_s: int, *, now_at: datetime) -> datetime:
    """After the wait, a little later for some sources than for others, and outside the hours the source named."""
    share = _share(slug)
    spread_s = min(wait_s * (1 + _ROOM * share), max(wait_s, ASKED_AT_MOST_S))
    at = now_at + timedelta(seconds=spread_s)
    allowed = [ahead for ahead in range(24) if (at.hour + ahead) % 24 not in state.skip_hours]
    if not allowed or allowed[0] == 0:  # a source that names all 24 hours did not mean it
        return at
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=allowed[0], minutes=30 * share)


def _moved(source: Source, state: SourceState, moved_to: str) -> SourceState:
    if not moved_to or moved_to == address(source, state):
        return replace(state, moved_to="", moved_count=0)
    count = state.moved_count + 1 if moved_to == state.moved_to else 1
    if count < MOVES_BELIEVED:
        return replace(state, moved_to=moved_to, moved_count=count)
    return replace(state, address="" if moved_to == source.address else moved_to, moved_to="", moved_count=0)


def _told(slug: str, before: SourceState, following: SourceState) -> Step:
    trouble = _trouble(following)
    if trouble and not before.told_down:
        since_at = following.last_new_at if trouble is NoticeKind.SILENT else following.last_ok_at
        notice = Notice(kind=trouble, slug=slug, since_at=since_at, error=following.error)
        return Step(state=replace(following, told_down=True), notices=(notice,))
    if before.told_down and not trouble and not following.failures:
        since_at = before.last_ok_at if before.failures else before.last_new_at
        return Step(
            state=replace(following, told_down=False),
            notices=(Notice(kind=NoticeKind.RECOVERED, slug=slug, since_at=since_at),),
        )
    return Step(state=following)


def _trouble(state: SourceState) -> NoticeKind | None:
    if state.gone:
        return NoticeKind.GONE
    if state.failures >= FAILURES_TOLD:
        return NoticeKind.FAILING
    return NoticeKind.SILENT if not state.failures and is_silent(state) else None


def _share(text: str) -> float:
    """A number from 0 to 1, always the same for the same text."""
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=4).digest()) / 2**32
