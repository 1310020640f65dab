"""ROUGE of headline and facts against the summaries that editors wrote, beside the lead at the same budget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.model import Article, Story, StoryId
from bot.stages import extract
from tests import benchmarks
from tests.benchmarks import naive, shared

SETS = ("summaries/ru_gazeta", "summaries/en_inshorts")
ABOVE_LEAD = {300: 1.5, 450: 0.7}
"""By how much ROUGE-1 is to be above the lead, at a budget of so many characters."""

MEASURES = ("R1", "R2", "RL")


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    for name in SETS:
        gold = data.rows(name)
        articles = shared.articles(gold)
        for chars, margin in ABOVE_LEAD.items():
            ours = _scores(data.compared("rouge", gold, [_summary(article, chars) for article in articles]))
            plain = _scores(data.compared("rouge", gold, _leads(articles, chars)))
            for measure in MEASURES:
                yield benchmarks.Row(
                    what=f"{name.removeprefix('summaries/')}, {chars} characters: {measure}",
                    value=ours[measure],
                    baseline=plain[measure],
                    beside="lead-3 by regular expression, same budget",
                    goal=benchmarks.at_least(plain[measure] + margin) if measure == "R1" else None,
                )


def _summary(article: Article, chars: int) -> dict[str, object]:
    story = Story(id=StoryId(article.id), articles=(article,))
    told = extract.summary(story, article.language, max_facts=5, max_chars=chars)
    return {"id": article.id, "headline": told.headline, "facts": [fact.text for fact in told.facts]}


def _leads(articles: Sequence[Article], chars: int) -> list[dict[str, object]]:
    return [{"id": article.id, "summary": naive.lead(article.text, max_chars=chars)} for article in articles]


def _scores(printed: str) -> dict[str, float]:
    """R1, R2 and RL of a line such as `system n=3  R1  26.0 [25.1, 26.9]  R2 ...`."""
    return {name: float(value) for name, value in re.findall(r"(R[12L])\s+(\d+\.\d)", printed)}


BENCHMARK = benchmarks.Benchmark(
    name="summaries", goal="ROUGE-1 above the lead, by 1.5 at 300 characters and by 0.7 at 450", run=_run
)
