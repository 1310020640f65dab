"""The whole text of entries that only tease: fetched where it is allowed, and only when it tells the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.fetching.guard import Guard
from bot.fetching.permission import Permission
from bot.model import Entry, FullText
from bot.reading import fulltext
from tests.fetching.net import Answer, Net, page, serving
from tests.fetching.vectors import Off
from tests.reading import press
from tests.reading.press import Item, Press, rss


def whole(number: int) -> str:
    """The article behind a teaser: what the feed says, and much more."""
    return press.told(number) + "".join(
        f"\nЖители улицы {at} в городе {press.TOWNS[number % 20]}-{number} рассказали, что ждали этого {at + 2} года."
        for at in range(12)
    )


def teaser(number: int) -> str:
    return press.told(number).split("\n")[0]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Press]:
    async with press.opened(tmp_path) as opened:
        yield opened


def teased(made: Press, *seen: int) -> str:
    """A feed that teases, with the pages behind its entries."""
    for number in seen:
        made.put(f"press.example/{number}", press.article_page(whole(number), title=press.title(number)))
    return made.put("press.example/feed", rss(*(Item(number=number, text=teaser(number)) for number in seen)))


async def text(made: Press, number: int = 1) -> str:
    return (await made.articles())[f"http://press.example/{number}"]


@pytest.mark.parametrize(("wanted", "fetched"), [("short", True), ("always", True), ("never", False)])
async def test_a_teaser_becomes_the_whole_text_unless_the_operator_says_never(
    made: Press, wanted: FullText, fetched: bool
) -> None:
    await made.add(teased(made, 1), full_text=wanted)

    await made.collect()

    assert ("улицы 11" in await text(made)) is fetched
    assert ("press.example/1" in made.asked()) is fetched


@pytest.mark.parametrize(("wanted", "fetched"), [("short", False), ("always", True), ("never", False)])
async def test_an_entry_with_a_long_text_is_left_alone_unless_the_operator_says_always(
    made: Press, wanted: FullText, fetched: bool
) -> None:
    teased(made, 1)
    feed = made.put("press.example/feed", rss(Item(number=1, text=whole(1)[: fulltext.SHORT_CHARS + 1])))
    await made.add(feed, full_text=wanted)

    await made.collect()

    assert ("press.example/1" in made.asked()) is fetched


@pytest.mark.parametrize("obeyed", [True, False])
async def test_a_page_that_robots_txt_forbids_is_not_asked_for(made: Press, obeyed: bool) -> None:
    made.put("press.example/robots.txt", b"User-agent: digest-bot\nDisallow: /1\n")
    await made.add(teased(made, 1, 2), full_text="short")
    made.world = replace(made.world, permission=Permission(made.world.fetcher, obeyed=obeyed))

    await made.collect()

    assert ("press.example/1" in made.asked()) is not obeyed
    assert "press.example/2" in made.asked()
    assert ("улицы 11" in await text(made, 1)) is not obeyed
    assert "улицы 11" in await text(made, 2)


async def test_robots_txt_is_asked_for_once(made: Press) -> None:
    await made.add(teased(made, 1, 2, 3), full_text="short")

    await made.collect()

    assert made.asked().count("press.example/robots.txt") == 1


WALL = "Чтобы читать дальше, оформите подписку на наше издание: первый месяц бесплатно. " * 10


@pytest.mark.parametrize(
    "instead",
    [
        page(press.article_page(whole(7), title=press.title(7))),
        page(press.article_page(WALL, title="Подписка")),
        page(press.article_page("", title=press.title(1))),
        page(b"", status="403 Forbidden"),
        page(b" "),
        page(b"\x00\x01\x02" * 500),
        page(b'{"error": "no such page"}'),
    ],
    ids=["another article", "a wall", "no text", "forbidden", "empty", "no text file", "json"],
)
async def test_what_is_not_the_article_leaves_the_teaser(made: Press, instead: Answer) -> None:
    feed = teased(made, 1)
    made.put("press.example/1", instead)
    await made.add(feed, full_text="always")

    taken = await made.collect()

    assert taken.new == 1
    assert await text(made) == teaser(1)


async def test_so_many_pages_are_read_at_one_time_and_no_more(made: Press) -> None:
    seen = range(fulltext.PAGES + 3)
    await made.add(teased(made, *seen), full_text="short")

    taken = await made.collect()

    assert taken.new == len(seen)
    pages = [place for place in made.asked() if place.rpartition("/")[2].isdigit()]
    assert len(pages) == fulltext.PAGES


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1/1", "http://[::ffff:10.0.0.1]/1", "http://inner.example/1", "http://2130706433/1"]
)
@pytest.mark.parametrize("guarded", [True, False])
async def test_a_link_to_a_private_address_is_never_dialled(tmp_path: Path, link: str, guarded: bool) -> None:
    net = Net()
    guard = Guard(dial=net.dial) if guarded else Off(dial=net.dial)
    async with press.opened(tmp_path, net=net, guard=guard) as made, serving(page()) as private:
        net.elsewhere = private.port
        net.names["inner.example"] = [("10.0.0.1",)]
        feed = made.put("press.example/feed", rss(Item(number=1, text=teaser(1), link=link)))
        await made.add(feed, full_text="always")

        await made.collect()

        assert (private.accepted == 0) is guarded


async def test_a_page_changes_nothing_that_the_feed_says(made: Press) -> None:
    entry = Entry(url="http://press.example/1", title="Из ленты", text=teaser(1), authors=("Редакция",))
    found = Entry(url="http://other.example/", title="Со страницы", text=whole(1), authors=("Гость",), image="i.jpg")

    joined = fulltext.joined(entry, found)

    assert (joined.url, joined.title, joined.authors) == (entry.url, "Из ленты", ("Редакция",))
    assert (joined.text, joined.image) == (whole(1), "i.jpg")


async def test_a_page_that_kills_its_parser_leaves_the_teaser(made: Press) -> None:
    feed = teased(made, 1)
    made.put("press.example/1", b"<html><body>" + b"<table><tr><td>" * 300_000)
    await made.add(feed, full_text="always")

    assert (await made.collect()).new == 1
    assert await text(made) == teaser(1)
