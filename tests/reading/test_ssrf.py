"""Every way of writing or reaching an address that is not public, on every way that an address comes to us (T1-T5).

Many sources are read side by side in one round, each with a forbidden address of its own. With the guard switched off
the same round reaches the listener on loopback.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest

from bot import opml, picturing, sources
from bot.errors import RefusedAddress
from bot.fetching.client import Order
from bot.fetching.guard import Guard
from bot.model import Entry, Source, Story, StoryId
from bot.reading import web
from bot.stages import clean
from bot.storage import sources as stored
from tests.fetching.net import PUBLIC, Host, Net, moved, page, serving
from tests.fetching.vectors import ANSWERS, NAMED, URLS, Off
from tests.reading import press
from tests.reading.press import NOW, Item, Press, rss

Way = Callable[[Press], Awaitable[int]]


async def poll(made: Press, addresses: list[str]) -> int:
    """A round with these addresses as sources; says how many there were."""
    every = [Source(slug=f"s{number}", kind="feed", address=url) for number, url in enumerate(dict.fromkeys(addresses))]
    async with made.world.database.write() as connection:
        added = await stored.add(connection, every, now_at=NOW)
    await made.collect()
    return len(added)


async def looked(made: Press, addresses: list[str]) -> None:
    """What is done with an address that somebody wants to add."""
    await asyncio.gather(*(web.look(made.world, Order(url=url)) for url in addresses))


async def added(made: Press) -> int:
    await looked(made, list(URLS))
    return len(URLS)


async def polled(made: Press) -> int:
    return await poll(made, list(URLS))


async def redirected(made: Press) -> int:
    hosts = [made.put(f"r{number}.example/feed", moved(url)) for number, url in enumerate(URLS)]
    return await poll(made, hosts)


async def moved_for_good(made: Press) -> int:
    status = "301 Moved Permanently"
    hosts = [made.put(f"r{number}.example/feed", moved(url, status=status)) for number, url in enumerate(URLS)]
    await looked(made, hosts)
    return len(hosts)


async def discovered(made: Press) -> int:
    """A page names feeds; whoever looks for one tries them."""
    for number, url in enumerate(URLS):
        link = f'<link rel="alternate" type="application/rss+xml" href="{escape(url)}">'
        home = made.put(f"h{number}.example/", press.article_page(press.told(number) * 3, head=link))
        found = await web.look(made.world, Order(url=home), kind="page")
        await looked(made, list(found.parsed.feeds))
    return len(URLS)


async def whole_texts(made: Press) -> int:
    """The pages behind the entries of feeds that tease."""
    every = []
    for number, url in enumerate(URLS):
        feed = made.put(f"t{number}.example/feed", rss(Item(number=number, link=url, text="Мост открыли утром.")))
        every.append(Source(slug=f"s{number}", kind="feed", address=feed, full_text="always"))
    async with made.world.database.write() as connection:
        await stored.add(connection, every, now_at=NOW)
    await made.collect()
    return len(every)


async def listed(made: Press) -> int:
    """A list of feeds is taken in, and read in the background."""
    outlines = "".join(f'<outline type="rss" text="n" xmlUrl="{escape(url)}"/>' for url in URLS)
    outline = opml.read(f'<opml version="2.0"><body>{outlines}</body></opml>'.encode())
    await poll(made, [feed.address for feed in outline.feeds])
    return len(outline.feeds)


async def in_a_sitemap(made: Press) -> int:
    """The sitemaps that an index names."""
    every = []
    for number, url in enumerate(URLS):
        index = f"<sitemapindex><sitemap><loc>{escape(url)}</loc></sitemap></sitemapindex>".encode()
        every.append(Source(slug=f"s{number}", kind="sitemap", address=made.put(f"i{number}.example/index.xml", index)))
    async with made.world.database.write() as connection:
        await stored.add(connection, every, now_at=NOW)
    await made.collect()
    return len(every)


async def answered(made: Press) -> int:
    """Names of which the name server says that they are private."""
    for number, answer in enumerate(ANSWERS):
        made.net.names[f"n{number}.example"] = [(answer,)]
    return await poll(made, [f"http://n{number}.example/feed" for number in range(len(ANSWERS))])


async def mixed(made: Press) -> int:
    """Names with a public address, where nobody listens, and a private one."""
    for number, answer in enumerate(ANSWERS):
        made.net.names[f"n{number}.example"] = [("93.184.216.99", answer)]
    return await poll(made, [f"http://n{number}.example/feed" for number in range(len(ANSWERS))])


async def pictured(made: Press) -> int:
    """Pictures that a digest could lead with; the rule of addresses has let them all through."""
    looks = picturing.Looks(len(URLS))
    plain = clean.article(Entry(url="http://p.example/1", text=press.told(1)), now_at=NOW)
    for number, url in enumerate(URLS):
        story = Story(id=StoryId(str(number)), articles=(replace(plain, picture=url),))
        assert not await picturing.of(made.world, story, looks, now_at=NOW)
    return len(URLS)


async def rebound(made: Press) -> int:
    """Names that are public when the feed is asked for, and private when its redirect to itself is followed."""
    hosts = [made.put(f"b{number}.example/feed", moved("/again")) for number in range(len(ANSWERS))]
    for number, answer in enumerate(ANSWERS):
        made.net.names[f"b{number}.example"] = [(PUBLIC,), (answer,)]
    return await poll(made, hosts)


WAYS: tuple[Way, ...] = (
    *(added, polled, redirected, moved_for_good, discovered, whole_texts, listed, in_a_sitemap),
    *(answered, mixed, rebound, pictured),
)


async def reached(way: Way, folder: Path, *, guarded: bool) -> tuple[int, int, Host]:
    """How many ways there were, how many connections the private listener saw, and the listener."""
    net = Net()
    async with serving(page(b"secret")) as private:
        net.elsewhere = private.port
        net.ports["93.184.216.99"] = 1  # nobody listens on port 1 of loopback
        net.names |= {name: [("127.0.0.1",)] for name in NAMED}
        guard = Guard(dial=net.dial) if guarded else Off(dial=net.dial)
        async with press.opened(folder, net=net, guard=guard) as made:
            tried = await way(made)
        return tried, private.accepted, private


@pytest.mark.parametrize("way", WAYS)
async def test_t1_no_way_of_adding_reading_or_following_reaches_a_private_address(way: Way, tmp_path: Path) -> None:
    tried, connections, private = await reached(way, tmp_path, guarded=True)

    assert tried >= 60
    assert connections == 0, [(heard.headers.get("host"), heard.path) for heard in private.heard]


@pytest.mark.parametrize("way", WAYS)
async def test_t1_with_the_guard_switched_off_the_same_addresses_are_reached(way: Way, tmp_path: Path) -> None:
    tried, connections, _ = await reached(way, tmp_path, guarded=False)

    assert connections >= tried / 2  # not every way of writing one passes the parsers of lists and pages


async def test_t2_an_address_that_is_refused_is_never_remembered_as_the_new_one(tmp_path: Path) -> None:
    async with press.opened(tmp_path) as made:
        await made.add(made.put("press.example/feed", moved("http://127.0.0.1/feed", status="301 Moved Permanently")))
        for step in range(4):
            await made.collect(step * 24 * press.HOUR)

        state = await made.state()

    assert (state.address, state.moved_to) == ("", "")
    assert "forbidden address" in state.error


def test_what_is_no_web_address_is_refused_before_anything_is_fetched() -> None:
    kinds = sources.kinds()
    for typed in ("file:///etc/passwd", "gopher://127.0.0.1/", "ftp://10.0.0.1/", "javascript:alert(1)", "data:,x"):
        with pytest.raises(RefusedAddress):
            kinds["feed"].address(typed)
