"""Why a story was chosen, as data and back: as a digest keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.model import TopicId
from bot.stages import choose, taste


def as_data(reason: choose.Reason) -> dict[str, Any]:
    """`{topic, before, words, publishers, age_s, facts, worth, votes: [topic, source, terms], passed}`, without what is
    empty or nothing."""
    votes = [round(part, 3) for part in (reason.votes.topic, reason.votes.source, reason.votes.terms)]
    data = {
        "topic": str(reason.topic),
        "before": reason.before,
        "words": list(reason.words),
        "publishers": reason.publishers,
        "age_s": round(reason.age.total_seconds()),
        "facts": reason.facts,
        "worth": round(reason.worth, 3),
        "votes": votes if any(votes) else [],
        "passed": reason.passed,
    }
    return {name: value for name, value in data.items() if value}


def from_data(data: Mapping[str, Any]) -> choose.Reason:
    topic, source, terms = data.get("votes") or (0.0, 0.0, 0.0)
    return choose.Reason(
        topic=TopicId(data.get("topic", "")),
        before=data.get("before", 0),
        words=tuple(data.get("words", ())),
        publishers=data.get("publishers", 0),
        age=timedelta(seconds=data.get("age_s", 0)),
        facts=data.get("facts", 0),
        worth=data.get("worth", 0.0),
        votes=taste.Leaning(topic=topic, source=source, terms=terms),
        passed=data.get("passed", 0),
    )
