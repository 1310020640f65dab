"""The sets of stories as sketches, and what measuring and fitting both do with them."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.model import ArticleId, StoryId
from bot.stages import group, likeness, regroup, sketch
from bot.stages.sketch import Sketch
from tests.benchmarks import shared

PAIRS = ("stories/pairs_tgcontest", "stories/pairs_nyan")
UNRELATED = 4_000
FOLDS = 10
RESTARTED = 0.2

Told = Sequence[tuple[Sketch, str]]
"""Sketches, each with the story that it is said to belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two articles, and whether people called them one story."""

    set_name: str
    language: str
    is_same: bool
    first: Sketch
    second: Sketch


def clusters(data: shared.Shared, name: str, *, language: str = "") -> Told:
    """A set with a field `cluster`; a row of a headline only is an article of that one line."""
    rows = [row for row in data.rows(name) if not language or row["lang"] == language]
    said = {row["id"]: row["cluster"] for row in rows}
    return [(sketch.of(one), said[one.id]) for one in shared.articles(map(_told, rows))]


def unrelated(data: shared.Shared) -> list[Sketch]:
    """Articles of other days and places in Russian and English, half each."""
    half = UNRELATED // 2
    told = [storyset for language in ("ru", "en") for storyset in _silver(data, language)[:half]]
    return [one for one, _ in told]


def _silver(data: shared.Shared, language: str) -> Told:
    return clusters(data, "stories/silver_2020", language=language)


def pairs(data: shared.Shared) -> list[Pair]:
    found = []
    for name in PAIRS:
        for row in data.rows(name):
            sides = [_told(_in_order(row[side])) | {"id": f"{row['id']}/{side}"} for side in "ab"]
            first, second = map(sketch.of, shared.articles(sides))
            is_same = row["label"] == "same"
            found.append(Pair(set_name=name, language=row["lang"], is_same=is_same, first=first, second=second))
    return found


def _in_order(row: Mapping[str, Any]) -> dict[str, Any]:
    """In a part of pairs_tgcontest address and title have changed places."""
    if str(row.get("title")).startswith("http"):
        return {**row, "title": row["url"], "url": row["title"]}
    return dict(row)


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "text": row.get("text") or row["title"]}


def f1_of_pairs(judged: Iterable[Pair], weights: likeness.Weights) -> float:
    """F1 of "same", each pair by itself."""
    both = said = real = 0
    for pair in judged:
        is_one = likeness.to_story(likeness.Asked(pair.second), [pair.first], 1.0, weights=weights) >= 1
        both, said, real = both + (is_one and pair.is_same), said + is_one, real + pair.is_same
    return 2 * both / (said + real)


def f1_in_folds(judged: Sequence[Pair], weights: likeness.Weights) -> float:
    """As `f1_of_pairs`, but the bar of each tenth is the one that is best for the other nine."""
    scored = [
        (
            zlib.crc32(pair.first.article_id.encode()) % FOLDS,
            likeness.to_story(likeness.Asked(pair.second), [pair.first], 1.0, weights=weights),
            pair.is_same,
        )
        for pair in judged
    ]
    said: list[tuple[bool, bool]] = []
    for fold in range(FOLDS):
        others = [(score, is_same) for its, score, is_same in scored if its != fold]
        bar = max((score for score, _ in others), key=lambda bar: _f1([(score >= bar, same) for score, same in others]))
        said += [(score >= bar, is_same) for its, score, is_same in scored if its == fold]
    return _f1(said)


def _f1(said: Sequence[tuple[bool, bool]]) -> float:
    both = sum(ours and real for ours, real in said)
    return 2 * both / max(1, sum(ours + real for ours, real in said))


def b_cubed(told: Told, weights: likeness.Weights) -> tuple[float, int]:
    """B-cubed F1, and how many articles the largest story has."""
    ours = _found(told, weights)
    return b_cubed_of([said for _, said in told], ours), max(Counter(ours).values())


def b_cubed_of(said: Sequence[str], found: Sequence[object]) -> float:
    """The F1 of two partitions of the same articles, as `score.py clusters` counts it."""
    both = Counter(zip(said, found, strict=True))
    real, ours = Counter(said), Counter(found)
    precision = sum(count**2 / ours[name] for (_, name), count in both.items()) / len(said)
    recall = sum(count**2 / real[name] for (name, _), count in both.items()) / len(said)
    return 2 * precision * recall / (precision + recall)


def largest_mixed(told: Told, weights: likeness.Weights) -> int:
    """The size of the largest story of which less than nine tenths are said to be one."""
    members: dict[StoryId, Counter[str]] = {}
    for (_, said), story_id in zip(told, _found(told, weights), strict=True):
        members.setdefault(story_id, Counter())[said] += 1
    return max((one.total() for one in members.values() if max(one.values()) < 0.9 * one.total()), default=0)


def _found(told: Told, weights: likeness.Weights) -> list[StoryId]:
    found = {one.article_id: story_id for one, story_id in group.Open(weights).join(one for one, _ in told)}
    return [found[one.article_id] for one, _ in told]


def links_across(told: Told, unrelated: Sequence[Sketch], weights: likeness.Weights) -> tuple[float, float]:
    """F1 of the links between reports of one story, and the share of links that are false, all told on one day.

    A link is two articles in one story, at least one of them of `told`.
    """
    start = unrelated[0].published_at
    heap = [
        replace(one, published_at=start + timedelta(minutes=number * 13 % 1440))
        for number, one in enumerate([*(one for one, _ in told), *unrelated])
    ]
    members: dict[StoryId, list[str]] = {}
    said = {str(one.article_id): cluster for one, cluster in told}
    for one, story_id in group.Open(weights).join(heap):
        members.setdefault(story_id, []).append(said.get(one.article_id, ""))
    linked = right = 0
    for clusters_in_it in members.values():
        ours, counts = len(clusters_in_it), Counter(filter(None, clusters_in_it))
        linked += _links(ours) - _links(ours - counts.total())
        right += sum(_links(count) for count in counts.values())
    real = sum(_links(count) for count in Counter(said.values()).values())
    return 2 * right / (linked + real), (linked - right) / max(1, linked)


def _links(count: int) -> int:
    return count * (count - 1) // 2


def partitions(sketches: Sequence[Sketch], *, orders: int, again: bool) -> int:
    """How many different partitions there are when the articles of each hour come in random order, eight at a time;
    before a fifth of the batches what is open is read from what was stored. `again` decides the articles of an hour
    again with those that come later in it."""
    return len({frozenset(_arrived(sketches, random.Random(seed), again=again)) for seed in range(orders)})


def _arrived(sketches: Sequence[Sketch], shuffle: random.Random, *, again: bool) -> set[frozenset[ArticleId]]:
    known = {one.article_id: one for one in sketches}
    hours: dict[object, list[Sketch]] = {}
    for one in sorted(sketches, key=lambda one: one.published_at):
        hours.setdefault(one.published_at.replace(minute=0, second=0), []).append(one)
    stories: dict[ArticleId, StoryId] = {}
    kept = regroup.Kept()
    for hour in hours.values():
        shuffle.shuffle(hour)
        for batch in (hour[start : start + 8] for start in range(0, len(hour), 8)):
            if shuffle.random() < RESTARTED:
                kept = regroup.Kept()
                for name, story_id in stories.items():
                    kept.add(known[name], story_id)
            joined = kept.rejoin(batch) if again else kept.join(batch)
            stories.update({one.article_id: story_id for one, story_id in joined})
    members: dict[StoryId, set[ArticleId]] = {}
    for name, story_id in stories.items():
        members.setdefault(story_id, set()).add(name)
    return set(map(frozenset, members.values()))
