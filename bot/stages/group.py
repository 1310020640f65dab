"""Articles -> stories: near-duplicates and reports of one event, within a language and across; incremental.

A new article is compared with few open stories: an inverted index on heaviest stems, rarest keys and smallest hashes
names the candidates (`Open`); `likeness` says whether it is one of them.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Collection, Iterable, Sequence
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

Entry = tuple[str, str | int]


def join(new: Sequence[Article], open_stories: Sequence[Story]) -> tuple[tuple[Article, StoryId], ...]:
    """For each new article, oldest first, the story it belongs to: an open one, another new one's, or its own id.

    The order in which they are given does not matter; an article that is already in an open story stays there.
    """
    articles = {article.id: article for article in new}
    known = [(sketch.of(article), story.id) for story in open_stories for article in story.articles]
    joined = join_sketches([sketch.of(article) for article in articles.values()], known)
    return tuple((articles[one.article_id], story_id) for one, story_id in joined)


def join_sketches(
    new: Iterable[Sketch], open_members: Iterable[tuple[Sketch, StoryId]]
) -> tuple[tuple[Sketch, StoryId], ...]:
    """As `join`, for a caller that keeps sketches: then the text of open articles need not be read again."""
    now_open = Open()
    for known, story_id in sorted(open_members, key=lambda pair: _age(pair[0])):
        now_open.add(known, story_id)
    return now_open.join(new)


def rejoin_sketches(
    new: Iterable[Sketch], open_members: Iterable[tuple[Sketch, StoryId]], *, fixed: Collection[ArticleId] = ()
) -> tuple[tuple[Sketch, StoryId], ...]:
    """As `join_sketches`, but articles published in the same clock hour as a new one are decided again with it, so that
    the order in which an hour's articles arrive does not matter. Gives those too; some may have changed their story.

    `fixed` are articles that stay where they are: those that somebody put there. The article that a story is named
    after stays too if there are older ones in it, so that no two stories bear one name.
    """
    new, known = tuple(new), tuple(open_members)
    hours = {_hour(one) for one in new}
    settled = [pair for pair in known if _hour(pair[0]) not in hours or pair[0].article_id in fixed]
    older = {story_id for _, story_id in settled}
    settled += [pair for pair in known if StoryId(pair[0].article_id) == pair[1] in older and pair not in settled]
    stays = {one.article_id for one, _ in settled}
    again = {one.article_id: one for one in (*(one for one, _ in known), *new) if one.article_id not in stays}
    return _named(join_sketches(again.values(), settled), {story_id for _, story_id in known} - older)


def _named(
    joined: tuple[tuple[Sketch, StoryId], ...], before: Collection[StoryId]
) -> tuple[tuple[Sketch, StoryId], ...]:
    """Stories that hold an article which named one before take that name, the oldest such."""
    names: dict[StoryId, StoryId] = {}
    for one, story_id in joined:
        if StoryId(one.article_id) in before:
            names.setdefault(story_id, StoryId(one.article_id))
    return tuple((one, names.get(story_id, story_id)) for one, story_id in joined)


def _hour(one: Sketch) -> datetime:
    return one.published_at.replace(minute=0, second=0, microsecond=0)


def earlier(one: Sketch, closed: Iterable[tuple[Sketch, StoryId]]) -> StoryId | None:
    """The closed story that an article which opened a new one follows up, None for none; at most `FOLLOWED_FOR` old."""
    known = Open(open_for=FOLLOWED_FOR)
    for told, story_id in sorted(closed, key=lambda pair: _age(pair[0])):
        if told.published_at < one.published_at:
            known.add(told, story_id)
    return known.nearest(one)


def stories(articles: Sequence[Article]) -> tuple[Story, ...]:
    """All stories of a heap of articles, the oldest story first, each with its articles oldest first."""
    found: dict[StoryId, list[Article]] = {}
    for article, story_id in join(articles, ()):
        found.setdefault(story_id, []).append(article)
    return tuple(Story(id=story_id, articles=tuple(told)) for story_id, told in found.items())


class Open:
    """The open stories, for a caller that keeps them from one batch to the next: then an article costs the same
    however many are stored. About 2.5 kB an article."""

    meanings: meaning.Meanings | None = None
    """Set by whoever has a model of meaning: it decides the doubtful pairs of reports in different languages."""

    def __init__(self, weights: likeness.Weights | None = None, *, open_for: timedelta = OPEN_FOR) -> None:
        self._open_for = open_for
        self._weights = weights or likeness.fitted()
        self._sketches: list[Sketch] = []
        self._story_ids: list[StoryId] = []
        self._story_of: dict[ArticleId, StoryId] = {}
        self._shown: dict[StoryId, list[int]] = {}
        self._spreads: dict[tuple[StoryId, str], float] = {}
        self._index: dict[str, dict[str | int, int | array[int]]] = {}

    def __len__(self) -> int:
        return len(self._sketches)

    def __contains__(self, article_id: ArticleId) -> bool:
        return article_id in self._story_of

    def join(self, new: Iterable[Sketch]) -> tuple[tuple[Sketch, StoryId], ...]:
        """Each new article, oldest first, with its story; an article that is here already stays where it is."""
        joined: list[tuple[Sketch, StoryId]] = []
        for one in sorted(new, key=_age):
            story_id = self._story_of.get(one.article_id) or self.nearest(one) or StoryId(one.article_id)
            self.add(one, story_id)
            joined.append((one, story_id))
        return tuple(joined)

    def add(self, one: Sketch, story_id: StoryId) -> None:
        """An article whose story is known; nothing happens to one that is here already."""
        if one.article_id in self._story_of:
            return
        number = len(self._sketches)
        self._sketches.append(one)
        self._story_ids.append(story_id)
        self._story_of[one.article_id] = story_id
        shown = self._shown.setdefault(story_id, [])
        shown.append(number)
        if len(shown) > MEMBERS:
            del shown[1]
        self._spreads.pop((story_id, one.language), None)
        for kind, key, _ in _entries(one):
            _post(self._index.setdefault(kind, {}), key, number)

    def close(self, before: datetime) -> None:
        """Forgets the stories whose latest article was published earlier than that."""
        latest: dict[StoryId, datetime] = {}
        for one, story_id in zip(self._sketches, self._story_ids, strict=True):
            latest[story_id] = max(one.published_at, latest.get(story_id, one.published_at))
        kept = [
            (one, story_id)
            for one, story_id in zip(self._sketches, self._story_ids, strict=True)
            if latest[story_id] >= before
        ]
        if len(kept) < len(self._sketches):
            Open.__init__(self, self._weights, open_for=self._open_for)
            for one, story_id in kept:
                self.add(one, story_id)

    def nearest(self, one: Sketch) -> StoryId | None:
        """The story most clearly the same (by how far its likeness passes the bar), the oldest of equals."""
        asked = likeness.Asked(one)
        best: tuple[float, StoryId] | None = None
        for story_id in self._candidates(one):
            members = [self._sketches[number] for number in self._shown[story_id]]
            passed = self._passed(asked, story_id, members)
            if passed >= 1 and (best is None or passed > best[0]):
                best = (passed, story_id)
        return best[1] if best else None

    def _passed(self, asked: likeness.Asked, story_id: StoryId, members: Sequence[Sketch]) -> float:
        one = asked.sketch
        passed = likeness.to_story(asked, members, self._spread(story_id, one.language, members), weights=self._weights)
        if self.meanings is None or any(other.language == one.language for other in members):
            return passed
        return self.meanings.decided(passed, one, members)

    def _spread(self, story_id: StoryId, language: str, members: Sequence[Sketch]) -> float:
        if len(members) == 1:
            return 1.0
        key = (story_id, language)
        if key not in self._spreads:
            self._spreads[key] = likeness.spread([other for other in members if other.language == language])
        return self._spreads[key]

    def _candidates(self, one: Sketch) -> list[StoryId]:
        """Stories with articles near in time that share the most weight with this one, most first."""
        shared: dict[int, float] = {}
        for kind, key, weight in _entries(one):
            posted = self._index.get(kind, {}).get(key, ())
            for number in (posted,) if isinstance(posted, int) else posted[-_MAX_POSTINGS:]:
                shared[number] = shared.get(number, 0.0) + weight
        likely = heapq.nlargest(_MAX_CANDIDATES, shared.items(), key=lambda pair: (pair[1], -pair[0]))
        near = (
            number
            for number, _ in likely
            if abs(one.published_at - self._sketches[number].published_at) <= self._open_for
        )
        return list(dict.fromkeys(self._story_ids[number] for number in near))[:_MAX_STORIES]

    @staticmethod
    def entries(one: Sketch) -> tuple[tuple[str, str | int], ...]:
        """Under what an article stands in the index."""
        return tuple((kind, key) for kind, key, _ in _entries(one))


def _age(one: Sketch) -> tuple[object, str]:
    return (one.published_at, one.article_id)


def _entries(one: Sketch) -> list[tuple[str, str | int, float]]:
    """Under what an article stands in the index, each with a weight: stems in its own language, keys for all."""
    heavy = slice(None, sketch.HEAVY_TERMS)
    stems = [
        (one.language, stem, weight * weight)
        for stem, weight in zip(one.terms.names[heavy], one.terms.weights[heavy], strict=True)
    ]
    rare = slice(None, _HEAVY_KEYS)
    keys = [
        ("*", key, weight * weight) for key, weight in zip(one.keys.names[rare], one.keys.weights[rare], strict=True)
    ]
    return [*stems, *keys, *(("#", one_hash, 1.0) for one_hash in one.shingles[:_INDEXED_SHINGLES])]


def _post(postings: dict[str | int, int | array[int]], key: str | int, number: int) -> None:
    """Most keys are one article's alone: a bare number is a tenth of an array of one."""
    posted = postings.get(key)
    if posted is None:
        postings[key] = number
    elif isinstance(posted, int):
        postings[key] = array("I", (posted, number))
    else:
        posted.append(number)
