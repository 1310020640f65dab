"""The figures of a text: numbers with their magnitude, currency, unit or percent sign, and their normalised value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from bot.language import days, numerals, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure at characters `start` to `end` of a text: `value` with the magnitude multiplied in, `unit` as the table
    `figures` names it ("USD", "UZS", "%", "km"), "" for a bare number.

    `find` also says `text`, the verbatim characters, and `kind`: "number", "money", "share", "measure", "ordinal",
    "time" (`value` is minutes of the day), "date" (`value` is the day of the month, `date` is ISO 8601, "--09-26"
    where no year stands there). `until` is the upper end of a range.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    text: str = ""
    kind: str = "number"
    until: Decimal | None = None
    date: str = ""


SIGNS = 3  # so many characters of a figure may stand before its first digit: a currency, a blank, a minus

_DIGIT = re.compile(r"\d")
_MONTH_BEFORE = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\.?\s$"
)
_ORDINAL = re.compile(
    r"(?<![\w.,-])(\d{1,4})(?:-(?:й|я|е|ю|го|му|м|х|ый|ая|ое|ой|ом|ых|чи|нчи|инчи|ші|шы|inchi|nchi|chi)|st|nd|rd|th)(?!\w)"
)
_BETWEEN = re.compile(r"\s?[-–—]\s?|\s(?:до|to|and|и|dan|дан|ден)\s|(?:dan|дан|ден|тен|тан)\s")
_PLAIN = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)*")
_NUMBER = (
    r"(?<![\w.,])(?<![^\W\d_]-)[-−+]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?"
    r"|(?<![\w.,])(?<![^\W\d_]-)[-−+]?\d+(?:[.,]\d+)*"
)


def figures(text: str) -> tuple[Figure, ...]:
    """All figures in order. A number that is part of a word (A380, COVID-19) is none; a time of day counts as bare."""
    first = _DIGIT.search(text)
    if first is None:
        return ()
    return tuple(_figure(found) for found in _pattern().finditer(text, max(0, first.start() - SIGNS)))


def find(text: str, language: str = "") -> tuple[Figure, ...]:
    """All figures in order, none inside another: those of `figures`, and numbers in words, days, times and ordinals;
    a range is one figure.

    `language` (a code, "" for any) says whose words for numbers count.
    """
    kept: list[Figure] = []
    for figure in (*_of_calendar(text), *_ordinals(text), *figures(text), *_in_words(text, language)):
        if not any(figure.start < other.end and other.start < figure.end for other in kept):
            kept.append(figure if figure.kind != "number" else replace(figure, kind=_kind(figure.unit)))
    joined = _with_ranges(text, sorted(kept, key=lambda figure: figure.start))
    return tuple(replace(figure, text=text[figure.start : figure.end]) for figure in joined)


def _of_calendar(text: str) -> Iterator[Figure]:
    for start, end, day, date in days.days(text):
        yield Figure(start=start, end=end, value=Decimal(day), unit="date", kind="date", date=date)
    for start, end, minutes in days.times(text):
        yield Figure(start=start, end=end, value=Decimal(minutes), unit="time", kind="time")


def _ordinals(text: str) -> Iterator[Figure]:
    for found in _ORDINAL.finditer(text):
        yield Figure(start=found.start(), end=found.end(), value=Decimal(found[1]), unit="", kind="ordinal")


def _in_words(text: str, language: str) -> Iterator[Figure]:
    """Numbers in words with the unit behind them."""
    for start, end, value in numerals.find(text, language):
        unit = _unit_pattern().match(text, end)
        name = _meaning(unit["unit"], "units") if unit else ""
        yield Figure(start=start, end=unit.end() if unit else end, value=value, unit=name)


def _kind(unit: str) -> str:
    if unit in ("", "%", "date"):
        return {"": "number", "%": "share", "date": "date"}[unit]
    return "money" if len(unit) == 3 and unit.isupper() else "measure"


def _with_ranges(text: str, found: list[Figure]) -> list[Figure]:
    """Two figures with a dash or `до` between them as one: the first takes the magnitude and the unit of the second."""
    joined: list[Figure] = []
    for figure in found:
        before = joined[-1] if joined else None
        if before is not None and _is_sum(text, before, figure):
            joined[-1] = replace(figure, start=before.start, value=before.value + figure.value)
            continue
        if before is None or not _is_range(text, before, figure):
            joined.append(figure)
            continue
        low = before.value
        bare = _bare(text, figure)
        if bare and low == _bare(text, before) and low < bare:
            low *= figure.value / bare
        unit = figure.unit or before.unit
        kind = figure.kind if figure.unit else before.kind
        joined[-1] = replace(figure, start=before.start, value=low, until=figure.value, unit=unit, kind=kind)
    return joined


def _bare(text: str, figure: Figure) -> Decimal | None:
    """The number as it is written, without its magnitude; None for a number in words."""
    found = _PLAIN.search(text, figure.start, figure.end)
    return _value(found.group()) if found else None


def _is_range(text: str, before: Figure, after: Figure) -> bool:
    alike = before.unit in ("", after.unit) and before.kind in ("number", after.kind)
    alike = alike or (before.kind == "money" and after.kind == "number" and text[before.end] in "-–—")
    return (
        alike
        and before.until is None
        and before.value < after.value
        and _BETWEEN.fullmatch(text, before.end, after.start) is not None
    )


def _is_sum(text: str, before: Figure, after: Figure) -> bool:
    """`2 млн 300 тыс. сумов` is one figure: two magnitudes, the smaller one behind a blank."""
    if before.unit or not text[before.end : after.start].isspace() or {before.kind, after.kind} & {"date", "time"}:
        return False
    bare, more = _bare(text, before), _bare(text, after)
    return bool(bare and more) and before.value > 999 * (bare or 1) and before.value > after.value > 999 * (more or 1)


@cache
def _unit_pattern() -> re.Pattern[str]:
    return re.compile(rf"[ \u00a0](?P<unit>{_either('units')})(?!\w)", re.IGNORECASE)


def _figure(found: re.Match[str]) -> Figure:
    scale = _meaning(found["scale"], "magnitudes")
    unit = _meaning(found["sign"] or found["unit"], "units")
    if not unit and _MONTH_BEFORE.search(found.string, max(0, found.start() - 12), found.start()):
        unit = "date"
    return Figure(
        start=found.start(),
        end=found.end(),
        value=_value(found["number"]) * (Decimal(scale) if scale else 1),
        unit=unit,
    )


def _value(number: str) -> Decimal:
    """Grouping off, the comma of decimals as a full stop: "10 000", "10,000" and "1.200.000" are whole numbers."""
    if number.isdecimal():
        return Decimal(number)
    bare = re.sub(r"[ \u00a0\u202f+]", "", number).replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        return Decimal(bare.replace(",", ""))
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3}){2,}", bare):
        return Decimal(bare.replace(".", ""))
    head, mark, tail = bare.replace(",", ".").partition(".")
    return Decimal(head + mark + tail.replace(".", ""))


@cache
def _pattern() -> re.Pattern[str]:
    scales, units = (_either(section) for section in ("magnitudes", "units"))
    sign = r"(?P<sign>[$€£₽₸¥₹])\s?"
    return re.compile(
        rf"(?:{sign})?(?P<number>{_NUMBER})(?!\d)"
        rf"(?:[ \u00a0-]?(?P<scale>{scales}))?(?:[ \u00a0-]?(?P<unit>{units}))?",
        re.IGNORECASE,
    )


def _either(section: str) -> str:
    """Every spelling of a section; a spelling that ends in `*` goes on with any letters."""
    parts = [_spelling(word) for word in sorted(_spellings(section), key=len, reverse=True)]
    return "|".join(parts)


def _spelling(word: str) -> str:
    if word.endswith("*"):
        return re.escape(word[:-1]) + r"\w*"
    return re.escape(word) + (r"(?!\w)" if word[-1].isalnum() else "")


@cache
def _spellings(section: str) -> dict[str, str]:
    """Spelling (with its `*`) -> meaning."""
    entries = (line.split(maxsplit=1) for line in tables.sections("figures")[section])
    return {word: meaning for meaning, spellings in entries for word in spellings.split("|")}


def _meaning(found: str | None, section: str) -> str:
    if not found:
        return ""
    low = found.lower()
    known = _spellings(section)
    if low in known:
        return known[low]
    starts = [word for word in known if word.endswith("*") and low.startswith(word[:-1])]
    return known[max(starts, key=len)] if starts else ""
