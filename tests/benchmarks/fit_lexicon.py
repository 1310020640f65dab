"""Builds the table `bot/language/data/lexicon.txt`: `python -m tests.benchmarks.fit_lexicon` writes it.

Words of two languages that stand in translations of the same sentences are taken for each other's translation: each
must be the other's best by Dice's coefficient. English is in the middle. Names are left out where their consonants are
the same in both languages, because `scripts.skeleton` finds those.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.language import scripts, tables, words
from tests.benchmarks import shared

LANGUAGES = ("en", "ru", "uz", "kk")
SET = "topics/sib200"
LEAST_TIMES = 3
LEAST_DICE = 0.4
MOST_OFTEN = 0.06
"""The share of texts that a word may stand in: a commoner one says nothing of an event."""

_MIN_CHARS = 3

Texts = dict[str, dict[int, frozenset[str]]]
"""By language and sentence: its stems."""


def aligned(rows: Iterable[Mapping[str, Any]]) -> Texts:
    """The stems of each sentence: those of one `index` are translations."""
    found: Texts = defaultdict(dict)
    for row in rows:
        language = row["lang"].partition("-")[0]
        if language in LANGUAGES:
            found[language][row["index"]] = _stems(row["text"], language)
    return found


def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(stem for stem in words.stems(text, language) if len(stem) >= _MIN_CHARS and stem[0].isalpha())


def translations(texts: Texts, first: str, second: str) -> Iterator[tuple[str, str]]:
    """Pairs of stems, each the other's best, of the texts that both languages have."""
    common = [(texts[first][key], texts[second][key]) for key in texts[first].keys() & texts[second].keys()]
    here = Counter(stem for stems, _ in common for stem in stems)
    there = Counter(stem for _, stems in common for stem in stems)
    both = Counter((one, other) for stems, others in common for one in stems for other in others)
    most = len(common) * MOST_OFTEN
    dice = {
        pair: 2 * times / (here[pair[0]] + there[pair[1]])
        for pair, times in both.items()
        if times >= LEAST_TIMES and here[pair[0]] <= most
    }
    best_there, best_here = _best(dice, 0), _best(dice, 1)
    for one, other in sorted(best_there.items()):
        if dice[one, other] >= LEAST_DICE and best_here[other] == one and not _is_name(one, first, other, second):
            yield one, other


def _best(dice: Mapping[tuple[str, str], float], side: int) -> dict[str, str]:
    best: dict[str, tuple[float, str]] = {}
    for pair, value in sorted(dice.items()):
        best[pair[side]] = max(best.get(pair[side], (0.0, "")), (value, pair[1 - side]))
    return {stem: other for stem, (_, other) in best.items()}


def _is_name(one: str, first: str, other: str, second: str) -> bool:
    bones = scripts.skeleton(one, first)
    return bool(bones) and bones == scripts.skeleton(other, second)


def entries(texts: Texts) -> list[str]:
    """`en ru uz kk`, a stem each, `-` where no translation was found."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for language in LANGUAGES[1:]:
        for english, other in translations(texts, "en", language):
            found[english][language] = other
    return [
        " ".join([english, *(found[english].get(code, "-") for code in LANGUAGES[1:])]) for english in sorted(found)
    ]


def main(folder: Path) -> int:
    """Raises NotHere without the development data."""
    lines = [
        "# Stems of frequent words that translate each other, `-` where none was found: more keys by which `sketch`",
        f"# compares reports in different languages. Made by tests/benchmarks/fit_lexicon.py from {SET}.",
        "[languages]",
        " ".join(LANGUAGES),
        "[stems]",
        *entries(aligned(shared.Shared().rows(SET))),
    ]
    (folder / "lexicon.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(tables.FOLDER))
