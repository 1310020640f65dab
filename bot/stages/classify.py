"""Article -> topics, by learned weights, word lists and what the operator says; knows nothing of sources or chats.

Two voices are heard for each topic: the weights with the default word lists (`subjects`), and the operator's own words
and examples. Either is enough to make a topic sure; the operator's words against it speak against both.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.language import tables, words
from bot.model import Article, TopicId, TopicScore
from bot.stages import evidence, subjects, weigh

OTHER = TopicId("other")
"""What an article belongs to when no other topic is sure."""

SURE = 0.5
"""A topic with this score or more counts as one the article belongs to."""

MAX_CHARS = evidence.MAX_CHARS

_WORD_WEIGHT, _HINT_WEIGHT, _AGAINST_WEIGHT, _PHRASE_BONUS = 1.0, 0.4, -1.0, 1.5
_BRIEF_CHARS = 200
_HALF_SURE_BRIEF, _HALF_SURE_LONG = 1.0, 2.6
_SEVERAL = 0.36
_FAINT = 0.3
"""Scores below this are not told."""
_OWN = "own "
_COMMON = 2.5
"""Stems of examples that stand in more than one document of e^2.5 say nothing about a topic."""
_WordLists = Mapping[str, tuple[str, ...]]
_SILENT = evidence.lexicon(())


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDefinition:
    """A topic as the operator describes it.

    `names` by interface language ("ru"); `words` (speak for it), `hints` (weakly), `against` and `examples` (texts
    that belong to it) by primary subtag of the article's language ("uz" in Latin serves every script). An entry is a
    word, which stands for all its forms, a phrase of several, or the beginning of words ("инвест*"). A topic with the
    id of a built-in one has its weights and lists too; while nobody asks for a built-in one, its articles count to the
    topic `within`.
    """

    id: TopicId
    names: Mapping[str, str]
    words: _WordLists = field(default_factory=dict)
    hints: _WordLists = field(default_factory=dict)
    against: _WordLists = field(default_factory=dict)
    examples: _WordLists = field(default_factory=dict)
    within: TopicId = OTHER


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """Topic definitions made ready for matching, in the operator's order; made by `catalogue`, compared by identity."""

    topics: tuple[TopicId, ...]
    lexicons: Mapping[str, evidence.Lexicon] = field(repr=False)
    weights: subjects.Weights = field(repr=False)
    stands_for: Mapping[str, TopicId] = field(repr=False)


def default_definitions() -> tuple[TopicDefinition, ...]:
    """The topics that work out of the box, from `language/data/topics.toml`."""
    return tuple(one for one, ready in _built_in() if not ready)


def ready_definitions() -> tuple[TopicDefinition, ...]:
    """Topics that are built in as well, and off until the operator names them."""
    return tuple(one for one, ready in _built_in() if ready)


def catalogue(definitions: Iterable[TopicDefinition], *, weights: subjects.Weights | None = None) -> Catalogue:
    """Stems every list once, so that matching an article is a look-up a word; `weights` (the stored ones unless given)
    are the learned part."""
    known = tuple(definitions)
    entries: dict[str, list[evidence.Entry]] = {}
    for code, entry in (*_default_entries(), *_own_entries(known)):
        entries.setdefault(code, []).append(entry)
    return Catalogue(
        topics=tuple(one.id for one in known),
        lexicons=MappingProxyType({code: evidence.lexicon(listed) for code, listed in sorted(entries.items())}),
        weights=weights or subjects.stored(),
        stands_for=_standing_for({one.id for one in known}),
    )


def topics(article: Article, catalogue: Catalogue) -> tuple[TopicScore, ...]:
    """The topics that the title and the beginning of the text speak for, best first.

    A score of `SURE` or more counts as belonging; when none reaches it, `OTHER` comes first with such a score.
    """
    shares, found = _heard(article, catalogue)
    beyond, half_sure = _beyond_chance(shares, catalogue), _half_sure(article)
    scores = [
        TopicScore(topic=topic, score=score)
        for topic in catalogue.topics
        if (score := _score(beyond.get(topic, 0.0), found.get(_OWN + topic, 0.0), half_sure)) >= _FAINT
        and topic != OTHER
    ]
    scores.sort(key=lambda one: -one.score)
    if scores and scores[0].score >= SURE:
        return tuple(scores)
    left = round(1 - (scores[0].score if scores else 0.0), 3)
    return (TopicScore(topic=OTHER, score=max(left, SURE)), *scores)


def with_source(
    found: tuple[TopicScore, ...], given: Iterable[TopicId], catalogue: Catalogue
) -> tuple[TopicScore, ...]:
    """With the topics of the article's source, which everything in it has; then it is not `OTHER`."""
    sure = tuple(TopicScore(topic=topic, score=1.0) for topic in dict.fromkeys(given) if topic in catalogue.topics)
    has = {one.topic for one in sure}
    return (*sure, *(one for one in found if one.topic not in has and not (sure and one.topic == OTHER)))


def subject_shares(article: Article, catalogue: Catalogue) -> dict[str, float]:
    """How likely each built-in subject is, wanted by the operator or not; adding up to 1."""
    return _heard(article, catalogue)[0]


def listed(article: Article, catalogue: Catalogue) -> dict[str, float]:
    """The evidence of the built-in word lists by subject, without the learned weights: what these are fitted beside."""
    return {subject: value for subject, value in _heard(article, catalogue)[1].items() if not subject.startswith(_OWN)}


def _heard(article: Article, catalogue: Catalogue) -> tuple[dict[str, float], dict[str, float]]:
    """Both voices: how likely each subject is, and the evidence of all word lists by whom they speak for."""
    read = evidence.places(article)
    known = [_word(token, article.language, catalogue) for token, _ in read]
    found = evidence.weighed([(word[0], place) for word, (_, place) in zip(known, read, strict=True)])
    said = [(token, word[1], place) for word, (token, place) in zip(known, read, strict=True)]
    return subjects.shares(said, found, catalogue.weights), found


@functools.lru_cache(maxsize=1 << 17)
def _word(token: str, language: str, catalogue: Catalogue) -> tuple[evidence.Fit, int]:
    """What a word fits in the lists, and what the weights say of it."""
    primary = language.partition("-")[0]
    folded, stem = words.fold(token, language), words.stem(token, language)
    fit = evidence.fit(folded, stem, catalogue.lexicons.get(primary, _SILENT))
    return fit, subjects.said(folded, stem, primary, catalogue.weights)


def _beyond_chance(shares: Mapping[str, float], catalogue: Catalogue) -> dict[TopicId, float]:
    """How much likelier than by chance each topic is, with the subjects that count to it."""
    chance = 1 / len(shares)
    beyond: dict[TopicId, float] = {}
    for subject, share in shares.items():
        topic = catalogue.stands_for[subject]
        beyond[topic] = beyond.get(topic, 0.0) + share - chance
    return beyond


def _score(share: float, own: float, half_sure: float) -> float:
    """Sure from a quarter of the probability (beyond chance) on, so that an article may belong to several; or from the
    operator's own evidence, and less sure by what speaks against."""
    score: float = max(0.0, share) ** _SEVERAL
    if own < 0:
        score *= half_sure / (half_sure - 2 * own)
    elif own:
        score = 1 - (1 - score) * half_sure / (half_sure + own)
    return round(score, 3)


def _half_sure(article: Article) -> float:
    """The evidence that makes a topic half sure: one clear word in a brief, more where words come by chance."""
    length = len(article.title) + min(len(article.text), MAX_CHARS)
    long = min(1.0, max(0.0, (length - _BRIEF_CHARS) / (MAX_CHARS - _BRIEF_CHARS)))
    return _HALF_SURE_BRIEF + long * (_HALF_SURE_LONG - _HALF_SURE_BRIEF)


@functools.cache
def _built_in() -> tuple[tuple[TopicDefinition, bool], ...]:
    """Every built-in topic, and whether it waits for being named."""
    return tuple(
        (
            TopicDefinition(
                id=TopicId(topic),
                names=entry["names"],
                words=_split(entry.get("words", {})),
                hints=_split(entry.get("hints", {})),
                against=_split(entry.get("against", {})),
                within=TopicId(entry.get("within", OTHER)),
            ),
            bool(entry.get("ready")),
        )
        for topic, entry in tables.load("topics.toml").items()
    )


@functools.cache
def _default_entries() -> tuple[tuple[str, evidence.Entry], ...]:
    return tuple(found for one, _ in _built_in() for found in _entries(one, one.id, {}))


def _own_entries(definitions: tuple[TopicDefinition, ...]) -> Iterator[tuple[str, evidence.Entry]]:
    """What the definitions say beyond the built-in lists."""
    default = {one.id: one for one, _ in _built_in()}
    for one in definitions:
        if one.id != OTHER:
            yield from _entries(one, _OWN + one.id, _lists(default[one.id]) if one.id in default else {})
    yield from _of_examples(definitions)


def _entries(
    one: TopicDefinition, speaks_for: str, known: Mapping[str, _WordLists]
) -> Iterator[tuple[str, evidence.Entry]]:
    weights = {"words": _WORD_WEIGHT, "hints": _HINT_WEIGHT, "against": _AGAINST_WEIGHT}
    for kind, lists in _lists(one).items():
        for code, listed in lists.items():
            passed_over = frozenset(known.get(kind, {}).get(code, ()))
            for written in listed:
                patterns = evidence.patterns(written, code) if written not in passed_over else ()
                if patterns:
                    weight = weights[kind] * (_PHRASE_BONUS if len(patterns) > 1 else 1.0)
                    yield code, evidence.Entry(speaks_for=speaks_for, patterns=patterns, weight=weight)


def _lists(one: TopicDefinition) -> dict[str, _WordLists]:
    return {"words": one.words, "hints": one.hints, "against": one.against}


def _of_examples(definitions: tuple[TopicDefinition, ...]) -> Iterator[tuple[str, evidence.Entry]]:
    """Stems of the examples as hints: those that stand in more of a topic's examples than of all others', unless they
    are common in the language. The rarer a stem, the more it says."""
    for code in sorted({code for one in definitions for code in one.examples}):
        texts = {one.id: _stems_of(one.examples.get(code, ()), code) for one in definitions}
        holding = {topic: Counter(stem for text in listed for stem in text) for topic, listed in texts.items()}
        everywhere: Counter[str] = sum(holding.values(), Counter())
        count = sum(map(len, texts.values()))
        rarity = weigh.rarity(code)
        for topic, counted in holding.items():
            mine = len(texts[topic])
            for stem, hits in sorted(counted.items()):
                others = (everywhere[stem] - hits) / max(1, count - mine)
                rare = rarity.get(stem, rarity.get("*", weigh.USUAL_RARITY)) - _COMMON
                if hits / mine > 2 * others and rare > 0 and not stem[0].isdigit():
                    weight = _HINT_WEIGHT * min(1.0, rare / _COMMON)
                    yield code, evidence.Entry(speaks_for=_OWN + topic, patterns=(stem,), weight=weight)


def _stems_of(texts: tuple[str, ...], code: str) -> list[frozenset[str]]:
    return [frozenset(words.stems(text[:MAX_CHARS], code)) for text in texts]


def _standing_for(wanted: set[TopicId]) -> Mapping[str, TopicId]:
    """The topic that each subject counts to: itself, what it lies within, or `OTHER`."""
    stands: dict[str, TopicId] = {}
    for one, _ in _built_in():
        nearest = one.id if one.id in wanted else one.within
        stands[one.id] = nearest if nearest in wanted else OTHER
    return MappingProxyType(stands)


def _split(lists: Mapping[str, str]) -> _WordLists:
    return {code: tuple(entry for part in text.split(",") if (entry := part.strip())) for code, text in lists.items()}
