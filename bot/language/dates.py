"""Reads the dates that feeds, pages and people write; the time of day is UTC unless the text names a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from bot.language import tables

_NUMBER = re.compile(r"[+-]?\d{9,13}(?:\.\d+)?")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d)|-(\d{3}))?")  # a year, a month or a day of the year, as W3C's profile allows
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?(?:\s*([ap])\.?m\b\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"[\s(]*(?:UTC|GMT|UT|Z)?\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)")
_ZONE = re.compile(r"[\s(]*([^\W\d_][\w-]*(?:/[\w+-]+)*)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2}(?=\D|$))")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"[\s.,'’-]*(\d{2})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_NOT_MONTHS = ("сенб",)  # Kazakh for Saturday begins as Russian for September
_HOURS = {
    name: int(hours)
    for name, hours in (
        zone.split(":")
        for zone in (
            "EST:-5 EDT:-4 CST:-6 CDT:-5 MST:-7 MDT:-6 PST:-8 PDT:-7 AST:-4 ADT:-3 AKST:-9 AKDT:-8 HST:-10 WEST:1 "
            "BST:1 CET:1 MET:1 CEST:2 EET:2 EEST:3 MSD:4 AZT:4 YEKT:5 UZT:5 TJT:5 TMT:5 KGT:6 OMST:6 JST:9 KST:9"
        ).split()
    )
}
_PLACES = {"MSK": "Europe/Moscow", "МСК": "Europe/Moscow", "ALMT": "Asia/Almaty", "QYZT": "Asia/Qyzylorda"}
_SHORT_YEAR_PIVOT = 69  # as in POSIX: 68 is 2068, 69 is 1969


def moment(text: str | int | float) -> datetime | None:
    """The moment in UTC, None when no date can be read.

    Understands ISO 8601 with and without zone, RFC 822 with the errors that occur (full names, commas, two-digit years,
    `+05:00`, names of zones), epoch seconds and milliseconds, `2020 2 May 12:00`, `03 Aug 2017,Thursday`, `26.09.2025`
    (day first) and months named in Russian, Uzbek, Kazakh and English. A zone that nobody knows counts as UTC.
    """
    try:
        found = _read(text)
        return found.astimezone(UTC) if found else None
    except (ValueError, OverflowError, TypeError, OSError):
        return None


def _read(text: str | int | float) -> datetime | None:
    if isinstance(text, int | float):
        return _of_epoch(float(text))
    text = text.strip()[:100]
    if _NUMBER.fullmatch(text):
        return _of_epoch(float(text))
    return _of_iso(text) or _of_words(text)


def _of_epoch(seconds: float) -> datetime:
    """Seconds since 1970, or milliseconds when the number is too large for this millennium in seconds."""
    if abs(seconds) >= 1e11:
        seconds /= 1000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _of_iso(text: str) -> datetime | None:
    if found := _PARTIAL.fullmatch(text):
        start = datetime(int(found[1]), int(found[2] or 1), 1, tzinfo=UTC)
        return start + timedelta(days=int(found[3] or 1) - 1)
    if not re.match(r"\d{4}-\d|\d{8}(?!\d)", text):
        return None
    try:
        found_at = datetime.fromisoformat(re.sub(r"\s*(?:UTC|GMT)$", "Z", text))
        return found_at if found_at.tzinfo else found_at.replace(tzinfo=UTC)
    except ValueError:
        return None


def _of_words(text: str) -> datetime | None:
    clock = _CLOCK.search(text)
    if clock is None:
        return _day_of(text)
    zone, end = _zone(text, clock.end())
    day = _day_of(f"{text[: clock.start()]} {text[end:]}")
    return day and _at(day, clock, zone)


def _at(day: datetime, clock: re.Match[str], zone: tzinfo) -> datetime:
    """24:00 is the midnight that follows; a leap second is the one before it. Raises ValueError."""
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4]:
        hour = hour % 12 + (12 if clock[4] in "pP" else 0)
    if (hour, minute, second) == (24, 0, 0):
        day, hour = day + timedelta(days=1), 0
    return day.replace(hour=hour, minute=minute, second=min(second, 59) if second < 62 else second, tzinfo=zone)


def _zone(text: str, at: int) -> tuple[tzinfo, int]:
    """The zone that stands right behind the clock, and where the text goes on."""
    if found := _OFFSET.match(text, at):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-offset if found[1] == "-" else offset), found.end()
    found = _ZONE.match(text, at)
    if found is None:
        return UTC, at
    name = found[1].upper()
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name])), found.end()
    if name in _PLACES or "/" in name:
        return _place(_PLACES.get(name, found[1])), found.end()
    return UTC, at


def _place(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _day_of(text: str) -> datetime | None:
    if found := _YEAR_FIRST.search(text):
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
    if found := _DAY_FIRST.search(text):
        return _of_numbers(int(found[1]), int(found[3]), found)
    named = _month_in(text)
    if named is None:
        return None
    month, end = named
    if year := _YEAR.search(text):
        day = _DAY.search(text)
        return datetime(int(year[1]), month, int(day[1]), tzinfo=UTC) if day else None
    short, day = _SHORT_YEAR.match(text, end), _DAY.search(text)
    if not short or not day or day.start(1) == short.start(1):
        return None
    return datetime(_full_year(int(short[1])), month, int(day[1]), tzinfo=UTC)


def _of_numbers(day: int, month: int, found: re.Match[str]) -> datetime:
    """Day first; the other way round only where it cannot be (12/31/2003). Raises ValueError."""
    if month > 12 and found[2] == "/":
        day, month = month, day
    year = int(found[4])
    return datetime(year if len(found[4]) == 4 else _full_year(year), month, day, tzinfo=UTC)


def _full_year(short: int) -> int:
    return short + (2000 if short < _SHORT_YEAR_PIVOT else 1900)


def _month_in(text: str) -> tuple[int, int] | None:
    """The first month that is named, and where its name ends."""
    for found in _WORD.finditer(text.lower()):
        word = found.group()
        for beginning, month in _months():
            if word.startswith(beginning) and not word.startswith(_NOT_MONTHS):
                return month, found.end()
    return None


@cache
def _months() -> tuple[tuple[str, int], ...]:
    """Beginnings of names with their month, the longest first ("маус" is June, "мар" March)."""
    pairs = [(word, month) for month in range(1, 13) for word in tables.words("months", str(month))]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))
