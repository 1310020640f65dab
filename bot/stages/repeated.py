"""What repeats across a source's articles, at their end or on a line of its own, is the site's, not the article's."""

from __future__ import annotations

import hashlib
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.language import sentences
from bot.model import Article, ArticleId, Story, StoryId

RECENT = 12
"""So many articles of a source are compared, the latest."""
LEAST = 3
"""So many stories must have it: with two the background of a running story would go, with more the tail of a section.
A sentence with a figure must stand in half of them, or what is known so far of a flood would go."""
MAX_CHARS = 400
"""What is longer is a paragraph of an article, however often it is printed."""
END_CHARS = 600
"""The end of a text, within which sentences are compared and not only whole lines."""
BEGINNING_CHARS = 300
"""Articles that begin alike for so long are reprints of each other."""
MAX_LINES = 40
MAX_SOURCES = 2_000
"""Sources that are kept, at about 2 kB; the one that came first is forgotten first."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An article as it is compared: checksums of its beginning and of every part of it that may be the site's."""

    article_id: ArticleId
    story_id: StoryId
    beginning: int
    parts: array[int]


@dataclass(slots=True)
class Repeated:
    """The latest articles of each source. Those of one story count as one: what they share is the event. What `least`
    stories have is the site's."""

    least: int = LEAST
    _recent: dict[str, deque[_Seen]] = field(default_factory=dict)

    def __contains__(self, source: str) -> bool:
        return source in self._recent

    def begin(self, sources: Iterable[str], latest: Iterable[tuple[Article, StoryId]]) -> None:
        """Sources that are not here yet with their latest articles, the oldest first; they may have none."""
        for source in sources:
            self._recent.setdefault(source, deque(maxlen=RECENT))
        for article, story_id in latest:
            self.add(article, story_id)

    def add(self, article: Article, story_id: StoryId) -> None:
        """The next article of its source; one that is here already gives way to its new text."""
        text, before = article.text, self._recent.get(article.source, ())
        seen = _Seen(
            article_id=article.id,
            story_id=story_id,
            beginning=_sum(text[:BEGINNING_CHARS]),
            parts=array("I", _sums(text)),
        )
        others = (one for one in before if one.article_id != article.id)
        self._recent[article.source] = deque((*others, seen), maxlen=RECENT)
        if len(self._recent) > MAX_SOURCES:
            del self._recent[next(iter(self._recent))]

    def without(self, story: Story) -> Story:
        """The story as it is to be read: a text whose last sentences repeat ends before them, lines that do are blank,
        so that what is left stands at the same characters. The first sentence stays, and so do reprints, which share
        their beginning too."""
        return replace(story, articles=tuple(map(self._without, story.articles)))

    def _without(self, article: Article) -> Article:
        seen, beginning = self._recent.get(article.source, ()), _sum(article.text[:BEGINNING_CHARS])
        if len(seen) < self.least or _stories(seen, lambda one: one.beginning == beginning) >= self.least:
            return article
        sums = _sums(article.text)
        if sum(not sums.isdisjoint(one.parts) for one in seen) < self.least:
            return article
        half = (_stories(seen, lambda _: True) + 1) // 2

        def repeats(part: str) -> bool:
            key = _sum(part)
            least = max(self.least, half) if any(map(str.isdigit, part)) else self.least
            return _stories(seen, lambda one: key in one.parts) >= least

        kept = _without_lines(_without_end(article.text, repeats), repeats)
        return article if kept == article.text else replace(article, text=kept)


def _without_end(text: str, repeats: Callable[[str], bool]) -> str:
    kept = len(text)
    for start, end in reversed(_last_sentences(text)):
        if not repeats(text[start:end]):
            break
        kept = start
    return text[:kept].rstrip()


def _without_lines(text: str, repeats: Callable[[str], bool]) -> str:
    for start, end in _lines(text):
        if repeats(text[start:end]):
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _stories(seen: Iterable[_Seen], has: Callable[[_Seen], bool]) -> int:
    return len({one.story_id for one in seen if has(one)})


def _sums(text: str) -> set[int]:
    """Of all that may be the site's: short lines and last sentences, but none that the text begins with."""
    return {_sum(text[start:end]) for start, end in (*_lines(text), *_last_sentences(text))}


def _lines(text: str) -> list[Span]:
    found, at = [], 0
    for line in text.split("\n"):
        if at and 0 < len(line) <= MAX_CHARS:
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found[-MAX_LINES:]


def _last_sentences(text: str) -> list[Span]:
    near = max(0, len(text) - END_CHARS)
    return [(near + start, near + end) for start, end in sentences.spans(text[near:])[1:] if end - start <= MAX_CHARS]


def _sum(part: str) -> int:
    digest = hashlib.blake2b(" ".join(part.lower().split()).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")
