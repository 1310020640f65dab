"""Words, beginnings and phrases of word lists that stand in an article, each weighed by its place; knows no topics."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

from bot.language import words
from bot.model import Article

MAX_CHARS = 1000
"""How much of a text is looked at: news say at the beginning what they are about, and reading more costs time.
With 500 three points of macro-F1 are lost."""

_LEAST_LETTERS = 2
_LEAD_TOKENS = 60
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
    """All entries of one language by their first pattern, all patterns there are, those of beginnings ("begin*") by
    their letters, and how many letters beginnings have, the most first; compared by identity."""

    entries: Mapping[str, tuple[Entry, ...]]
    patterns: frozenset[str]
    beginnings: Mapping[str, str]
    lengths: tuple[int, ...]


def lexicon(entries: Iterable[Entry]) -> Lexicon:
    """Entries made ready for matching; of two with the same words for the same topic the first counts."""
    ordered: dict[str, dict[tuple[str, tuple[str, ...]], Entry]] = {}
    for entry in entries:
        ordered.setdefault(entry.patterns[0], {}).setdefault((entry.speaks_for, entry.patterns), entry)
    known = frozenset(pattern for listed in ordered.values() for entry in listed.values() for pattern in entry.patterns)
    beginnings = {one[:-1]: one for one in sorted(known) if one.endswith("*") and len(one) > _LEAST_LETTERS}
    return Lexicon(
        MappingProxyType({first: tuple(listed.values()) for first, listed in ordered.items()}),
        known,
        MappingProxyType(beginnings),
        tuple(sorted(set(map(len, beginnings)), reverse=True)),
    )


def patterns(written: str, code: str) -> tuple[str, ...]:
    """The patterns of an entry as somebody wrote it: "ключев* ставка" -> ("ключев*", "ставк"); without stop words."""
    found: list[str] = []
    for part in written.split():
        tokens = words.rough_tokens(part)
        stems = [words.stem(token, code) for token in tokens if not words.is_stop(token, code)]
        if part.endswith("*") and tokens:
            stems[-1:] = [f"{words.fold(tokens[-1], code)}*"]
        found.extend(stems)
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The words of title and beginning in their order, and by word what its places are worth together."""

    title: Sequence[str]
    text: Sequence[str]
    worth: Mapping[str, float]


def places(article: Article) -> Places:
    """Where the words of an article stand, stop words among them."""
    title, text = words.rough_tokens(article.title), words.rough_tokens(article.text[:MAX_CHARS])
    worth = {word: count * _REST_WEIGHT for word, count in Counter(text[_LEAD_TOKENS:]).items()}
    for found, weight in ((text[:_LEAD_TOKENS], _LEAD_WEIGHT), (title, _TITLE_WEIGHT)):
        for word in found:
            worth[word] = worth.get(word, 0.0) + weight
    return Places(title, text, worth)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What one word fits: patterns of the lexicon, entries that are told by it alone, and phrases it may begin."""

    patterns: tuple[str, ...] = ()
    alone: tuple[Entry, ...] = ()
    phrases: tuple[Entry, ...] = ()


NO_FIT = Fit()


def fit(folded: str, stem: str, lexicon: Lexicon) -> Fit:
    """For each topic the most particular entry of a word counts ("учебник*", not "учебн*" as well)."""
    listed, size = lexicon.beginnings, len(folded)
    beginnings = [
        listed[begun] for length in lexicon.lengths if length <= size and (begun := folded[:length]) in listed
    ]
    if not beginnings and stem not in lexicon.patterns:
        return NO_FIT
    fitted = (stem, *beginnings) if stem in lexicon.patterns else tuple(beginnings)
    entries = [entry for pattern in fitted for entry in lexicon.entries.get(pattern, ())]
    alone: dict[str, Entry] = {}
    for entry in entries:
        if len(entry.patterns) == 1:
            alone.setdefault(entry.speaks_for, entry)
    return Fit(fitted, tuple(alone.values()), tuple(entry for entry in entries if len(entry.patterns) > 1))


def weighed(fits: Mapping[str, Fit], at: Places) -> tuple[dict[str, float], frozenset[str]]:
    """For whom words speak, given by what they fit, stop words left out: the weights of the distinct entries found,
    each growing with where and how often; and whom any entry speaks against."""
    worth: dict[Entry, float] = {}
    begun: dict[Entry, None] = {}
    patterns: set[str] = set()
    for token, fit in fits.items():
        if fit is not NO_FIT:
            patterns.update(fit.patterns)
            begun.update(dict.fromkeys(fit.phrases))
            for entry in fit.alone:
                worth[entry] = worth.get(entry, 0.0) + at.worth[token]
    if likely := {entry for entry in begun if patterns.issuperset(entry.patterns)}:
        for side in _sides(fits, at):
            _add_phrases(worth, side, likely)
    evidence: dict[str, float] = {}
    for entry, place in worth.items():
        evidence[entry.speaks_for] = evidence.get(entry.speaks_for, 0.0) + entry.weight * math.sqrt(place)
    return evidence, frozenset(entry.speaks_for for entry in worth if entry.weight < 0)


_Side = list[tuple[Fit, float]]


def _sides(fits: Mapping[str, Fit], at: Places) -> tuple[_Side, _Side]:
    """Title and text without stop words: a phrase does not run from one into the other."""
    title = [(fit, _TITLE_WEIGHT) for fit in map(fits.get, at.title) if fit is not None]
    lead = [(fit, _LEAD_WEIGHT) for fit in map(fits.get, at.text[:_LEAD_TOKENS]) if fit is not None]
    rest = [(fit, _REST_WEIGHT) for fit in map(fits.get, at.text[_LEAD_TOKENS:]) if fit is not None]
    return title, lead + rest


def _add_phrases(worth: dict[Entry, float], side: _Side, likely: Set[Entry]) -> None:
    for at, (word, place) in enumerate(side):
        for entry in word.phrases:
            if entry in likely and _continues(entry, side[at : at + len(entry.patterns)]):
                worth[entry] = worth.get(entry, 0.0) + place


def _continues(entry: Entry, following: _Side) -> bool:
    """Whether all words of a phrase stand side by side."""
    return len(following) == len(entry.patterns) and all(
        pattern in word.patterns for pattern, (word, _) in zip(entry.patterns, following, strict=True)
    )
