"""Which entries of a source are known, and articles that are no news."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.model import ArticleId, Entry, Source
from bot.stages import fresh
from bot.stages.fresh import Key, KeyKind, Remembered
from bot.storage import articles, sources, stories
from bot.storage.articles import Publication
from bot.storage.database import Database
from tests.storage import make

LATER = make.NOON + make.hours(1)


async def test_remembered_keys_are_known_to_their_source_only(database: Database) -> None:
    # given two sources of which one has shown two entries
    async with database.write() as connection:
        await sources.add(connection, [_source("a"), _source("b")], now_at=make.NOON)
        await sources.remember(connection, "a", _keys("one", "two"), seen_at=make.NOON)
        await sources.remember(connection, "a", [_key("one", mark="new")], seen_at=LATER)

        # when keys are looked up
        mine = await sources.known(connection, "a", [*_keys("one", "two", "three"), _key("one", kind=KeyKind.TEXT)])
        other = await sources.known(connection, "b", _keys("one"))

    # then they come with their latest mark
    assert mine == {
        (KeyKind.GUID, "one"): Remembered(mark="new", seen_at=LATER),
        (KeyKind.GUID, "two"): Remembered(mark="two", seen_at=make.NOON),
    }
    assert other == {}


async def test_the_address_of_an_article_is_known_to_all(database: Database) -> None:
    # given an article, and a source that has shown it
    address = _key("art", kind=KeyKind.ADDRESS, mark="m")
    async with database.write() as connection:
        await sources.add(connection, [_source("a"), _source("b")], now_at=make.NOON)
        await articles.publish(connection, [make.publication("art")], arrived_at=make.NOON)
        await sources.remember(connection, "a", [address], seen_at=LATER)

        # when both look its address up
        mine, other = [await sources.known(connection, slug, [address]) for slug in ("a", "b")]

    # then each knows it, and the one what was there
    assert mine == {(KeyKind.ADDRESS, "art"): Remembered(mark="m", seen_at=LATER)}
    assert other == {(KeyKind.ADDRESS, "art"): Remembered(mark="", seen_at=make.NOON)}


async def test_what_was_not_seen_for_long_is_forgotten(database: Database) -> None:
    # given keys of which one was seen again
    async with database.write() as connection:
        await sources.add(connection, [_source("a")], now_at=make.NOON)
        await sources.remember(connection, "a", _keys("one", "two"), seen_at=make.NOON)
        await sources.remember(connection, "a", _keys("one"), seen_at=LATER)

        # when what is older is dropped
        dropped = await sources.forget(connection, LATER)

        # then the other is gone
        assert list(await sources.known(connection, "a", _keys("one", "two"))) == [(KeyKind.GUID, "one")]
    assert dropped == 1


async def test_entries_count_once_against_the_quota(database: Database) -> None:
    # given entries of the first reading and of two later ones, one of them shown again
    def shown(*names: str) -> list[Key]:
        return [*(_key(name, kind=KeyKind.ADDRESS) for name in names), *_keys(*names)]

    async with database.write() as connection:
        await sources.add(connection, [_source("a"), _source("b")], now_at=make.NOON)
        await sources.remember(connection, "a", shown("one", "two"), seen_at=make.NOON)
        await sources.remember(connection, "a", shown("two", "three"), seen_at=LATER)
        await sources.remember(connection, "b", shown("four"), seen_at=LATER)

        # when those since the first reading are counted, and all
        since = await sources.count_today(connection, "a", make.NOON)
        day = await sources.count_today(connection, "a", make.NOON - make.hours(24))

    # then each counts where it was first seen
    assert (since, day) == (1, 3)


async def test_more_keys_than_one_statement_takes_are_kept_and_found(database: Database) -> None:
    keys = [_key(f"k{number}", kind=kind) for number in range(1_200) for kind in KeyKind]
    async with database.write() as connection:
        await sources.add(connection, [_source("a")], now_at=make.NOON)
        await sources.remember(connection, "a", [*keys, *keys], seen_at=make.NOON)

        assert len(await sources.known(connection, "a", keys)) == 3_600


async def test_a_reading_goes_round_by_way_of_the_store(database: Database) -> None:
    # given a source whose entries were stored and remembered
    article = make.article("a")
    entry = Entry(url=article.url, title=article.title, text=article.text, guid="1", published_at=make.NOON)
    marked = fresh.marked([entry])
    terms = fresh.Terms(first_read=False, quota_left=9)
    async with database.write() as connection:
        await sources.add(connection, [_source("a")], now_at=make.NOON)
        known = await sources.known(connection, "a", [key for one in marked for key in one.keys])
        first = fresh.fresh(marked, known, terms, now_at=make.NOON)
        await sources.remember(connection, "a", first.keys, seen_at=make.NOON)

        # when it shows the same again
        known = await sources.known(connection, "a", [key for one in marked for key in one.keys])
        second = fresh.fresh(marked, known, terms, now_at=LATER)

    # then it was news once
    assert (first.news, second) == ((entry,), fresh.Fresh())


async def test_an_article_that_is_no_news_opens_no_digest_but_is_among_the_latest(database: Database) -> None:
    # given a cursor, and then an article that is news and one that was there before its source was
    async with database.write() as connection:
        await articles.publish(connection, [make.publication("first")], arrived_at=make.NOON)
        await articles.publish(connection, [_old("old"), make.publication("new")], arrived_at=LATER)

    # when a digest looks by its cursor, a first one by arrival, and somebody for the latest
    async with database.read() as connection:
        by_cursor = await _ids(connection, after=1)
        by_arrival = await _ids(connection, arrived_since=make.NOON)
        latest = await _ids(connection)

        # then the digests leave it out, and the latest do not
        assert (by_cursor, by_arrival) == ({"new"}, {"first", "new"})
        assert latest == {"first", "old", "new"}
        assert await articles.get(connection, ArticleId("old")) == make.article("old")


async def test_news_makes_an_old_story_news_and_old_articles_leave_a_story_as_it_is(database: Database) -> None:
    # given an old story and one of the news, both behind the cursor
    async with database.write() as connection:
        await articles.publish(connection, [_old("old"), make.publication("news")], arrived_at=make.NOON)
        cursor = await stories.newest_number(connection)

        # when an old article joins the one and news the other
        await articles.publish(connection, [_old("more", story="news")], arrived_at=LATER)
        unchanged = await _ids(connection, after=cursor)
        await articles.publish(connection, [make.publication("more news", story="old")], arrived_at=LATER)

        # then only the latter is news again
        assert (unchanged, await _ids(connection, after=cursor)) == (set(), {"old"})


async def test_a_corrected_article_stays_what_it_was(database: Database) -> None:
    # given an old article and one of the news
    async with database.write() as connection:
        await articles.publish(connection, [_old("old"), make.publication("news")], arrived_at=make.NOON)

        # when both are corrected, the one as if it were news
        changed = [make.publication("old", text="Corrected."), _old("news", text="Corrected.")]
        await articles.publish(connection, changed, arrived_at=LATER)

        # then the one is still none, and the other still is
        assert await _ids(connection, after=0) == {"news"}


def _old(name: str, **fields: Any) -> Publication:
    return replace(make.publication(name, **fields), is_news=False)


async def _ids(connection: Any, **wish: Any) -> set[str]:
    return {one.story_id for one in await stories.candidates(connection, **wish, limit=99)}


def _source(slug: str) -> Source:
    return Source(slug=slug, kind="feed", address=f"https://example.org/{slug}", origin="chat")


def _key(value: str, *, kind: KeyKind = KeyKind.GUID, mark: str = "") -> Key:
    return Key(kind=kind, value=value, mark=mark or value)


def _keys(*values: str) -> list[Key]:
    return [_key(value) for value in values]
