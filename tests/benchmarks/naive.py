"""The plain ways to do what the bot does, in a few lines each: what its figures stand beside."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=[\"«“(—–]?[A-ZА-ЯЁЎҚҒҲ0-9])")
WORD = re.compile(r"\w+")
SAME = 0.4  # the share of title words that makes two articles one story


def lead(text: str, *, sentences: int = 3, max_chars: int = 1_000_000) -> str:
    """The first sentences by a regular expression, as many as fit; always the first."""
    kept = ""
    for sentence in SENTENCE_END.split(" ".join(text.split()))[:sentences]:
        longer = f"{kept} {sentence}".strip()
        if kept and len(longer) > max_chars:
            break
        kept = longer
    return kept


def words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def grouped(titles: Iterable[str]) -> list[int]:
    """A story's number for each title: that of the first title before it with enough words in common, or a new one."""
    seen: list[frozenset[str]] = []
    numbers: list[int] = []
    for title in titles:
        mine = frozenset(words(title))
        first = next((place for place, other in enumerate(seen) if _alike(mine, other)), None)
        numbers.append(len(seen) if first is None else numbers[first])
        seen.append(mine)
    return numbers


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    if a.isdisjoint(b):
        return False
    both = len(a & b)
    return both > SAME * (len(a) + len(b) - both)


def likenesses(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The TF-IDF cosine of the two texts of each pair, rarity counted over all of these texts."""
    texts = [Counter(words(text)) for pair in pairs for text in pair]
    holding = Counter(word for text in texts for word in text)
    rarity = {word: math.log(len(texts) / count) for word, count in holding.items()}
    vectors = [_unit({word: math.sqrt(times) * rarity[word] for word, times in text.items()}) for text in texts]
    return [_dot(a, b) for a, b in zip(vectors[::2], vectors[1::2], strict=True)]


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {word: weight / length for word, weight in vector.items()}


def _dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    return sum(weight * b[word] for word, weight in a.items() if word in b)
