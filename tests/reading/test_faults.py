"""Rows F46 to F55 of the fault table (delivery.md), through the whole line: what a site does costs its own source a
failure in words, and no other anything. What the parts do by themselves is shown beside them (`tests/fetching`,
`tests/stages`, `tests/sources`)."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import reading
from bot.fetching.client import Limits
from bot.model import Source
from bot.sources import Body, feed
from bot.storage import sources as stored
from bot.world import World
from tests.fetching.net import Answer, Net, drip, endless, moved, page, silent
from tests.fetching.test_hostile import bomb
from tests.reading import press
from tests.reading.press import HOUR, NOW, Item, Press, rss, tagged

HEAD = b"HTTP/1.1 200 OK\r\n\r\n<rss><channel>"
HURRIED = Limits(total_s=1.5, slow_after_s=0.5)


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Press]:
    async with press.opened(tmp_path) as opened:
        yield opened


async def failed(made: Press, answer: Answer, *, beside: int = 1) -> str:
    """The error of a source with this answer, read beside a good one, which is stored."""
    await made.add(made.put("bad.example/feed", answer), slug="bad")
    await made.add(made.put("press.example/feed", rss(Item(number=beside))))

    taken = await made.collect()

    assert taken.new == 1
    state = await made.state("bad")
    assert state.failures == 1
    assert state.next_read_at is not None
    assert state.next_read_at > NOW
    return state.error


@pytest.mark.parametrize(
    "answer", [endless(HEAD, b"<item><title>x</title></item>" * 500), drip(HEAD, b" ", every_s=0.1), silent]
)
async def test_f46_an_endless_stream_costs_its_own_source_a_failure(tmp_path: Path, answer: Answer) -> None:
    async with press.opened(tmp_path, limits=HURRIED) as made:
        error = await failed(made, answer)

    assert error in {
        "the page is larger than 5,000,000 bytes",
        "the page comes slower than 1,000 bytes a second",
        "the site did not answer in time",
    }


async def test_f47_a_bomb_costs_its_own_source_a_failure(made: Press) -> None:
    error = await failed(made, page(bomb(1000), headers=(("Content-Encoding", "gzip"),)))

    assert "unpacks to more than 200 times its size" in error


async def test_f47_a_body_that_cannot_be_unpacked_leaves_what_was_read_before(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1))))
    await made.collect()

    made.put("press.example/feed", page(b"\x1f\x8b\x08cut", headers=(("Content-Encoding", "gzip"),)))
    await made.collect(HOUR)
    made.put("press.example/feed", rss(Item(number=1), Item(number=2, at=NOW)))
    taken = await made.collect(6 * HOUR)

    assert (taken.new, taken.changed) == (1, 0)


async def test_f48_a_redirect_that_leads_back_costs_its_own_source_a_failure(made: Press) -> None:
    assert "redirects" in await failed(made, moved("/feed"))


async def test_f48_an_address_that_flips_is_never_believed(made: Press) -> None:
    for name in ("a", "b"):
        made.put(f"{name}.example/feed", rss(Item(number=1)))
    await made.add("http://press.example/feed")

    for step in range(8):
        goal = f"http://{'ab'[step % 2]}.example/feed"
        made.put("press.example/feed", moved(goal, status="301 Moved Permanently"))
        await made.collect(step * 25 * HOUR)

    state = await made.state()
    assert (state.address, state.moved_count, state.failures) == ("", 1, 0)


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("text/xml; charset=utf-8", "cp1251"),
        ("text/xml; charset=windows-1251", "utf-8"),
        ("text/xml; charset=latin-1", "koi8-r"),
        ("text/xml", "utf-16-le"),
    ],
)
async def test_f49_a_charset_that_changes_its_claim_sends_nothing_again(
    made: Press, header: str, encoding: str
) -> None:
    body = rss(Item(number=1))
    await made.add(made.put("press.example/feed", body))
    await made.collect()

    made.put("press.example/feed", page(body.decode().encode(encoding), headers=(("Content-Type", header),)))
    taken = await made.collect(3 * HOUR)

    assert (taken.new, taken.changed) == (0, 0)
    assert (await made.state()).failures == 0


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel>" + b"<item><title>" + b"x" * 4_900_000 + b"</title></item></channel></rss>",
        b"<rss><channel>" + b"<a>" * 50_000,
        b"<rss><channel>" + b"<item/>" * 100_000 + b"</channel></rss>",
    ],
    ids=["a title of 5 MB", "50,000 levels", "100,000 items"],
)
async def test_f50_a_heavy_body_holds_up_no_other(made: Press, body: bytes) -> None:
    await made.add(made.put("bad.example/feed", body), slug="bad")
    await made.add(made.put("press.example/feed", rss(Item(number=1))))

    await made.collect()

    assert "http://press.example/1" in await made.articles()
    assert (await made.state("bad")).last_read_at == NOW


async def pid_of(world: World) -> int:
    return await world.child.run(os.getpid)


async def test_f50_what_strangers_write_is_parsed_in_another_process(made: Press) -> None:
    """One that may be killed: the event loop goes on meanwhile, and the next body finds a new one."""
    assert await pid_of(made.world) != os.getpid()
    assert feed.parse(Body(content=rss(Item(number=1)), address="")).entries  # here it would run in this process


@pytest.mark.parametrize(
    "broken",
    [
        rss(*(Item(number=number) for number in range(3)))[:-900],
        b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>",
        b'{"error": "try later"}',
        b"<rss",
        page(b""),
        page(b"", status="500 Internal Server Error"),
    ],
    ids=["cut", "a page of HTML", "JSON", "a stump", "empty", "an error"],
)
async def test_f51_after_a_broken_body_the_feed_brings_nothing_again(made: Press, broken: bytes | Answer) -> None:
    items = [Item(number=number) for number in range(3)]
    await made.add(made.put("press.example/feed", tagged(rss(*items))))
    await made.collect()

    made.put("press.example/feed", broken)
    await made.collect(3 * HOUR)
    made.put("press.example/feed", tagged(rss(*items, Item(number=9, at=NOW)), etag='"2"'))
    taken = await made.collect(9 * HOUR)

    assert (taken.new, taken.changed) == (1, 0)
    assert (await made.state()).failures == 0


def minted(items: list[Item], step: int) -> list[Item]:
    """New guids, edited titles, no dates, the order turned round."""
    return [
        replace(one, guid=f"minted-{step}-{one.number}", title=f"{press.title(one.number)} ({step})", at=None)
        for one in reversed(items)
    ]


async def test_f52_a_feed_that_mints_all_anew_makes_no_news(made: Press) -> None:
    items = [Item(number=number) for number in range(12)]
    await made.add(made.put("press.example/feed", rss(*items)))
    first = await made.collect()

    for step in range(1, 4):
        made.put("press.example/feed", rss(*minted(items, step)))
        taken = await made.collect(step * 5 * HOUR)
        assert taken.new == 0

    assert first.new == len(await made.articles()) == 12


async def test_f52_when_the_addresses_are_minted_too_the_words_still_tell(made: Press) -> None:
    items = [Item(number=number) for number in range(12)]
    await made.add(made.put("press.example/feed", rss(*items)))
    await made.collect()

    made.put("press.example/feed", rss(*(replace(one, link=f"http://press.example/x/{one.number}") for one in items)))
    by_words = await made.collect(5 * HOUR)
    async with made.world.database.write() as connection:  # and without that memory they are a flood
        await stored.forget(connection, NOW + timedelta(days=400))
    forgotten = await made.collect(10 * HOUR)

    assert by_words.new == 0
    assert forgotten.new > 0


async def test_f52_a_feed_that_is_new_in_all_respects_is_held_to_its_quota(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss()), quota_per_day=10)
    await made.collect()

    taken = 0
    for step in range(1, 6):
        fresh = (Item(number=step * 100 + number, at=NOW + step * 4 * HOUR) for number in range(50))
        made.put("press.example/feed", rss(*fresh))
        taken += (await made.collect(step * 4 * HOUR)).new

    assert taken == 10


async def test_f53_a_wait_of_thirty_years_is_a_day(made: Press) -> None:
    answer = page(b"", status="429 Too Many Requests", headers=(("Retry-After", "1000000000"),))

    await failed(made, answer)

    state = await made.state("bad")
    assert state.next_read_at is not None
    assert 24 * HOUR <= state.next_read_at - NOW <= 27 * HOUR


async def test_f53_who_is_gone_is_not_asked_again(made: Press) -> None:
    await made.add(made.put("press.example/feed", page(b"", status="410 Gone")))

    for step in range(4):
        await made.collect(step * 48 * HOUR)

    assert made.asked().count("press.example/feed") == 1
    assert (await made.state()).gone


async def test_f53_a_failing_source_is_asked_less_and_less(made: Press) -> None:
    await made.add(made.put("press.example/feed", page(b"", status="503 Service Unavailable")))
    waits = []
    at = timedelta(0)
    for _ in range(6):
        await made.collect(at)
        next_at = (await made.state()).next_read_at
        assert next_at is not None
        waits.append(next_at - NOW - at)
        at = next_at - NOW

    assert waits == sorted(waits)
    assert waits[-1] > 8 * waits[0]
    assert made.asked().count("press.example/feed") == 6


async def test_f53_unchanged_for_ever_is_asked_for_the_whole_once_a_day(made: Press) -> None:
    """A server that answers 304 whatever it has."""
    await made.add(made.put("press.example/feed", tagged(rss(Item(number=1)))))
    await made.collect()

    made.put("press.example/feed", tagged(rss(Item(number=1), Item(number=2, at=NOW))))
    same_day, next_day = await made.collect(8 * HOUR), await made.collect(34 * HOUR)

    assert (same_day.new, next_day.new) == (0, 1)


async def test_f54_a_thousand_feeds_of_one_silent_host_hold_up_no_other(made: Press) -> None:
    slow = [Source(slug=f"a{number:03}", kind="feed", address=f"http://slow.example/{number}") for number in range(999)]
    for source in slow:
        made.put(source.address.removeprefix("http://"), silent)
    async with made.world.database.write() as connection:
        await stored.add(connection, slow, now_at=NOW - 9000 * HOUR)
    await made.add(made.put("press.example/feed", rss(Item(number=1))), slug="z")

    async with reading.due(made.world, now_at=NOW) as arrivals:
        first = await anext(arrivals)  # the silent ones would take half a minute each

    assert [one.source.slug for one in first] == ["z"]


async def test_f55_names_that_cannot_be_looked_up_hold_up_no_other(tmp_path: Path) -> None:
    class Hanging(Net):
        async def resolve(self, name: str) -> tuple[str, ...]:
            if name.startswith("hanging"):
                await asyncio.Event().wait()
            if name == "nowhere.example":
                raise socket.gaierror(socket.EAI_NONAME, "no such name")
            return await super().resolve(name)

    async with press.opened(tmp_path, net=Hanging(), limits=HURRIED) as made:
        for number in range(10):
            await made.add(f"http://hanging{number}.example/feed", slug=f"a{number}")
        await made.add("http://nowhere.example/feed", slug="nowhere")
        await made.add(made.put("press.example/feed", rss(Item(number=1))))

        taken = await made.collect()

        assert taken.new == 1
        assert [(await made.state(f"a{number}")).failures for number in range(10)] == [1] * 10
        assert (await made.state("nowhere")).error == "there is no site of this name"
