"""How much the words of a story matter, by which `extract` chooses sentences: frequency, rarity, title, position."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from bot.language import tables
from bot.model import Language

TITLE = 0.5
"""What a word gains by standing in the title; with FIRST and SHARE tuned on keyfacts, ru_gazeta and en_inshorts."""
FIRST = 1.0
"""What a word gains by standing in the first sentence."""
SHARE = 0.8
"""The power of a word's number of sentences."""
RARE = 0.3
"""The power of a word's rarity."""
FIGURE = 4.0
"""What a figure counts, against a word: readers want figures, and 4 cost no ROUGE."""
USUAL_RARITY = 4.0


def importance(sentences: Sequence[frozenset[str]], title: frozenset[str], language: Language) -> dict[str, float]:
    """Weight of each stem of the sentences: how many hold it, how rare it is, whether title and first sentence do."""
    counts = Counter(stem for sentence in sentences for stem in sentence)
    rare = rarity(language.partition("-")[0])
    usual = rare.get("*", USUAL_RARITY)
    first = sentences[0] if sentences else frozenset()
    return {
        stem: math.pow(count, SHARE)
        * math.pow(rare.get(stem, usual), RARE)
        * (FIGURE if stem[0].isdigit() else 1.0)
        * (1 + TITLE * (stem in title) + FIRST * (stem in first))
        for stem, count in counts.items()
    }


@cache
def rarity(primary: str) -> Mapping[str, float]:
    """ln(documents / documents with the stem); "*" stands for stems not listed. Empty for languages without a table."""
    try:
        return tables.numbers(f"rarity_{primary}")
    except FileNotFoundError:
        return {}
