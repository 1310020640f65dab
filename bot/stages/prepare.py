"""Entry -> article with its topics and its sketch: what storing needs to know of an article by itself."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import RefusedEntry
from bot.model import Article, Entry, TopicScore
from bot.stages import classify, clean, indexed, sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An article as it is stored, what it is compared by, and its `line` in the index of search."""

    article: Article
    topics: tuple[TopicScore, ...]
    sketch: sketch.Sketch
    is_news: bool
    line: str


def prepared(
    entries: Iterable[Entry], catalogue: classify.Catalogue, *, now_at: datetime
) -> tuple[Prepared | str, ...]:
    """For each entry what it becomes, or the reason why it cannot become an article."""
    return tuple(_one(entry, catalogue, now_at=now_at) for entry in entries)


def prepared_elsewhere(
    entries: Sequence[Entry], definitions: Sequence[classify.TopicDefinition], now_at: datetime
) -> tuple[Prepared | str, ...]:
    """As `prepared`, for a process that is asked again and again: it makes the catalogue of the same topics once."""
    topics = tuple(definitions)
    return prepared(entries, _catalogue(_Topics(repr(topics), topics)), now_at=now_at)


@dataclass(frozen=True, slots=True)
class _Topics:
    """Topics that can be looked up: equal when they say the same."""

    said: str
    definitions: tuple[classify.TopicDefinition, ...] = field(compare=False)


@functools.lru_cache(maxsize=2)
def _catalogue(topics: _Topics) -> classify.Catalogue:
    return classify.catalogue(topics.definitions)


def _one(entry: Entry, catalogue: classify.Catalogue, *, now_at: datetime) -> Prepared | str:
    try:
        article = clean.article(entry, now_at=now_at)
    except RefusedEntry as error:
        return error.reason
    return Prepared(
        article=article,
        topics=classify.with_source(classify.topics(article, catalogue), entry.topics, catalogue),
        sketch=sketch.of(article),
        is_news=not entry.is_old,
        line=indexed.line(article),
    )
