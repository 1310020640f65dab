"""Article -> topics, by the words that speak for and against each topic; knows nothing of sources or chats.

Word lists are the operator's lever, learned weights their help: what the weights say makes the evidence of the lists
heavier or lighter (`_evidence`), where weights were learned and the lists are those that come with the bot.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from bot.language import memory, tables, words
from bot.model import Article, TopicId, TopicScore
from bot.stages import evidence, subjects, weigh

OTHER = TopicId("other")
"""What an article belongs to when no other topic is sure."""

SURE = 0.5
"""A topic with this score or more counts as one the article belongs to."""

MAX_CHARS = evidence.MAX_CHARS

LISTS = 1.5
"""What the logarithm of the lists' evidence counts beside the learned weights, which are fitted beside it."""

_LEANING = 0.8
_CHARS_OF_TRUST = 500
"""For so many characters the weights may make evidence e times heavier or lighter: of few words they are too sure."""
_FAINT = 0.1
"""Scores below this are not told."""
_WORD_WEIGHT, _HINT_WEIGHT, _AGAINST_WEIGHT, _PHRASE_BONUS = 1.0, 0.4, -1.0, 1.5
_BRIEF_CHARS = 200
_HALF_SURE_BRIEF, _HALF_SURE_LONG = 1.0, 2.6
_EXAMPLE_STEMS = 30
"""So many stems of a topic's examples are taken, the heaviest first."""
_COMMON = 2.5
"""Stems that stand in more than one document of e^2.5 say nothing about a topic."""
_SILENT = evidence.lexicon(())
_WordLists = Mapping[str, tuple[str, ...]]


class _Word(NamedTuple):
    """What a word fits in the lists, and what the weights say of it."""

    fit: evidence.Fit
    said: int


_UNKNOWN = _Word(evidence.NO_FIT, 0)
"""What stands for every word that says nothing; most do."""
_MOST_WORDS = 1 << 15
"""A thousand articles in Russian have some 25,000 different words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDefinition:
    """A topic as the operator describes it.

    `names` by interface language ("ru"); `words` (speak for it), `hints` (weakly), `against` and `examples` (texts
    that belong to it) by primary subtag of the article's language ("uz" in Latin serves every script). An entry is a
    word, which stands for all its forms, a phrase of several, or the beginning of words ("инвест*"). The learned
    weights help a built-in topic in the languages whose `words` are the built-in ones.
    """

    id: TopicId
    names: Mapping[str, str]
    words: _WordLists = field(default_factory=dict)
    hints: _WordLists = field(default_factory=dict)
    against: _WordLists = field(default_factory=dict)
    examples: _WordLists = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """Topic definitions made ready for matching, in the operator's order; made by `catalogue`, compared by identity.

    `helped` says by language which subjects of the weights speak for a topic.
    """

    topics: tuple[TopicId, ...]
    lexicons: Mapping[str, evidence.Lexicon] = field(repr=False)
    weights: subjects.Weights = field(repr=False)
    helped: Mapping[str, Mapping[TopicId, tuple[str, ...]]] = field(repr=False)


def default_definitions() -> tuple[TopicDefinition, ...]:
    """The topics that work out of the box, from `language/data/topics.toml`."""
    return tuple(one for one in _built_in() if one.id not in _within())


def ready_definitions() -> tuple[TopicDefinition, ...]:
    """Topics that are built in as well, and off until the operator names them."""
    return tuple(one for one in _built_in() if one.id in _within())


def catalogue(definitions: Iterable[TopicDefinition], *, weights: subjects.Weights | None = None) -> Catalogue:
    """Stems every list once, so that matching an article is a look-up a word; `weights` (the stored ones unless given)
    are the learned part."""
    known = tuple(definitions)
    learned = weights or subjects.stored()
    entries: dict[str, list[evidence.Entry]] = {}
    for code, entry in (*_written(known), *_of_examples(known)):
        entries.setdefault(code, []).append(entry)
    return Catalogue(
        topics=tuple(one.id for one in known),
        lexicons=MappingProxyType({code: evidence.lexicon(listed) for code, listed in sorted(entries.items())}),
        weights=learned,
        helped=MappingProxyType({code: _helped(known, code, learned) for code in sorted(learned.stems)}),
    )


def topics(article: Article, catalogue: Catalogue) -> tuple[TopicScore, ...]:
    """The topics that the title and the beginning of the text speak for, best first.

    A score of `SURE` or more counts as belonging; when none reaches it, `OTHER` comes first with such a score.
    """
    scored = _scored(article, catalogue)
    scores = [
        TopicScore(topic=topic, score=score)
        for topic in catalogue.topics
        if topic != OTHER and (score := scored[topic]) >= _FAINT
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


def heard(article: Article, catalogue: Catalogue) -> tuple[dict[str, float], frozenset[str], dict[str, float]]:
    """The evidence of the word lists by topic, the topics that a word speaks against, and how far the learned weights
    lean to each of their subjects."""
    known = _words(article.language, catalogue, _is_brief(article))
    at = evidence.places(article)
    read = {token: word for token in at.worth if (word := known[token]) is not None}
    found, against = evidence.weighed({token: word.fit for token, word in read.items()}, at)
    worth = [at.worth[token] for token in read]
    said = zip([word.said for word in read.values()], worth, strict=True)
    return found, against, subjects.leanings(said, sum(worth), catalogue.weights)


def tempered(found: float) -> float:
    """Evidence of word lists with less and less for more of it."""
    return math.copysign(math.log1p(abs(found)), found)


@functools.lru_cache(maxsize=1 << 6)
def _words(language: str, catalogue: Catalogue, brief: bool) -> memory.Memory[_Word | None]:
    """What is known of the words of a language; None of stop words."""
    primary = language.partition("-")[0]
    lexicon = catalogue.lexicons.get(primary, _SILENT)
    stems, says = words.keys(language), _said(primary, catalogue.weights)

    def known(token: str) -> _Word | None:
        stem = stems[token]
        if not stem:
            return None
        folded = words.fold(token, language)
        said = says[stem]
        if brief:
            said += subjects.said(("", subjects.parts(folded)), primary, catalogue.weights)
        fit = evidence.fit(folded, stem, lexicon)
        return _UNKNOWN if fit is evidence.NO_FIT and not said else _Word(fit, said)

    return memory.Memory(known, most=_MOST_WORDS)


@functools.lru_cache(maxsize=1 << 6)
def _said(primary: str, weights: subjects.Weights) -> memory.Memory[int]:
    """What the stems of a language say: words have many forms, and there are fewer stems."""
    return memory.Memory(lambda stem: subjects.said((stem, ()), primary, weights))


def _scored(article: Article, catalogue: Catalogue) -> dict[TopicId, float]:
    """How much evidence there is for each topic by itself, times its share of the best topic's.

    What the lists alone are sure of stays sure, and topics that the weights do not know have the score of their lists:
    what was learned of one topic never crowds out another.
    """
    listed, against, leaning = heard(article, catalogue)
    helped = catalogue.helped.get(article.language.partition("-")[0], {})
    plain = {topic: listed.get(topic, 0.0) for topic in catalogue.topics}
    half_sure = _half_sure(article)
    most = _length(article) / _CHARS_OF_TRUST
    weighed = {
        topic: _evidence(plain[topic], _leaning(leaning, known, is_against=topic in against), most=most)
        for topic, known in helped.items()
    }
    best, best_listed = max(weighed.values(), default=0.0), max(plain.values(), default=0.0)
    scores = {topic: _score(found, best_listed, half_sure) for topic, found in plain.items()}
    for topic, found in weighed.items():
        scores[topic] = max(_score(found, best, half_sure), min(scores[topic], SURE))
    return scores


def _leaning(leaning: Mapping[str, float], known: tuple[str, ...], *, is_against: bool) -> float:
    """Towards the topic's subjects; never where a word of its lists speaks against it."""
    found = max(leaning[subject] for subject in known)
    return min(0.0, found) if is_against else found


def _evidence(listed: float, leaning: float, *, most: float) -> float:
    """The evidence of lists, heavier or lighter as the weights lean, by e^`most` at most."""
    by = max(-most, min(_LEANING * leaning, most))
    return listed if listed < 0 else (1 + listed) * math.exp(by) - 1


def _score(found: float, best: float, half_sure: float) -> float:
    if found <= 0:
        return 0.0
    return round(found / (found + half_sure) * min(1.0, found / best), 3)


def _is_brief(article: Article) -> bool:
    return len(article.title) + len(article.text) <= subjects.BRIEF_CHARS


def _length(article: Article) -> int:
    return len(article.title) + min(len(article.text), MAX_CHARS)


def _half_sure(article: Article) -> float:
    """The evidence that makes a topic half sure: one clear word in a brief, more where words come by chance."""
    long = min(1.0, max(0.0, (_length(article) - _BRIEF_CHARS) / (MAX_CHARS - _BRIEF_CHARS)))
    return _HALF_SURE_BRIEF + long * (_HALF_SURE_LONG - _HALF_SURE_BRIEF)


@functools.cache
def _built_in() -> tuple[TopicDefinition, ...]:
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


@functools.cache
def _within() -> Mapping[str, str]:
    """For each topic that waits for being named the one its articles count to until then."""
    return {
        topic: entry.get("within", OTHER) for topic, entry in tables.load("topics.toml").items() if entry.get("ready")
    }


def _helped(
    definitions: tuple[TopicDefinition, ...], code: str, weights: subjects.Weights
) -> Mapping[TopicId, tuple[str, ...]]:
    """The topics that are helped in a language, each with its subject and those that count to it: where the operator
    wrote a list of words, that list alone decides."""
    wanted = {one.id for one in definitions}
    built_in = {one.id: one.words.get(code, ()) for one in _built_in()}
    unnamed = {topic: within for topic, within in _within().items() if topic not in wanted}
    return {
        one.id: (one.id, *(topic for topic in weights.subjects if unnamed.get(topic) == one.id))
        for one in definitions
        if one.id in weights.subjects and one.words.get(code, ()) == built_in[one.id]
    }


def _written(definitions: tuple[TopicDefinition, ...]) -> Iterator[tuple[str, evidence.Entry]]:
    for one in definitions:
        for lists, weight in ((one.words, _WORD_WEIGHT), (one.hints, _HINT_WEIGHT), (one.against, _AGAINST_WEIGHT)):
            for code, listed in lists.items():
                for written in listed:
                    if patterns := evidence.patterns(written, code):
                        worth = weight * (_PHRASE_BONUS if len(patterns) > 1 else 1.0)
                        yield code, evidence.Entry(speaks_for=one.id, patterns=patterns, weight=worth)


def _of_examples(definitions: tuple[TopicDefinition, ...]) -> Iterator[tuple[str, evidence.Entry]]:
    """The heaviest stems of a topic's examples as hints: those in most of its examples and rarest in the language, but
    none that is as frequent in the examples of other topics."""
    for one in definitions:
        for code, texts in one.examples.items():
            others = [text for other in definitions if other is not one for text in other.examples.get(code, ())]
            elsewhere = Counter(stem for text in others for stem in example_stems(text, code))
            mine = Counter(stem for text in texts for stem in example_stems(text, code))
            rarity = weigh.rarity(code)
            heavy = {
                stem: count * (rarity.get(stem, rarity.get("*", weigh.USUAL_RARITY)) - _COMMON)
                for stem, count in mine.items()
                if count * max(1, len(others)) > elsewhere[stem] * len(texts)
            }
            for stem in sorted(heavy, key=lambda stem: (-heavy[stem], stem))[:_EXAMPLE_STEMS]:
                yield code, evidence.Entry(speaks_for=one.id, patterns=(stem,), weight=_HINT_WEIGHT)


def example_stems(text: str, code: str) -> frozenset[str]:
    """The stems by which an example speaks for its topic: no figures, and none that is common in the language."""
    rarity = weigh.rarity(code)
    return frozenset(
        stem
        for stem in words.stems(text[:MAX_CHARS], code)
        if not stem[0].isdigit() and rarity.get(stem, rarity.get("*", weigh.USUAL_RARITY)) > _COMMON
    )


def _split(lists: Mapping[str, str]) -> _WordLists:
    return {code: tuple(entry for part in text.split(",") if (entry := part.strip())) for code, text in lists.items()}
