"""The open stories when articles may change their story: an hour is decided again when news arrives in it.

`group` decides in the order of publication; news arrives in any order. So that the order of arrival does not matter,
the articles published in the same clock hours as new ones are taken out and put in again with them, oldest first.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from bot.model import ArticleId, StoryId
from bot.stages import group, likeness
from bot.stages.sketch import Sketch

_UNNAMED = "~"  # what a story is called until it is known which of its articles named one before


class Kept(group.Open):
    """`group.Open` out of which articles can be taken again; the next that come get their numbers."""

    def __init__(self, weights: likeness.Weights | None = None, *, open_for: timedelta = group.OPEN_FOR) -> None:
        super().__init__(weights, open_for=open_for)
        self._gaps: list[int] = []
        self._hours: dict[datetime, dict[ArticleId, None]] = {}
        self._loose: set[datetime] = set()

    def add(self, one: Sketch, story_id: StoryId) -> None:
        """As in `group.Open`; what is added so was decided elsewhere, so its hour will be decided again as a whole."""
        if one.article_id not in self:
            self.put(one, story_id)
            self._loose.add(_hour(one))

    def remove(self, ids: Iterable[ArticleId]) -> None:
        """Forgets articles; nothing happens to one that is not here."""
        for article_id in ids:
            if article_id in self._number_of:
                self._take(article_id)

    def move(self, article_id: ArticleId, story_id: StoryId) -> None:
        """Puts an article that is here into another story."""
        one = self._take(article_id)
        self.add(one, story_id)

    def close(self, before: datetime) -> None:
        """Forgets the stories whose latest article was published earlier than that."""
        live = [members for members in self._members.values() if self._ages[members[-1]][0] >= before]
        if len(live) == len(self._members):
            return
        kept = sorted((self._ages[number], number) for members in live for number in members)
        told = [(self._sketches[number], self._story_ids[number]) for _, number in kept]
        loose = self._loose
        Kept.__init__(self, self._weights, open_for=self._open_for)
        for one, story_id in told:
            self.put(one, story_id)
        self._loose = loose & self._hours.keys()

    def rejoin(
        self,
        new: Iterable[Sketch],
        *,
        fixed: Collection[ArticleId] = (),
        quiet: Collection[ArticleId] = (),
    ) -> tuple[tuple[Sketch, StoryId], ...]:
        """As `join`, but articles published in the same clock hour as a new one are decided again with it, unless they
        are `fixed`: then the order in which the articles of an hour come does not matter. Gives the new articles and
        those that are in a story of another name now, oldest first.

        New ones that are `quiet` open no hour again, which is quicker where thousands of old articles come at once.
        The article that a story is named after stays if others of the story do: no two stories bear one name.
        """
        given = {one.article_id: one for one in new}
        fresh = [one for one in given.values() if one.article_id not in self]
        hours = {_hour(one) for one in fresh if one.article_id not in quiet}
        again = self._movable(hours, frozenset(fixed), after=min(map(group.age, fresh), default=None))
        before = {article_id: self._story(article_id) for article_id in again}
        sweep = _Sweep(self, before)
        taken = [self._take(article_id) for article_id in reversed(again)]
        for one in sorted((*fresh, *taken), key=group.age):
            sweep.decide(one, must=one.article_id in given or _hour(one) in self._loose)
        sweep.name()
        self._loose = (self._loose | {_hour(one) for one in fresh}) - hours
        changed = [one for one in taken if self.story_of(one.article_id) != before[one.article_id]]
        told = {one.article_id: one for one in (*given.values(), *changed)}
        return tuple((one, self._story(one.article_id)) for one in sorted(told.values(), key=group.age))

    def put(self, one: Sketch, story_id: StoryId) -> None:
        """As `add`, for whoever has decided its hour."""
        super().add(one, story_id)
        self._hours.setdefault(_hour(one), {})[one.article_id] = None

    def rename(self, old: StoryId, new: StoryId) -> None:
        """Gives a story that nobody else is called a name."""
        self._spreads.pop(old, None)
        self._members[new] = self._members.pop(old)
        for number in self._members[new]:
            self._story_ids[number] = new

    def members(self, story_id: StoryId) -> tuple[Sketch, ...]:
        """The articles of a story that is here."""
        return tuple(self._sketches[number] for number in self._members[story_id])

    def with_others(self, ids: Mapping[ArticleId, StoryId]) -> set[StoryId]:
        """Those of the articles' stories that have other articles too."""
        counts = Counter(ids.values())
        return {story_id for story_id, count in counts.items() if len(self._members[story_id]) > count}

    def _movable(
        self, hours: Collection[datetime], fixed: frozenset[ArticleId], *, after: group.Age | None
    ) -> list[ArticleId]:
        """What of these hours is decided again: not what is older than all that is new, for its neighbours are what
        they were, unless its story is named after one that is younger, or its hour was never decided as a whole."""
        ids = [each for hour in sorted(hours) for each in self._hours.get(hour, ()) if each not in fixed]
        free = {self._number_of[each] for each in ids}
        kept = {self._story(each) for each in ids if not free.issuperset(self._members[self._story(each)])}
        movable = [each for each in ids if StoryId(each) != self._story(each) or self._story(each) not in kept]
        stays = {each for each in movable if after and self._is_settled(self._sketches[self._number_of[each]], after)}
        named = {self._story(each) for each in movable if each not in stays and StoryId(each) == self._story(each)}
        return [each for each in movable if each not in stays or self._story(each) in named]

    def _is_settled(self, one: Sketch, after: group.Age) -> bool:
        return group.age(one) < after and _hour(one) not in self._loose

    def _story(self, article_id: ArticleId) -> StoryId:
        return self._story_ids[self._number_of[article_id]]

    def _numbered(self, one: Sketch, story_id: StoryId) -> int:
        if not self._gaps:
            return super()._numbered(one, story_id)
        number = self._gaps.pop()
        self._sketches[number], self._ages[number], self._story_ids[number] = one, group.age(one), story_id
        return number

    def _take(self, article_id: ArticleId) -> Sketch:
        number = self._number_of.pop(article_id)
        one, story_id = self._sketches[number], self._story_ids[number]
        del self._hours[_hour(one)][article_id]
        self._spreads.pop(story_id, None)
        self._members[story_id].remove(number)
        if not self._members[story_id]:
            del self._members[story_id]
        for kind, key in self.entries(one):
            self._unpost(self._index[kind], key, number)
        self._gaps.append(number)
        return one

    def _unpost(self, postings: dict[str | int, int | array[int]], key: str | int, number: int) -> None:
        posted = postings[key]
        if isinstance(posted, int):
            del postings[key]
            return
        del posted[bisect_left(posted, self._ages[number], key=self._ages.__getitem__)]
        if not posted:
            del postings[key]


class _Sweep:
    """Puts articles in again, oldest first. One whose neighbours are what they were is put back without being compared
    with anything: `_touched` holds what of the index something has changed under."""

    def __init__(self, kept: Kept, before: Mapping[ArticleId, StoryId]) -> None:
        self._kept = kept
        self._before = before
        self._members = {story_id: kept.members(story_id) for story_id in set(before.values())}
        stay = kept.with_others(before)
        self._names = self._members.keys() - stay
        self._now = {story_id: story_id for story_id in stay}  # what a story is called while it is put together
        self._changed: set[StoryId] = set()
        self._touched: set[group.Entry] = set()
        self._unnamed: dict[StoryId, list[ArticleId]] = {}

    def decide(self, one: Sketch, *, must: bool) -> None:
        """Puts it where it was if nothing near it has changed, else where it belongs now."""
        old = self._before.get(one.article_id)
        own = StoryId(f"{_UNNAMED}{one.article_id}")
        was = (self._now.get(old) or own) if old else None
        must = must or not self._touched.isdisjoint(self._kept.entries(one))
        story_id = (self._kept.nearest(one) or own) if must or was is None else was
        self._kept.put(one, story_id)
        if story_id.startswith(_UNNAMED):
            self._unnamed.setdefault(story_id, []).append(one.article_id)
        if story_id != was:
            self._changed |= {story_id, *({old} if old else ())}
            for each in (*self._kept.members(story_id), *(self._members[old] if old else ())):
                self._touched.update(self._kept.entries(each))
        elif story_id in self._changed or old in self._changed:
            self._changed.add(story_id)
            self._touched.update(self._kept.entries(one))
        if old:
            self._now.setdefault(old, story_id)

    def name(self) -> None:
        """A story is named after the oldest of its articles that named one before, or after the one that opened it."""
        for story_id, ids in self._unnamed.items():
            self._kept.rename(story_id, StoryId(next((each for each in ids if StoryId(each) in self._names), ids[0])))


def _hour(one: Sketch) -> datetime:
    return one.published_at.replace(minute=0, second=0, microsecond=0)
