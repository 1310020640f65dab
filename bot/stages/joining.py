"""Story -> why each of its articles is in it: how like those before it is, and what makes it so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Article, ArticleId
from bot.stages import group, likeness, sketch
from bot.stages.sketch import Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """An article beside those of the story that are older: `score` is how many times the bar their likeness is (under
    1: another story, were it decided by likeness alone now), None for the oldest; `reasons` are those within its own
    language, None where no older one is in it."""

    article_id: ArticleId
    score: float | None = None
    reasons: likeness.Reasons | None = None


def why(articles: Sequence[Article], *, weights: likeness.Weights | None = None) -> tuple[Joined, ...]:
    """For each article of a story, oldest first."""
    sketches = [sketch.of(article) for article in articles]
    weights = weights or likeness.fitted()
    return tuple(_joined(one, sketches[:place], weights) for place, one in enumerate(sketches))


def _joined(one: Sketch, older: Sequence[Sketch], weights: likeness.Weights) -> Joined:
    if not older:
        return Joined(article_id=one.article_id)
    shown = [older[0], *older[1:][1 - group.MEMBERS :]]
    within = [other for other in shown if other.language == one.language]
    asked, spread = likeness.Asked(one), likeness.spread(within) if within else 1.0
    return Joined(
        article_id=one.article_id,
        score=likeness.to_story(asked, shown, spread, weights=weights),
        reasons=likeness.reasons(asked, within, spread) if within else None,
    )
