"""How alike an article is to a story: as a reprint, as a report in its language, or in another; 1 is the bar."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property

from bot.language import tables
from bot.stages import sketch
from bot.stages.sketch import Sketch

REPRINT = 0.5
"""The share of phrases that makes a reprint."""

OWN_LANGUAGE = 0.7
"""A story with reports in the article's own language that are less alike than this is another story, whatever names
and figures it shares with reports in other languages: halves the false links across languages."""

DAY = timedelta(days=1)

Weights = Mapping[str, Mapping[str, float]]

_CERTAIN = 10.0
_KEYS_TO_DIFFER = 3
_YEAR = re.compile("(19|20)[0-9]{2}")


class Asked:
    """An article that is compared with many stories: what is looked up in it, made once."""

    def __init__(self, one: Sketch) -> None:
        self.sketch = one
        self.terms = one.terms.pairs()
        self.shingles = frozenset(one.shingles)

    @cached_property
    def keys(self) -> dict[str, float]:
        return self.sketch.keys.pairs()

    @cached_property
    def names(self) -> frozenset[str]:
        """Names and figures."""
        return frozenset(key for key in self.keys if not sketch.is_word(key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why an article may tell a story: `centre` is the cosine with the sum of its members' stems, `title` the share of
    the titles' stems that the other has, `same` 1 for a source that told it already, `apart` 1 where neither a name nor
    a figure is common to both, `brief` how much the shorter lacks of a full sketch (a headline alone: nearly 1),
    `gap` the days since the report next to it in time, 1 at most, `other` 1 where the titles are about different things
    of one kind."""

    centre: float
    title: float
    same: float
    apart: float
    brief: float
    gap: float
    other: float


def to_story(asked: Asked, members: Sequence[Sketch], spread: float, *, weights: Weights) -> float:
    """How many times the bar the likeness is. `spread` is `spread(members)`, which changes only with them."""
    one = asked.sketch
    reprint = max(sketch.overlap(asked.shingles, other.shingles) for other in members)
    if reprint >= REPRINT:
        return reprint / REPRINT * _CERTAIN
    within = [other for other in members if other.language == one.language]
    alike = score(reasons(asked, within, spread), of_language(weights, one.language)) if within else 0.0
    others = [other for other in members if other.language != one.language]
    if not others or (within and alike < OWN_LANGUAGE):
        return alike
    crossed = [across(asked, other, weights["across"]) for other in others]
    return max(alike, (max(crossed) + sum(crossed) / len(crossed)) / 2)


def reasons(asked: Asked, members: Sequence[Sketch], spread: float) -> Reasons:
    """Compares with members of the article's own language."""
    one = asked.sketch
    likes = [sketch.likeness(asked.terms, other.terms) for other in members]
    nearest = members[max(range(len(members)), key=likes.__getitem__)]
    return Reasons(
        centre=sum(likes) / spread,
        title=_title(asked, nearest),
        same=float(any(other.source == one.source for other in members)),
        apart=float(all(_apart(asked, other) for other in members)),
        brief=_brief(one, nearest),
        other=float(all(_is_other(asked, told) for told in members)),
        gap=min(1.0, *(abs((one.published_at - other.published_at) / DAY) for other in members)),
    )


def score(why: Reasons, weights: Mapping[str, float]) -> float:
    """The weighed reasons over the language's bar."""
    total = why.centre + weights["title"] * why.title + weights["same"] * why.same
    total += weights["other"] * why.other
    return (total + weights["apart"] * why.apart + weights["brief"] * why.brief + weights["gap"] * why.gap) / weights[
        "bar"
    ]


def spread(members: Sequence[Sketch]) -> float:
    """The length of the sum of the members' vectors: 1 for one member, for n alike n, for n different ones sqrt(n)."""
    both = 0.0
    for place, one in enumerate(members[:-1]):
        terms = one.terms.pairs()
        both += sum(sketch.likeness(terms, other.terms) for other in members[place + 1 :])
    return math.sqrt(len(members) + 2 * both)


def _title(asked: Asked, other: Sketch) -> float:
    """The share of title stems, by rarity, that the other article has anywhere; the smaller of both directions."""
    there = frozenset(other.terms.names)
    return min(_share(asked.sketch, there), _share(other, asked.terms))


def _share(one: Sketch, there: Mapping[str, float] | frozenset[str]) -> float:
    total = found = 0.0
    for stem in one.title:
        weight = sketch.rarity(stem, one.language)
        total += weight
        found += weight * (stem in there)
    return found / total if total else 0.0


def _apart(asked: Asked, other: Sketch) -> bool:
    if len(asked.names) < _KEYS_TO_DIFFER or not asked.names.isdisjoint(other.keys.names):
        return False
    return sum(not sketch.is_word(key) for key in other.keys.names) >= _KEYS_TO_DIFFER


def _is_other(asked: Asked, told: Sketch) -> bool:
    """Whether the titles are about different things of one kind: they name two days (forecasts, rates); each names
    something that the other report does not mention (two towns, two teams), or has such a word and the reports have no
    figure in common (two decrees)."""
    one = asked.sketch
    if one.day and told.day and one.day != told.day:
        return True
    if one.about and told.about:
        return asked.terms.keys().isdisjoint(told.about) and frozenset(one.about).isdisjoint(told.terms.names)
    figures, others = _figures(one), _figures(told)
    if not figures or not others or not figures.isdisjoint(others):
        return False
    return _lacks(frozenset(told.terms.names), one) and _lacks(asked.terms.keys(), told)


def _figures(one: Sketch) -> frozenset[str]:
    return frozenset(key for key in one.keys.names if key[0].isdigit() and not _YEAR.fullmatch(key))


def _lacks(there: Collection[str], one: Sketch) -> bool:
    return any(stem not in there and sketch.rarity(stem, one.language) >= sketch.RARE for stem in one.title)


def _brief(one: Sketch, other: Sketch) -> float:
    return 1 - min(len(one.terms), len(other.terms)) / sketch.TERMS


def across(asked: Asked, other: Sketch, weights: Mapping[str, float]) -> float:
    """How many times the bar the likeness of two reports in different languages is, by names, figures and words."""
    shared = asked.keys.keys() & set(other.keys.names)
    return sketch.likeness(asked.keys, other.keys) / weights["bar"] if len(shared) >= weights["keys"] else 0.0


@cache
def fitted() -> Weights:
    """The table `same_story`: by language, "*" for any other and "across" for two languages."""
    return {
        section: {name: float(number) for name, number in map(str.split, lines)}
        for section, lines in tables.sections("same_story").items()
        if section
    }


def of_language(weights: Weights, language: str) -> Mapping[str, float]:
    return weights.get(language, weights["*"])
