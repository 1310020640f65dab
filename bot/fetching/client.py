"""The HTTP client for sources: one address in, its content or the reason why there is none out; never an exception.

Everything a server may do to us has a bound (`Limits`), and every hop of a redirect goes through the guard.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import ssl
import unicodedata
import urllib.parse
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import TracebackType

import aiohttp
import yarl

from bot.errors import DigestBotError, RefusedAddress
from bot.fetching import body, failures, headers, names, turns
from bot.fetching.addresses import Target
from bot.fetching.failures import Failed, Reason, Trouble
from bot.fetching.guard import READ_AHEAD_BYTES, Connector, Guard

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
WITH_CONTENT = frozenset({200, 203})
WITH_MARKS = frozenset({401, 403, 429, 503})  # where a protection may stand in the body
ERROR_PAGE_BYTES = 16_384
ERROR_PAGE_S = 2.0
MAX_FIELD_BYTES = 32_768  # one header; content security policies grow long


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one fetch may cost (security.md, T3, T7, T8), and how many there may be at one time."""

    total_s: float = 30.0  # of one fetch with all its redirects; waiting for a turn does not count
    connect_s: float = 10.0  # of one connection, with its TLS handshake
    slow_after_s: float = 5.0
    min_bytes_s: float = 1000.0
    header_bytes: int = 65_536
    redirects: int = 5
    per_host: int = 1
    in_all: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to fetch. `etag` and `last_modified` are those of the last time, "" when there was none; `max_bytes` counts
    the unpacked content."""

    url: str
    etag: str = ""
    last_modified: str = ""
    accept: str = "*/*"
    max_bytes: int = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came. `status` is 200, or 304 with no content when nothing changed; `address` is where it came from after
    all redirects; `content_type` the header as it is.

    `retry_after_s` and `max_age_s` are 0 when not said, at most a day. `moved_to` is the new address when every
    redirect on the way was permanent, else ""; a way from https to http is no move, and `downgraded` tells of it.
    """

    status: int
    content: bytes
    address: str
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    retry_after_s: int = 0
    max_age_s: int = 0
    moved_to: str = ""
    downgraded: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """A redirect: to where, and whether for good."""

    url: str
    permanent: bool


@dataclass(slots=True)
class _Journey:
    """One fetch on its way: the addresses seen, the time that is left, what is known of the redirects."""

    left_s: float
    seen: list[Target]
    permanent: bool = True

    @property
    def downgraded(self) -> bool:
        schemes = [target.scheme for target in self.seen]
        return "https" in schemes and schemes[-1] == "http"

    @property
    def moved_to(self) -> str:
        moved = len(self.seen) > 1 and self.permanent and not self.downgraded
        return self.seen[-1].url if moved else ""


@cache
def _trusting() -> ssl.SSLContext:
    """What trusts the certificates of this machine, which takes a while to read."""
    return ssl.create_default_context()


class Fetcher:
    """Fetches, many at one time. Used as `async with Fetcher(contact=...) as fetcher`.

    `contact` is where the people who run a site may write: an address of mail or of a page, "" for none.
    """

    def __init__(
        self,
        *,
        contact: str,
        guard: Guard | None = None,
        resolve: names.Resolve | None = None,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard or Guard()
        self._resolve = resolve or names.Resolver().resolve
        self._limits = limits or Limits()
        self._tls = tls or _trusting()
        self._turns = turns.Turns(per_host=self._limits.per_host, in_all=self._limits.in_all)
        self.user_agent = user_agent(contact)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        self._connector = Connector(self._guard, self._resolve, tls=self._tls)
        self._session = aiohttp.ClientSession(
            connector=self._connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_s),
            auto_decompress=False,
            trust_env=False,
            max_field_size=MAX_FIELD_BYTES,
            read_bufsize=READ_AHEAD_BYTES,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, order: Order) -> Fetched | Failed:
        """Never raises for what a server, a name server or an address does."""
        try:
            return await self._follow(order)
        except (DigestBotError, aiohttp.ClientError, OSError) as error:
            return failures.of_error(error)

    @property
    def hosts(self) -> int:
        """How many hosts are being read or waited for at the moment."""
        return self._turns.hosts

    async def _follow(self, order: Order) -> Fetched | Failed:
        journey = _Journey(left_s=self._limits.total_s, seen=[self._guard.target(order.url)])
        for _ in range(self._limits.redirects + 1):
            try:
                came = await self._hop(order, journey)
                if not isinstance(came, _Step):
                    return came
                self._turn_to(came, journey)
            except RefusedAddress as error:
                if len(journey.seen) == 1 and not isinstance(error, _RefusedStep):
                    raise
                words = f"redirects to a forbidden address: {error.reason}"
                raise Trouble(Reason.ADDRESS, words) from error
        raise Trouble(Reason.REDIRECT, f"the site redirects more than {self._limits.redirects} times")

    def _turn_to(self, step: _Step, journey: _Journey) -> None:
        """Raises Trouble: a circle; RefusedAddress."""
        try:
            target = self._guard.target(step.url)
        except RefusedAddress as error:
            raise _RefusedStep(error.reason) from error
        if target in journey.seen:
            raise Trouble(Reason.REDIRECT, "the site redirects in a circle (it may want cookies)")
        journey.seen.append(target)
        journey.permanent = journey.permanent and step.permanent

    async def _hop(self, order: Order, journey: _Journey) -> Fetched | Failed | _Step:
        clock = asyncio.get_running_loop().time
        async with self._turns.at(journey.seen[-1].host):
            began = clock()
            try:
                async with asyncio.timeout(journey.left_s):
                    return await self._ask(order, journey)
            except TimeoutError as error:
                raise Trouble(Reason.TIMEOUT, "the site did not answer in time") from error
            finally:
                journey.left_s -= clock() - began

    async def _ask(self, order: Order, journey: _Journey) -> Fetched | Failed | _Step:
        if self._session is None:
            raise RuntimeError("a Fetcher is used within `async with`")
        url = yarl.URL(journey.seen[-1].url, encoded=True)
        async with self._session.get(url, headers=_conditions(order), allow_redirects=False) as response:
            if sum(len(name) + len(value) + 4 for name, value in response.raw_headers) > self._limits.header_bytes:
                raise Trouble(Reason.PROTOCOL, "the headers of the answer are too large", status=response.status)
            return await self._judge(response, order, journey)

    async def _judge(
        self, response: aiohttp.ClientResponse, order: Order, journey: _Journey
    ) -> Fetched | Failed | _Step:
        if response.status in REDIRECTS:
            return _Step(_location(response, journey.seen[-1]), response.status in PERMANENT)
        if response.status == 304 and (order.etag or order.last_modified):
            return _fetched(response, b"", order, journey)
        if response.status in WITH_CONTENT:
            return _fetched(response, await self._content(response, order), order, journey)
        page = b""
        if response.status in WITH_MARKS:
            packed = headers.encodings(response.headers.getall("Content-Encoding", []))
            page = await body.beginning(response.content, packed, max_bytes=ERROR_PAGE_BYTES, within_s=ERROR_PAGE_S)
        wait_s = headers.retry_after_s(response.headers, datetime.now(UTC))
        return failures.of_status(response.status, response.headers, page, retry_after_s=wait_s)

    async def _content(self, response: aiohttp.ClientResponse, order: Order) -> bytes:
        if (response.content_length or 0) > order.max_bytes:
            raise body.too_large(order.max_bytes)
        packed = headers.encodings(response.headers.getall("Content-Encoding", []))
        content = await body.read(
            response.content,
            body.unpacker(packed, max_bytes=order.max_bytes),
            slow_after_s=self._limits.slow_after_s,
            min_bytes_s=self._limits.min_bytes_s,
            meter=self._connector.meter(response.connection),
        )
        if not content.strip():
            raise Trouble(Reason.EMPTY, "the page is empty", status=response.status)
        return content


class _RefusedStep(RefusedAddress):
    """A redirect whose target is refused before anything is looked up."""


def user_agent(contact: str) -> str:
    """`digest-bot/1.2.3 (+contact)`, so that those who run a site know who comes and whom to ask."""
    name = f"digest-bot/{importlib.metadata.version('digest-bot')}"
    return f"{name} (+{contact})" if contact and headers.sendable(contact) else name


def _conditions(order: Order) -> dict[str, str]:
    wanted = {"Accept": order.accept, "If-None-Match": order.etag, "If-Modified-Since": order.last_modified}
    return {name: value for name, value in wanted.items() if value and headers.sendable(value)}


def _location(response: aiohttp.ClientResponse, here: Target) -> str:
    """Where a redirect leads, absolute. Raises Trouble."""
    location = response.headers.get("Location", "").strip()
    if not location:
        raise Trouble(Reason.REDIRECT, "the site redirects without saying where", status=response.status)
    if any(unicodedata.category(char) == "Cc" for char in location):
        raise Trouble(Reason.REDIRECT, "the site redirects to something unreadable", status=response.status)
    try:
        return urllib.parse.urljoin(here.url, location)
    except ValueError as error:
        raise Trouble(Reason.REDIRECT, "the site redirects to something unreadable") from error


def _fetched(response: aiohttp.ClientResponse, content: bytes, order: Order, journey: _Journey) -> Fetched:
    unchanged = response.status == 304
    return Fetched(
        status=304 if unchanged else 200,
        content=content,
        address=journey.seen[-1].url,
        content_type=response.headers.get("Content-Type", ""),
        etag=headers.validator(response.headers, "ETag") or (order.etag if unchanged else ""),
        last_modified=headers.validator(response.headers, "Last-Modified")
        or (order.last_modified if unchanged else ""),
        retry_after_s=headers.retry_after_s(response.headers, datetime.now(UTC)),
        max_age_s=headers.max_age_s(response.headers),
        moved_to=journey.moved_to,
        downgraded=journey.downgraded,
    )
