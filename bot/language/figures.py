"""The figures of a text: numbers with their magnitude, currency, unit or percent sign, and their normalised value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from bot.language import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure at characters `start` to `end` of a text: `value` with the magnitude multiplied in, `unit` as the table
    `figures` names it ("USD", "UZS", "%", "km"), "" for a bare number."""

    start: int
    end: int
    value: Decimal
    unit: str


_MONTH_BEFORE = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\.?\s$"
)
_NUMBER = r"(?<![\w.,])[-−+]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|(?<![\w.,])[-−+]?\d+(?:[.,]\d+)*"


def figures(text: str) -> tuple[Figure, ...]:
    """All figures in order. A number that is part of a word (A380, COVID-19) is none; a time of day counts as bare."""
    return tuple(_figure(found) for found in _pattern().finditer(text))


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
