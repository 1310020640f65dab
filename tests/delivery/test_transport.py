"""The transport against servers on loopback that behave badly: whether a request can have reached Telegram is told
exactly, and the token never."""

from __future__ import annotations

import asyncio
import socket
import struct
import traceback
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver
from telegram import InputFile
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.delivery import transport
from bot.delivery.transport import Transport
from bot.errors import NotSent

TOKEN = "123456:" + "s" * 35
Answer = Callable[[StreamReader, StreamWriter], Awaitable[None]]


class Nameless(AbstractResolver):
    """Knows no name, as a machine without its name server."""

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> Any:
        raise OSError(-2, f"Name or service not known: {host}")

    async def close(self) -> None:
        return


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """The address of the method of a bot; the server has read a whole request before it answers."""

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await body_of(reader)
            await answer(reader, writer)
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot{TOKEN}/sendMessage"


async def body_of(reader: StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(line for line in head.splitlines() if line.startswith("content-length:"))
    return await reader.readexactly(int(length.partition(":")[2]))


def said(text: str) -> Answer:
    async def answer(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(text.encode())
        await writer.drain()

    return answer


async def silence(reader: StreamReader, _: StreamWriter) -> None:
    await reader.read()  # until the client gives up


async def reset(_: StreamReader, writer: StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def drip(_: StreamReader, writer: StreamWriter) -> None:
    """One byte after the other, for ever: no read of the socket takes long."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" " * 512)
        await writer.drain()


HALF_HEAD = said("HTTP/1.1 200 OK\r\nContent-Le")
HALF_BODY = said('HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"ok":true,"result":{')


def parameters() -> RequestData:
    return RequestData(
        [RequestParameter.from_input("text", "Bridge <opened> 😀"), RequestParameter("chat_id", 7, None)]
    )


async def asked(url: str, client: Transport) -> TelegramError:
    """The error of one request, of which nothing may hold the token."""
    async with client:
        with pytest.raises(TelegramError) as caught:
            await client.post(url, parameters())
    return _clean(caught.value)


def _clean(error: TelegramError) -> TelegramError:
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__) + str(error.__cause__)
    assert "s" * 35 not in told
    return error


def hurried(connections: int = 1, **given: Any) -> Transport:
    return Transport(connections=connections, **{"answer_s": 0.3, "connect_s": 0.3, **given})


def never_sent(error: TelegramError) -> bool:
    return isinstance(error, NetworkError) and isinstance(error.__cause__, NotSent)


async def test_a_refused_connection_was_never_sent() -> None:
    async with server(silence) as url:
        pass  # and now nobody listens there any more

    assert never_sent(await asked(url, hurried()))


async def test_a_name_that_nobody_knows_was_never_sent() -> None:
    assert never_sent(await asked(f"http://telegram.test/bot{TOKEN}/getMe", hurried(resolver=Nameless())))


async def test_a_refused_handshake_was_never_sent() -> None:
    async with server(said("this is no TLS")) as url:
        error = await asked(url.replace("http:", "https:"), hurried())

    assert never_sent(error)


async def test_a_server_that_accepts_no_more_connections_was_never_sent_to() -> None:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]  # they fill the queue of those to be accepted
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listening.getsockname())

        error = await asked(f"http://127.0.0.1:{listening.getsockname()[1]}/bot{TOKEN}/getMe", hurried())

        for one in waiting:
            one.close()
    assert never_sent(error)
    assert isinstance(error, TimedOut)


async def test_a_request_that_found_no_free_connection_was_never_sent() -> None:
    """The one before it, which has the only connection, may have arrived."""
    arrived, requests = asyncio.Event(), 0

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal requests
        requests += 1
        arrived.set()
        await silence(reader, writer)

    async with server(answer) as url, hurried(answer_s=5.0) as client, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(asyncio.wait_for(client.post(url, parameters()), 2), name="first")
        await arrived.wait()
        with pytest.raises(TimedOut) as second:
            await client.post(url, parameters())
        first.cancel()

    assert never_sent(_clean(second.value))
    assert requests == 1


class _Closing:
    """The writer of a kept connection that the server has closed since."""

    class transport:  # noqa: N801 - it stands for an attribute
        @staticmethod
        def is_closing() -> bool:
            return True

    async def write(self, _: bytes) -> None:
        raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")


async def test_a_kept_connection_found_closed_before_the_write_was_never_sent_on() -> None:
    body = transport.Body(b"{}", content_type="application/json")
    writer: Any = _Closing()

    with pytest.raises(aiohttp.ClientConnectionResetError):
        await body.write_with_length(writer, None)

    assert not body.was_written


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (silence, TimedOut),
        (drip, TimedOut),
        (reset, NetworkError),
        (HALF_HEAD, NetworkError),
        (HALF_BODY, NetworkError),
        (said('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"ok":tru'), TelegramError),
        (said("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"), TelegramError),
        (said('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'), TelegramError),
        (said("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>"), NetworkError),
        (said("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 2\r\n\r\n{}"), NetworkError),
        (said("SMTP ready\r\n\r\n"), NetworkError),
    ],
    ids=[
        "silence",
        "drip",
        "reset",
        "half a head",
        "half a body",
        "broken JSON",
        "a list",
        "no result",
        "502 HTML",
        "redirect",
        "no HTTP",
    ],
)
async def test_once_it_is_written_nobody_knows(answer: Answer, kind: type[TelegramError]) -> None:
    async with server(answer) as url:
        error = await asked(url, hurried())

    assert isinstance(error, kind)
    assert not never_sent(error)


async def test_bodies_are_json_and_connections_are_kept() -> None:
    bodies: list[bytes] = []
    ok = b'HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{"ok":true,"result":"ok"}'.replace(b"24", b"25")

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        for _ in range(2):
            writer.write(ok)
            bodies.append(await body_of(reader))
        writer.write(ok)

    async with server(answer) as url, hurried() as client:
        results: list[Any] = [await client.post(url, parameters()) for _ in range(3)]

    assert results == ["ok"] * 3
    assert bodies == ['{"text":"Bridge <opened> 😀","chat_id":7}'.encode()] * 2


@pytest.mark.parametrize("size", [0, 3 << 20], ids=["small", "3-MB"])
async def test_a_file_goes_as_multipart_with_its_name_and_the_other_fields(size: int) -> None:
    bodies: list[bytes] = []

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        bodies.append(await body_of(reader))
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"ok":true,"result":{}}')
        writer.close()

    content = b"\x00\xff the file" + b"." * size
    document = InputFile(content, filename="list.opml", attach=False)
    data = RequestData([RequestParameter("chat_id", 7, None), RequestParameter.from_input("document", document)])
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening, hurried(answer_s=20) as client:
        await client.post(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot{TOKEN}/sendDocument", data)

    (body,) = bodies
    assert b'name="chat_id"\r\n\r\n7\r\n' in body
    assert b'filename="list.opml"' in body
    assert b"\r\n\r\n" + content + b"\r\n" in body
