"""Article -> what `group` compares of it: weighted stems, keys that cross languages, and hashes of its phrases."""

from __future__ import annotations

import functools
import hashlib
import heapq
import math
import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.language import scripts, tables, words
from bot.model import Article, ArticleId
from bot.stages import weigh

LEAD_TOKENS = 60
"""How many words of the text tell what happened; those behind them tell its background and count less."""

RARE = 4.5
"""The rarity from which a word of a title says what it is about and not of what kind it is."""

TERMS = 48
HEAVY_TERMS = 12
_CHARS = 2400
_BODY_TOKENS = 300
_TITLE, _LEAD, _BODY, _CAPITAL = 2.5, 1.0, 0.4, 1.3
_TITLE_NAMES = 12
_KEYS = 28
_KEY_TOKENS, _KEY_CHARS = 100, 700
_SHINGLE_TOKENS = 160
_UNLISTED = 1.0
_USUAL_RARITY = 6.0
_KEY_POWER = 1.5
_TRANSLATED = 0.7
_HEADLINE_CHARS = 160
_SHINGLES, _HASHES = 24, 1 << 64
_DAY = re.compile("[12]?[0-9]|3[01]")
_WORD = re.compile(r"[^\W\d_][\w'`‘’ʻʼ]*")


@dataclass(frozen=True, slots=True)
class Vector:
    """Names with weights, of length 1, the heaviest first; a tenth of what a dict of them takes."""

    names: tuple[str, ...]
    weights: array[float]

    def __len__(self) -> int:
        return len(self.names)

    def pairs(self) -> dict[str, float]:
        return dict(zip(self.names, self.weights, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is kept of an article to compare it: about 2 kB, whatever the article's length.

    `terms` are its stems; `title` those of the title, or of the first words where there is none; `about` the rare
    names of the title; `day` the day it tells ("22.11", "" for none); `keys` figures, skeletons of names and frequent
    words by their English stem (`=bridg`), the same in every language; `shingles` the smallest hashes of its runs of
    three words, sorted; `headline` the title as published, or the first words.
    """

    article_id: ArticleId
    language: str
    source: str
    published_at: datetime
    terms: Vector
    title: tuple[str, ...]
    about: tuple[str, ...]
    day: str
    keys: Vector
    shingles: array[int]
    headline: str


def of(article: Article) -> Sketch:
    """The sketch of an article: depends on its content only, not on what else there is."""
    title, body = words.tokens(article.title), words.tokens(article.text[:_CHARS])[:_BODY_TOKENS]
    capitals = _capitals(f"{article.title}\n{article.text[:_KEY_CHARS]}")
    told = title or body[:_TITLE_NAMES]
    return Sketch(
        article_id=article.id,
        language=_shared(article.language.partition("-")[0]),
        source=_shared(article.source),
        published_at=article.published_at,
        terms=_terms(title, body, capitals=capitals, language=article.language),
        title=_names(words.stem(token, article.language) for token in told if not _is_stop(token, article)),
        about=_about(title, capitals, article.language),
        day=_day(title),
        keys=_keys((*title, *body[:_KEY_TOKENS]), capitals, article.language),
        shingles=_shingles((title + body)[:_SHINGLE_TOKENS]),
        headline=(article.title or article.text)[:_HEADLINE_CHARS],
    )


def likeness(a: Mapping[str, float], b: Vector) -> float:
    """The cosine of two vectors of length 1, the first of them as `pairs`."""
    return sum(a[name] * weight for name, weight in zip(b.names, b.weights, strict=True) if name in a)


def overlap(a: frozenset[int], b: array[int]) -> float:
    """An estimate of the share of phrases two texts have in common (Jaccard), from their smallest hashes."""
    if a.isdisjoint(b):
        return 0.0
    both = a.intersection(b)
    smallest = sorted({*a, *b})[:_SHINGLES]
    return sum(1 for one in smallest if one in both) / len(smallest)


def rarity(stem: str, language: str) -> float:
    """ln(documents / documents with the stem) in that language."""
    table = weigh.rarity(language.partition("-")[0])
    listed = table.get(stem)
    return listed if listed is not None else table.get("*", _USUAL_RARITY) + _UNLISTED


def _is_stop(token: str, article: Article) -> bool:
    return words.is_stop(token, article.language)


@functools.lru_cache(maxsize=1 << 18)
def _shared(name: str) -> str:
    """One object for all sketches that hold the name."""
    return name


def _names(stems: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_shared, dict.fromkeys(stems)))[:_TITLE_NAMES]


def _about(title: tuple[str, ...], capitals: frozenset[str], language: str) -> tuple[str, ...]:
    names = (words.stem(token, language) for token in title if token in capitals and not words.is_stop(token, language))
    return _names(stem for stem in names if not stem[0].isdigit() and rarity(stem, language) >= RARE)


def _day(title: tuple[str, ...]) -> str:
    """The first day with its month, whichever stands first."""
    for one, other in pairwise(title):
        for day, word in ((one, other), (other, one)):
            if _DAY.fullmatch(day) and (month := _month(word)):
                return f"{int(day)}.{month}"
    return ""


@functools.lru_cache(maxsize=1 << 12)
def _month(word: str) -> str:
    listed = ((month, " ".join(lines).split()) for month, lines in tables.sections("months").items() if month)
    return next((month for month, beginnings in listed if word.startswith(tuple(beginnings))), "")


def _terms(title: tuple[str, ...], body: tuple[str, ...], *, capitals: frozenset[str], language: str) -> Vector:
    counts: dict[str, float] = {}
    for tokens, weight in ((title, _TITLE), (body[:LEAD_TOKENS], _LEAD), (body[LEAD_TOKENS:], _BODY)):
        for token in tokens:
            if not words.is_stop(token, language):
                stem = words.stem(token, language)
                counts[stem] = counts.get(stem, 0.0) + weight * (_CAPITAL if token in capitals else 1.0)
    return _unit({stem: math.sqrt(count) * rarity(stem, language) for stem, count in counts.items()}, TERMS)


def _keys(tokens: Iterable[str], capitals: frozenset[str], language: str) -> Vector:
    """The rarest heaviest; a word that many articles share counts for less than a name."""
    keys: dict[str, float] = {}
    for token in tokens:
        key = _key(token, language, is_name=token in capitals)
        if key:
            weight = math.pow(rarity(words.stem(token, language), language), _KEY_POWER)
            keys[key] = weight * (_TRANSLATED if is_word(key) else 1.0)
    return _unit(keys, _KEYS)


def _key(token: str, language: str, *, is_name: bool) -> str:
    """A number of two digits and more, a name by its consonants, a word by its translation; "" for anything else."""
    if token[0].isdigit():
        return token if sum(letter.isdigit() for letter in token) >= 2 else ""
    if not is_name:
        return _lexicon(language.partition("-")[0]).get(words.stem(token, language), "")
    return "" if words.is_stop(token, language) else scripts.skeleton(token, language)


def is_word(key: str) -> bool:
    """Whether a key is a frequent word of the lexicon, neither a name nor a figure."""
    return key.startswith("=")


@functools.cache
def _lexicon(language: str) -> Mapping[str, str]:
    """Stems of one language -> keys that are the same in all."""
    table = tables.sections("lexicon")
    languages = table["languages"][0].split()
    if language not in languages:
        return {}
    rows = (dict(zip(languages, line.split(), strict=True)) for line in table["stems"])
    return {row[language]: _shared(f"={row[languages[0]]}") for row in rows if row[language] != "-"}


def _capitals(text: str) -> frozenset[str]:
    """Lower-cased words that stand somewhere with a capital and nowhere without."""
    found = _WORD.findall(text)
    plain = {word.lower() for word in found if not word[0].isupper()}
    return frozenset(words.tokens(" ".join(word for word in found if word[0].isupper() and word.lower() not in plain)))


def _shingles(tokens: tuple[str, ...]) -> array[int]:
    hashes = [_hash(token) for token in tokens]
    runs = {
        (first * 3 + second * 5 + third * 7) % _HASHES
        for first, second, third in zip(hashes, hashes[1:], hashes[2:], strict=False)
    }
    return array("Q", heapq.nsmallest(_SHINGLES, runs))


@functools.lru_cache(maxsize=1 << 16)
def _hash(token: str) -> int:
    """Python's own hash of a string differs from run to run."""
    return int.from_bytes(hashlib.blake2b(token.encode(errors="surrogatepass"), digest_size=8).digest())


def _unit(weighed: Mapping[str, float], limit: int) -> Vector:
    """The heaviest `limit` names, equal ones in the order of the alphabet."""
    heaviest = sorted(weighed.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    length = math.sqrt(sum(weight * weight for _, weight in heaviest)) or 1.0
    names = tuple(_shared(name) for name, _ in heaviest)
    return Vector(names, array("f", [weight / length for _, weight in heaviest]))
