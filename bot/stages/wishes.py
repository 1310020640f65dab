"""What a subscription wants as data and back: as it is stored, and as readers take it with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import time
from typing import Any

from bot.model import Filters, Form, Manner, Schedule, Subscription, TopicId


def as_data(wanted: Subscription) -> dict[str, Any]:
    """`{title, topics, schedule: {times, every_min, weekdays}, max_stories, filters: {...}, manner: {...}}`: nothing
    that says whose subscription it is or how far it was served."""
    return {
        "title": wanted.title,
        "topics": list(wanted.topics),
        "schedule": schedule_data(wanted.schedule),
        "max_stories": wanted.max_stories,
        "filters": filters_data(wanted.filters),
        "manner": manner_data(wanted.manner),
    }


def schedule_data(wanted: Schedule) -> dict[str, Any]:
    times = [one.isoformat() for one in wanted.times]
    return {"times": times, "every_min": wanted.every_min, "weekdays": list(wanted.weekdays)}


def filters_data(wanted: Filters) -> dict[str, Any]:
    return {name: list(values) for name, values in asdict(wanted).items()}


def manner_data(wanted: Manner) -> dict[str, Any]:
    return asdict(wanted) | {"quiet": [one.isoformat() for one in wanted.quiet or ()]}


def wanting(begun: Subscription, data: Mapping[str, Any]) -> Subscription:
    """The subscription with what `as_data` said of another."""
    return replace(
        begun,
        title=data["title"],
        topics=tuple(TopicId(topic) for topic in data["topics"]),
        schedule=schedule(data["schedule"]),
        max_stories=data["max_stories"],
        filters=filters(data["filters"]),
        manner=manner(data["manner"]),
    )


def schedule(data: Mapping[str, Any]) -> Schedule:
    return Schedule(
        times=tuple(time.fromisoformat(one) for one in data["times"]),
        every_min=data["every_min"],
        weekdays=tuple(data["weekdays"]),
    )


def filters(data: Mapping[str, Any]) -> Filters:
    """`{}` wants nothing beside topics."""
    return Filters(**{name: tuple(values) for name, values in data.items()})


def manner(data: Mapping[str, Any]) -> Manner:
    """`{}` is the usual one."""
    quiet = tuple(time.fromisoformat(one) for one in data.get("quiet", ()))
    form = Form(data.get("form", Form.FACTS))
    return Manner(**{**data, "form": form, "quiet": (quiet[0], quiet[1]) if quiet else None})
