"""TextRank and LexRank in a few lines each: sentences ranked by how much the others agree with them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

from bot.language import words

DAMPING, ROUNDS = 0.85, 30
LEAST_LIKE = 0.1  # LexRank joins sentences that are at least as much alike
Likeness = Callable[[Sequence[str], Sequence[str]], float]


def textrank(sentences: Sequence[str], language: str) -> list[int]:
    """Indices, best first: shared words over the logarithms of both lengths (Mihalcea and Tarau 2004)."""
    stems = [words.stems(sentence, language) for sentence in sentences]

    def like(one: Sequence[str], other: Sequence[str]) -> float:
        size = math.log(len(one) + 1) + math.log(len(other) + 1)
        return len(set(one) & set(other)) / size if one and other else 0.0

    return _ranked(stems, like)


def lexrank(sentences: Sequence[str], language: str) -> list[int]:
    """Indices, best first: TF-IDF cosine above a threshold (Erkan and Radev 2004)."""
    stems = [words.stems(sentence, language) for sentence in sentences]
    holding = Counter(stem for sentence in stems for stem in set(sentence))
    rarity = {stem: math.log(1 + len(stems) / count) for stem, count in holding.items()}

    def like(one: Sequence[str], other: Sequence[str]) -> float:
        a, b = Counter(one), Counter(other)
        dot = sum(a[stem] * b[stem] * rarity[stem] ** 2 for stem in a.keys() & b.keys())
        size = math.prod(math.sqrt(sum((n * rarity[stem]) ** 2 for stem, n in text.items())) for text in (a, b))
        return 1.0 if size and dot / size >= LEAST_LIKE else 0.0

    return _ranked(stems, like)


def _ranked(stems: Sequence[Sequence[str]], like: Likeness) -> list[int]:
    """By power iteration; of two that are worth the same the earlier one first."""
    size = len(stems)
    links = [[0.0 if i == j else like(stems[i], stems[j]) for j in range(size)] for i in range(size)]
    degree = [sum(row) for row in links]
    worth = [1.0] * size
    for _ in range(ROUNDS):
        worth = [
            1 - DAMPING + DAMPING * sum(links[j][i] / degree[j] * worth[j] for j in range(size) if links[j][i])
            for i in range(size)
        ]
    return sorted(range(size), key=lambda i: (-round(worth[i], 9), i))


def within(sentences: Sequence[str], order: Sequence[int], *, max_chars: int) -> str:
    """The best sentences that fit, in the order of the text; always the very best."""
    chosen: list[int] = []
    for index in order:
        if not chosen or sum(len(sentences[i]) + 1 for i in (*chosen, index)) <= max_chars + 1:
            chosen.append(index)
    return " ".join(sentences[i] for i in sorted(chosen))
