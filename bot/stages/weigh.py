"""How much the words of a story matter, by which `extract` chooses sentences: frequency, rarity, title, position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from bot.language import tables
from bot.model import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What `python -m tests.benchmarks.fit` fits, against what it stands beside."""

    title: float = 1.2  # what a word gains by standing in the title
    first: float = 0.3  # what a word gains by standing in the first sentence
    count: float = 0.9  # the power of a word's number of sentences
    rarity: float = 0.3  # the power of a word's rarity
    figure: float = 5.5  # what a figure counts, against a word: readers want figures
    again: float = 0.15  # what a word that the headline or another fact says too still counts
    late: float = 0.88  # what a sentence keeps of its value for each one above it
    speech: float = 0.55  # what a quotation with its speaker counts, against a sentence without


FITTED = Weights()
"""Fitted on key facts: 13 articles of keyfacts/gold and the 48 of tests/benchmarks/keyfacts (ru, en, uz). They lie on a
plateau: what is best on half of the articles is no better than this on the other half. Among equals the table with more
ROUGE-1 on ru_gazeta and en_inshorts was taken; no article of all these is unseen."""
USUAL_RARITY = 4.0


def importance(
    sentences: Sequence[frozenset[str]], title: frozenset[str], language: Language, weights: Weights = FITTED
) -> dict[str, float]:
    """Weight of each stem of the sentences: how many hold it, how rare it is, whether title and first sentence do."""
    rare = _rare(language.partition("-")[0], weights.rarity)
    usual = rare["*"]
    powers = [count**weights.count for count in range(len(sentences) + 1)]
    found = {}
    for stem, count in Counter(chain.from_iterable(sentences)).items():
        weight = rare.get(stem, usual)
        if count > 1:
            weight *= powers[count]
        found[stem] = weight * weights.figure if stem[0].isdigit() else weight
    first = sentences[0] if sentences and weights.first else frozenset[str]()
    for stem in first | (title & found.keys()):
        found[stem] *= 1 + weights.title * (stem in title) + weights.first * (stem in first)
    return found


@cache
def _rare(primary: str, power: float) -> Mapping[str, float]:
    """What each stem of a language counts for its rarity."""
    return {"*": USUAL_RARITY**power} | {stem: value**power for stem, value in rarity(primary).items()}


@cache
def rarity(primary: str) -> Mapping[str, float]:
    """ln(documents / documents with the stem); "*" stands for stems not listed. Empty for languages without a table."""
    try:
        return tables.numbers(f"rarity_{primary}")
    except FileNotFoundError:
        return {}
