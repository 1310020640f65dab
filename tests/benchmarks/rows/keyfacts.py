"""Key facts: how many of those that an editor would want are in three facts and 450 characters."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.model import Article, Story, StoryId
from bot.stages import extract
from tests import benchmarks
from tests.benchmarks import shared

MAX_FACTS, MAX_CHARS = 3, 450
LEAD = "lead-3"
SCORER = "score_keyfacts.py"
GOALS = {
    "must_b": ("facts that must be there", benchmarks.at_least(0.65)),
    "top_b": ("the first of them", benchmarks.at_least(0.9)),
    "never": ("articles with boilerplate", benchmarks.at_most(0.02)),
    "grounded": ("facts that stand in the article", benchmarks.at_least(1)),
}


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    articles = shared.articles(data.rows("keyfacts/input"))
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as name:
        folder = Path(name)
        shared.write(folder / "ours.jsonl", [_line(article) for article in articles])
        data.scored(SCORER, "score", folder / "ours.jsonl", "--json", folder / "ours.json")
        data.scored(SCORER, "baselines", "--dir", folder, "--json", folder / "plain.json")
        ours, plain = _read(folder / "ours.json"), _read(folder / "plain.json")[LEAD]
    for measure, (what, goal) in GOALS.items():
        yield benchmarks.Row(
            what=f"{what} ({measure}, {ours['all']['n']} articles)",
            value=ours["all"][measure],
            baseline=plain["all"][measure],
            beside=f"{LEAD} of the scorer",
            goal=goal,
        )


def _line(article: Article) -> dict[str, object]:
    story = Story(id=StoryId(article.id), articles=(article,))
    summary = extract.summary(story, article.language, max_facts=MAX_FACTS, max_chars=MAX_CHARS)
    return {"id": article.id, "headline": summary.headline, "facts": [fact.text for fact in summary.facts]}


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


BENCHMARK = benchmarks.Benchmark(
    name="keyfacts", goal="65 % of the facts an editor wants, none invented, no boilerplate", run=_run
)
