"""A made-up internet for tests: names, public addresses, and the servers on loopback that stand behind them."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from bot.fetching.client import Fetcher, Limits
from bot.fetching.guard import Guard

PUBLIC = "93.184.216.34"
PATIENT = Limits(total_s=30, slow_after_s=20)  # for whatever does not wait for a limit, on a machine that is busy


def _has_v6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


HAS_V6 = _has_v6()


@functools.cache
def _trust() -> ssl.SSLContext:
    """Made once: reading the system's certificates takes longer than most tests."""
    return ssl.create_default_context()


def open_files() -> int:
    """How many file descriptors this process holds."""
    return len(list(Path("/proc/self/fd").iterdir()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A request as it came: header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]


async def files_fall_to(number: int) -> bool:
    """Whether no more than so many are open once the loop has done what it had put off, such as closing sockets."""
    for _ in range(1000):
        if open_files() <= number:
            return True
        await asyncio.sleep(0)
    return False


Answer = Callable[[Heard, asyncio.StreamWriter], Awaitable[None]]


def page(
    body: bytes = b"<rss/>",
    *,
    status: str = "200 OK",
    headers: tuple[tuple[str, str], ...] = (),
    length: int | None = None,
) -> Answer:
    """A server that always says the same; `length` is what it claims, the true length if None, nothing if negative."""
    claimed = len(body) if length is None else length
    fields = [f"{name}: {value}" for name, value in headers]
    fields += [f"Content-Length: {claimed}"] if claimed >= 0 else []
    head = "\r\n".join([f"HTTP/1.1 {status}", *fields, "Connection: close", "", ""]).encode("utf-8", "surrogateescape")

    async def answer(_: Heard, out: asyncio.StreamWriter) -> None:
        out.write(head + body)
        await out.drain()

    return answer


def moved(location: str, *, status: str = "302 Found") -> Answer:
    return page(b"", status=status, headers=(("Location", location),))


def raw(*parts: bytes) -> Answer:
    """A server that sends these bytes, whatever they are."""

    async def answer(_: Heard, out: asyncio.StreamWriter) -> None:
        for part in parts:
            out.write(part)
            await out.drain()

    return answer


def drip(head: bytes, drop: bytes, *, every_s: float) -> Answer:
    """A server that sends `head`, and then a drop every so many seconds, for ever."""

    async def answer(_: Heard, out: asyncio.StreamWriter) -> None:
        never = asyncio.Event()
        out.write(head)
        while True:
            out.write(drop)
            await out.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(never.wait(), every_s)

    return answer


def endless(head: bytes, chunk: bytes) -> Answer:
    """A server that sends `head` and then `chunk` as fast as it can, for ever."""

    async def answer(_: Heard, out: asyncio.StreamWriter) -> None:
        out.write(head)
        while True:
            out.write(chunk)
            await out.drain()

    return answer


async def silent(_: Heard, out: asyncio.StreamWriter) -> None:
    """A server that takes the request and never says a word."""
    await asyncio.Event().wait()


def by_path(answers: dict[str, Answer]) -> Answer:
    async def answer(heard: Heard, out: asyncio.StreamWriter) -> None:
        chosen = answers.get(heard.path) or page(b"", status="404 Not Found")
        await chosen(heard, out)

    return answer


@dataclass(slots=True, kw_only=True)
class Host:
    """A server on loopback and what it saw."""

    answer: Answer
    port: int = 0
    accepted: int = 0
    most_at_once: int = 0
    heard: list[Heard] = field(default_factory=list)
    open: set[asyncio.Task[object] | None] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.current_task()
        self.open.add(task)
        self.most_at_once = max(self.most_at_once, len(self.open))
        try:
            if (heard := await _hear(reader)) is not None:
                self.heard.append(heard)
                await self.answer(heard, out)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open.discard(task)
            out.close()


async def _hear(reader: asyncio.StreamReader) -> Heard | None:
    """None when the visitor speaks TLS to a server that has none."""
    first = await reader.readexactly(1)
    if first == b"\x16":
        return None
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.strip().split("\r\n")
    method, path, _ = line.split(" ")
    pairs = (one.partition(":") for one in fields)
    return Heard(method=method, path=path, headers={name.lower(): value.strip() for name, _, value in pairs})


@asynccontextmanager
async def serving(answer: Answer, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Host]:
    host = Host(answer=answer)
    server = await asyncio.start_server(host.serve, "127.0.0.1", 0, ssl=tls)
    host.port = server.sockets[0].getsockname()[1]
    servers = [server]
    if HAS_V6:
        servers.append(await asyncio.start_server(host.serve, "::1", host.port, ssl=tls))
    try:
        yield host
    finally:
        for one in servers:
            one.close()
        waiting = [task for task in host.open if task is not None]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


@dataclass(slots=True, kw_only=True)
class Net:
    """Names and addresses of the made-up internet. A name's answers come one after the other, the last for ever;
    every address that has no host of its own leads to `elsewhere`."""

    names: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    elsewhere: int | None = None
    asked: list[str] = field(default_factory=list)

    def add(self, name: str, host: Host, *, address: str = PUBLIC) -> str:
        """Puts a server under a name and gives back the name's URL."""
        self.names[name] = [(address,)]
        self.ports[address] = host.port
        return f"http://{name}"

    async def resolve(self, name: str) -> tuple[str, ...]:
        self.asked.append(name)
        if name not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        answers = self.names[name]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def dial(self, address: str, port: int) -> tuple[str, int]:
        """Never leads away from this machine."""
        behind = self.ports.get(address, self.elsewhere)
        if behind is None:
            raise ConnectionRefusedError
        where = "::1" if ip_address(address).version == 6 else "127.0.0.1"
        assert ip_address(where).is_loopback
        return where, behind

    def fetcher(
        self, *, limits: Limits = PATIENT, guard: Guard | None = None, tls: ssl.SSLContext | None = None
    ) -> Fetcher:
        return Fetcher(
            contact="mailto:editor@paper.example",
            guard=guard or Guard(dial=self.dial),
            resolve=self.resolve,
            limits=limits,
            tls=tls or _trust(),
        )
