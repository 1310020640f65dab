"""What is wrong with values that are as they should be each for itself, but not together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bot.errors import ConfigFault
from bot.stages import classify

if TYPE_CHECKING:
    from bot.config import Config, Topic


def faults(config: Config) -> Iterator[ConfigFault]:
    """Topics that are not there, names that stand there twice, bounds that are the wrong way round."""
    for name, topic in config.topics.items():
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,15}", name):
            message = "an id is a small Latin letter and up to 15 more, digits, - and _"
            yield ConfigFault(key=f"topics.{name}", message=message)
        yield from _example_faults(name, topic)
    known = {definition.id for definition in config.topic_definitions}
    for channel in config.channels:
        yield from _unknown(channel.topics, known, key=f"channels.{channel.chat}.topics")
    for source in config.sources:
        yield from _unknown(source.topics, known, key=f"sources.{source.slug}.topics")
    yield from _twice("sources", "slug", [source.slug for source in config.sources])
    yield from _twice("channels", "chat", [channel.chat.lower() for channel in config.channels])
    if config.collect.shortest_min > config.collect.longest_min:
        message = f"{config.collect.shortest_min:g} is more than longest_min, {config.collect.longest_min:g}"
        yield ConfigFault(
            key="collect.shortest_min", message=message, hint="the shortest time cannot be the longer one"
        )


def two_tokens(*layers: Mapping[str, Any]) -> Iterator[ConfigFault]:
    """A token and a file of one, both in config.toml or both in the environment: nobody knows which is wanted."""
    for layer in layers:
        telegram = layer.get("telegram")
        if isinstance(telegram, Mapping) and telegram.get("token") and telegram.get("token_file"):
            message = "token and token_file are both given"
            yield ConfigFault(key="telegram.token_file", message=message, hint="keep the one that you want")
            return


def _example_faults(name: str, topic: Topic) -> Iterator[ConfigFault]:
    for code, texts in topic.examples.items():
        for number, text in enumerate(texts):
            if not classify.example_stems(text, code):
                key = f"topics.{name}.examples.{code}.{number}"
                yield ConfigFault(key=key, message="no word of it is rare enough to tell the topic by")


def _unknown(topics: Iterable[str], known: Iterable[str], *, key: str) -> Iterator[ConfigFault]:
    hint = "topics here: " + ", ".join(sorted(known))
    return (
        ConfigFault(key=key, message=f'no topic "{topic}"', hint=hint) for topic in topics if topic not in set(known)
    )


def _twice(section: str, field: str, values: Iterable[str]) -> Iterator[ConfigFault]:
    met: set[str] = set()
    for value in values:
        if value in met:
            yield ConfigFault(key=f"{section}.{value}.{field}", message="stands there twice")
        met.add(value)
