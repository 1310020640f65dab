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
from operator import itemgetter

from bot.model import ArticleId, StoryId
from bot.stages import group, likeness
from bot.stages.sketch import Sketch

_Entry = tuple[str, str | int]
_UNNAMED = "~"  # what a story is called until it is known which of its articles named one before


class Kept(group.Open):
    """`group.Open` out of which articles can be taken again, by number: what stays behind is a gap that is closed when
    there are more gaps than articles."""

    def __init__(self, weights: likeness.Weights | None = None, *, open_for: timedelta = group.OPEN_FOR) -> None:
        super().__init__(weights, open_for=open_for)
        self._number_of: dict[ArticleId, int] = {}
        self._members: dict[StoryId, list[int]] = {}
        self._hours: dict[datetime, dict[ArticleId, None]] = {}
        self._loose: set[datetime] = set()

    def __len__(self) -> int:
        return len(self._number_of)

    def story_of(self, article_id: ArticleId) -> StoryId | None:
        return self._story_of.get(article_id)

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
        self._close_gaps()

    def move(self, article_id: ArticleId, story_id: StoryId) -> None:
        """Puts an article that is here into another story."""
        one = self._take(article_id)
        self.add(one, story_id)

    def close(self, before: datetime) -> None:
        """As in `group.Open`."""
        latest = {
            story_id: max(self._sketches[number].published_at for number in members)
            for story_id, members in self._members.items()
        }
        live = {story_id for story_id, at in latest.items() if at >= before}
        if len(live) < len(latest):
            self._rebuild(live)

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
        again = self._movable(hours, frozenset(fixed))
        before = {article_id: self._story_of[article_id] for article_id in again}
        sweep = _Sweep(self, before)
        taken = [self._take(article_id) for article_id in reversed(again)]
        for one in sorted((*fresh, *taken), key=_age):
            sweep.decide(one, must=one.article_id in given or _hour(one) in self._loose)
        sweep.name()
        self._loose = (self._loose | {_hour(one) for one in fresh}) - hours
        self._close_gaps()
        changed = [one for one in taken if self._story_of[one.article_id] != before[one.article_id]]
        told = {one.article_id: one for one in (*given.values(), *changed)}
        return tuple((one, self._story_of[one.article_id]) for one in sorted(told.values(), key=_age))

    def put(self, one: Sketch, story_id: StoryId) -> None:
        """As `add`, for whoever has decided its hour."""
        number = len(self._sketches)
        super().add(one, story_id)
        self._number_of[one.article_id] = number
        self._members.setdefault(story_id, []).append(number)
        self._hours.setdefault(_hour(one), {})[one.article_id] = None
        self._forget_spreads(story_id)

    def rename(self, old: StoryId, new: StoryId) -> None:
        """Gives a story that nobody else is called a name."""
        numbers = self._members.pop(old)
        self._members[new], self._shown[new] = numbers, self._shown.pop(old)
        for number in numbers:
            self._story_ids[number] = new
            self._story_of[self._sketches[number].article_id] = new
            self._spreads.pop((old, self._sketches[number].language), None)

    def entries_of(self, story_id: StoryId) -> frozenset[_Entry]:
        """Under what the articles of a story stand in the index."""
        return frozenset(each for number in self._members[story_id] for each in self.entries(self._sketches[number]))

    def with_others(self, ids: Mapping[ArticleId, StoryId]) -> set[StoryId]:
        """Those of the articles' stories that have other articles too."""
        counts = Counter(ids.values())
        return {story_id for story_id, count in counts.items() if len(self._members[story_id]) > count}

    def _movable(self, hours: Collection[datetime], fixed: frozenset[ArticleId]) -> list[ArticleId]:
        ids = [each for hour in sorted(hours) for each in self._hours.get(hour, ()) if each not in fixed]
        free = {self._number_of[each] for each in ids}
        kept = {self._story_of[each] for each in ids if not free.issuperset(self._members[self._story_of[each]])}
        return [each for each in ids if StoryId(each) != self._story_of[each] or self._story_of[each] not in kept]

    def _take(self, article_id: ArticleId) -> Sketch:
        number, story_id = self._number_of.pop(article_id), self._story_of.pop(article_id)
        one = self._sketches[number]
        del self._hours[_hour(one)][article_id]
        self._forget_spreads(story_id)
        members = self._members[story_id]
        members.remove(number)
        if members:
            self._shown[story_id] = [members[0], *members[1:][1 - group.MEMBERS :]]
        else:
            del self._members[story_id], self._shown[story_id]
        for kind, key in self.entries(one):
            _unpost(self._index[kind], key, number)
        return one

    def _forget_spreads(self, story_id: StoryId) -> None:
        for language in {self._sketches[number].language for number in self._members[story_id]}:
            self._spreads.pop((story_id, language), None)

    def _close_gaps(self) -> None:
        if len(self._sketches) > 2 * len(self._number_of):
            self._rebuild(frozenset(self._members))

    def _rebuild(self, live: Collection[StoryId]) -> None:
        kept = [
            (self._sketches[number], story_id)
            for story_id, number in sorted(
                ((self._story_of[each], number) for each, number in self._number_of.items()), key=itemgetter(1)
            )
            if story_id in live
        ]
        loose = self._loose
        Kept.__init__(self, self._weights, open_for=self._open_for)
        for one, story_id in kept:
            self.put(one, story_id)
        self._loose = loose & self._hours.keys()


class _Sweep:
    """Puts articles in again, oldest first. One whose neighbours are what they were is put back without being compared
    with anything: `_touched` holds what of the index something has changed under."""

    def __init__(self, kept: Kept, before: Mapping[ArticleId, StoryId]) -> None:
        self._kept = kept
        self._before = before
        self._entries = {story_id: kept.entries_of(story_id) for story_id in set(before.values())}
        stay = kept.with_others(before)
        self._names = self._entries.keys() - stay
        self._now = {story_id: story_id for story_id in stay}  # what a story is called while it is put together
        self._changed: set[StoryId] = set()
        self._touched: set[_Entry] = set()
        self._unnamed: dict[StoryId, list[ArticleId]] = {}

    def decide(self, one: Sketch, *, must: bool) -> None:
        """Puts it where it was if nothing near it has changed, else where it belongs now."""
        old = self._before.get(one.article_id)
        mine = self._kept.entries(one)
        own = StoryId(f"{_UNNAMED}{one.article_id}")
        was = (self._now.get(old) or own) if old else None
        must = must or not self._touched.isdisjoint(mine)
        story_id = (self._kept.nearest(one) or own) if must or was is None else was
        self._kept.put(one, story_id)
        if story_id.startswith(_UNNAMED):
            self._unnamed.setdefault(story_id, []).append(one.article_id)
        if story_id != was:
            self._touched |= self._kept.entries_of(story_id)
            self._changed |= {story_id, *({old} if old else ())}
            self._touched |= self._entries.get(old, frozenset()) if old else frozenset()
        elif story_id in self._changed or old in self._changed:
            self._changed.add(story_id)
            self._touched.update(mine)
        if old:
            self._now.setdefault(old, story_id)

    def name(self) -> None:
        """A story is named after the oldest of its articles that named one before, or after the one that opened it."""
        for story_id, ids in self._unnamed.items():
            self._kept.rename(story_id, StoryId(next((each for each in ids if StoryId(each) in self._names), ids[0])))


def _age(one: Sketch) -> tuple[datetime, str]:
    return (one.published_at, one.article_id)


def _hour(one: Sketch) -> datetime:
    return one.published_at.replace(minute=0, second=0, microsecond=0)


def _unpost(postings: dict[str | int, int | array[int]], key: str | int, number: int) -> None:
    posted = postings[key]
    if isinstance(posted, int):
        del postings[key]
        return
    del posted[bisect_left(posted, number)]
    if not posted:
        del postings[key]
