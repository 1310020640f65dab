"""Stories -> the ones a subscription wants, ranked, each with the reason; knows no texts and no database."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.model import StoryId, TopicId

HALF_LIFE_H = 12.0
"""After this many hours a story's freshness counts half."""

SPREAD = 0.6
"""What a story keeps of its worth for each story of its topic that was chosen before it."""

_SOURCES_WEIGHT, _FRESHNESS_WEIGHT = 1.0, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What choosing needs to know of a story.

    `topics` are those it belongs to, best first; `languages` the primary subtags its articles are written in ("uz" for
    both scripts); `source_count` counts publishers, not articles; `number` is its publication number.
    """

    story_id: StoryId
    topics: tuple[TopicId, ...]
    languages: tuple[str, ...]
    source_count: int
    newest_at: datetime
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A chosen story and why: "economy, 3 sources, 2 h old"."""

    story_id: StoryId
    reason: str


_Ranked = tuple[float, datetime, StoryId, Candidate]


def stories(
    candidates: Iterable[Candidate],
    *,
    topics: Collection[TopicId],
    reads: Collection[str],
    limit: int,
    now_at: datetime,
) -> tuple[Choice, ...]:
    """At most `limit` stories that have one of the topics and one of the languages (no `reads` means any), best first.

    More publishers and fresher news come first; each story of a topic makes the next of the same topic worth less, so
    that no topic takes the whole digest. The order of the candidates does not matter. No topics want nothing.
    """
    queues: dict[TopicId, list[_Ranked]] = {}
    for one in candidates:
        if _is_wanted(one, topics, reads):
            queues.setdefault(_topic(one, topics), []).append((_worth(one, now_at), one.newest_at, one.story_id, one))
    for queue in queues.values():
        queue.sort(key=lambda ranked: ranked[:3])
    taken: Counter[TopicId] = Counter()
    chosen: list[Choice] = []
    while queues and len(chosen) < limit:
        topic = max(queues, key=lambda topic: _now_worth(queues[topic][-1], taken[topic]))
        *_, one = queues[topic].pop()
        taken[topic] += 1
        chosen.append(Choice(story_id=one.story_id, reason=_reason(one, topic, now_at)))
        queues = {left: queue for left, queue in queues.items() if queue}
    return tuple(chosen)


def _now_worth(ranked: _Ranked, taken: int) -> tuple[float, datetime, StoryId]:
    worth, newest_at, story_id, _ = ranked
    return worth * math.pow(SPREAD, taken), newest_at, story_id


def _is_wanted(one: Candidate, topics: Collection[TopicId], reads: Collection[str]) -> bool:
    return any(topic in topics for topic in one.topics) and (not reads or any(code in reads for code in one.languages))


def _topic(one: Candidate, topics: Collection[TopicId]) -> TopicId:
    """The topic a story stands under for this subscription: the surest of those it wants."""
    return next(topic for topic in one.topics if topic in topics)


def _age_h(one: Candidate, now_at: datetime) -> float:
    return max(0.0, (now_at - one.newest_at).total_seconds() / 3600)


def _worth(one: Candidate, now_at: datetime) -> float:
    freshness = math.pow(0.5, _age_h(one, now_at) / HALF_LIFE_H)
    return _SOURCES_WEIGHT * math.log2(1 + max(1, one.source_count)) + _FRESHNESS_WEIGHT * freshness


def _reason(one: Candidate, topic: TopicId, now_at: datetime) -> str:
    sources = "1 source" if one.source_count == 1 else f"{one.source_count} sources"
    return f"{topic}, {sources}, {_age_h(one, now_at):.0f} h old"
