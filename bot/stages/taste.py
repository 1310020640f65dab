"""Votes of a chat -> what they add to the worth of a story, and take from it: little, and bounded.

A vote says something of a story's topics, of the sources that tell it and of the terms it is mostly about. Each of the
three moves the worth by at most its own bound, so many votes never hide a story nor lift one above all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from bot.model import TopicId

TOPIC, SOURCE, TERMS = 0.25, 0.15, 0.35
"""The most that each adds or takes; a story is worth at least 1 before (`choose`), so it keeps a quarter."""

HALF = 2
"""So many votes for topics or a source, more than against them, come to half of the bound."""

HALF_OF_TERMS = 6
"""The same counted in shared terms; two stories of one kind share three or so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a vote is about, and what it may change: of one story its topics, the names of its sources, its terms."""

    topics: tuple[TopicId, ...] = ()
    sources: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """Votes for and against, as differences by topic, source and term; sorted, so that equal tastes are equal."""

    topics: tuple[tuple[str, int], ...] = ()
    sources: tuple[tuple[str, int], ...] = ()
    terms: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """What the votes add to a story's worth (less than nothing: take from it), in parts that can be told."""

    topic: float = 0.0
    source: float = 0.0
    terms: float = 0.0

    @property
    def worth(self) -> float:
        return self.topic + self.source + self.terms


NONE = Leaning()
UNDECIDED = Taste()


def of(votes: Iterable[tuple[Traits, int]]) -> Taste:
    """The taste of a chat: the traits of each story it voted on, with 1 for it and -1 against."""
    topics, sources, terms = Counter[str](), Counter[str](), Counter[str]()
    for traits, value in votes:
        for tally, names in ((topics, traits.topics), (sources, traits.sources), (terms, traits.terms)):
            for name in set(names):
                tally[str(name)] += value
    return Taste(topics=_sorted(topics), sources=_sorted(sources), terms=_sorted(terms))


class Scale:
    """A taste, ready to weigh many stories."""

    def __init__(self, taste: Taste) -> None:
        self._topics, self._sources, self._terms = dict(taste.topics), dict(taste.sources), dict(taste.terms)

    def leaning(self, story: Traits) -> Leaning:
        return Leaning(
            topic=TOPIC * _share(_tally(self._topics, story.topics), HALF),
            source=SOURCE * _share(_tally(self._sources, story.sources), HALF),
            terms=TERMS * _share(_tally(self._terms, story.terms), HALF_OF_TERMS),
        )


def _tally(counted: Mapping[str, int], names: Iterable[Hashable]) -> int:
    return sum(counted.get(str(name), 0) for name in set(names))


def _share(tally: int, half: int) -> float:
    """Between -1 and 1, never quite: nothing is certain after however many votes."""
    return tally / (abs(tally) + half)


def _sorted(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, tally) for name, tally in counted.items() if tally))
