"""Which entries of a reading are new: nothing a source does to those it has shown makes a flood (row F52)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Entry
from bot.stages import fresh
from bot.stages.fresh import Fresh, KeyKind, Known, Remembered, Terms
from tests import make

NOW = make.moment("2026-11-22T10:00")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOUNS = (
    "мост",
    "рынок",
    "школа",
    "river",
    "budget",
    "harbour",
    "kutubxona",
    "bekat",
    "bog‘",
    "сад",
    "hospital",
    "театр",
)
VERBS = ("открыли", "закрыли", "repaired", "sold", "qurildi", "ko‘chirildi", "построили", "moved", "painted")


@dataclass
class Store:
    """What the database keeps between readings, in a dictionary."""

    known: dict[tuple[KeyKind, str], Remembered] = field(default_factory=dict)

    def read(
        self,
        entries: Iterable[Entry],
        *,
        now_at: datetime = NOW,
        first: bool = False,
        quota: int = 200,
        old: bool = False,
    ) -> Fresh:
        terms = Terms(first_read=first, quota_left=quota, old_is_news=old)
        found = fresh.fresh(fresh.marked(entries), self.known, terms, now_at=now_at)
        self.known.update({(key.kind, key.value): Remembered(mark=key.mark, seen_at=now_at) for key in found.keys})
        return found


def entry(number: int, *, published_at: datetime | None = NOW - HOUR, words: int = 60) -> Entry:
    """Two entries have few words in common."""
    told = [f"{NOUNS[(number + n) % 12]}{number}x{n} {VERBS[(number * 7 + n) % 9]}" for n in range(words // 2)]
    return Entry(
        url=f"https://example.org/{number}",
        title=f"{NOUNS[number % 12].title()} {number} {VERBS[number % 9]}",
        text=" ".join(told),
        guid=f"tag:{number}",
        published_at=published_at,
    )


def entries(count: int, *, published_at: datetime | None = NOW - HOUR) -> tuple[Entry, ...]:
    return tuple(entry(number, published_at=published_at) for number in range(count))


def new_guids(shown: Sequence[Entry], turn: int) -> tuple[Entry, ...]:
    return tuple(replace(one, guid=f"{one.guid}?{turn}") for one in shown)


def new_addresses(shown: Sequence[Entry], turn: int) -> tuple[Entry, ...]:
    return tuple(replace(one, url=f"{one.url}/s{turn}") for one in shown)


def new_titles(shown: Sequence[Entry], turn: int) -> tuple[Entry, ...]:
    return tuple(replace(one, title=f"Обновлено {turn}: {one.title}") for one in shown)


def new_texts(shown: Sequence[Entry], turn: int) -> tuple[Entry, ...]:
    return tuple(replace(one, text=f"{one.text} Correction {turn} of the editors.") for one in shown)


def turned_round(shown: Sequence[Entry], turn: int) -> tuple[Entry, ...]:
    return tuple(reversed(shown))


def undated(shown: Sequence[Entry], turn: int) -> tuple[Entry, ...]:
    return tuple(replace(one, published_at=None) for one in shown)


def dated_now(shown: Sequence[Entry], turn: int) -> tuple[Entry, ...]:
    return tuple(replace(one, published_at=NOW + turn * HOUR) for one in shown)


def as_html(shown: Sequence[Entry], turn: int) -> tuple[Entry, ...]:
    return tuple(
        replace(one, text="", html=f"<p class='v{turn}'>{one.text}</p><img src='{turn}.png'>") for one in shown
    )


Trick = Callable[[Sequence[Entry], int], tuple[Entry, ...]]
HARMLESS: tuple[Trick, ...] = (turned_round, undated, dated_now, as_html)
# Each leaves one of the three identities as it was.
KEEPS_ADDRESS: tuple[Trick, ...] = (new_guids, new_titles, new_texts)
KEEPS_GUID: tuple[Trick, ...] = (new_addresses, new_titles, new_texts)
KEEPS_TEXT: tuple[Trick, ...] = (new_guids, new_addresses, new_titles)


@pytest.mark.parametrize("tricks", [KEEPS_ADDRESS, KEEPS_GUID, KEEPS_TEXT], ids=["address", "guid", "text"])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_f52_no_trick_that_leaves_an_identity_makes_news(tricks: tuple[Trick, ...], data: st.DataObject) -> None:
    # given a source whose entries are known
    store, shown = Store(), entries(12)
    store.read(shown)

    # when it plays any of the tricks, in any choice, again and again
    for turn, played in enumerate(data.draw(st.lists(st.sets(st.sampled_from([*tricks, *HARMLESS])), max_size=4)), 1):
        now = shown
        for trick in (one for one in (*tricks, *HARMLESS) if one in played):
            now = trick(now, turn)

        # then nothing is new
        found = store.read(now, now_at=NOW + turn * HOUR)
        assert (found.news, found.old, found.dropped) == ((), (), ())


def test_f52_what_is_not_remembered_is_a_flood() -> None:
    # given the same source and the same tricks, but nothing remembered
    shown = new_titles(new_guids(entries(12), 1), 1)

    # when it is read
    # then all of it is news
    assert len(Store().read(shown).news) == 12


def test_f52_what_changes_in_all_respects_is_held_back_by_the_quota() -> None:
    # given a source that mints two hundred entries at each reading
    store, taken = Store(), 0

    # when it is read ten times in a day
    for turn in range(10):
        minted = [entry(1_000 * turn + n) for n in range(200)]
        found = store.read(minted, now_at=NOW + turn * HOUR, quota=200 - taken)
        taken += len(found.news)

    # then the quota of a day is taken
    assert taken == 200
    assert len(found.dropped) == 200


@pytest.mark.parametrize("trick", [new_guids, new_addresses, new_titles, *HARMLESS])
def test_f52_a_source_that_changes_at_each_reading_writes_little(trick: Trick) -> None:
    # given a known source
    store, shown = Store(), entries(12)
    store.read(shown)
    rows = len(store.known)

    # when it plays the same trick at a hundred readings within a day
    written = sum(len(store.read(trick(shown, turn), now_at=NOW + turn * HOUR / 6).keys) for turn in range(1, 100))

    # then the memory does not grow, and little is written
    assert len(store.known) == rows
    assert written <= 12 * 17  # once an hour for each entry whose title changes


def test_an_entry_without_address_and_guid_is_known_by_its_words() -> None:
    # given posts that have neither
    store = Store()
    shown = tuple(replace(one, url="", guid="", title="") for one in entries(3))
    assert len(store.read(shown).news) == 3

    # when they come again with another
    found = store.read([*shown, replace(entry(9), url="", guid="", title="")])

    # then only that one is new
    assert [one.text for one in found.news] == [entry(9).text]


def test_one_reading_that_shows_an_entry_twice_has_it_once() -> None:
    twice = [
        entry(1),
        replace(entry(1), url="https://www.example.org/1/?utm_source=x"),
        new_addresses([entry(1)], 1)[0],
    ]

    assert len(Store().read(twice).news) == 1


@pytest.mark.parametrize(
    "shown",
    [
        [
            replace(entry(1), url=f"https://example.org/{n}", guid="1", text=f"Курс на {n} ноября: {n}00")
            for n in range(5)
        ],
        [replace(entry(1), url=f"https://example.org/{n}", guid="", title=f"Разговор дня, {n}") for n in range(5)],
        [replace(entry(n), guid="1") for n in range(5)],
        [replace(entry(n), guid="1", url="") for n in range(5)],
        [replace(entry(n), text="Read us daily and tell your friends about our site. " * 9) for n in range(5)],
        [Entry(url=f"https://example.org/{n}", title="Погода на завтра") for n in range(5)],
    ],
    ids=[
        "one guid for all alike",
        "one text under like titles",
        "one guid for all",
        "one guid and no address",
        "one text for all",
        "one title for all",
    ],
)
def test_what_all_entries_have_in_common_does_not_make_them_one(shown: list[Entry]) -> None:
    # given a source that writes the same somewhere in each entry
    store = Store()

    # when it is read with four entries, and with one more
    first = store.read(shown[:4])
    second = store.read(shown)

    # then all are news, each once
    assert (len(first.news), second.news) == (4, (shown[4],))


def test_a_guid_that_names_something_else_now_is_news() -> None:
    # given a source that numbers its entries anew each day
    store = Store()
    store.read([replace(entry(1), guid="1")])

    # when the number stands for another entry
    # then that is news
    assert len(store.read([replace(entry(2), guid="1")]).news) == 1


def test_the_same_words_after_a_month_are_news_again() -> None:
    # given a yearly notice
    store = Store()
    notice = entry(1)
    store.read([notice])

    # when it is published again at another address, after a week and after six more
    again = replace(notice, url="https://example.org/again", guid="again", published_at=None)
    early = store.read([again], now_at=NOW + 7 * DAY)
    late = store.read([again], now_at=NOW + 49 * DAY)

    # then only the later is news
    assert (len(early.news), len(late.news)) == (0, 1)


def test_a_correction_is_taken_as_such_but_not_at_every_reading() -> None:
    # given a known entry
    store = Store()
    store.read([entry(1)])

    # when its text changes every ten minutes for five hours
    found = [store.read(new_texts([entry(1)], turn), now_at=NOW + turn * HOUR / 6) for turn in range(1, 31)]

    # then it is corrected once an hour, and never news
    assert sum(len(one.changed) for one in found) == 5
    assert all(not one.news for one in found)
    assert not store.read(new_texts([entry(1)], 30), now_at=NOW + 6 * HOUR).changed


def test_an_article_that_came_from_another_source_is_known() -> None:
    # given an article of which only the address is known
    marked = fresh.marked([entry(1)])
    known: Known = {(KeyKind.ADDRESS, marked[0].keys[0].value): Remembered(mark="", seen_at=NOW - DAY)}

    # when a source shows it
    found = fresh.fresh(marked, known, Terms(first_read=False, quota_left=9), now_at=NOW)

    # then it is neither news nor changed
    assert found == Fresh()


def test_on_the_first_reading_only_the_latest_is_news() -> None:
    # given a source with entries of two hours, two days and two months ago, and one of the future
    future, today, before, long_ago = (
        entry(n, published_at=NOW + late) for n, late in enumerate((DAY, -2 * HOUR, -2 * DAY, -60 * DAY))
    )

    # when it is read for the first time
    found = Store().read([long_ago, before, today, future], first=True)

    # then what is older than a day is stored and no news, and the future is now
    assert found.news == (replace(future, published_at=NOW), today)
    assert found.old == (before, long_ago)

    # and where the operator wants it, all is
    assert len(Store().read([long_ago, before, today, future], first=True, old=True).news) == 4


def test_without_dates_the_first_few_are_news_at_the_first_reading() -> None:
    # given a source without dates, longer than its quota
    store = Store()
    shown = entries(40, published_at=None)

    # when it is read for the first time, and again with one more
    first = store.read(shown, first=True, quota=20)
    second = store.read([entry(99, published_at=None), *shown])

    # then three are news, those over the quota do not pass for news later, and the new one is news
    assert first.news == shown[: fresh.UNDATED_AT_FIRST]
    assert (len(first.old), len(first.dropped)) == (17, 20)
    assert second.news == (entry(99, published_at=None),)


def test_an_old_date_is_never_news() -> None:
    # given a source that is read for years
    # when it shows what it published last month, and what it published while we were off for three days
    late, archived = entry(1, published_at=NOW - 3 * DAY), entry(2, published_at=NOW - 30 * DAY)
    found = Store().read([archived, late])

    # then the one is news, and the other is stored only
    assert (found.news, found.old) == ((late,), (archived,))


def test_the_newest_come_first_when_the_quota_is_small() -> None:
    # given ten entries, oldest first, one of them old
    shown = [entry(n, published_at=NOW - (9 - n) * HOUR) for n in range(9)] + [entry(9, published_at=NOW - 30 * DAY)]

    # when three may be taken
    store = Store()
    found = store.read(shown, quota=3)

    # then it is the three newest, and the others come in another day
    assert found.news == (shown[8], shown[7], shown[6])
    assert len(found.dropped) == 7
    assert len(store.read(shown, now_at=NOW + DAY).news) == 6


words = st.text(st.sampled_from("ab <>&;😀é\u0301\x00\ud800мост12 ").map(str), max_size=60)
odd = st.builds(
    Entry,
    url=st.one_of(words, st.sampled_from(["https://e.org/a", "https://e.org/b", "http://[", "mailto:a@b"])),
    title=words,
    html=words,
    text=words,
    guid=st.sampled_from(["", "1", "2", "https://e.org/a"]),
    published_at=st.one_of(st.none(), st.integers(-2_000, 2_000).map(lambda late: NOW + late * HOUR)),
)


@settings(deadline=None)
@given(st.lists(odd, max_size=12), st.booleans(), st.integers(-2, 8))
def test_whatever_comes_is_sorted_once_and_within_the_quota(shown: list[Entry], first: bool, quota: int) -> None:
    # given any entries
    store = Store()

    # when they are read twice
    found = store.read(shown, first=first, quota=quota)
    again = store.read(shown, first=False, quota=99)

    # then none is in two places, the quota holds, no date is ahead, and what was taken is known
    taken = (*found.news, *found.old)
    assert len(taken) + len(found.dropped) <= len(shown)
    assert len(taken) <= max(quota, 0)
    assert all(one.published_at is None or one.published_at <= NOW for one in (*taken, *found.dropped))
    assert len(again.news) + len(again.old) <= len(found.dropped)
    assert not found.changed or len(shown) > 1
