"""Entries of one reading -> which of them are new, by address, guid and content together (row F52).

A source may mint new guids, edit its titles, move its pages, turn its order round or drop its dates: as long as one of
the three still says who an entry is, it is no news. What gets past all three is held back by a daily quota.
"""

from __future__ import annotations

import functools
import hashlib
import heapq
import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain

from bot.errors import RefusedEntry
from bot.model import Entry
from bot.stages import clean

NEWS_AT_FIRST = timedelta(hours=24)
"""On the first reading, what is older was there before us and is no news."""
UNDATED_AT_FIRST = 3
"""On the first reading, so many entries without a date are news: the first ones, as sources put the newest first."""
NEWS_LATER = timedelta(days=7)
"""An entry that appears later, but bears an older date, comes from an archive."""
SAME_CONTENT_FOR = timedelta(days=30)
"""What is published again in the same words after that time is news (a yearly notice)."""
CHANGED_AGAIN = timedelta(hours=1)
"""An entry that changes with each reading is taken as corrected this often at most."""
REFRESHED = timedelta(days=1)
"""How old a memory may become before an entry that is still there makes it new."""
SIMILAR = 0.3
"""The share of words in common that makes two contents, or titles, versions of one: half of a text may be edited."""

_TELLING_WORDS = 12  # fewer are no identity: "Weather for tomorrow" is written every day
_BODY_WORDS = 30  # so many tell an entry apart without its title, which may be edited
_READ_CHARS = 20_000
_SKETCHED_WORDS = 200
_SKETCH = 16
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"\w+")


class KeyKind(StrEnum):
    """What a key is made of: the canonical URL, the source's own name of an entry, or its words."""

    ADDRESS = "address"
    GUID = "guid"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One answer to "who is this entry": a hash (for ADDRESS the article's id), and a `mark` of what was there.

    The mark of an ADDRESS is the hash of the content, so that a correction is seen; that of a GUID a sketch of the
    content, that of a TEXT one of the title.
    """

    kind: KeyKind
    value: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is known of a key: the mark it last had, and when it was last written down."""

    mark: str
    seen_at: datetime


Known = Mapping[tuple[KeyKind, str], Remembered]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An entry with its keys, the address's first; there is always that one, made from what there is."""

    entry: Entry
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a reading is looked at: whether it is the source's first, how many entries may still be taken today, and
    whether the operator wants old entries as news."""

    first_read: bool
    quota_left: int
    old_is_news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What a reading brought: `news`, newest first; `old` entries, to be stored without being news; `changed` ones,
    which are known by their address and say something else now; `dropped` ones, for which the quota was too small.

    `keys` are to be remembered once all these are stored. Those of old entries that were dropped are among them on the
    first reading: without a date they would pass for news at the next. What else is dropped may come in another day.
    """

    news: tuple[Entry, ...] = ()
    old: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    dropped: tuple[Entry, ...] = ()
    keys: tuple[Key, ...] = ()


def marked(entries: Iterable[Entry]) -> tuple[Marked, ...]:
    """Entries with their keys. A guid that several addresses of one reading share tells nothing and is left out, and
    so is a text that stands under several titles."""
    listed = tuple(entries)
    keys = tuple(_keys(entry) for entry in listed)
    told = {
        (key.kind, key.value, own[0].value if key.kind is KeyKind.GUID else key.mark) for own in keys for key in own[1:]
    }
    counted = Counter((kind, value) for kind, value, _ in told)
    return tuple(
        Marked(entry=entry, keys=(own[0], *(key for key in own[1:] if counted[key.kind, key.value] == 1)))
        for entry, own in zip(listed, keys, strict=True)
    )


def fresh(reading: Sequence[Marked], known: Known, terms: Terms, *, now_at: datetime) -> Fresh:
    """Which entries are new. `known` holds what is remembered of their keys (more does no harm); an address may be
    known with the mark "" when only the article is. A date in the future becomes `now_at`."""
    sorting = _Sorting(known=dict(known), now_at=now_at)
    for one in reading:
        sorting.put(replace(one, entry=_dated(one.entry, now_at)))
    news, old = _parted(sorting.new, terms, now_at)
    left = max(terms.quota_left, 0)
    taken_news, taken_old = news[:left], old[: max(left - len(news), 0)]
    dropped = (*news[len(taken_news) :], *old[len(taken_old) :])
    taken = (*taken_news, *(old if terms.first_read else taken_old))
    return Fresh(
        news=tuple(one.entry for one in taken_news),
        old=tuple(one.entry for one in taken_old),
        changed=tuple(sorting.changed),
        dropped=tuple(one.entry for one in dropped),
        keys=(*sorting.refreshed, *chain.from_iterable(one.keys for one in taken)),
    )


@dataclass(slots=True)
class _Sorting:
    """The entries of a reading, one after the other; what is new is known to those that follow."""

    known: dict[tuple[KeyKind, str], Remembered]
    now_at: datetime
    new: list[Marked] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    refreshed: list[Key] = field(default_factory=list)

    def put(self, one: Marked) -> None:
        matching = [key for key in one.keys if self._matches(key)]
        if not matching:
            self.new.append(one)
            self.known.update(
                {(key.kind, key.value): Remembered(mark=key.mark, seen_at=self.now_at) for key in one.keys}
            )
            return
        if self._is_changed(matching[0]):
            self.changed.append(one.entry)
            self._refresh(matching[0])
        for key in matching:
            remembered = self.known[key.kind, key.value]
            if remembered.mark and self.now_at - remembered.seen_at >= REFRESHED:
                self._refresh(key)

    def _matches(self, key: Key) -> bool:
        remembered = self.known.get((key.kind, key.value))
        if remembered is None or key.kind is KeyKind.ADDRESS:
            return remembered is not None
        if key.kind is KeyKind.TEXT and self.now_at - remembered.seen_at > SAME_CONTENT_FOR:
            return False
        return similar(key.mark, remembered.mark)

    def _is_changed(self, key: Key) -> bool:
        remembered = self.known[key.kind, key.value]
        if key.kind is not KeyKind.ADDRESS or remembered.mark in ("", key.mark):
            return False
        return self.now_at - remembered.seen_at >= CHANGED_AGAIN

    def _refresh(self, key: Key) -> None:
        self.refreshed.append(key)
        self.known[key.kind, key.value] = Remembered(mark=key.mark, seen_at=self.now_at)


def similar(first: str, second: str) -> bool:
    """Whether two sketches are of versions of one text; a text without words is like any."""
    one, other = set(first.split()), set(second.split())
    if not one or not other:
        return True
    smallest = heapq.nsmallest(_SKETCH, one | other)
    return sum(1 for each in smallest if each in one and each in other) >= SIMILAR * len(smallest)


def _parted(new: Sequence[Marked], terms: Terms, now_at: datetime) -> tuple[list[Marked], list[Marked]]:
    """News and old entries, both newest first; those without a date count as of now, in the order of the source."""
    newest_first = sorted(new, key=lambda one: one.entry.published_at or now_at, reverse=True)
    if terms.old_is_news:
        return newest_first, []
    since_at = now_at - (NEWS_AT_FIRST if terms.first_read else NEWS_LATER)
    undated = [one for one in new if one.entry.published_at is None]
    late = undated[UNDATED_AT_FIRST:] if terms.first_read else []
    old_ids = {id(one) for one in late} | {id(one) for one in new if (one.entry.published_at or now_at) < since_at}
    return [one for one in newest_first if id(one) not in old_ids], [one for one in newest_first if id(one) in old_ids]


def _dated(entry: Entry, now_at: datetime) -> Entry:
    ahead = entry.published_at is not None and entry.published_at > now_at
    return replace(entry, published_at=now_at) if ahead else entry


def _keys(entry: Entry) -> tuple[Key, ...]:
    said = entry.text if entry.text.strip() else _TAG.sub(" ", entry.html[:_READ_CHARS])
    title, body = _words(entry.title), _words(said)
    content = _hash(" ".join((*title, "|", *body)))
    text = Key(kind=KeyKind.TEXT, value=_hash(" ".join(body)), mark=_sketch(title))
    if len(body) < _BODY_WORDS:
        text = Key(kind=KeyKind.TEXT, value=content, mark=_sketch(title))
    guid, url = entry.guid.strip(), _address(entry.url)
    named = Key(kind=KeyKind.GUID, value=_hash(guid), mark=_sketch((*title, *body[:_SKETCHED_WORDS])))
    tells = len(title) + len(body) >= _TELLING_WORDS
    return (
        Key(kind=KeyKind.ADDRESS, value=url or _hash(f"text:{content}"), mark=content),
        *((named,) if guid and not (url and _address(guid) == url) else ()),
        *((text,) if tells else ()),
    )


def _address(url: str) -> str:
    try:
        return clean.article_id(url) if url.strip() else ""
    except RefusedEntry:
        return ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(html.unescape(text[:_READ_CHARS]).casefold()))


def _sketch(words: Iterable[str]) -> str:
    """The smallest hashes of the words, in order: alike texts have most of them in common."""
    return " ".join(heapq.nsmallest(_SKETCH, set(map(_word_hash, words))))


@functools.lru_cache(maxsize=65_536)
def _word_hash(word: str) -> str:
    return _hash(word)[:8]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
