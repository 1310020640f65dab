"""Stories -> the ones a subscription wants, ranked, each with the reason; knows no texts and no database."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import StoryId, TopicId
from bot.stages import taste

HALF_LIFE = timedelta(hours=12)
"""After this time a story's freshness counts half."""

SPREAD = 0.6
"""What a story keeps of its worth for each story of its topic that was chosen before it."""

SHARE = 0.5
"""While another topic waits, none takes more of the places than this, rounded up."""

FACTS = 5
"""More facts than these make a story worth no more."""

NO_TOPIC = TopicId("")
"""Where a story stands that is wanted for a word alone."""

_PUBLISHERS_WEIGHT, _FRESHNESS_WEIGHT, _FACTS_WEIGHT, _WORDS_WEIGHT = 1.0, 1.0, 0.3, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What choosing needs to know of a story.

    `topics` are those it belongs to, best first; `languages` the primary subtags its articles are written in ("uz" for
    both scripts); `voices` are who told it, by the names that readers know, and in which language; `source_count`
    counts publishers, not articles or feeds; `fact_count` the facts of its longest summary; `words` are those of the
    reader's words that it has; `number` is its publication number; `leaning` is what the chat's votes make of it.
    """

    story_id: StoryId
    topics: tuple[TopicId, ...]
    languages: tuple[str, ...]
    source_count: int
    newest_at: datetime
    number: int = 0
    fact_count: int = 0
    words: tuple[str, ...] = ()
    voices: tuple[tuple[str, str], ...] = ()
    leaning: taste.Leaning = taste.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a story was chosen, in parts that can be said in any language: the topic it stands under (`NO_TOPIC` for
    none) and how many of that topic were chosen before it, the reader's words in it, publishers, age and facts, the
    chat's votes; and its worth, which those make. `passed` are the stories worth more that it stands before because it
    has a picture to lead with."""

    topic: TopicId
    before: int
    words: tuple[str, ...]
    publishers: int
    age: timedelta
    facts: int
    worth: float
    votes: taste.Leaning = taste.NONE
    passed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A chosen story and why."""

    story_id: StoryId
    reason: Reason


_Ranked = tuple[float, datetime, StoryId, Candidate]


def stories(
    candidates: Iterable[Candidate],
    *,
    topics: Collection[TopicId],
    reads: Collection[str],
    limit: int,
    now_at: datetime,
) -> tuple[Choice, ...]:
    """At most `limit` stories that have one of the topics, or a word of the reader's, and one of the languages (no
    `reads` means any), best first.

    More publishers, fresher news, more facts and the reader's words come first; each story of a topic makes the next of
    the same topic worth less, and none takes more than its share while others wait. The order of the candidates does
    not matter. No topics want nothing but words.
    """
    queues: dict[TopicId, list[_Ranked]] = {}
    for one in candidates:
        if _is_wanted(one, topics, reads):
            queues.setdefault(_topic(one, topics), []).append((_worth(one, now_at), one.newest_at, one.story_id, one))
    for queue in queues.values():
        queue.sort(key=lambda ranked: ranked[:3])
    share, taken = math.ceil(limit * SHARE), Counter[TopicId]()
    chosen: list[Choice] = []
    while queues and len(chosen) < limit:
        waiting = [topic for topic in queues if taken[topic] < share] or list(queues)
        topic = max(waiting, key=lambda topic: _now_worth(queues[topic][-1], taken[topic]))
        worth, *_, one = queues[topic].pop()
        chosen.append(
            Choice(story_id=one.story_id, reason=_reason(one, topic, now_at, before=taken[topic], worth=worth))
        )
        taken[topic] += 1
        queues = {left: queue for left, queue in queues.items() if queue}
    return tuple(chosen)


def led(ranked: Iterable[Choice], story_id: StoryId) -> tuple[Choice, ...]:
    """The same order with that story, which has a picture to lead with, before all."""
    others = list(ranked)
    place = next(number for number, one in enumerate(others) if one.story_id == story_id)
    lead = others.pop(place)
    return replace(lead, reason=replace(lead.reason, passed=place)), *others


def _now_worth(ranked: _Ranked, taken: int) -> tuple[float, datetime, StoryId]:
    worth, newest_at, story_id, _ = ranked
    return worth * math.pow(SPREAD, taken), newest_at, story_id


def _is_wanted(one: Candidate, topics: Collection[TopicId], reads: Collection[str]) -> bool:
    is_about = bool(one.words) or any(topic in topics for topic in one.topics)
    return is_about and (not reads or any(code in reads for code in one.languages))


def _topic(one: Candidate, topics: Collection[TopicId]) -> TopicId:
    """The topic a story stands under for this subscription: the surest of those it wants."""
    return next((topic for topic in one.topics if topic in topics), NO_TOPIC)


def _age(one: Candidate, now_at: datetime) -> timedelta:
    return max(timedelta(), now_at - one.newest_at)


def _worth(one: Candidate, now_at: datetime) -> float:
    parts = (
        _PUBLISHERS_WEIGHT * math.log2(1 + max(1, one.source_count)),
        _FRESHNESS_WEIGHT * math.pow(0.5, _age(one, now_at) / HALF_LIFE),
        _FACTS_WEIGHT * min(one.fact_count, FACTS) / FACTS,
        _WORDS_WEIGHT * len(one.words),
        one.leaning.worth,
    )
    return sum(parts)


def _reason(one: Candidate, topic: TopicId, now_at: datetime, *, before: int, worth: float) -> Reason:
    return Reason(
        topic=topic,
        before=before,
        words=one.words,
        publishers=one.source_count,
        age=_age(one, now_at),
        facts=one.fact_count,
        worth=worth * math.pow(SPREAD, before),
        votes=one.leaning,
    )
