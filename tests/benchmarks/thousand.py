"""A server of a thousand made-up feeds, one a host name; one in twenty is slow, broken or hostile."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import zlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.benchmarks import generated

SOURCES = 1_000
EVERY = 20  # so many sources have a hostile one among them
HEALTHY = SOURCES - SOURCES // EVERY
TELLERS = 3  # feeds that tell an event
SPREAD = timedelta(hours=3)  # between two entries of a feed: a third of them are of the last day
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"


def host(number: int) -> str:
    return f"press{number}.example"


def is_hostile(number: int) -> bool:
    return number % EVERY == EVERY - 1


def feed(number: int, *, until: datetime) -> bytes:
    """Ten to twenty entries in Russian, English or Uzbek, with their whole texts."""
    entries = []
    for place in range(10 + number % 11):
        event = (number // TELLERS) * 20 + place
        at = until - SPREAD * place - timedelta(minutes=number % 170)
        told = generated.article(event, number % TELLERS, published_at=at)
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in told.text.split("\n"))
        entries.append(
            f"<item><title>{escape(told.title)}</title><link>http://{host(number)}/{event}</link>"
            f"<guid isPermaLink='false'>{number}-{event}</guid><pubDate>{format_datetime(at)}</pubDate>"
            f"<description>{escape(paragraphs)}</description></item>"
        )
    head = f"<title>Press {number}</title><link>http://{host(number)}/</link>"
    return f'<rss version="2.0"><channel>{head}{"".join(entries)}</channel></rss>'.encode()


async def serve(told: Callable[[int], None], *, until: datetime) -> None:
    """Serves for ever; `told` gets the port once all feeds are made."""
    feeds = {host(number): feed(number, until=until) for number in range(SOURCES) if not is_hostile(number)}
    server = await asyncio.start_server(_answer(feeds), "127.0.0.1", 0, backlog=1024)
    told(server.sockets[0].getsockname()[1])
    await server.serve_forever()


Served = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def _answer(feeds: dict[str, bytes]) -> Served:
    async def answer(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            name = head.partition("\r\nhost:")[2].partition("\r\n")[0].strip()
            if (body := feeds.get(name)) is None:
                await _hostile(int("".join(filter(str.isdigit, name)) or 0) // EVERY, out)
            elif "\r\nif-none-match:" in head:
                out.write(UNCHANGED)
            else:
                out.write(OK + b'ETag: "%d"\r\nContent-Length: %d\r\n\r\n%s' % (len(body), len(body), body))
            await out.drain()
        out.close()

    return answer


async def _hostile(number: int, out: asyncio.StreamWriter) -> None:  # noqa: C901 - a list, one kind a case
    """One of ten kinds of trouble."""
    match number % 10:
        case 0 | 1:
            await asyncio.sleep(3_600)  # never says a word
        case 2:
            out.write(OK + b"\r\n")
            while True:  # a drop now and then
                out.write(b" ")
                await out.drain()
                await asyncio.sleep(0.5)
        case 3:
            out.write(OK + b"\r\n<rss><channel>")
            while True:  # a stream without end
                out.write(b"<item><title>again</title></item>" * 100)
                await out.drain()
        case 4:
            bomb = gzip.compress(b" " * 50_000_000, 9, mtime=0)
            out.write(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
        case 5:
            out.write(OK + b"\r\n<!doctype html><html><body><p>Under construction</p></body></html>")
        case 6:
            out.write(OK + b"\r\n<rss><channel>" + b"<a>" * 50_000)
        case 7:
            out.write(b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n")
        case 8:
            out.write(OK + b"Content-Encoding: gzip\r\n\r\n" + zlib.compress(b"<rss/>")[:10])
        case _:
            out.write(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nConnection: close\r\n\r\n")
