"""What of a story can be muted: its wanted topics, its sources, and the words its headline is most about."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.language import words
from bot.model import Item, Story
from bot.stages import weigh

WORDS, SOURCES = 3, 3
MIN_CHARS, MAX_CHARS = 4, 30
COMMON = 3.0
"""A word so much less rare than one that the table of rarities does not know tells nothing of a story ("first")."""
_WORD = re.compile(r"[^\W\d_][\w'’ʻʼ-]*")


def sources(story: Story, out: Collection[str]) -> tuple[str, ...]:
    """The names of its sources that are not left out yet, the first to tell it first."""
    names = dict.fromkeys(article.source for article in story.articles)
    return tuple(name for name in names if name not in out)[:SOURCES]


def telling_words(item: Item) -> tuple[str, ...]:
    """The rarest words of the headline as it writes them, the rarest first; none that are in every other headline."""
    language = item.language
    rarity = weigh.rarity(language.partition("-")[0])
    usual = rarity.get("*", weigh.USUAL_RARITY)
    found: dict[str, tuple[float, str]] = {}
    for word in _WORD.findall(item.headline):
        low = word.lower()
        if MIN_CHARS <= len(word) <= MAX_CHARS and not words.is_stop(low, language):
            stem = words.stem(low, language)
            if (rare := rarity.get(stem, usual)) > usual - COMMON:
                found.setdefault(stem, (-rare, word))
    return tuple(word for _, word in sorted(found.values()))[:WORDS]
