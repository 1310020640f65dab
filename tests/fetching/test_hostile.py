"""What a hostile server costs: bounded time, bounded memory, no open file.

Rows F46, F47, F48 and F53 of the fault table (delivery.md) and T7, T8 of security.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest

from bot.fetching.client import Fetched, Limits, Order
from bot.fetching.failures import Failed, Reason
from tests.fetching.net import (
    PATIENT,
    Answer,
    Heard,
    Host,
    Net,
    by_path,
    drip,
    endless,
    files_fall_to,
    moved,
    open_files,
    page,
    raw,
    serving,
    silent,
)

HURRIED = Limits(total_s=0.4)
DEMANDING = Limits(total_s=30, slow_after_s=0.3)
MAX_BYTES = 64_000_000  # what one source may cost in memory
OK = b"HTTP/1.1 200 OK\r\n"
PACKED = (("Content-Encoding", "gzip"),)
BIG = b" ".join(b"%d" % at for at in range(1_000_000))  # 7 MB that gzip packs three times


def bomb(unpacked_mb: int) -> bytes:
    """Gzip that unpacks to so many megabytes of zeros; made of one packed megabyte, over and over."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    megabyte = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + megabyte * unpacked_mb


def wrong_checksum() -> bytes:
    packed = bytearray(gzip.compress(b"<rss/>" * 20_000))
    packed[-6] ^= 0xFF
    return bytes(packed)


async def failed(answer: Answer, *, limits: Limits = PATIENT) -> tuple[Failed, Host]:
    """The failure that a server causes; it must leave no file open."""
    before = open_files()
    async with serving(answer) as host:
        net = Net()
        url = net.add("press.example", host)
        async with net.fetcher(limits=limits) as fetcher:
            came = await fetcher.fetch(Order(url=url))
    assert isinstance(came, Failed), came
    assert await files_fall_to(before)
    return came, host


@contextlib.asynccontextmanager
async def frugal() -> AsyncIterator[None]:
    """What is done within costs little memory at its highest point."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MAX_BYTES


@pytest.mark.parametrize(
    "answer",
    [
        endless(OK + b"\r\n", b"<item/>" * 1000),
        endless(
            OK + b"Content-Length: 99999\r\nTransfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + b"x" * 1000 + b"\r\n"
        ),
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + b"x" * 1000 + b"\r\n"),
        endless(OK + b"Content-Length: 9999999999\r\n\r\n", b"x" * 1000),
        endless(
            OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10], b"\0\0\0\xff\xff" * 1000
        ),  # empty blocks
        endless(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"<item/>") * 300),
    ],
    ids=["no length", "two lengths", "chunked", "long length", "empty blocks", "gzip members"],
)
async def test_f46_an_endless_stream_ends_at_the_bound(answer: Answer) -> None:
    async with frugal():
        came, _ = await failed(answer)

    assert came.reason in {Reason.TOO_LARGE, Reason.BOMB, Reason.PROTOCOL}


async def test_f46_a_page_at_the_bound_is_read_and_one_byte_more_is_not() -> None:
    async with serving(by_path({"/at": page(b"x" * 5000), "/over": page(b"x" * 5001, length=-1)})) as host:
        net = Net()
        url = net.add("press.example", host)
        async with net.fetcher() as fetcher:
            at = await fetcher.fetch(Order(url=f"{url}/at", max_bytes=5000))
            over = await fetcher.fetch(Order(url=f"{url}/over", max_bytes=5000))

    assert isinstance(at, Fetched)
    assert isinstance(over, Failed)
    assert (over.reason, over.message) == (Reason.TOO_LARGE, "the page is larger than 5,000 bytes")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(bomb(1000), headers=PACKED), Reason.BOMB),
        (page(bomb(1000), headers=PACKED, length=-1), Reason.BOMB),
        (page(gzip.compress(bomb(1000)), headers=(("Content-Encoding", "gzip, gzip"),)), Reason.ENCODING),
        (page(gzip.compress(bomb(1000)), headers=PACKED * 2), Reason.ENCODING),
        (page(gzip.compress(BIG), headers=PACKED), Reason.TOO_LARGE),
        (page(gzip.compress(b"x") * 1000, headers=PACKED), Reason.BOMB),
        (page(b"\x1b\0\0\0", headers=(("Content-Encoding", "br"),)), Reason.ENCODING),
        (page(b"\x28\xb5\x2f\xfd", headers=(("Content-Encoding", "zstd"),)), Reason.ENCODING),
        (page(zlib.compress(b"<rss/>"), headers=(("Content-Encoding", "deflate"),)), Reason.ENCODING),
        (page(b"<rss/>", headers=(("Content-Encoding", "x" * 500),)), Reason.ENCODING),
        (page(b"<rss/>", headers=PACKED), Reason.ENCODING),
        (page(wrong_checksum(), headers=PACKED), Reason.BROKEN),
        (page(gzip.compress(b"<rss/>" * 999)[:-20], headers=PACKED), Reason.BROKEN),
        (page(gzip.compress(b"<rss/>" * 999)[:-4], headers=PACKED), Reason.BROKEN),
        (page(gzip.compress(b"<rss/>")[:5], headers=PACKED), Reason.BROKEN),
        (page(gzip.compress(b"x") + gzip.compress(b"y")[:-2], headers=PACKED), Reason.BROKEN),
    ],
)
async def test_f47_what_is_packed_badly_is_an_error_and_costs_no_memory(answer: Answer, reason: Reason) -> None:
    async with frugal():
        came, _ = await failed(answer)

    assert came.reason is reason


def test_f47_the_bomb_is_one() -> None:
    packed = bomb(70)

    unpacked = zlib.decompressobj(31).decompress(packed)

    assert len(packed) < 200_000
    assert len(unpacked) > MAX_BYTES


async def always_further(heard: Heard, out: asyncio.StreamWriter) -> None:
    location = f"{heard.path}x?y=1&{heard.path[1:]}"
    await moved(location, status="301 Moved")(heard, out)


HUNDRED = by_path({f"/{at or ''}": moved(f"/{at + 1}") for at in range(100)})
FLIP_FLOP = by_path({"/": moved("/b", status="301 Moved"), "/b": moved("/", status="301 Moved")})


@pytest.mark.parametrize(
    ("answer", "words", "visits"),
    [
        (moved("/"), "in a circle", 1),
        (moved("http://press.example:80/#again", status="308 Moved"), "in a circle", 1),
        (FLIP_FLOP, "in a circle", 2),
        (always_further, "more than 5 times", 6),
        (HUNDRED, "more than 5 times", 6),
    ],
)
async def test_f48_redirects_without_end_are_left(answer: Answer, words: str, visits: int) -> None:
    came, host = await failed(answer)

    assert came.reason is Reason.REDIRECT
    assert words in came.message
    assert len(host.heard) == visits


async def test_f48_five_redirects_are_followed() -> None:
    answers = {f"/{at or ''}": moved(f"/{at + 1}") for at in range(5)} | {"/5": page(b"news")}
    async with serving(by_path(answers)) as host:
        net = Net()
        url = net.add("press.example", host)
        async with net.fetcher() as fetcher:
            came = await fetcher.fetch(Order(url=url))

    assert isinstance(came, Fetched)
    assert came.content == b"news"


async def late(heard: Heard, out: asyncio.StreamWriter) -> None:
    """A redirect further on, each time after a while."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 0.15)
    await always_further(heard, out)


async def test_f48_all_redirects_together_have_the_time_of_one_fetch() -> None:
    came, _ = await failed(late, limits=Limits(total_s=0.4))

    assert came.reason is Reason.TIMEOUT


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
async def test_f53_a_wait_of_thirty_years_is_told_as_a_day(status: str) -> None:
    came, _ = await failed(page(b"", status=status, headers=(("Retry-After", "1000000000"),)))

    assert (came.status, came.retry_after_s) == (int(status[:3]), 86_400)


async def test_f53_a_page_that_is_gone_is_told_to_be_gone() -> None:
    came, _ = await failed(page(b"", status="410 Gone"))

    assert came.reason is Reason.GONE


async def test_f53_nothing_changed_is_believed_only_of_what_we_have() -> None:
    async with serving(page(b"", status="304 Not Modified", headers=(("ETag", '"other"'),), length=-1)) as host:
        net = Net()
        url = net.add("press.example", host)
        async with net.fetcher() as fetcher:
            asked = [await fetcher.fetch(Order(url=url, etag='"mine"')) for _ in range(3)]
            unasked = await fetcher.fetch(Order(url=url))

    assert [(one.status, one.etag) for one in asked if isinstance(one, Fetched)] == [(304, '"other"')] * 3
    assert isinstance(unasked, Failed)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (silent, Reason.TIMEOUT),
        (drip(b"HTTP/1.1 200 ", b"O", every_s=0.02), Reason.TIMEOUT),
        (drip(OK, b"X-A: b\r\n", every_s=0.02), Reason.TIMEOUT),
        (drip(OK + b"\r\n", b"", every_s=0.02), Reason.SLOW),
        (drip(OK + b"\r\n", b"<", every_s=0.02), Reason.SLOW),
        (drip(OK + b"Content-Length: 10\r\n\r\nx", b"", every_s=0.02), Reason.SLOW),
        (drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", every_s=0.02), Reason.SLOW),
        (drip(OK + b"\r\n" + b"x" * 300, b"x", every_s=0.02), Reason.SLOW),
        (drip(OK + b"\r\n", b"x" * 10_000, every_s=0.02), Reason.TIMEOUT),  # quick enough, but it has no end
        (drip(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", every_s=0.02), Reason.TIMEOUT),
        (drip(b"HTTP/1.1 403 No\r\n\r\n", b"x", every_s=0.02), Reason.TIMEOUT),
    ],
)
async def test_t8_who_is_slow_is_left(answer: Answer, reason: Reason) -> None:
    came, _ = await failed(answer, limits=HURRIED if reason is Reason.TIMEOUT else DEMANDING)

    assert came.reason is reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (endless(OK + b"X-A: ", b"x" * 1000), Reason.PROTOCOL),
        (endless(OK, b"X-A: b\r\n" * 10), Reason.PROTOCOL),
        (endless(b"HTTP/1.1 200 ", b"OK" * 100), Reason.PROTOCOL),
        (raw(OK + b"".join(b"X-%d: %s\r\n" % (at, b"y" * 1000) for at in range(100)) + b"\r\n"), Reason.PROTOCOL),
        (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), Reason.PROTOCOL),
        (raw(b""), Reason.CONNECT),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), Reason.PROTOCOL),
        (raw(b"<rss/>"), Reason.PROTOCOL),
        (raw(b"\0" * 100), Reason.PROTOCOL),
        (raw(b"HTTP/1.1 \xff\xfe OK\r\n\r\n"), Reason.PROTOCOL),
        (raw(b"HTTP/1.1 99999999 OK\r\n\r\n"), Reason.PROTOCOL),
        (raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"), Reason.STATUS),
        (raw(OK + b"Content-Length: -5\r\n\r\nabc"), Reason.PROTOCOL),
        (raw(OK + b"Content-Length: 1e3\r\n\r\nabc"), Reason.PROTOCOL),
        (raw(OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), Reason.PROTOCOL),
        (raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), Reason.PROTOCOL),
        (raw(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc"), Reason.BROKEN),
        (raw(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc"), Reason.PROTOCOL),
        (raw(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef"), Reason.PROTOCOL),
        (page(b"<rss/>junk", length=6), Reason.PROTOCOL),
        (endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000), Reason.PROTOCOL),
        (page(b"abc", length=10), Reason.BROKEN),
        (page(b"abc", length=10**9), Reason.TOO_LARGE),
        (page(b"abc", length=10**40), Reason.PROTOCOL),
        (raw(b"HTTP/1.1 302 Found\r\nLocation: /\0x\r\n\r\n"), Reason.PROTOCOL),
        (raw(b"HTTP/1.1 302 Found\r\nLocation: /\x0bx\r\n\r\n"), Reason.REDIRECT),
    ],
)
async def test_an_answer_that_is_no_proper_http_is_an_error(answer: Answer, reason: Reason) -> None:
    came, _ = await failed(answer)

    assert came.reason is reason, came


async def test_a_line_break_behind_the_end_does_no_harm() -> None:
    async with serving(page(b"<rss/>\r\n", length=6)) as host:
        net = Net()
        url = net.add("press.example", host)
        async with net.fetcher() as fetcher:
            came = await fetcher.fetch(Order(url=url))

    assert isinstance(came, Fetched)
    assert came.content == b"<rss/>"
