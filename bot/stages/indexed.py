"""Article -> the line of words that search finds it by; both databases are filled with the same line.

A word stands as `ru/мост`: the primary subtag of its language and its stem, one for all scripts of Uzbek. Behind the
text stand, for what the article is about, the stems of its title (`ru^мост`) and those that it says often or in the
title (`ru~мост`); then tags of its language, source and topics. No word of a text looks like a mark or a tag.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.language import words
from bot.model import Article, TopicId

MAX_CHARS = 40_000
"""What stands behind these is not found."""
MOST_STEMS = 4_000
SAME_STEM = 255
"""How many places of one word count: PostgreSQL keeps no more of them."""
OFTEN = 3
PLAIN, TITLE, CENTRAL = "/", "^", "~"
BREAK = "/"  # stands between title and text, so that no phrase goes on from one to the other

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_NUMBER_BITS = 30
_LAST_SECOND = (1 << 32) - 1
HOUR_BITS = 12  # 4,096 seconds: the smallest stretch of time that has a tag
_LEVELS = range(HOUR_BITS, 32, 4)


def line(article: Article) -> str:
    """The words and marks of an article, blanks between them."""
    language = primary(article.language)
    title = words.stems(article.title, article.language)
    text = words.stems(article.text[:MAX_CHARS], article.language)[:MOST_STEMS]
    count: Counter[str] = Counter()
    run = [f"{language}{PLAIN}{stem}" if stem else BREAK for stem in (*title, "", *text) if _is_new(stem, count)]
    central = {stem for stem, many in count.items() if stem and many >= OFTEN}.union(title)
    marks = [f"{language}{TITLE}{stem}" for stem in sorted(set(title))]
    return " ".join([*run, BREAK, *marks, *(f"{language}{CENTRAL}{stem}" for stem in sorted(central))])


def _is_new(stem: str, count: Counter[str]) -> bool:
    count[stem] += 1
    return count[stem] <= SAME_STEM


def tags(language: str, source: str, topics: Iterable[TopicId]) -> tuple[str, ...]:
    """What narrows a search to a language, a source or a topic."""
    return (language_tag(language), source_tag(source), *map(topic_tag, topics))


def language_tag(language: str) -> str:
    return f"l/{primary(language)}"


def source_tag(name: str) -> str:
    """As a hash, because names have blanks."""
    return f"s/{_hash(name)}"


def topic_tag(topic: TopicId) -> str:
    return f"t/{_hash(topic)}"


def primary(language: str) -> str:
    return language.partition("-")[0].lower()


def place(published_at: datetime, number: int) -> int:
    """Where an article stands among all: by the second it was published in, then by its publication number, which
    `number` reads back."""
    return _second(published_at) << _NUMBER_BITS | number & ((1 << _NUMBER_BITS) - 1)


def number(of_place: int) -> int:
    return of_place & ((1 << _NUMBER_BITS) - 1)


def hour(of_place: int) -> int:
    """The stretch of 4,096 seconds that a place is in, counted from 1970."""
    return of_place >> _NUMBER_BITS + HOUR_BITS


def first_place(at: datetime) -> int:
    """No article that was published at this moment or later stands before it."""
    return _second(at) << _NUMBER_BITS


def times(of_place: int) -> tuple[str, ...]:
    """Tags of the stretches of time that a place is in: of about an hour, 18 hours, 12 days, 194 days and 8 years."""
    second = of_place >> _NUMBER_BITS
    return tuple(_time(second >> bits, bits) for bits in _LEVELS)


def cover(since: int, until: int) -> tuple[str, ...]:
    """The fewest tags of time that cover the hours from `since` to before `until`."""
    found: list[str] = []
    while since < until:
        level = 0
        while since % 16 ** (level + 1) == 0 and since + 16 ** (level + 1) <= until and level + 1 < len(_LEVELS):
            level += 1
        found.append(_time(since >> 4 * level, HOUR_BITS + 4 * level))
        since += 16**level
    return tuple(found)


def _time(count: int, bits: int) -> str:
    return f"a/{bits:x}{count:x}"


def _second(at: datetime) -> int:
    return min(max((at - _EPOCH) // _SECOND, 0), _LAST_SECOND)


def _hash(text: str) -> str:
    return hashlib.blake2s(text.casefold().encode(errors="replace"), digest_size=6).hexdigest()
