"""Doubtful pairs of reports in different languages, decided by a model of meaning that is handed in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from bot.stages.sketch import Sketch

DOUBT = (0.6, 1.1)
"""How many times the bar a likeness without the model is where the model decides."""

ALIKE = 0.88
"""The cosine from which two headlines tell one event; unrelated ones reach 0.88 with
multilingual-e5. Both chosen on stories/uzdaily_uz_ru_en among 4,000 others, where F1 of links goes from .94 to .96."""

_REMEMBERED = 1 << 13

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Texts -> a vector each, all of one length."""


class Meanings:
    """Compares headlines; the vectors of the latest 8,192 are remembered, 3 kB each."""

    def __init__(self, embed: Embed, *, alike: float = ALIKE) -> None:
        self._alike = alike
        self._vector = lru_cache(maxsize=_REMEMBERED)(lambda text: _unit(embed([text])[0]))

    def decided(self, passed: float, one: Sketch, members: Sequence[Sketch]) -> float:
        """How many times the bar the likeness is: by meaning where `passed` leaves a doubt, else `passed`."""
        if not DOUBT[0] <= passed < DOUBT[1]:
            return passed
        return max(self._cosine(one.headline, other.headline) for other in members) / self._alike

    def _cosine(self, one: str, other: str) -> float:
        return sum(a * b for a, b in zip(self._vector(one), self._vector(other), strict=True))


def _unit(vector: Sequence[float]) -> tuple[float, ...]:
    length = math.sqrt(sum(float(value) ** 2 for value in vector)) or 1.0
    return tuple(float(value) / length for value in vector)
