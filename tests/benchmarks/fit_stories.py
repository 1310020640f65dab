"""Fits the weights by which `likeness` decides: `python -m tests.benchmarks.fit_stories [ru|en|across]...`.

Prints each weight tried and what it gives; the best are written into `same_story.txt` by hand, rounded, because the
sets are small and their plateaus wide. Weights are chosen on stories of one half (by a hash of their names) and
measured on the other, both ways, to show how far the choice carries.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Mapping, Sequence
from statistics import mean

from bot.stages import likeness
from tests.benchmarks import shared, storysets
from tests.benchmarks.storysets import Told

STEPS = {"bar": 0.03, "title": 0.1, "same": 0.1, "apart": 0.05, "brief": 0.05, "gap": 0.05, "other": 0.1}

Weights = dict[str, float]
Score = Callable[[likeness.Weights], float]


def climbed(section: str, score: Score, write: Callable[[str], object]) -> Weights:
    """Two rounds over the weights of one section, each moved a step up and down while that helps; not over `keys`,
    for which half the stories are too few."""
    fitted = likeness.fitted()
    best = dict(fitted[section])
    reached = score(fitted)
    for name in [*STEPS, *STEPS]:
        if name not in best:
            continue
        for step in (STEPS[name], -STEPS[name]):
            while (tried := {**best, name: round(best[name] + step, 3)}) and tried["bar"] > 0:
                now = score({**fitted, section: tried})
                write(f"{section} {_shown(tried)}: {now:.4f}\n")
                if now <= reached:
                    break
                best, reached = tried, now
    return best


def halves(told: Told) -> tuple[Told, Told]:
    """The stories whose names hash to 0, and those to 1."""
    first, second = ([pair for pair in told if zlib.crc32(pair[1].encode()) % 2 == half] for half in (0, 1))
    return first, second


def _monolingual(language: str, data: shared.Shared, half: int | None) -> Score:
    """The mean of what the sets of a language give; `half` None is all of each."""
    sets = [storysets.clusters(data, "stories/silver_2020", language=language)]
    if language == "en":
        sets.append(storysets.clusters(data, "stories/en_headlines"))
    sets = [told if half is None else halves(told)[half] for told in sets]
    judged = [
        pair
        for number, pair in enumerate(storysets.pairs(data))
        if pair.language == language and (half is None or number % 2 == half)
    ]

    def score(weights: likeness.Weights) -> float:
        scores = [storysets.b_cubed(told, weights)[0] for told in sets]
        return mean([*scores, storysets.f1_of_pairs(judged, weights)])

    return score


def _across(data: shared.Shared, half: int | None) -> Score:
    """F1 of links less twice what is above two false links in a hundred."""
    told = storysets.clusters(data, "stories/uzdaily_uz_ru_en")
    told = told if half is None else halves(told)[half]
    unrelated = storysets.unrelated(data)

    def score(weights: likeness.Weights) -> float:
        found, false = storysets.links_across(told, unrelated, weights)
        return found - 2 * max(0.0, false - 0.02)

    return score


def _shown(weights: Mapping[str, float]) -> str:
    return " ".join(f"{name} {number:g}" for name, number in weights.items())


def main(sections: Sequence[str], data: shared.Shared, write: Callable[[str], object]) -> None:
    for section in sections or ("ru", "en", "across"):
        scores = [
            _across(data, half) if section == "across" else _monolingual(section, data, half) for half in (None, 0, 1)
        ]
        fitted = likeness.fitted()
        write(f"{section} stored {_shown(fitted[section])}: {scores[0](fitted):.4f}\n")
        for chosen_on, measured_on in ((1, 2), (2, 1)):
            best = climbed(section, scores[chosen_on], write)
            held_out = scores[measured_on]({**fitted, section: best})
            stored = scores[measured_on](fitted)
            write(f"{section} chosen on one half {_shown(best)}: the other {held_out:.4f}, stored {stored:.4f}\n")
        write(f"{section} best on all: {_shown(climbed(section, scores[0], write))}\n")


if __name__ == "__main__":
    main(sys.argv[1:], shared.Shared(), sys.stdout.write)
