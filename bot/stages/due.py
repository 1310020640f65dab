"""When a digest is due: subscription and moment -> slots, and the words of a schedule -> Schedule.

Exactly one slot per local day and listed time: a time that the clocks skip falls on the first instant after the gap,
a time that they show twice on the first of the two. The order of local times is therefore that of their instants.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot import locales
from bot.errors import UserError
from bot.locales import cities
from bot.model import Schedule, Slot, SlotId, SubscriptionId

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
UNREADABLE = locales.sentence(
    "I cannot read “{word}”. Write times of day such as 08:00 or 18:30, or: every 30 min; weekdays such as mon-fri "
    "may be added."
)
_DAY = timedelta(days=1)
_LOOK_DAYS = 9  # any weekday comes within a week; the day before and the day after may hold the instant too
_MINUTES_OF_DAY = 24 * 60
_SHOWN_CHARS = 40
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
_EVERY = re.compile(
    r"\b(?:every|each|кажд\w+)\s+(?:(\d{1,6})\s*)?(m|min\w*|h|hours?|м|мин\w*|ч|час\w*|полчаса)?(?=[\s,;.]|$)\.?"
)
_EVERY_DAY = re.compile(r"\b(?:every|each|кажд\w+)\s+(?:day|день)\b")
_LINKING = frozenset(("every", "each", "каждый", "каждую", "каждое", "at", "on", "and", "в", "во", "и", "по"))
_DAY_GROUPS = {
    "daily": range(7),
    "everyday": range(7),
    "ежедневно": range(7),
    "weekdays": range(5),
    "workdays": range(5),
    "будни": range(5),
    "будням": range(5),
    "weekend": range(5, 7),
    "weekends": range(5, 7),
    "выходные": range(5, 7),
    "выходным": range(5, 7),
}
_WEEKDAYS = (
    re.compile(r"mon|mondays?|пн|понедельник(и|ам)?"),
    re.compile(r"tue|tues|tuesdays?|вт|вторник(и|ам)?"),
    re.compile(r"wed|wednesdays?|ср|сред(а|у|ы|ам)"),
    re.compile(r"thu|thurs?|thursdays?|чт|четверг(и|ам)?"),
    re.compile(r"fri|fridays?|пт|пятниц(а|у|ы|ам)"),
    re.compile(r"sat|saturdays?|сб|суббот(а|у|ы|ам)"),
    re.compile(r"sun|sundays?|вс|воскресень(е|я|ям)"),
)


def next_slot(subscription_id: SubscriptionId, schedule: Schedule, zone: str, *, after: datetime) -> Slot | None:
    """The first slot whose instant is later than `after`; of several on one instant (a gap) the last listed.

    None only for a schedule that lists nothing.
    """
    clock, times = cities.tz(zone), _times(schedule)
    for day in _days(schedule, from_day=after.astimezone(clock).date() - _DAY):
        past = _count_until(after, day, times=times, clock=clock)
        if past < len(times):
            return last_slot(subscription_id, schedule, zone, until=_instant(day, times[past], clock=clock))
    return None


def last_slot(
    subscription_id: SubscriptionId, schedule: Schedule, zone: str, *, until: datetime, after: datetime | None = None
) -> Slot | None:
    """The newest slot whose instant is not later than `until`, if it is later than `after` (None: any)."""
    clock, times = cities.tz(zone), _times(schedule)
    for day in reversed(_days(schedule, from_day=until.astimezone(clock).date() + 2 * _DAY - _LOOK_DAYS * _DAY)):
        if past := _count_until(until, day, times=times, clock=clock):
            slot = _slot(subscription_id, day, listed=times[past - 1], clock=clock)
            return slot if after is None or slot.due_at > after else None
    return None


def slots_between(
    subscription_id: SubscriptionId, schedule: Schedule, zone: str, *, after: datetime, until: datetime
) -> tuple[Slot, ...]:
    """Every slot with `after` < instant <= `until`, in order; several may fall on the first instant after a gap."""
    clock, times = cities.tz(zone), _times(schedule)
    first, last = after.astimezone(clock).date() - _DAY, until.astimezone(clock).date() + _DAY
    days = (first + n * _DAY for n in range((last - first).days + 1))
    listed = (
        _slot(subscription_id, day, listed=one, clock=clock)
        for day in days
        if day.weekday() in schedule.weekdays
        for one in times
    )
    return tuple(slot for slot in listed if after < slot.due_at <= until)


def loud(schedule: Schedule, quiet: tuple[time, time] | None) -> Schedule:
    """The schedule with the times that fall into the quiet hours (from, to; across midnight if to is earlier) moved to
    their end, once."""
    if quiet is None:
        return schedule
    start, end = quiet
    times = {end if _is_between(one, start, end) else one for one in _times(schedule)}
    return replace(schedule, times=tuple(sorted(times)), every_min=0)


def _is_between(one: time, start: time, end: time) -> bool:
    return start <= one < end if start < end else one >= start or one < end


def parse(words: tuple[str, ...], *, weekdays: tuple[int, ...] = EVERY_DAY) -> Schedule:
    """What a person or the operator types: `8:00 18.30`, `every 30 min`, `каждые 2 часа`, with `mon-fri`, `пн,ср`.

    Times come out sorted and once each; `weekdays` are taken where none are typed. Raises UserError naming the bad
    word.
    """
    typed = re.sub(r"(?<=[^\W\d])\s*[-–—]\s*(?=[^\W\d])", "-", " ".join(words).casefold())
    typed, every = _without_every(_EVERY_DAY.sub("daily", typed))
    times: set[time] = set()
    named: set[int] = set()
    for word in re.split(r"[\s,;]+", typed):
        if days := _weekdays(word):
            named |= days
        elif word and word not in _LINKING:
            times.add(_time(word))
    if times and every:
        raise UserError(
            "Choose either times of day or “every”, not both; “{word}” does not fit.", word=f"{min(times):%H:%M}"
        )
    if not times and not every:
        raise UserError("Write at least one time of day such as 08:00, or: every 30 min.")
    return Schedule(times=tuple(sorted(times)), every_min=every, weekdays=tuple(sorted(named or weekdays)))


def same_moment(slot: Slot, subscription_id: SubscriptionId) -> Slot:
    """That slot of another subscription with the same schedule in the same zone."""
    return _named(subscription_id, slot.local_date, slot.local_time, due_at=slot.due_at)


def _without_every(typed: str) -> tuple[str, int]:
    """What is left of the words without `every 30 min`, and those minutes (0: not said)."""
    found = next((each for each in _EVERY.finditer(typed) if each[1] or each[2]), None)
    if not found:
        return typed, 0
    unit = found[2] or "m"
    minutes = 30 if unit == "полчаса" else int(found[1] or 1) * (60 if unit[0] in "hч" else 1)
    if not 1 <= minutes <= _MINUTES_OF_DAY:
        raise UserError("Every {minutes} min is not possible: choose from 1 to 1440 minutes.", minutes=minutes)
    return f"{typed[: found.start()]} {typed[found.end() :]}", minutes


def _time(word: str) -> time:
    found = _TIME.fullmatch(word)
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise UserError(UNREADABLE, word=word[:_SHOWN_CHARS])
    return time(int(found[1]), int(found[2] or 0))


def _weekdays(word: str) -> set[int]:
    """The days that `mon`, `fri-mon` or `daily` names; none for any other word."""
    if word in _DAY_GROUPS:
        return set(_DAY_GROUPS[word])
    first, dash, last = word.partition("-")
    ends = [day for end in (first, last or first) for day, name in enumerate(_WEEKDAYS) if name.fullmatch(end)]
    if len(ends) != 2 or (dash and not last):
        return set()
    return {(ends[0] + n) % 7 for n in range((ends[1] - ends[0]) % 7 + 1)}


def _times(schedule: Schedule) -> tuple[time, ...]:
    if not schedule.every_min:
        return schedule.times
    return tuple(time(*divmod(minute, 60)) for minute in range(0, _MINUTES_OF_DAY, schedule.every_min))


def _days(schedule: Schedule, *, from_day: date) -> list[date]:
    days = (from_day + n * _DAY for n in range(_LOOK_DAYS))
    return [day for day in days if day.weekday() in schedule.weekdays]


def _count_until(moment: datetime, day: date, *, times: tuple[time, ...], clock: tzinfo) -> int:
    """How many of the day's times have come by then; local times come in the order of their instants."""
    return bisect.bisect_right(times, moment, key=lambda listed: _instant(day, listed, clock=clock))


def _slot(subscription_id: SubscriptionId, day: date, *, listed: time, clock: tzinfo) -> Slot:
    return _named(subscription_id, day, listed, due_at=_instant(day, listed, clock=clock))


def _named(subscription_id: SubscriptionId, day: date, listed: time, *, due_at: datetime) -> Slot:
    name = SlotId(f"{subscription_id}@{day.isoformat()}T{listed.isoformat('minutes')}")
    return Slot(id=name, subscription_id=subscription_id, local_date=day, local_time=listed, due_at=due_at)


def _instant(day: date, listed: time, *, clock: tzinfo) -> datetime:
    """The first instant at which the local clock shows that time, or has just jumped over it (PEP 495's folds)."""
    wall = datetime.combine(day, listed)
    early = wall.replace(tzinfo=clock, fold=0).astimezone(UTC)
    if early.astimezone(clock).replace(tzinfo=None) == wall:
        return early
    return _end_of_gap(wall.replace(tzinfo=clock, fold=1).astimezone(UTC), early, clock=clock)


def _end_of_gap(before: datetime, after: datetime, *, clock: tzinfo) -> datetime:
    """The instant between the two, exact to the second, at which the clock's difference from UTC changes."""
    offset = before.astimezone(clock).utcoffset()
    low, high = 0, round((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(clock).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)
