"""Articles -> stories: near-duplicates and reports of one event, within a language and across; incremental.

A new article is compared with few open stories: an inverted index on heaviest stems, rarest keys and smallest hashes
names the candidates (`Open`); `likeness` says whether it is one of them.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.model import Article, ArticleId, Story, StoryId
from bot.stages import likeness, meaning, sketch
from bot.stages.sketch import Sketch

OPEN_FOR = timedelta(hours=48)
"""A story takes articles published at most this long after or before another of its own."""

FOLLOWED_FOR = timedelta(days=30)
"""So long after it closed a story is named by the one that follows it."""

MEMBERS = 8
"""A story is represented by this many: the one that opened it and the latest."""

_MAX_CANDIDATES = 48
_MAX_STORIES = 10
_MAX_POSTINGS = 400
_HEAVY_KEYS = 8
_INDEXED_SHINGLES = 2

_LAST = chr(0x10FFFF)

Entry = tuple[str, str | int]
Age = tuple[datetime, str]


def earlier(one: Sketch, closed: Iterable[tuple[Sketch, StoryId]]) -> StoryId | None:
    """The closed story that an article which opened a new one follows up, None for none; at most `FOLLOWED_FOR` old."""
    known = Open(open_for=FOLLOWED_FOR)
    for told, story_id in sorted(closed, key=lambda pair: age(pair[0])):
        if told.published_at < one.published_at:
            known.add(told, story_id)
    return known.nearest(one)


def stories(articles: Iterable[Article]) -> tuple[Story, ...]:
    """All stories of a heap of articles, the oldest story first, each with its articles oldest first; the order in
    which they are given does not matter."""
    given = {article.id: article for article in articles}
    found: dict[StoryId, list[Article]] = {}
    for one, story_id in Open().join(map(sketch.of, given.values())):
        found.setdefault(story_id, []).append(given[one.article_id])
    return tuple(Story(id=story_id, articles=tuple(told)) for story_id, told in found.items())


class Open:
    """The open stories, for a caller that keeps them from one batch to the next: then an article costs the same
    however many are stored. What it finds depends on which articles it holds and in which stories, not on the order in
    which they were added: its lists are in the order of publication. About 2.5 kB an article."""

    meanings: meaning.Meanings | None = None
    """Set by whoever has a model of meaning: it decides the doubtful pairs of reports in different languages."""

    def __init__(self, weights: likeness.Weights | None = None, *, open_for: timedelta = OPEN_FOR) -> None:
        self._open_for = open_for
        self._weights = weights or likeness.fitted()
        self._sketches: list[Sketch] = []
        self._ages: list[Age] = []
        self._story_ids: list[StoryId] = []
        self._number_of: dict[ArticleId, int] = {}
        self._members: dict[StoryId, list[int]] = {}
        self._spreads: dict[StoryId, dict[str, float]] = {}
        self._index: dict[str, dict[str | int, int | array[int]]] = {}
        self._last: tuple[Sketch, list[tuple[str, str | int, float]]] | None = None

    def __len__(self) -> int:
        return len(self._number_of)

    def __contains__(self, article_id: ArticleId) -> bool:
        return article_id in self._number_of

    def story_of(self, article_id: ArticleId) -> StoryId | None:
        number = self._number_of.get(article_id)
        return None if number is None else self._story_ids[number]

    def join(self, new: Iterable[Sketch]) -> tuple[tuple[Sketch, StoryId], ...]:
        """Each new article, oldest first, with its story: an open one, another new one's, or its own id; an article
        that is here already stays where it is."""
        joined: list[tuple[Sketch, StoryId]] = []
        for one in sorted(new, key=age):
            story_id = self.story_of(one.article_id) or self.nearest(one) or StoryId(one.article_id)
            self.add(one, story_id)
            joined.append((one, story_id))
        return tuple(joined)

    def add(self, one: Sketch, story_id: StoryId) -> None:
        """An article whose story is known; nothing happens to one that is here already."""
        if one.article_id in self:
            return
        number = self._numbered(one, story_id)
        self._number_of[one.article_id] = number
        insort(self._members.setdefault(story_id, []), number, key=self._ages.__getitem__)
        self._spreads.pop(story_id, None)
        for kind, key in self.entries(one):
            self._post(self._index.setdefault(kind, {}), key, number)

    def _numbered(self, one: Sketch, story_id: StoryId) -> int:
        self._sketches.append(one)
        self._ages.append(age(one))
        self._story_ids.append(story_id)
        return len(self._sketches) - 1

    def _post(self, postings: dict[str | int, int | array[int]], key: str | int, number: int) -> None:
        """Most keys are one article's alone: a bare number is a tenth of an array of one."""
        posted = postings.get(key)
        if posted is None:
            postings[key] = number
        elif isinstance(posted, int):
            postings[key] = array("I", sorted((posted, number), key=self._ages.__getitem__))
        elif self._ages[posted[-1]] < self._ages[number]:
            posted.append(number)
        else:
            insort(posted, number, key=self._ages.__getitem__)

    def nearest(self, one: Sketch) -> StoryId | None:
        """The story most clearly the same (by how far its likeness passes the bar), the oldest of equals."""
        asked = likeness.Asked(one)
        best: tuple[float, StoryId] | None = None
        for story_id in self._candidates(one):
            members = [self._sketches[number] for number in self._shown(story_id)]
            passed = self._passed(asked, story_id, members)
            if passed >= 1 and (best is None or passed > best[0]):
                best = (passed, story_id)
        return best[1] if best else None

    def _shown(self, story_id: StoryId) -> list[int]:
        members = self._members[story_id]
        return members if len(members) <= MEMBERS else [members[0], *members[1 - MEMBERS :]]

    def _passed(self, asked: likeness.Asked, story_id: StoryId, members: Sequence[Sketch]) -> float:
        one = asked.sketch
        passed = likeness.to_story(asked, members, self._spread(story_id, one.language, members), weights=self._weights)
        if self.meanings is None or any(other.language == one.language for other in members):
            return passed
        return self.meanings.decided(passed, one, members)

    def _spread(self, story_id: StoryId, language: str, members: Sequence[Sketch]) -> float:
        if len(members) == 1:
            return 1.0
        spreads = self._spreads.setdefault(story_id, {})
        if language not in spreads:
            spreads[language] = likeness.spread([other for other in members if other.language == language])
        return spreads[language]

    def _candidates(self, one: Sketch) -> list[StoryId]:
        """Stories with articles near in time that share the most weight with this one, most first, the oldest of
        equals."""
        since, until = (one.published_at - self._open_for, ""), (one.published_at + self._open_for, _LAST)
        shared: dict[int, float] = {}
        for kind, key, weight in self._entries(one):
            posted = self._index.get(kind, {}).get(key, ())
            some = (posted,) if isinstance(posted, int) else posted
            for number in self._latest(some, since=since, until=until):
                shared[number] = shared.get(number, 0.0) + weight
        least = min(heapq.nlargest(_MAX_CANDIDATES, shared.values()), default=0.0)
        likely = sorted((-weight, self._ages[number], number) for number, weight in shared.items() if weight >= least)
        stories = (self._story_ids[number] for _, _, number in likely[:_MAX_CANDIDATES])
        return list(dict.fromkeys(stories))[:_MAX_STORIES]

    def _latest(self, posted: Sequence[int], *, since: Age, until: Age) -> Sequence[int]:
        """Those of a time, the latest few of them."""
        ages, end = self._ages, len(posted)
        if end and ages[posted[-1]] > until:
            end = bisect_right(posted, until, key=ages.__getitem__)
        some = posted[max(0, end - _MAX_POSTINGS) : end]
        if some and ages[some[0]] < since:
            some = some[bisect_left(some, since, key=ages.__getitem__) :]
        return some

    def entries(self, one: Sketch) -> list[Entry]:
        """Under what an article stands in the index."""
        return [(kind, key) for kind, key, _ in self._entries(one)]

    def _entries(self, one: Sketch) -> list[tuple[str, str | int, float]]:
        """Remembered of one article: it is looked for and put in one after the other."""
        if self._last is None or self._last[0] is not one:
            self._last = (one, _entries(one))
        return self._last[1]


def age(one: Sketch) -> Age:
    """By what articles are put in order."""
    return (one.published_at, one.article_id)


def _entries(one: Sketch) -> list[tuple[str, str | int, float]]:
    """Under what an article stands in the index, each with a weight: stems in its own language, keys for all."""
    language, terms, keys = one.language, one.terms, one.keys
    found: list[tuple[str, str | int, float]] = [
        (language, stem, weight * weight)
        for stem, weight in zip(terms.names[: sketch.HEAVY_TERMS], terms.weights, strict=False)
    ]
    found += [("*", key, weight * weight) for key, weight in zip(keys.names[:_HEAVY_KEYS], keys.weights, strict=False)]
    found += [("#", one_hash, 1.0) for one_hash in one.shingles[:_INDEXED_SHINGLES]]
    return found
