"""Articles -> stories: near-duplicates and reports of one event, within a language and across; incremental.

A new article is compared with few open ones: an inverted index on their heaviest stems, rarest keys and smallest
hashes names the candidates. It joins the story whose members are, half at most and half on average, alike enough.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from bot.model import Article, ArticleId, Story, StoryId
from bot.stages import sketch

OPEN_FOR = timedelta(hours=48)
"""A story takes articles published at most this long after or before another of its own."""

SAME_EVENT = {"ru": 0.28, "en": 0.42}
USUALLY_SAME_EVENT = 0.32
"""How alike a story must be, by language; fitted on stories/silver_2020 (best at .28 to .30, .42)
and on the pairs that people judged (best for English at .44, for Russian far lower, at the cost of chains)."""

ACROSS = 0.3
ACROSS_KEYS = 3
"""How alike the keys of reports in two languages must be, and how many keys they must share at least; fitted on
stories/uzdaily_uz_ru_en among 4,000 articles of one day (F1 .91)."""

REPRINT = 0.5
"""The share of phrases that makes a reprint."""

MEMBERS = 6
"""A story is represented by this many: the one that opened it and the latest."""

_CERTAIN = 10.0
_MAX_CANDIDATES = 24
_MAX_POSTINGS = 400
_HEAVY_KEYS = 8
_INDEXED_SHINGLES = 8


Sketched = Callable[[Article], sketch.Sketch]


@dataclass(slots=True)
class _Open:
    """The open articles so far, numbered as they joined; by story, and by what may bring a new one near."""

    sketches: list[sketch.Sketch] = field(default_factory=list)
    story_ids: list[StoryId] = field(default_factory=list)
    story_of: dict[ArticleId, StoryId] = field(default_factory=dict)
    members: dict[StoryId, list[sketch.Sketch]] = field(default_factory=dict)
    index: dict[tuple[str, str | int], list[tuple[int, float]]] = field(default_factory=dict)


def join(
    new: Sequence[Article], open_stories: Sequence[Story], *, sketched: Sketched = sketch.of
) -> tuple[tuple[Article, StoryId], ...]:
    """For each new article, oldest first, the story it belongs to: an open one, another new one's, or its own id.

    The order in which they are given does not matter; an article that is already in an open story stays there.
    `sketched` is `sketch.of`, or one that remembers (`sketch.Kept`).
    """
    articles = {article.id: article for article in new}
    known = [(sketched(article), story.id) for story in open_stories for article in story.articles]
    joined = join_sketches([sketched(article) for article in articles.values()], known)
    return tuple((articles[one.article_id], story_id) for one, story_id in joined)


def join_sketches(
    new: Iterable[sketch.Sketch], open_members: Iterable[tuple[sketch.Sketch, StoryId]]
) -> tuple[tuple[sketch.Sketch, StoryId], ...]:
    """As `join`, for a caller that keeps sketches: then the text of open articles need not be read again."""
    now_open = _Open()
    for known, story_id in sorted(open_members, key=lambda pair: _age(pair[0])):
        _add(now_open, known, story_id)
    joined: list[tuple[sketch.Sketch, StoryId]] = []
    for one in sorted(new, key=_age):
        story_id = now_open.story_of.get(one.article_id) or _nearest(one, now_open) or StoryId(one.article_id)
        if one.article_id not in now_open.story_of:
            _add(now_open, one, story_id)
        joined.append((one, story_id))
    return tuple(joined)


def stories(articles: Sequence[Article]) -> tuple[Story, ...]:
    """All stories of a heap of articles, the oldest story first, each with its articles oldest first."""
    found: dict[StoryId, list[Article]] = {}
    for article, story_id in join(articles, ()):
        found.setdefault(story_id, []).append(article)
    return tuple(Story(id=story_id, articles=tuple(told)) for story_id, told in found.items())


def _age(one: sketch.Sketch) -> tuple[object, str]:
    return (one.published_at, one.article_id)


def _add(now_open: _Open, one: sketch.Sketch, story_id: StoryId) -> None:
    number = len(now_open.sketches)
    now_open.sketches.append(one)
    now_open.story_ids.append(story_id)
    now_open.story_of[one.article_id] = story_id
    now_open.members.setdefault(story_id, []).append(one)
    for entry, weight in _entries(one):
        now_open.index.setdefault(entry, []).append((number, weight))


def _entries(one: sketch.Sketch) -> list[tuple[tuple[str, str | int], float]]:
    """Under what an article stands in the index, each with a weight: stems in its own language, keys for all."""
    rarest = sorted(one.keys.items(), key=lambda pair: (-pair[1], pair[0]))[:_HEAVY_KEYS]
    stems: list[tuple[tuple[str, str | int], float]] = [
        ((one.language, term), weight) for term, weight in islice(one.terms.items(), sketch.HEAVY_TERMS)
    ]
    keys: list[tuple[tuple[str, str | int], float]] = [(("*", key), weight) for key, weight in rarest]
    hashes = sorted(one.shingles)[:_INDEXED_SHINGLES]
    return stems + keys + [(("#", one_hash), 1.0) for one_hash in hashes]


def _nearest(one: sketch.Sketch, now_open: _Open) -> StoryId | None:
    """The story most clearly the same (by how far its likeness passes the bar), the oldest of equals; None for none."""
    best: tuple[float, StoryId] | None = None
    for story_id in _candidates(one, now_open):
        passed = _passes(one, now_open.members[story_id])
        if passed >= 1 and (best is None or passed > best[0]):
            best = (passed, story_id)
    return best[1] if best else None


def _candidates(one: sketch.Sketch, now_open: _Open) -> list[StoryId]:
    """Stories with articles near in time that share the most weight with this one, most first."""
    shared: dict[int, float] = {}
    for entry, weight in _entries(one):
        for number, other_weight in now_open.index.get(entry, ())[-_MAX_POSTINGS:]:
            shared[number] = shared.get(number, 0.0) + weight * other_weight
    likely = heapq.nlargest(_MAX_CANDIDATES, [(weight, -number) for number, weight in shared.items()])
    near = (
        -number for _, number in likely if abs(one.published_at - now_open.sketches[-number].published_at) <= OPEN_FOR
    )
    return list(dict.fromkeys(now_open.story_ids[number] for number in near))


def _passes(one: sketch.Sketch, members: list[sketch.Sketch]) -> float:
    """How many times the bar the article's likeness to a story is: as a reprint, within its language or across."""
    shown = members if len(members) <= MEMBERS else [members[0], *members[1 - MEMBERS :]]
    reprint = max(sketch.overlap(one.shingles, other.shingles, at_least=REPRINT) for other in shown)
    if reprint >= REPRINT:
        return reprint / REPRINT * _CERTAIN
    likes = [sketch.likeness(one.terms, other.terms) for other in shown if other.language == one.language]
    alike = (max(likes) + sum(likes) / len(likes)) / 2 if likes else 0.0
    across = max((_across(one, other) for other in shown if other.language != one.language), default=0.0)
    return max(alike / SAME_EVENT.get(one.language, USUALLY_SAME_EVENT), across)


def _across(one: sketch.Sketch, other: sketch.Sketch) -> float:
    shared = one.keys.keys() & other.keys.keys()
    return sketch.likeness(one.keys, other.keys) / ACROSS if len(shared) >= ACROSS_KEYS else 0.0
