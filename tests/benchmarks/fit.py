"""Fits the weights of `bot/stages/weigh.py` on annotated key facts: `python -m tests.benchmarks.fit` prints the table.

Each weight is moved by itself between the steps of `STEPS`, as long as the mean over the fit half grows; what the
other half says of it is printed beside, and the spread over further halvings. Take a weight over only where both agree.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from bot.stages import weigh
from tests.benchmarks import annotated, shared

SEED = 4
HALVINGS = 40
LEAST_GAIN = 0.002
STEPS = {
    "title": (0.8, 1.2, 1.6),
    "first": (0.0, 0.15, 0.3),
    "count": (0.6, 0.9, 1.2),
    "rarity": (0.0, 0.3, 0.6),
    "figure": (4.0, 5.5, 7.0, 9.0),
    "again": (0.0, 0.15, 0.3),
    "late": (0.85, 0.88, 0.91, 0.95),
    "speech": (0.4, 0.55, 0.75, 1.0),
}
Scores = Sequence[float]


def halves(items: Sequence[annotated.Item], seed: int = SEED) -> tuple[list[int], list[int]]:
    """Indices of the articles to fit on and of those held out: every language is cut in two by a seeded shuffle."""
    by_language = defaultdict(list)
    for index, item in enumerate(items):
        by_language[item.article.language].append(index)
    fitted, held = [], []
    for language in sorted(by_language):
        indices = sorted(by_language[language], key=lambda index: items[index].article.id)
        random.Random(f"{seed} {language}").shuffle(indices)
        fitted += indices[::2]
        held += indices[1::2]
    return fitted, held


def mean(scores: Scores, indices: Sequence[int]) -> float:
    return sum(scores[index] for index in indices) / max(1, len(indices))


def tried(items: Sequence[annotated.Item]) -> dict[weigh.Weights, Scores]:
    """The score of each article under the weights as they stand and under each single step away from them."""
    tables = {weigh.FITTED}
    for name, steps in STEPS.items():
        tables |= {replace(weigh.FITTED, **{name: step}) for step in steps}
    found: dict[weigh.Weights, Scores] = {}
    for number, table in enumerate(sorted(tables, key=repr), start=1):
        sys.stderr.write(f"\r{number} of {len(tables)} tables")
        found[table] = [annotated.smooth(item, table) for item in items]
    sys.stderr.write("\n")
    return found


def gain_held_out(found: Mapping[weigh.Weights, Scores], items: Sequence[annotated.Item]) -> float:
    """What the best table of one half gains on the other half, over halvings: below 0 there is nothing to fit."""
    gains = []
    for seed in range(HALVINGS):
        fitted, held = halves(items, seed)
        best = max(found, key=lambda table: (mean(found[table], fitted), repr(table)))
        gains.append(mean(found[best], held) - mean(found[weigh.FITTED], held))
    return sum(gains) / len(gains)


def lines(found: Mapping[weigh.Weights, Scores], items: Sequence[annotated.Item]) -> list[str]:
    """One line a step: the weight, its value and what it changes on the half to fit and on the half held out."""
    fitted, held = halves(items)
    base = found[weigh.FITTED]
    told = [f"as it stands: fit {mean(base, fitted):.4f}, held out {mean(base, held):.4f}, {len(items)} articles"]
    for name, steps in STEPS.items():
        for step in steps:
            scores = found[replace(weigh.FITTED, **{name: step})]
            here, there = (mean(scores, half) - mean(base, half) for half in (fitted, held))
            mark = "  <- both gain" if min(here, there) > LEAST_GAIN else ""
            told.append(f"{name} {step}: fit {here:+.4f}, held out {there:+.4f}{mark}")
    told.append(f"best of one half on the other, {HALVINGS} halvings: {gain_held_out(found, items):+.4f}")
    return told


def main() -> None:
    """Raises NotHere without the development data."""
    items = annotated.items(shared.Shared())
    sys.stdout.write(f"{asdict(weigh.FITTED)}\n")
    sys.stdout.write("\n".join(lines(tried(items), items)) + "\n")


if __name__ == "__main__":
    main()
