"""Topics of articles that people labelled: our default topics, mapped to the classes of the contest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.stages import classify
from tests import benchmarks
from tests.benchmarks import shared

SETS = ("topics/tgcontest", "topics/tgcontest_ru_text")
CLASSES = {
    "economy": "economy",
    "industry": "economy",
    "digital": "technology",
    "education": "science",
    "politics": "society",  # the contest counts politics, elections and law to society
    "society": "society",
    "culture": "entertainment",
    "sport": "sports",
    "other": "other",
}
"""Our topic -> the contest's class."""

SIX = frozenset(CLASSES.values()) - {"other"}
"""What is asked of us; `other` and `not_news` are no topics."""

USUAL = "society"


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    catalogue = classify.catalogue(classify.default_definitions())
    for name in SETS:
        rows = [row for row in data.rows(name) if row["category"] in SIX]
        said = [
            {"id": article.id, "label": CLASSES[classify.topics(article, catalogue)[0].topic]}
            for article in shared.articles(rows)
        ]
        usual = [{"id": row["id"], "label": USUAL} for row in rows]
        ours, plain = data.compared("accuracy", rows, said), data.compared("accuracy", rows, usual)
        for measure in ("accuracy", "macro-F1"):
            yield benchmarks.Row(
                what=f"{name.removeprefix('topics/')}, {len(rows)} of six classes: {measure}",
                value=_percent(measure, ours),
                baseline=_percent(measure, plain),
                beside=f"always {USUAL}",
                unit="%",
                goal=benchmarks.at_least(82),
            )


def _percent(measure: str, printed: str) -> float:
    found = re.search(rf"{measure}\s+(\S+)", printed)
    if found is None:
        raise AssertionError(f"the scorer said {printed!r}")
    return float(found[1])


BENCHMARK = benchmarks.Benchmark(
    name="topics", goal="the first topic is the one people gave, in 82 % of articles of six classes", run=_run
)
