"""Key facts: how many of those that an editor would want are in three facts and 450 characters."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.model import Article, Story, StoryId
from bot.stages import extract
from tests import benchmarks
from tests.benchmarks import keyfacts, shared
from tests.benchmarks.keyfacts import draw

MAX_FACTS, MAX_CHARS = 3, 450
LEAD = "lead-3"
SCORER = "score_keyfacts.py"
GOALS = {
    "must_b": ("facts that must be there", benchmarks.at_least(0.65)),
    "top_b": ("the first of them", benchmarks.at_least(0.9)),
    "never": ("articles with boilerplate", benchmarks.at_most(0.02)),
    "grounded": ("facts that stand in the article", benchmarks.at_least(1)),
}
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Group:
    """Articles that get rows of their own: `name` for the table, `ids` of their annotations."""

    name: str
    ids: frozenset[str]


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    given, drawn, own = data.rows(draw.GIVEN), keyfacts.annotated(keyfacts.DRAWN), keyfacts.annotated(keyfacts.OWN)
    articles = [*data.rows("keyfacts/input"), *_texts(draw.drawn(data)), *keyfacts.own_articles()]
    ours, lead = _scored(data, gold=[*given, *drawn, *own], articles=articles)
    for group in (_Group("given", _ids(given)), _Group("drawn", _ids(drawn)), *_by_language("drawn", drawn)):
        yield from _rows(group, ours=ours, lead=lead)
    for group in _by_language("own", own):
        yield from _rows(group, ours=ours, lead=lead)


def _rows(group: _Group, *, ours: Rows, lead: Rows) -> Iterator[benchmarks.Row]:
    for measure, (what, goal) in GOALS.items():
        yield benchmarks.Row(
            what=f"{group.name}, {len(group.ids)} articles: {what} ({measure})",
            value=_mean(ours, measure, ids=group.ids),
            baseline=_mean(lead, measure, ids=group.ids),
            beside=f"{LEAD} of the scorer",
            goal=goal,
        )


def _by_language(name: str, annotations: Rows) -> Iterator[_Group]:
    for language in dict.fromkeys(row["lang"] for row in annotations):
        yield _Group(f"{name} {language}", _ids(row for row in annotations if row["lang"] == language))


def _scored(data: shared.Shared, *, gold: Rows, articles: Rows) -> tuple[Rows, Rows]:
    """What the scorer says of each article, for our summaries and for the lead. Raises NotHere."""
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as name:
        folder = Path(name)
        files = {"KEYFACTS_GOLD": folder / "gold.jsonl", "KEYFACTS_INPUT": folder / "input.jsonl"}
        shared.write(files["KEYFACTS_GOLD"], gold)
        shared.write(files["KEYFACTS_INPUT"], articles)
        shared.write(folder / "ours.jsonl", [_line(article) for article in shared.articles(articles)])
        data.scored(SCORER, "baselines", "--dir", folder, environment=files)
        return _each(data, folder / "ours.jsonl", files), _each(data, folder / f"{LEAD}.jsonl", files)


def _each(data: shared.Shared, answers: Path, files: Mapping[str, Path]) -> Rows:
    scores = answers.with_suffix(".scores")
    data.scored(SCORER, "score", answers, "--per-item", scores, environment=files)
    return [json.loads(line) for line in scores.read_text(encoding="utf-8").splitlines()]


def _line(article: Article) -> dict[str, object]:
    story = Story(id=StoryId(article.id), articles=(article,))
    summary = extract.summary(story, article.language, max_facts=MAX_FACTS, max_chars=MAX_CHARS)
    return {"id": article.id, "headline": summary.headline, "facts": [fact.text for fact in summary.facts]}


def _texts(rows: Iterable[draw.Row]) -> Iterator[dict[str, Any]]:
    """Rows as the scorer wants them: with a title, be it empty."""
    for row in rows:
        yield {"title": "", **row}


def _ids(annotations: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(row["id"] for row in annotations)


def _mean(scores: Rows, measure: str, *, ids: frozenset[str]) -> float:
    """Over the articles that have this score: without a single fact nothing can be grounded."""
    values = [row[measure] for row in scores if row["id"] in ids and row[measure] is not None]
    return sum(values) / len(values) if values else 0.0


BENCHMARK = benchmarks.Benchmark(
    name="keyfacts", goal="65 % of the facts an editor wants, none invented, no boilerplate", run=_run
)
