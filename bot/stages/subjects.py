"""What the words of an article lean to, by learned weights; `classify` adds it to what the word lists say.

The weights are `language/data/topic_weights.txt`, written by `tests/benchmarks/fit_topics.py`: a linear model beside
the word lists, so a word is looked up once and remembered, and an article is the sum over its words.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.language import tables

TABLE = "topic_weights"

PART_CHARS = 4
"""In briefs, words are also known by their parts of four characters ("_вак", "вакц"), which serve forms never seen."""

BRIEF_CHARS = 400
"""Title and text of a brief have no more characters than this."""

UNIT = 0.05
_LANE = 32
_FINE = 16
"""The numbers of a word stand side by side in one integer, a lane of bits each, so that a word is one multiplication
and one addition instead of ten; roots of places are counted in sixteenths."""
_Rows = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """`stems` and `parts` by primary subtag, each key with its numbers as in the table, one a subject, in twentieths:
    they are read when a word asks for them."""

    subjects: tuple[str, ...]
    stems: Mapping[str, _Rows] = field(repr=False)
    parts: Mapping[str, _Rows] = field(repr=False)


@functools.cache
def stored() -> Weights:
    """The weights that come with the bot."""
    sections = tables.sections(TABLE)
    kinds: dict[str, dict[str, _Rows]] = {"stems": {}, "parts": {}}
    for name, lines in sections.items():
        code, _, kind = name.partition(".")
        if kind:
            kinds[kind][code] = dict(line.split(" ", 1) for line in lines)
    return Weights(subjects=tuple(sections["subjects"][0].split()), stems=kinds["stems"], parts=kinds["parts"])


def parts(folded: str) -> list[str]:
    """The parts of a folded word with its ends marked: "vaksina" -> "_vak", "vaks", ..., "ina_"."""
    marked = f"_{folded}_"
    return [marked[at : at + PART_CHARS] for at in range(max(1, len(marked) - PART_CHARS + 1))]


def said(keys: tuple[str, Iterable[str]], primary: str, weights: Weights) -> int:
    """What a word says by its stem and its parts, packed for `leanings`; 0 for one of which nothing is known."""
    stem, of_word = keys
    stems, known_parts = weights.stems.get(primary, {}), weights.parts.get(primary, {})
    found = [stems.get(stem), *(known_parts.get(part) for part in of_word)]
    return sum(_packed(row) for row in found if row is not None)


def leanings(read: Iterable[tuple[int, float]], length: float, weights: Weights) -> dict[str, float]:
    """How far the distinct words lean to each subject (0: not at all, below 0: away from it); from what each has
    `said` and the worth of its places, for the worth of all words of the text."""
    total = sum([row * _root(worth) for row, worth in read])
    unit = UNIT / _FINE / (math.sqrt(length) or 1.0)
    return {name: value * unit for name, value in zip(weights.subjects, _lanes(total, weights), strict=True)}


@functools.lru_cache(maxsize=1 << 10)
def _root(place: float) -> int:
    return round(_FINE * math.sqrt(place))


def _packed(row: str) -> int:
    """The numbers of a row as one integer, the first in the lowest lane; lanes may be below 0 and borrow."""
    packed = 0
    for number in reversed(row.split()):
        packed = (packed << _LANE) + int(number)
    return packed


def _lanes(packed: int, weights: Weights) -> Iterator[int]:
    """The lanes of an integer, each between -2^31 and 2^31."""
    for _ in weights.subjects:
        lane = packed & ((1 << _LANE) - 1)
        lane -= (lane >> (_LANE - 1)) << _LANE
        yield lane
        packed = (packed - lane) >> _LANE
