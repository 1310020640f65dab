"""Reads the dates that feeds, pages and people write; the time of day is UTC unless the text names a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache

from bot.language import tables

_NUMBER = re.compile(r"[+-]?\d{9,13}(?:\.\d+)?")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap]\.?m\.?)?", re.IGNORECASE)
_ZONE = re.compile(r"(?:UTC|GMT|\bZ\b)?\s*([+-])(\d{2}):?(\d{2})$")
_DAY_FIRST = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
_YEAR_FIRST = re.compile(r"\b(\d{4})[./-](\d{1,2})[./-](\d{1,2})\b")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3,}")


def moment(text: str | int | float) -> datetime | None:
    """The moment in UTC, None when no date can be read.

    Understands ISO 8601 with and without zone, RFC 822, epoch seconds and milliseconds, `2020 2 May 12:00`,
    `03 Aug 2017,Thursday`, `26.09.2025` (day first) and months named in Russian, Uzbek, Kazakh and English.
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
    return _of_iso(text) or _of_mail(text) or _of_words(text)


def _of_epoch(seconds: float) -> datetime:
    """Seconds since 1970, or milliseconds when the number is too large for this millennium in seconds."""
    if abs(seconds) >= 1e11:
        seconds /= 1000
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _of_iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d", text):
        return None
    try:
        return _aware(datetime.fromisoformat(re.sub(r"\s*(?:UTC|GMT)$", "Z", text)))
    except ValueError:
        return None


def _of_mail(text: str) -> datetime | None:
    if not re.match(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{2,4}\s+\d{1,2}:", text):
        return None
    try:
        return _aware(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError):
        return None


def _of_words(text: str) -> datetime | None:
    day = _day_of(_CLOCK.sub(" ", text))
    if day is None:
        return None
    clock = _CLOCK.search(text)
    if clock is None:
        return day
    hour = int(clock[1])
    if clock[4]:
        hour = hour % 12 + (12 if clock[4][0] in "pP" else 0)
    zone = _ZONE.search(text, clock.end())
    offset = (
        timedelta(hours=int(zone[2]), minutes=int(zone[3])) * (-1 if zone[1] == "-" else 1) if zone else timedelta()
    )
    return day.replace(hour=hour, minute=int(clock[2]), second=int(clock[3] or 0), tzinfo=timezone(offset))


def _day_of(text: str) -> datetime | None:
    if found := _DAY_FIRST.search(text):
        return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=UTC)
    if found := _YEAR_FIRST.search(text):
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
    year, month = _YEAR.search(text), _month_in(text)
    day = _DAY.search(text)
    if not (year and month and day):
        return None
    return datetime(int(year[1]), month, int(day[1]), tzinfo=UTC)


def _month_in(text: str) -> int | None:
    for word in _WORD.findall(text.lower()):
        for beginning, month in _months():
            if word.startswith(beginning):
                return month
    return None


@cache
def _months() -> tuple[tuple[str, int], ...]:
    """Beginnings of names with their month, the longest first ("маус" is June, "мар" March)."""
    pairs = [(word, month) for month in range(1, 13) for word in tables.words("months", str(month))]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))
