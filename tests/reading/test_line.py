"""The whole line: from a site on the made-up internet through `pipeline.collect` to what a reader sees."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import intake, pipeline, reading, settings, sources
from bot.fetching.permission import Permission
from bot.model import ChatId, ChatKind, TopicId
from bot.stages import poll
from bot.storage import sources as stored
from tests.fakes import Inbox
from tests.fetching.net import endless, moved, page, silent
from tests.reading import press
from tests.reading.press import NOW, Item, Press, rss, tagged
from tests.sources import test_telegram_channel as telegram

DAY = timedelta(days=1)
SOON = timedelta(hours=3)


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Press]:
    async with press.opened(tmp_path) as opened:
        yield opened


async def test_the_news_of_a_feed_become_stories_with_what_is_known_of_the_source(made: Press) -> None:
    address = made.put("press.example/feed", rss(Item(number=1), Item(number=2)))
    await made.add(address, topics=(TopicId("sport"),), languages=("ru",))

    taken = await made.collect()

    assert (taken.new, taken.refused) == (2, ())
    digest = await made.latest()
    assert {link.name for item in digest.items for link in item.links} == {"Вестник"}
    assert press.numbers(await made.articles()) == [1, 2]
    async with made.world.database.read() as connection:
        topics = await connection.exec_driver_sql("SELECT DISTINCT topic FROM article_topic WHERE score >= 0.5")
        languages = await connection.exec_driver_sql("SELECT DISTINCT language FROM article")
        assert "sport" in {row.topic for row in topics}
        assert {row.language for row in languages} == {"ru"}


async def test_a_source_without_a_name_is_shown_under_its_title(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1))), name="")

    await made.collect()

    assert [link.name for item in (await made.latest()).items for link in item.links] == ["Made-up press"]


async def test_the_second_reading_asks_whether_anything_changed_and_takes_nothing(made: Press) -> None:
    await made.add(made.put("press.example/feed", tagged(rss(Item(number=1)))))

    first, second = await made.collect(), await made.collect(SOON)

    assert (first.new, second.new, second.known) == (1, 0, 0)
    assert [one.headers.get("if-none-match") for one in made.host.heard] == [None, '"1"']
    state = await made.state()
    assert (state.failures, state.error, state.last_body_at, state.last_ok_at) == (0, "", NOW, NOW + SOON)


async def test_a_source_that_is_not_due_is_left_alone(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1))))

    await made.collect()
    await made.collect(timedelta(minutes=1))

    assert made.asked() == ["press.example/feed"]


@pytest.mark.parametrize(("wanted", "in_the_digest"), [(False, 1), (True, 2)])
async def test_what_was_there_before_us_is_stored_but_is_no_news(made: Press, wanted: bool, in_the_digest: int) -> None:
    old = Item(number=2, at=NOW - timedelta(days=5))
    await made.add(made.put("press.example/feed", rss(Item(number=1), old)), old_is_news=wanted)
    chat = await settings.chat(made.world, ChatId(7), kind=ChatKind.PRIVATE, title="")
    await settings.subscribe(made.world, chat, topics=made.world.topic_ids, now_at=NOW)

    taken = await made.collect()
    await pipeline.publish(made.world, now_at=NOW + DAY)
    inbox = Inbox()
    await pipeline.deliver(made.world, inbox.send)

    assert taken.new == 2
    assert len((await made.latest()).items) == 2
    assert sum(press.TOWNS[number] in inbox.texts(ChatId(7))[0] for number in (1, 2)) == in_the_digest


async def test_no_more_than_the_quota_is_taken_in_a_day(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss()), quota_per_day=4)
    await made.collect()

    made.put("press.example/feed", rss(*(Item(number=number, at=NOW) for number in range(10))))
    today, still = await made.collect(SOON), await made.collect(2 * SOON)
    tomorrow = await made.collect(DAY + 3 * SOON)

    assert (today.new, still.new, tomorrow.new) == (4, 0, 4)


async def test_a_correction_is_a_revision_of_the_same_article(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1))))
    await made.collect()

    corrected = press.told(1).replace("млн сумов", "тысяч долларов")
    made.put("press.example/feed", rss(Item(number=1, text=corrected)))
    taken = await made.collect(SOON)

    assert (taken.new, taken.changed) == (0, 1)
    assert await made.revisions() == 2
    (text,) = (await made.articles()).values()
    assert "тысяч долларов" in text


async def test_one_source_that_fails_costs_no_other_anything(made: Press) -> None:
    broken = {
        "html.example/feed": page(b"<!doctype html><html><body><p>Nothing here</p></body></html>"),
        "error.example/feed": page(b"", status="503 Service Unavailable"),
        "bomb.example/feed": page(b"<rss><channel>" + b"<a>" * 200_000),
        "loop.example/feed": moved("/feed"),
        "empty.example/feed": page(b" "),
        "endless.example/feed": endless(b"HTTP/1.1 200 OK\r\n\r\n<rss>", b"<a>again</a>" * 1000),
    }
    for number, (place, answer) in enumerate(broken.items()):
        await made.add(made.put(place, answer), slug=f"broken{number}")
    await made.add("http://nowhere.example/feed", slug="nowhere")
    await made.add("gopher", slug="nokind", kind="gopher")
    await made.add(made.put("press.example/feed", rss(Item(number=1))))

    taken = await made.collect()

    assert taken.new == 1
    async with made.world.database.read() as connection:
        states = await stored.states(connection)
    assert {slug for slug, state in states.items() if state.failures == 1 and state.error} == set(states) - {"press"}
    assert all(state.next_read_at and state.next_read_at > NOW for state in states.values())


async def test_a_slow_source_holds_up_no_other(tmp_path: Path) -> None:
    async with press.opened(tmp_path) as made:
        for number in range(5):
            await made.add(made.put(f"slow{number}.example/feed", silent), slug=f"a{number}")
        await made.add(made.put("press.example/feed", rss(Item(number=1))))

        async with reading.due(made.world, now_at=NOW) as arrivals:
            first = await anext(arrivals)  # the slow ones would take 30 s, and stand before it

    assert [one.source.slug for one in first] == ["press"]


async def test_what_was_stored_and_not_written_down_is_not_doubled(made: Press) -> None:
    """The program ended between the two: articles are there, what is remembered of the source is not."""
    await made.add(made.put("press.example/feed", rss(*(Item(number=number) for number in range(3)))))
    async with reading.due(made.world, now_at=NOW) as arrivals:
        async for some in arrivals:
            await intake.take(made.world, (entry for one in some for entry in one.entries), now_at=NOW)

    taken = await made.collect()

    assert (taken.new, taken.changed) == (0, 0)
    assert (len(await made.articles()), await made.revisions()) == (3, 3)
    assert (await made.state()).last_ok_at == NOW


async def test_what_was_neither_stored_nor_written_down_comes_again(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1))))
    async with reading.due(made.world, now_at=NOW) as arrivals:
        await anext(arrivals)

    assert (await made.collect()).new == 1


async def test_a_reading_that_cannot_be_stored_costs_no_other(made: Press) -> None:
    """Told when all others are stored; it is read again at the next round."""
    for name in ("good", "bad", "other"):
        number = len(name)
        await made.add(
            made.put(f"{name}.example/feed", rss(Item(number=number), site=f"{name}.example")), slug=name, name=name
        )
    fault = "CREATE TRIGGER fault BEFORE INSERT ON article WHEN NEW.source = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END"
    async with made.world.database.write() as connection:
        await connection.exec_driver_sql(fault)

    with pytest.raises(ExceptionGroup, match="1 readings could not be stored"):
        await made.collect()
    assert len(await made.articles()) == 2
    async with made.world.database.write() as connection:
        await connection.exec_driver_sql("DROP TRIGGER fault")

    assert (await made.collect()).new == 1


async def test_a_bad_entry_is_refused_and_the_others_of_its_feed_go_in(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1), Item(number=2, title="Коротко", text="Да."))))

    taken = await made.collect()

    assert (taken.new, len(taken.refused)) == (1, 1)


async def test_one_address_that_two_sources_tell_is_news_when_one_of_them_says_so(made: Press) -> None:
    """A source that is read for the first time calls it old; the one that is known well has just brought it."""
    shared = Item(number=5, at=NOW - timedelta(hours=30))
    await made.add(made.put("known.example/feed", rss()), slug="a-known")
    await made.collect()
    made.put("known.example/feed", rss(shared))
    await made.add(made.put("new.example/feed", rss(shared)), slug="b-new")

    async with reading.due(made.world, now_at=NOW + SOON) as arrivals:
        entries = [entry async for some in arrivals for one in some for entry in one.entries]
    assert {entry.is_old for entry in entries} == {True, False}
    await intake.take(made.world, sorted(entries, key=lambda entry: entry.is_old), now_at=NOW + SOON)

    async with made.world.database.read() as connection:
        assert [row.is_news for row in await connection.exec_driver_sql("SELECT is_news FROM article")] == [1]


SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>http://press.example/{n}</loc><news:news>'
    "<news:publication><news:name>Made-up press</news:name><news:language>ru</news:language></news:publication>"
    "<news:publication_date>2026-11-22T06:00:00Z</news:publication_date><news:title>{title}</news:title></news:news>"
    "</url></urlset>"
)
INDEX = "<sitemapindex>{}</sitemapindex>"


def sitemaps(made: Press, *, index: str = "") -> str:
    """An index of two sitemaps of an article each."""
    for n in (1, 2):
        made.put(f"press.example/map{n}.xml", SITEMAP.format(n=n, title=press.title(n)).encode())
        made.put(f"press.example/{n}", press.article_page(press.told(n) * 3, title=press.title(n)))
    names = (f"<sitemap><loc>http://press.example/map{n}.xml</loc></sitemap>" for n in (1, 2))
    return made.put("press.example/index.xml", tagged(INDEX.format("".join(names)).encode()))


async def test_the_sitemaps_of_an_index_are_read_with_the_pages_they_name(made: Press) -> None:
    await made.add(sitemaps(made), kind="sitemap", full_text="short")

    taken = await made.collect()

    assert taken.new == 2
    assert press.numbers(await made.urls()) == [1, 2]


async def test_an_index_that_did_not_change_says_nothing_of_its_sitemaps(made: Press) -> None:
    await made.add(sitemaps(made), kind="sitemap", full_text="short")
    await made.collect()

    made.put("press.example/map1.xml", SITEMAP.format(n=3, title=press.title(3)).encode())
    made.put("press.example/3", press.article_page(press.told(3) * 3, title=press.title(3)))

    assert (await made.collect(SOON)).new == 1


async def test_an_index_of_which_no_sitemap_can_be_read_has_failed(made: Press) -> None:
    address = sitemaps(made)
    for n in (1, 2):
        made.put(f"press.example/map{n}.xml", page(b"", status="403 Forbidden"))
    await made.add(address, kind="sitemap", full_text="short")

    await made.collect()

    state = await made.state()
    assert state.failures == 1
    assert "map1.xml" in state.error


async def test_the_posts_of_a_channel_become_stories(made: Press) -> None:
    made.put("t.me/s/vesti", telegram.page(telegram.post(telegram.TEXT.format(press.told(1)))).encode())
    await made.add("http://t.me/s/vesti", kind="telegram_channel", old_is_news=True)

    taken = await made.collect()

    assert taken.new == 1
    assert await made.urls() == ["https://t.me/vesti/12"]


async def test_a_json_feed_becomes_stories(made: Press) -> None:
    item = {"id": "1", "url": "http://press.example/1", "content_text": press.told(1)}
    body = {"version": "https://jsonfeed.org/version/1.1", "title": "Made-up press", "items": [item]}
    await made.add(made.put("press.example/feed.json", json.dumps(body).encode()))

    assert (await made.collect()).new == 1


@pytest.mark.parametrize("obeyed", [True, False])
async def test_a_page_that_robots_txt_forbids_is_not_asked_for(made: Press, obeyed: bool) -> None:
    made.put("press.example/robots.txt", b"User-agent: *\nDisallow: /closed\n")
    made.put("press.example/closed/1", press.article_page(press.told(1) * 3, title=press.title(1)))
    await made.add("http://press.example/closed/1", kind="page")
    made.world = replace(made.world, permission=Permission(made.world.fetcher, obeyed=obeyed))

    await made.collect()

    state = await made.state()
    assert ("press.example/closed/1" in made.asked()) is not obeyed
    assert ("robots.txt" in state.error) is obeyed


async def test_a_feed_is_read_whatever_robots_txt_says(made: Press) -> None:
    made.put("press.example/robots.txt", b"User-agent: *\nDisallow: /\n")
    await made.add(made.put("press.example/feed", rss(Item(number=1))))

    assert (await made.collect()).new == 1
    assert made.asked() == ["press.example/feed"]


async def test_a_source_that_is_removed_while_it_is_read_stays_removed(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1))))
    async with reading.due(made.world, now_at=NOW) as arrivals:
        (arrival,) = await anext(arrivals)
        async with made.world.database.write() as connection:
            assert await stored.remove(connection, "press")

        (outcome,) = await intake.arrived(made.world, [arrival], now_at=NOW)

    assert not isinstance(outcome, Exception)
    async with made.world.database.read() as connection:
        assert await stored.states(connection) == {}
        assert await stored.known(connection, "press", arrival.keys[1:]) == {}
        assert await stored.get(connection, "press") is None


async def test_leaving_early_ends_all_readings(made: Press) -> None:
    for number in range(5):
        await made.add(made.put(f"slow{number}.example/feed", silent), slug=f"a{number}")
    await made.add(made.put("press.example/feed", rss(Item(number=1))))

    with pytest.raises(KeyError):  # noqa: PT012 - what the block raises is what comes out
        async with reading.due(made.world, now_at=NOW) as arrivals:
            await anext(arrivals)
            raise KeyError

    assert made.world.fetcher.hosts == 0


async def test_a_permanent_move_is_followed_from_the_third_time_on(made: Press) -> None:
    made.put("press.example/new", rss(Item(number=1)))
    await made.add(made.put("press.example/feed", moved("/new", status="301 Moved Permanently")))

    for step in range(4):
        await made.collect(step * SOON)

    assert (await made.state()).address == "http://press.example/new"
    assert made.asked() == ["press.example/feed", "press.example/new"] * 3 + ["press.example/new"]


def test_every_kind_can_be_read_by_the_line() -> None:
    """Files by `files`, all others by `web`: a kind that is neither would never be read."""
    assert {name for name, kind in sources.kinds().items() if kind.files} == {"article_file", "watched_folder"}
    assert poll.FAILURES_TOLD == 3
