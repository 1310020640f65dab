"""Article -> what `group` compares of it: weighted stems, keys that cross languages, and hashes of its phrases."""

from __future__ import annotations

import functools
import hashlib
import heapq
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.language import scripts, words
from bot.model import Article, ArticleId, Revision
from bot.stages import weigh

LEAD_TOKENS = 60
"""How many words of the text tell what happened; later ones tell its background and draw other stories near."""

TERMS = 43
HEAVY_TERMS = 12
_CHARS = 1200
_TITLE, _CAPITAL = 2.5, 1.3
_KEY_TOKENS, _KEY_CHARS = 100, 700
_UNLISTED = 1.0
_USUAL_RARITY = 6.0
_KEY_POWER = 1.5
_SHINGLES, _HASHES = 48, 1 << 64
_WORD = re.compile(r"[^\W\d_][\w'`‘’ʻʼ]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is kept of an article to compare it: about 3 kB, whatever the article's length.

    `terms` are stems with weights, a vector of length 1 with the heaviest first; `keys` are figures and skeletons of
    names, the same in every language, a vector of length 1; `shingles` the smallest hashes of its runs of three words.
    """

    article_id: ArticleId
    language: str
    published_at: datetime
    terms: Mapping[str, float]
    keys: Mapping[str, float]
    shingles: frozenset[int]


def of(article: Article) -> Sketch:
    """The sketch of an article: depends on its content only, not on what else there is."""
    title, body = words.tokens(article.title), words.tokens(article.text[:_CHARS])
    capitals = _capitals(f"{article.title}\n{article.text[:_KEY_CHARS]}")
    return Sketch(
        article_id=article.id,
        language=article.language.partition("-")[0],
        published_at=article.published_at,
        terms=_terms(title, body[:LEAD_TOKENS], capitals=capitals, language=article.language),
        keys=_keys((*title, *body[:_KEY_TOKENS]), capitals, article.language),
        shingles=_shingles(title + body),
    )


class Kept:
    """The sketches of articles that are looked at again and again while their stories are open; the oldest go first.
    Holds no text. At about 3 kB each the usual limit is 60 MB."""

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._kept: dict[tuple[ArticleId, Revision], Sketch] = {}

    def of(self, article: Article) -> Sketch:
        """As `sketch.of`, which is asked once for each revision."""
        known = self.get(article.id, article.revision)
        return known if known is not None else self.keep(article.revision, of(article))

    def get(self, article_id: ArticleId, revision: Revision) -> Sketch | None:
        """The sketch of a revision, if it is kept."""
        return self._kept.get((article_id, revision))

    def keep(self, revision: Revision, made: Sketch) -> Sketch:
        """The same sketch, which is kept from now on."""
        self._kept[made.article_id, revision] = made
        while len(self._kept) > self._limit:
            self._kept.pop(next(iter(self._kept), (made.article_id, revision)), None)
        return made


def likeness(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """The cosine of two vectors of length 1."""
    if len(a) > len(b):
        a, b = b, a
    return sum([weight * b[term] for term, weight in a.items() if term in b])  # a list: twice as fast here


def overlap(a: frozenset[int], b: frozenset[int], *, at_least: float = 0.0) -> float:
    """An estimate of the share of phrases two texts have in common (Jaccard), from their smallest hashes; 0 where it
    cannot reach `at_least`, which is quickly seen."""
    both = a & b
    looked_at = min(_SHINGLES, len(a) + len(b) - len(both))
    if not both or len(both) < at_least * looked_at:
        return 0.0
    return len(both.intersection(sorted(a | b)[:looked_at])) / looked_at


def _terms(
    title: tuple[str, ...], lead: tuple[str, ...], *, capitals: frozenset[str], language: str
) -> dict[str, float]:
    counts: dict[str, float] = {}
    for tokens, weight in ((title, _TITLE), (lead, 1.0)):
        for token in tokens:
            if not words.is_stop(token, language):
                stem = words.stem(token, language)
                counts[stem] = counts.get(stem, 0.0) + weight * (_CAPITAL if token in capitals else 1.0)
    weighed = {stem: math.sqrt(count) * _rarity(stem, language) for stem, count in counts.items()}
    return _unit(sorted(weighed.items(), key=lambda pair: (-pair[1], pair[0]))[:TERMS])


def _keys(tokens: Iterable[str], capitals: frozenset[str], language: str) -> dict[str, float]:
    """Numbers of two digits and more, and names by their consonants, the rarest heaviest."""
    keys: dict[str, float] = {}
    for token in tokens:
        if token[0].isdigit():
            key = token if sum(letter.isdigit() for letter in token) >= 2 else ""
        elif token in capitals and not words.is_stop(token, language):
            key = scripts.skeleton(token, language)
        else:
            continue
        if key:
            keys[key] = math.pow(_rarity(words.stem(token, language), language), _KEY_POWER)
    return _unit(sorted(keys.items()))


def _capitals(text: str) -> frozenset[str]:
    """Lower-cased words that stand somewhere with a capital and nowhere without."""
    found = _WORD.findall(text)
    plain = {word.lower() for word in found if not word[0].isupper()}
    return frozenset(words.tokens(" ".join(word for word in found if word[0].isupper() and word.lower() not in plain)))


def _rarity(stem: str, language: str) -> float:
    table = weigh.rarity(language.partition("-")[0])
    listed = table.get(stem)
    return listed if listed is not None else table.get("*", _USUAL_RARITY) + _UNLISTED


def _shingles(tokens: tuple[str, ...]) -> frozenset[int]:
    hashes = [_hash(token) for token in tokens]
    runs = {
        (first * 3 + second * 5 + third * 7) % _HASHES
        for first, second, third in zip(hashes, hashes[1:], hashes[2:], strict=False)
    }
    return frozenset(heapq.nsmallest(_SHINGLES, runs))


@functools.lru_cache(maxsize=1 << 16)
def _hash(token: str) -> int:
    """Python's own hash of a string differs from run to run."""
    return int.from_bytes(hashlib.blake2b(token.encode(errors="surrogatepass"), digest_size=8).digest())


def _unit(weighed: list[tuple[str, float]]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for _, weight in weighed)) or 1.0
    return {term: weight / length for term, weight in weighed}
