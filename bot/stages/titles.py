"""Which title of a story stands above it: the one that most sources agree on, none that teases; a newer one that says
what has changed comes before it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from bot.language import tables, words
from bot.model import Article
from bot.stages import publishers, trim, weigh

TEASING = 0.4
"""What a title that asks, shouts or quotes is worth, against one that tells."""
VAGUE = 0.85
"""What one is worth that says that something was said, and not what."""
CHANGED = 1.6
"""What the newest is worth where it says what has changed."""
LONG_CHARS = 140
ROOT = 5
"""So many first letters of a word are looked for in other titles."""


def best(articles: Sequence[Article]) -> Article:
    """The article whose title stands above the story, of articles in one language; the first if none has a title."""
    worth = scores(articles)
    return articles[max(range(len(articles)), key=lambda at: (worth[at], -at))]


def scores(articles: Sequence[Article]) -> list[float]:
    """How near each title is to the centre of them all, 0 for none; oldest first."""
    titles = [trim.headline(article.title) for article in articles]
    keys = [frozenset(words.stems(title, a.language)) for title, a in zip(titles, articles, strict=True)]
    rare = weigh.rarity(articles[0].language.partition("-")[0])
    usual = rare.get("*", weigh.USUAL_RARITY)
    groups = publishers.groups([(article.source, article.url) for article in articles])
    told = Counter(stem for _, stem in {(group, stem) for group, key in zip(groups, keys, strict=True) for stem in key})
    newest = max((a.published_at for a, title in zip(articles, titles, strict=True) if title), default=None)
    found = []
    for article, title, key in zip(articles, titles, keys, strict=True):
        shared = math.fsum(rare.get(stem, usual) * (told[stem] - 1) for stem in key)
        near = (shared + 1) / math.sqrt(math.fsum(rare.get(stem, usual) for stem in key) + 1) if title else 0.0
        is_change = article.published_at == newest and _says_change(title, titles)
        found.append(near * _plainness(title) * (CHANGED if is_change else 1))
    return found


def _says_change(title: str, titles: Sequence[str]) -> bool:
    """Whether a title says what has changed, and most others do not."""
    found = tables.pattern("stories", "change").search(title)
    word = found.group().lower()[:ROOT] if found else ""
    return bool(word) and 2 * sum(word in other.lower() for other in titles) <= len(titles)


def _plainness(title: str) -> float:
    if len(title) > LONG_CHARS or tables.pattern("stories", "teasing").search(title):
        return TEASING
    return VAGUE if tables.pattern("stories", "vague").search(title) else 1.0
