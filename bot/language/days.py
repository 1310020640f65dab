"""Days and times that a text names, with their ISO form: `26 сентября 2026 года`, `2026-yil 26-sentabr`, `14:30`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.language import tables

_YEAR = r"(?:19|20)\d\d(?!\d)"
_YEAR_WORD = r"(?:-|\s)?(?:yil|йил|жылғы|жылы|жылдың|y\.|й\.|ж\.)\w*"
_AFTER_YEAR = r"(?:\s(?:года|году|год|г\.|жылы|жыл))?"
_DAY_FIRST = re.compile(r"(?<![\d./-])(\d{1,2})([./])(\d{1,2})\2((?:19|20)\d\d)(?![\d./-])")
_YEAR_FIRST = re.compile(r"(?<![\d./-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\d-])")
_CLOCK = re.compile(r"(?<![\d:.,])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")


def days(text: str) -> Iterator[tuple[int, int, int, str]]:
    """Start, end, day of the month and ISO date ("2026-09-26", "--09-26" without a year), in no order."""
    for found in _DAY_FIRST.finditer(text):
        if _is_day(found[1], found[3]):
            yield found.start(), found.end(), int(found[1]), f"{found[4]}-{int(found[3]):02}-{int(found[1]):02}"
    for found in _YEAR_FIRST.finditer(text):
        if _is_day(found[3], found[2]):
            yield found.start(), found.end(), int(found[3]), found.group()
    for found in _named().finditer(text):
        day, month = int(found["day"] or found["after"]), _month(found["month"] or found["before"])
        year = found["year"] or found["earlier"] or found["later"]
        if 0 < day < 32:
            yield found.start(), found.end(), day, f"{year or '-'}-{month:02}-{day:02}"


def times(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and minutes since midnight of each time of day with a colon."""
    for found in _CLOCK.finditer(text):
        yield found.start(), found.end(), 60 * int(found[1]) + int(found[2])


def _is_day(day: str, month: str) -> bool:
    return 0 < int(day) < 32 and 0 < int(month) < 13


@cache
def _named() -> re.Pattern[str]:
    months = "|".join(_either(word) for word in sorted(_months(), key=len, reverse=True))
    english = "|".join(_either(word) for word in sorted(_months(), key=len, reverse=True) if word.isascii())
    return re.compile(
        rf"(?:(?<!\d)(?P<earlier>{_YEAR}){_YEAR_WORD}\s)?(?<![\w.,])(?P<day>\d{{1,2}})(?:-?(?:е|го|st|nd|rd|th)\b)?"
        rf"(?:\s(?:of\s)?|-)(?P<month>{months})(?:\.(?=\s\d)|(?!\w))(?:,?\s(?P<year>{_YEAR}){_AFTER_YEAR})?"
        rf"|\b(?P<before>{english})\.?\s(?P<after>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.:,]*\d)(?:,?\s(?P<later>{_YEAR}))?",
        re.IGNORECASE,
    )


def _either(word: str) -> str:
    if word == "may*":  # Uzbek, not mayors
        return r"may(?:da\w*|ga\w*|ning|dan)?"
    return rf"{word[:-1]}\w*" if word.endswith("*") else word


def _month(word: str) -> int:
    low = word.lower()
    known = _months()
    return known.get(low) or next(
        known[f"{low[:size]}*"] for size in range(len(low), 0, -1) if f"{low[:size]}*" in known
    )


@cache
def _months() -> dict[str, int]:
    """Spellings, with `*` where letters may follow, and the month's number."""
    lines = tables.load("claims.toml")["months"].items()
    return {word: int(number) for number, line in lines for word in line.split()}
