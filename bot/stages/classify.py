"""Article -> topics, by the words that speak for and against each topic; knows nothing of sources or chats."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.language import tables, words
from bot.model import Article, TopicId, TopicScore

OTHER = TopicId("other")
"""What an article belongs to when no other topic is sure."""

SURE = 0.5
"""A topic with this score or more counts as one the article belongs to."""

MAX_CHARS = 1000
"""How much of a text is looked at: news say at the beginning what they are about, and reading more costs time."""

_LEAD_TOKENS = 40
_TITLE_WEIGHT, _LEAD_WEIGHT = 3.0, 1.5
_HINT_WEIGHT, _AGAINST_WEIGHT, _PHRASE_BONUS = 0.4, -1.0, 1.5
_BRIEF_CHARS = 200
_HALF_SURE_BRIEF, _HALF_SURE_LONG, _SHARE = 1.0, 2.6, 1.0
_WordLists = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDefinition:
    """A topic as the operator describes it.

    `names` by interface language ("ru"); `words` (speak for it), `hints` (weakly) and `against` by primary subtag of
    the article's language ("uz" in Latin serves every script). An entry is a word, which stands for all its forms,
    a phrase of several, or the beginning of words ("инвест*").
    """

    id: TopicId
    names: Mapping[str, str]
    words: _WordLists = field(default_factory=dict)
    hints: _WordLists = field(default_factory=dict)
    against: _WordLists = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Entry:
    """A word or phrase of a topic: the patterns of its words ("stem" or "begin*") and what finding it is worth."""

    topic: int
    patterns: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class _Lexicon:
    """All entries of one language by their first pattern, and all patterns there are; compared by identity."""

    entries: Mapping[str, tuple[_Entry, ...]]
    patterns: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """Topic definitions made ready for matching, in the operator's order; made by `catalogue`, compared by identity."""

    topics: tuple[TopicId, ...]
    lexicons: Mapping[str, _Lexicon] = field(repr=False)


def default_definitions() -> tuple[TopicDefinition, ...]:
    """The topics that work out of the box, from `language/data/topics.toml`."""
    return tuple(
        TopicDefinition(
            id=TopicId(topic),
            names=entry["names"],
            words=_split(entry.get("words", {})),
            hints=_split(entry.get("hints", {})),
            against=_split(entry.get("against", {})),
        )
        for topic, entry in tables.load("topics.toml").items()
    )


def catalogue(definitions: Iterable[TopicDefinition]) -> Catalogue:
    """Stems every list once, so that matching an article is a look-up a word."""
    known = tuple(definitions)
    languages = sorted({code for one in known for kind in (one.words, one.hints, one.against) for code in kind})
    return Catalogue(
        topics=tuple(one.id for one in known),
        lexicons=MappingProxyType({code: _lexicon(known, code) for code in languages}),
    )


def topics(article: Article, catalogue: Catalogue) -> tuple[TopicScore, ...]:
    """The topics that the title and the beginning of the text speak for, best first.

    A score of `SURE` or more counts as belonging; when none reaches it, `OTHER` comes first with such a score.
    """
    evidence = _evidence(article, catalogue)
    best = max(evidence.values(), default=0.0)
    half_sure = _half_sure(article)
    scores = [
        TopicScore(topic=catalogue.topics[index], score=score)
        for index, found in evidence.items()
        if (score := _score(found, best, half_sure)) > 0
    ]
    scores.sort(key=lambda one: (-one.score, catalogue.topics.index(one.topic)))
    if scores and scores[0].score >= SURE:
        return tuple(scores)
    left = round(1 - (scores[0].score if scores else 0.0), 3)
    return (TopicScore(topic=OTHER, score=max(left, SURE)), *(one for one in scores if one.topic != OTHER))


def with_source(
    found: tuple[TopicScore, ...], given: Iterable[TopicId], catalogue: Catalogue
) -> tuple[TopicScore, ...]:
    """With the topics of the article's source, which everything in it has; then it is not `OTHER`."""
    sure = tuple(TopicScore(topic=topic, score=1.0) for topic in dict.fromkeys(given) if topic in catalogue.topics)
    has = {one.topic for one in sure}
    return (*sure, *(one for one in found if one.topic not in has and not (sure and one.topic == OTHER)))


def _score(found: float, best: float, half_sure: float) -> float:
    """How much evidence there is by itself, times its share of the best topic's."""
    if found <= 0:
        return 0.0
    return round(found / (found + half_sure) * math.pow(found / best, _SHARE), 3)


def _half_sure(article: Article) -> float:
    """The evidence that makes a topic half sure: one clear word in a brief, more where words come by chance."""
    length = len(article.title) + min(len(article.text), MAX_CHARS)
    long = min(1.0, max(0.0, (length - _BRIEF_CHARS) / (MAX_CHARS - _BRIEF_CHARS)))
    return _HALF_SURE_BRIEF + long * (_HALF_SURE_LONG - _HALF_SURE_BRIEF)


def _evidence(article: Article, catalogue: Catalogue) -> dict[int, float]:
    """For each topic (its index) the weights of the distinct entries found, each growing with where and how often."""
    lexicon = catalogue.lexicons.get(article.language.partition("-")[0])
    if lexicon is None:
        return {}
    evidence: dict[int, float] = {}
    for entry, place in _found(article, lexicon).items():
        evidence[entry.topic] = evidence.get(entry.topic, 0.0) + entry.weight * math.sqrt(place)
    return evidence


def _found(article: Article, lexicon: _Lexicon) -> dict[_Entry, float]:
    """The entries that the article holds, with the sum of what their places are worth."""
    found: dict[_Entry, float] = {}
    for text, lead_weight, weight in (
        (article.title, _TITLE_WEIGHT, _TITLE_WEIGHT),
        (article.text[:MAX_CHARS], _LEAD_WEIGHT, 1.0),
    ):
        looked_up = (_patterns(token, article.language, lexicon) for token in words.tokens(text))
        seen = [patterns for patterns in looked_up if patterns is not None]
        for at in range(len(seen)):
            worth = lead_weight if at < _LEAD_TOKENS else weight
            for entry in _standing(seen, at, lexicon):
                found[entry] = found.get(entry, 0.0) + worth
    return found


def _standing(seen: list[tuple[str, ...]], at: int, lexicon: _Lexicon) -> list[_Entry]:
    """The entries that begin at a token: its phrases, and for each topic the most particular word ("учебник*", not
    "учебн*" as well)."""
    standing: list[_Entry] = []
    topics_told: set[int] = set()
    for pattern in seen[at]:
        for entry in lexicon.entries.get(pattern, ()):
            if len(entry.patterns) > 1:
                if _continues(entry, seen[at : at + len(entry.patterns)]):
                    standing.append(entry)
            elif entry.topic not in topics_told:
                topics_told.add(entry.topic)
                standing.append(entry)
    return standing


def _continues(entry: _Entry, following: list[tuple[str, ...]]) -> bool:
    return len(following) == len(entry.patterns) and all(
        pattern in patterns for pattern, patterns in zip(entry.patterns, following, strict=True)
    )


@functools.lru_cache(maxsize=1 << 16)
def _patterns(token: str, language: str, lexicon: _Lexicon) -> tuple[str, ...] | None:
    """The patterns of the lexicon that a token fits, the most particular first; None for a stop word."""
    if words.is_stop(token, language):
        return None
    folded = words.fold(token, language)
    beginnings = (f"{folded[:end]}*" for end in range(len(folded), 0, -1))
    candidates = (words.stem(token, language), *beginnings)
    return tuple(one for one in candidates if one in lexicon.patterns)


def _lexicon(definitions: tuple[TopicDefinition, ...], code: str) -> _Lexicon:
    entries: dict[str, dict[tuple[int, tuple[str, ...]], _Entry]] = {}
    for topic, one in enumerate(definitions):
        for kind, weight in ((one.words, 1.0), (one.hints, _HINT_WEIGHT), (one.against, _AGAINST_WEIGHT)):
            for written in kind.get(code, ()):
                patterns = _written(written, code)
                if patterns:
                    worth = weight * (_PHRASE_BONUS if len(patterns) > 1 else 1.0)
                    entry = _Entry(topic=topic, patterns=patterns, weight=worth)
                    entries.setdefault(patterns[0], {}).setdefault((topic, patterns), entry)
    return _Lexicon(
        MappingProxyType({first: tuple(listed.values()) for first, listed in entries.items()}),
        frozenset(pattern for listed in entries.values() for entry in listed.values() for pattern in entry.patterns),
    )


def _written(entry: str, code: str) -> tuple[str, ...]:
    """The patterns of an entry as the operator wrote it: "ключев* ставка" -> ("ключев*", "ставк")."""
    patterns: list[str] = []
    for part in entry.split():
        tokens = words.tokens(part)
        stems = [words.stem(token, code) for token in tokens if not words.is_stop(token, code)]
        if part.endswith("*") and tokens:
            stems[-1:] = [f"{words.fold(tokens[-1], code)}*"]
        patterns.extend(stems)
    return tuple(patterns)


def _split(lists: Mapping[str, str]) -> _WordLists:
    return {code: tuple(entry for part in text.split(",") if (entry := part.strip())) for code, text in lists.items()}
