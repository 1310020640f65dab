"""Articles with the facts an editor would want, from every annotated set, and how much of them a summary tells."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.model import Article, Story, StoryId, Summary
from bot.stages import extract, weigh
from tests.benchmarks import shared
from tests.benchmarks.keyfacts import draw

HERE = Path(__file__).parent / "keyfacts"
MAX_FACTS, MAX_CHARS = 3, 450
NEAR = (400, 450, 500)
"""Budgets whose mean is smoother than the one that counts."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One annotated article: `gold` in the scorer's form, `row` as its set has it."""

    gold: Row
    row: Row
    article: Article
    scorer: ModuleType


def items(data: shared.Shared) -> tuple[Item, ...]:
    """Those annotated for the project first, then our 48. Raises NotHere."""
    scorer = tool(data, "score_keyfacts")
    given = (data.rows("keyfacts/gold"), data.rows("keyfacts/input"))
    text = (HERE / "annotations.jsonl").read_text(encoding="utf-8")
    ours = ([json.loads(line) for line in text.splitlines() if line.strip()], list(draw.drawn(data)))
    return tuple(item for gold, rows in (given, ours) for item in _joined(gold, rows, scorer))


def _joined(gold: Sequence[Row], rows: Sequence[Row], scorer: ModuleType) -> Iterator[Item]:
    by_id = {str(row["id"]): row for row in rows}
    for one in gold:
        row = by_id[str(one["id"])]
        for article in shared.articles([row]):
            yield Item(gold=one, row=row, article=article, scorer=scorer)


def summary(article: Article, *, max_chars: int = MAX_CHARS, weights: weigh.Weights = weigh.FITTED) -> Summary:
    story = Story(id=StoryId(article.id), articles=(article,))
    return extract.summary(story, article.language, max_facts=MAX_FACTS, max_chars=max_chars, weights=weights)


def told(item: Item, shown: Summary) -> float:
    """The share of the must facts that headline and facts tell."""
    text = item.scorer.norm(" \n ".join((shown.headline, *(fact.text for fact in shown.facts))))
    must = item.gold["must"]
    return sum(bool(item.scorer.fact_ok(fact, text)) for fact in must) / len(must)


def smooth(item: Item, weights: weigh.Weights) -> float:
    """The mean of `told` over the budgets near the one that counts."""
    parts = [told(item, summary(item.article, max_chars=chars, weights=weights)) for chars in NEAR]
    return sum(parts) / len(parts)


@cache
def tool(data: shared.Shared, name: str) -> ModuleType:
    """A scorer as a module, where a process for every summary would be too slow. Raises NotHere."""
    path = data.folder / "tools" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path) if path.is_file() else None
    if spec is None or spec.loader is None:
        raise shared.NotHere(path.name, "tools")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
