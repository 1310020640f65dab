"""What an article is about by learned weights of stems and parts of words; `classify` makes topics of it.

The weights are `language/data/topic_weights.txt`, written by `tests/benchmarks/fit_topics.py`: a linear model, so what
a word says is looked up once and remembered, and an article is the sum over its words.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.language import tables

TABLE = "topic_weights"

PART_CHARS = 4
"""Words are also known by their parts of four characters ("_вак", "вакц"), which serve forms never seen."""

LISTS = 1.25
"""What the evidence of word lists counts beside the learned weights, which are scaled to a mean of 1. More serves
articles, less single sentences: between 1 and 2 either changes by a point or two on what was held out."""

_UNIT = 0.05
_LANE = 32
_FINE = 16
"""The numbers of a word stand side by side in one integer, a lane of bits each, so that a word is one multiplication
and one addition instead of eleven; roots of places are counted in sixteenths."""
Rows = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """`stems` and `parts` by primary subtag, each key with its numbers as in the table, one a subject, in twentieths:
    they are read when a word asks for them. `sharpness` makes of sums probabilities that hold what they say."""

    subjects: tuple[str, ...]
    sharpness: float
    stems: Mapping[str, Rows] = field(repr=False)
    parts: Mapping[str, Rows] = field(repr=False)


@functools.cache
def stored() -> Weights:
    """The weights that come with the bot."""
    sections = tables.sections(TABLE)
    keyed = {
        name: dict(line.split(" ", 1) for line in lines) for name, lines in sections.items() if name.count(".") == 1
    }
    return Weights(
        subjects=tuple(sections["subjects"][0].split()),
        sharpness=float(sections["sharpness"][0]),
        stems={name.partition(".")[0]: rows for name, rows in keyed.items() if name.endswith(".stems")},
        parts={name.partition(".")[0]: rows for name, rows in keyed.items() if name.endswith(".parts")},
    )


def parts(folded: str) -> list[str]:
    """The parts of a folded word with its ends marked: "vaksina" -> "_vak", "vaks", ..., "ina_"."""
    marked = f"_{folded}_"
    return [marked[at : at + PART_CHARS] for at in range(max(1, len(marked) - PART_CHARS + 1))]


def said(folded: str, stem: str, primary: str, weights: Weights) -> int:
    """What a word says for each subject, packed for `shares`; 0 for one of which nothing is known."""
    stems = weights.stems.get(primary)
    if stems is None:
        return 0
    row, of_part = stems.get(stem), weights.parts.get(primary, {}).get
    total = 0 if row is None else _packed(row)
    for part in parts(folded):
        row = of_part(part)
        if row is not None:
            total += _packed(row)
    return total


def shares(read: Iterable[tuple[str, int, float]], listed: Mapping[str, float], weights: Weights) -> dict[str, float]:
    """How likely each subject is, adding up to 1, from tokens with what they have `said` and the worth of their places,
    and the evidence of word lists by subject. All are alike where nothing is known."""
    sharpness, lists = weights.sharpness, [listed.get(subject, 0.0) for subject in weights.subjects]
    found = [
        sharpness * (value + LISTS * tempered(evidence) if evidence else value)
        for value, evidence in zip(_sums(read, weights), lists, strict=True)
    ]
    most = max(found)
    powers = [math.exp(value - most) for value in found]
    total = sum(powers)
    return {subject: power / total for subject, power in zip(weights.subjects, powers, strict=True)}


def _sums(read: Iterable[tuple[str, int, float]], weights: Weights) -> list[float]:
    """What the distinct words say together for each subject, for the length of the text."""
    worth: dict[str, float] = {}
    told: dict[str, int] = {}
    for token, word, place in read:
        if token in worth:
            worth[token] += place
        else:
            worth[token], told[token] = place, word
    total = 0
    for token, place in worth.items():
        total += told[token] * _root(place)
    unit = _UNIT / _FINE / (math.sqrt(sum(worth.values())) or 1.0)
    return [value * unit for value in _unpacked(total, len(weights.subjects))]


def tempered(evidence: float) -> float:
    """Evidence of word lists with less and less for more of it."""
    return math.copysign(math.log1p(abs(evidence)), evidence)


@functools.lru_cache(maxsize=1 << 10)
def _root(place: float) -> int:
    return round(_FINE * math.sqrt(place))


@functools.lru_cache(maxsize=1 << 17)
def _packed(row: str) -> int:
    """The numbers of a row as one integer, the first in the lowest lane; lanes may be below 0 and borrow."""
    return sum(int(number) << at * _LANE for at, number in enumerate(row.split()))


def _unpacked(packed: int, count: int) -> list[int]:
    """The lanes of an integer, each between -2^31 and 2^31."""
    lanes = []
    for _ in range(count):
        lane = packed & ((1 << _LANE) - 1)
        lane -= (lane >> (_LANE - 1)) << _LANE
        lanes.append(lane)
        packed = (packed - lane) >> _LANE
    return lanes
