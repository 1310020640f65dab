"""The fastest Bot API there is: every POST is answered at once (or after a delay) as an accepted sendMessage.

A process of its own, so that it takes no time of those it measures: `python -m tests.benchmarks.answerer [delay_s]`
prints its port and runs until its standard input ends.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys

_CHAT = {"id": 1, "type": "private", "first_name": "Ann"}
_END = b"\r\n\r\n"


class Answerer(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, of which only the length of a request is read."""

    _ids = itertools.count(1)

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (head := self._buffer.find(_END)) >= 0:
            length = _length(bytes(self._buffer[:head]))
            if len(self._buffer) < head + len(_END) + length:
                return
            request = bytes(self._buffer[: head + len(_END) + length])
            del self._buffer[: len(request)]
            if self._delay_s:
                asyncio.get_running_loop().call_later(self._delay_s, self._answer, request)
            else:
                self._answer(request)

    def _answer(self, request: bytes) -> None:
        if self._transport.is_closing():
            return
        method = request[: request.find(b" HTTP/")].rpartition(b"/")[2].lower()
        body = json.dumps({"ok": True, "result": self._result(method)}).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        )
        self._transport.write(body)

    def _result(self, method: bytes) -> object:
        if method == b"getme":
            return {"id": 1, "is_bot": True, "first_name": "Digest", "username": "digest_bot"}
        if method != b"sendmessage":
            return True
        entities = [{"type": "bold", "offset": 0, "length": 10}, {"type": "italic", "offset": 12, "length": 5}]
        message = {
            "message_id": next(self._ids),
            "date": 1_790_000_000,
            "chat": _CHAT,
            "text": "Ten lines of news. " * 60,
        }
        return {**message, "entities": entities * 10}


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def _serve(delay_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answerer(delay_s), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - its parent reads it
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
