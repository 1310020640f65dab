"""How well the letters of words fit the languages we know: sums over runs of letters, from fitted tables.

The tables `runs_cyrillic` and `runs_latin` give each run a digit for each language of the script. A row is kept as one
whole number with four hexadecimal digits a language, so that one addition adds for all of them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from bot.language import memory, tables

LONGEST = 4
MOST_CHARS = 24
"""Longer words (addresses, gluing errors) are judged by their beginning."""

_LENGTHS = tuple(range(LONGEST, 0, -1))
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


def is_cyrillic(word: str) -> bool:
    """Whether a word holds a Cyrillic letter."""
    return _CYRILLIC.search(word) is not None


def runs(word: str) -> Iterator[str]:
    """The runs of one to four letters of a lower-case word with its edges, "_" each."""
    edged = f"_{word[:MOST_CHARS]}_"
    for length in range(1, LONGEST + 1):
        for start in range(len(edged) - length + 1):
            run = edged[start : start + length]
            if run != "_":
                yield run


@functools.cache
def codes(script: str) -> tuple[str, ...]:
    """The languages of "cyrillic" or "latin", in the order of `scores`."""
    return tuple(tables.sections(f"runs_{script}")["languages"][0].split())


def scores(words: Iterable[str], script: str) -> dict[str, int]:
    """Points of each language of the script for these lower-case words; what counts is by how many they differ."""
    total = sum(map(_points(script).__getitem__, words))
    return dict(zip(codes(script), _lanes(total, len(codes(script))), strict=True))


@functools.lru_cache(maxsize=1 << 15)
def ahead(word: str, one: str, other: str) -> int:
    """By how many points a lower-case Cyrillic word fits one language better than another."""
    total = _points("cyrillic")[word]
    return (total >> _shift(one) & 0xFFFF) - (total >> _shift(other) & 0xFFFF)


@functools.cache
def _shift(code: str) -> int:
    known = codes("cyrillic")
    return 16 * (len(known) - 1 - known.index(code))


def count(word: str) -> int:
    """How many runs a word has."""
    length = min(len(word), MOST_CHARS) + 2
    return LONGEST * length - LONGEST * (LONGEST - 1) // 2 - 2


@functools.cache
def _points(script: str) -> memory.Memory[int]:
    """The sum of the rows of a lower-case word's runs."""
    known = _table(script).get

    def points(word: str) -> int:
        edged, total = f"_{word[:MOST_CHARS]}_", 0
        for at in range(len(edged)):
            for length in _LENGTHS:
                row = known(edged[at : at + length])
                if row:
                    total += row
                    break
        return total

    return memory.Memory(points)


def _lanes(total: int, count: int) -> list[int]:
    return [total >> 16 * place & 0xFFFF for place in reversed(range(count))]


@functools.cache
def _table(script: str) -> dict[str, int]:
    """Each run with the sum of its row and those of the runs that it begins with: one look-up for up to four."""
    pairs = (row.split() for row in tables.sections(f"runs_{script}")["runs"])
    sums = {run: int("000".join(digits), 16) for run, digits in pairs}
    for run in sorted(sums, key=len):
        sums[run] += next((sums[run[:size]] for size in range(len(run) - 1, 0, -1) if run[:size] in sums), 0)
    return sums
