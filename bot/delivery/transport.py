"""The HTTP transport of python-telegram-bot over aiohttp: it knows whether a request can have reached Telegram.

An error whose cause is `NotSent` was raised before the first byte of the request was handed to the operating system;
after any other error nobody knows (delivery.md, "Error classes").
"""

from __future__ import annotations

import io
from typing import Any

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver, AbstractStreamWriter
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot import failpoints
from bot.errors import NotSent

ANSWER_S = 25.0  # Telegram waits out short floods for up to 8 s without saying so (telegram.md C3)
CONNECT_S = 5.0
IDLE_S = 30.0  # less than servers keep a connection, so that few are found closed when they are used again
Timeout = Any  # python-telegram-bot's number of seconds, None, or "not given"


class Transport(BaseRequest):
    """At most `connections` at once, made when needed and kept; bodies are JSON, with files multipart. Names are looked
    up by the system where no `resolver` is given."""

    def __init__(
        self,
        *,
        connections: int,
        answer_s: float = ANSWER_S,
        connect_s: float = CONNECT_S,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._connections = connections
        self._resolver = resolver
        self._answer_s = answer_s
        self._connect_s = connect_s
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._answer_s

    async def initialize(self) -> None:
        if self._session is not None:
            return
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._connections, keepalive_timeout=IDLE_S, ttl_dns_cache=300, resolver=self._resolver
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT, "Accept-Encoding": "identity"},
            trust_env=False,
        )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917 - the signature is python-telegram-bot's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of the answer. TimedOut or NetworkError, with `NotSent` as the cause where that is sure."""
        body = await _body(request_data)
        given = read_timeout is not BaseRequest.DEFAULT_NONE and read_timeout is not None
        answer_s = float(read_timeout) if given else self._answer_s
        try:
            return await self._answer(url, method, body, answer_s=answer_s)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            may_be_sent = body.was_written or method != "POST"
            # Not from the error itself: some of aiohttp's quote the URL, and with it the token, in a traceback.
            raise _explained(error, body) from (None if may_be_sent else NotSent(_line(error)))

    async def _answer(self, url: str, method: str, body: Body, *, answer_s: float) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("this transport is not initialized")
        # `total` ends an answer that comes in drips, and counts from the wait for a free connection.
        timeout = aiohttp.ClientTimeout(
            total=self._connect_s + answer_s, connect=self._connect_s, sock_connect=self._connect_s
        )
        data = body if method == "POST" else None
        async with self._session.request(method, url, data=data, timeout=timeout, allow_redirects=False) as answer:
            status, content = answer.status, await answer.read()
        failpoints.hit("request.answered")
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer; TelegramError for what is none, without a copy of it in the log."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(answer, dict) or (answer.get("ok") and "result" not in answer):
            raise TelegramError("Invalid server response")
        return answer


class Body(aiohttp.BytesPayload):
    """A body that knows whether the request was begun: aiohttp writes the headers together with it, not before."""

    was_written = False

    def __init__(self, content: bytes, **more: Any) -> None:
        # Past BytesPayload's own, which warns of more than 1 MB: our files are made in memory, there is no stream.
        aiohttp.Payload.__init__(self, content, **more)
        self._size = len(content)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        failpoints.hit("request.unwritten")
        transport = writer.transport
        # Nothing is awaited between this line and the first write, so what it says is still true then.
        self.was_written = transport is not None and not transport.is_closing()
        await super().write_with_length(writer, content_length)
        failpoints.hit("request.written")


async def _body(data: RequestData | None) -> Body:
    if data is None or not data.contains_files:
        return Body(orjson.dumps(data.parameters if data else {}), content_type="application/json")
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in data.multipart_data.items():
        value = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, value, filename=filename, content_type=mime)
    parts = form()
    return Body(await parts.as_bytes(), headers={"Content-Type": parts.headers["Content-Type"]})


def _explained(error: Exception, body: Body) -> TelegramError:
    what = "the answer" if body.was_written else "a connection"
    if isinstance(error, TimeoutError):
        return TimedOut(f"Timed out waiting for {what}")
    return NetworkError(f"Lost {what}: {_line(error)}")


def _line(error: Exception) -> str:
    """What happened, without the URL, which holds the token."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{type(error.os_error).__name__}: {error.os_error.strerror or error.os_error}"
    if isinstance(error, OSError) and error.strerror and "://" not in error.strerror:
        return error.strerror
    return type(error).__name__
