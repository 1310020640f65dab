"""Words, beginnings and phrases of word lists that stand in an article, each weighed by its place; knows no topics."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from bot.language import words
from bot.model import Article

MAX_CHARS = 1000
"""How much of a text is looked at: news say at the beginning what they are about, and reading more costs time.
With 500 three points of macro-F1 are lost."""

Known = TypeVar("Known")

_LEAD_TOKENS = 40
_TITLE_WEIGHT, _LEAD_WEIGHT, _REST_WEIGHT = 3.0, 1.5, 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """A word or phrase: whom it speaks for, the patterns of its words ("stem" or "begin*") and what finding it is
    worth, below 0 when it speaks against."""

    speaks_for: str
    patterns: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All entries of one language by their first pattern, and all patterns there are; compared by identity."""

    entries: Mapping[str, tuple[Entry, ...]]
    patterns: frozenset[str]


def lexicon(entries: Iterable[Entry]) -> Lexicon:
    """Entries made ready for matching; of two with the same words for the same topic the first counts."""
    ordered: dict[str, dict[tuple[str, tuple[str, ...]], Entry]] = {}
    for entry in entries:
        ordered.setdefault(entry.patterns[0], {}).setdefault((entry.speaks_for, entry.patterns), entry)
    return Lexicon(
        MappingProxyType({first: tuple(listed.values()) for first, listed in ordered.items()}),
        frozenset(pattern for listed in ordered.values() for entry in listed.values() for pattern in entry.patterns),
    )


def patterns(written: str, code: str) -> tuple[str, ...]:
    """The patterns of an entry as somebody wrote it: "ключев* ставка" -> ("ключев*", "ставк"); without stop words."""
    found: list[str] = []
    for part in written.split():
        tokens = words.tokens(part)
        stems = [words.stem(token, code) for token in tokens if not words.is_stop(token, code)]
        if part.endswith("*") and tokens:
            stems[-1:] = [f"{words.fold(tokens[-1], code)}*"]
        found.extend(stems)
    return tuple(found)


def places(article: Article, known: Callable[[str], Known | None]) -> list[tuple[Known, float]]:
    """What is known of the tokens of title and beginning in their order, each with what its place is worth; tokens of
    which there is None are passed over."""
    title = [one for one in map(known, words.tokens(article.title)) if one is not None]
    text = [one for one in map(known, words.tokens(article.text[:MAX_CHARS])) if one is not None]
    return [
        *((one, _TITLE_WEIGHT) for one in title),
        *((one, _LEAD_WEIGHT) for one in text[:_LEAD_TOKENS]),
        *((one, _REST_WEIGHT) for one in text[_LEAD_TOKENS:]),
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What one word fits: patterns of the lexicon, entries that are told by it alone, and phrases it may begin."""

    patterns: tuple[str, ...] = ()
    alone: tuple[Entry, ...] = ()
    phrases: tuple[Entry, ...] = ()


NO_FIT = Fit()


def fit(folded: str, stem: str, lexicon: Lexicon) -> Fit:
    """For each topic the most particular entry of a word counts ("учебник*", not "учебн*" as well)."""
    known = lexicon.patterns
    beginnings = [one for end in range(len(folded), 1, -1) if (one := folded[:end] + "*") in known]
    fitted = (stem, *beginnings) if stem in known else tuple(beginnings)
    if not fitted:
        return NO_FIT
    entries = [entry for pattern in fitted for entry in lexicon.entries.get(pattern, ())]
    alone: dict[str, Entry] = {}
    for entry in entries:
        if len(entry.patterns) == 1:
            alone.setdefault(entry.speaks_for, entry)
    return Fit(fitted, tuple(alone.values()), tuple(entry for entry in entries if len(entry.patterns) > 1))


def weighed(read: Sequence[tuple[Fit, float]]) -> tuple[dict[str, float], frozenset[str]]:
    """For whom words speak, given by what they fit and the worth of their places: the weights of the distinct entries
    found, each growing with where and how often; and whom any entry speaks against."""
    found: dict[Entry, float] = {}
    for at, (word, worth) in enumerate(read):
        if word is not NO_FIT:
            for entry in word.alone:
                found[entry] = found.get(entry, 0.0) + worth
            for entry in word.phrases:
                if _continues(entry, read[at : at + len(entry.patterns)]):
                    found[entry] = found.get(entry, 0.0) + worth
    evidence: dict[str, float] = {}
    for entry, worth in found.items():
        evidence[entry.speaks_for] = evidence.get(entry.speaks_for, 0.0) + entry.weight * math.sqrt(worth)
    return evidence, frozenset(entry.speaks_for for entry in found if entry.weight < 0)


def _continues(entry: Entry, following: Sequence[tuple[Fit, float]]) -> bool:
    """Whether all words of a phrase stand side by side, in one place (a title does not run into the text)."""
    return (
        len(following) == len(entry.patterns)
        and all(pattern in word.patterns for pattern, (word, _) in zip(entry.patterns, following, strict=True))
        and (following[0][1] == _TITLE_WEIGHT) == (following[-1][1] == _TITLE_WEIGHT)
    )
