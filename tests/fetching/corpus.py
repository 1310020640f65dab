"""Runs the hostile corpus: every case is served on loopback, fetched by the real client, read in the real child."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot import opml, sources
from bot.errors import ParserKilled, RefusedEntry
from bot.fetching.child import Child
from bot.fetching.client import Fetcher, Limits, Order
from bot.fetching.failures import Failed
from bot.fetching.guard import Guard
from bot.model import Entry
from bot.sources import Body
from bot.stages import clean
from tests import make
from tests.data.hostile.case import Case, End, Patience, Reply, Then, Tls
from tests.fetching.net import PATIENT, Heard, Net, serving

NOW = make.moment("2026-11-22T10:00")
PARSE_S = 60.0  # the machine may be busy
HURRIED_PARSE_S = 1.0  # for what takes minutes
LIMITS = {
    Patience.PATIENT: PATIENT,
    Patience.HURRIED_READER: PATIENT,
    Patience.HURRIED: Limits(total_s=0.5),
    Patience.DEMANDING: Limits(total_s=30, slow_after_s=0.3),
}
GREETINGS = {
    Tls.PLAIN: b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    Tls.JUNK: b"220 mail.example ESMTP\r\n",
    Tls.STALLED: b"",
    Tls.OLD: b"\x15\x03\x01\x00\x02\x02\x46",  # RFC 5246, 7.2: a fatal alert, protocol_version
}
WITH_CERTIFICATE = (Tls.SELF_SIGNED, Tls.OTHER_NAME, Tls.EXPIRED)
DROP_S = 0.02
DEAD = "93.184.216.99"  # nothing listens there

Certificates = Mapping[Tls, tuple[Path, Path]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a case; see `Case`. `more` is the first address in what was read, `reached` whether its own server
    saw a visit."""

    error: str = ""
    entries: int = 0
    title: str = ""
    link: str = ""
    more: str = ""
    reached: bool = True

    def differs(self, case: Case) -> str:
        """How this is another outcome than the case should have, "" when it is the one."""
        wrong = [] if self.reached else ["its server was not reached"]
        if self.error != case.error:
            wrong.append(f"says {self.error!r} and not {case.error!r}")
        if self.entries != case.entries:
            wrong.append(f"leaves {self.entries} entries and not {case.entries}")
        if case.title is not None and self.title != case.title:
            wrong.append(f"is titled {self.title!r} and not {case.title!r}")
        if case.link is not None and self.link != case.link:
            wrong.append(f"leads to {self.link!r} and not to {case.link!r}")
        return f"{case.name}: {'; '.join(wrong)}" if wrong else ""


@dataclass(slots=True, kw_only=True)
class World:
    """The servers of some cases, and who was visited."""

    cases: Mapping[str, Case]
    net: Net
    visited: set[str] = field(default_factory=set)
    addresses: dict[str, str] = field(default_factory=dict)

    async def answer(self, heard: Heard, out: asyncio.StreamWriter) -> None:
        host = heard.headers["host"].partition(":")[0]
        self.visited.add(host)
        replies = self.cases[host].replies
        found = replies.get(heard.path, replies.get("", Reply(head=b"")))
        await _say(found, out)

    def dial(self, address: str, port: int) -> tuple[str, int]:
        if address in self.addresses:
            self.visited.add(self.addresses[address])
        return self.net.dial(address, port)


async def _say(reply: Reply, out: asyncio.StreamWriter) -> None:
    never = asyncio.Event()
    out.write(reply.sent())
    await out.drain()
    if reply.end is End.RESET:
        connected = out.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        out.transport.abort()
    if reply.end is End.SILENT:
        await never.wait()
    while reply.end in {End.DRIP, End.AGAIN}:
        out.write(reply.tail)
        await out.drain()
        if reply.end is End.DRIP:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(never.wait(), DROP_S)


async def told(cases: Iterable[Case], certificates: Certificates) -> dict[str, Told]:
    """What comes of each case, by its name."""
    by_host = {case.host: case for case in cases}
    async with _world(by_host, certificates) as world, AsyncExitStack() as stack, Child(2) as child:
        trust = await asyncio.to_thread(_trust, certificates)
        guard = Guard(dial=world.dial)
        fetchers = {
            patience: await stack.enter_async_context(world.net.fetcher(limits=limits, guard=guard, tls=trust))
            for patience, limits in LIMITS.items()
        }
        reading = [_of(case, fetchers[case.patience], child) for case in by_host.values()]
        found = await asyncio.gather(*reading)
        return {
            case.name: replace(one, reached=case.host in world.visited)
            for case, one in zip(by_host.values(), found, strict=True)
        }


def _trust(certificates: Certificates) -> ssl.SSLContext:
    trust = ssl.create_default_context()
    for fault, (certificate, _) in certificates.items():
        if fault is not Tls.SELF_SIGNED:
            trust.load_verify_locations(certificate)
    return trust


@asynccontextmanager
async def _world(by_host: Mapping[str, Case], certificates: Certificates) -> AsyncIterator[World]:
    """One server for everybody who speaks plainly, and one for each who should not."""
    world = World(cases=by_host, net=Net(names={"inner.example": [("10.0.0.1",)], "dead.example": [(DEAD,)]}))
    async with AsyncExitStack() as stack:
        plain = await stack.enter_async_context(serving(world.answer))
        for number, case in enumerate(by_host.values()):
            if case.tls is Tls.NONE:
                world.net.add(case.host, plain)
                continue
            address = f"93.184.217.{number}"
            world.addresses[address] = case.host
            world.net.names[case.host] = [(address,)]
            world.net.ports[address] = await stack.enter_async_context(_secure(case.tls, certificates, world))
        yield world


@asynccontextmanager
async def _secure(fault: Tls, certificates: Certificates, world: World) -> AsyncIterator[int]:
    """The port of a server that has this fault."""
    if fault in GREETINGS:

        async def greet(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            out.write(GREETINGS[fault])
            await reader.read()  # until the visitor hangs up
            out.close()

        async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
            yield server.sockets[0].getsockname()[1]
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificates[fault])
    async with serving(world.answer, tls=context) as host:
        yield host.port


async def _of(case: Case, fetcher: Fetcher, child: Child) -> Told:
    came = await fetcher.fetch(Order(url=case.url))
    if isinstance(came, Failed):
        return Told(error=came.message)
    body = Body(content=came.content, address=came.address, content_type=came.content_type)
    try:
        read = await (_listed(body, child) if case.kind == "opml" else _parsed(body, case, child))
    except ParserKilled as error:
        return Told(error=error.reason)
    if case.then is not Then.FOLLOW or not read.more:
        return read
    followed = await fetcher.fetch(Order(url=read.more))
    return replace(read, error=followed.message) if isinstance(followed, Failed) else read


async def _listed(body: Body, child: Child) -> Told:
    outline = await child.run(opml.read, body.content, deadline_s=PARSE_S)
    first = next((feed.address for feed in outline.feeds), "")
    return Told(error=next(iter(outline.faults), ""), entries=len(outline.feeds), link=first, more=first)


async def _parsed(body: Body, case: Case, child: Child) -> Told:
    deadline_s = HURRIED_PARSE_S if case.patience is Patience.HURRIED_READER else PARSE_S
    parsed = await child.run(functools.partial(sources.parsed, kind=case.kind), body, deadline_s=deadline_s)
    error = next((fault.reason for fault in parsed.faults), "")
    if case.then is Then.CLEAN:
        return _cleaned(parsed.entries, error)
    links = (*(entry.url for entry in parsed.entries), *parsed.more, *parsed.feeds)
    first = next(iter(parsed.entries), Entry(url=""))
    return Told(error=error, entries=len(parsed.entries), title=first.title, link=first.url, more=next(iter(links), ""))


def _cleaned(entries: Iterable[Entry], error: str) -> Told:
    """The articles among these, and why the first that is none is none."""
    articles = []
    for entry in entries:
        try:
            articles.append(clean.article(entry, now_at=NOW))
        except RefusedEntry as refused:
            error = error or refused.reason
    for article in articles[:1]:
        return Told(error=error, entries=len(articles), title=article.title, link=article.url)
    return Told(error=error)
