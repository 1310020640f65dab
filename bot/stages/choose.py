"""Stories -> the ones a subscription wants, best first, each with the reason it was chosen; pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.model import StoryId, TopicId

FRESH_HOURS = 24.0  # after so many hours a story weighs half
CROWDED = 0.7  # each further story of one topic weighs so much of the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story as far as choosing needs to know it. `topics` are those it belongs to, `languages` primary subtags,
    `source_count` how many publishers tell it, `newest_at` when its newest article was published, `number` the
    highest publication number of its articles.
    """

    story_id: StoryId
    topics: tuple[TopicId, ...]
    languages: tuple[str, ...]
    source_count: int
    newest_at: datetime
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A chosen story and why: the wanted topics it has, how many publishers tell it."""

    story_id: StoryId
    reason: str


def stories(
    candidates: Iterable[Candidate],
    *,
    topics: tuple[TopicId, ...],
    reads: tuple[str, ...],
    limit: int,
    now_at: datetime,
) -> tuple[Choice, ...]:
    """At most `limit` of the candidates that have a wanted topic (empty: any) and a language the reader reads (empty:
    any), the most told and freshest first, spread over topics so that one does not take the whole digest.
    """
    waiting = [one for one in candidates if _is_wanted(one, topics, reads)]
    waiting.sort(key=lambda one: (-_weight(one, now_at), -one.number, one.story_id))
    taken: Counter[TopicId] = Counter()
    chosen: list[Choice] = []
    while waiting and len(chosen) < limit:
        best = max(waiting, key=lambda one: _weight(one, now_at) * CROWDED ** _crowd(one, topics, taken))
        waiting.remove(best)
        taken.update(_shared(best, topics))
        chosen.append(Choice(story_id=best.story_id, reason=_reason(best, topics)))
    return tuple(chosen)


def count(candidates: Iterable[Candidate], *, topics: tuple[TopicId, ...], reads: tuple[str, ...]) -> int:
    """How many of the candidates `stories` would choose from."""
    return sum(_is_wanted(one, topics, reads) for one in candidates)


def _is_wanted(one: Candidate, topics: tuple[TopicId, ...], reads: tuple[str, ...]) -> bool:
    return bool((not topics or set(topics) & set(one.topics)) and (not reads or set(reads) & set(one.languages)))


def _shared(one: Candidate, topics: tuple[TopicId, ...]) -> tuple[TopicId, ...]:
    return tuple(topic for topic in one.topics if not topics or topic in topics)


def _crowd(one: Candidate, topics: tuple[TopicId, ...], taken: Counter[TopicId]) -> int:
    """How many chosen stories the least crowded of its wanted topics already has."""
    return min((taken[topic] for topic in _shared(one, topics)), default=0)


def _weight(one: Candidate, now_at: datetime) -> float:
    age_h = max((now_at - one.newest_at).total_seconds() / 3600, 0.0)
    return math.sqrt(one.source_count) * math.pow(0.5, age_h / FRESH_HOURS)


def _reason(one: Candidate, topics: tuple[TopicId, ...]) -> str:
    sources = f"{one.source_count} source" + ("s" if one.source_count != 1 else "")
    return ", ".join((*_shared(one, topics), sources))
