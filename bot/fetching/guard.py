"""The guard in the socket: an address is checked where it is dialled, so nothing is resolved or decided twice.

Names are looked up once (`names.Resolver`), every answer is checked, each socket checks again what it connects to, and
the connection is used only if its peer is the very address that was checked.
"""

from __future__ import annotations

import errno
import socket
import ssl
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp import abc, tracing

from bot.errors import RefusedAddress
from bot.fetching import addresses, failures, names
from bot.fetching.addresses import Address, Network, Target

MAX_ANSWERS = 8  # a name with more addresses than this has enough of them

STEP_BYTES = 16_384  # taken in at one time, so that no parser holds up the loop
HEAD_BYTES = 131_072  # headers of 64 kB, a certificate chain, interim answers
AHEAD_BYTES = 262_144  # more than aiohttp reads ahead, see READ_AHEAD_BYTES
MAX_WRAPPING = 2  # chunks of less than about six bytes on the average are no way to send a page
READ_AHEAD_BYTES = 65_536  # for the session; aiohttp stops the socket at twice as much

Dial = Callable[[str, int], tuple[str, int]]
Meter = Callable[[int], None]


def directly(address: str, port: int) -> tuple[str, int]:
    """The way a packet goes outside of tests: to the address that was checked."""
    return address, port


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What may be dialled: public addresses, the networks in `allowed`, and only `ports`.

    `dial` says where the packets for a checked address really go; tests lead them to their own servers with it.
    """

    allowed: tuple[Network, ...] = ()
    ports: tuple[int, ...] = addresses.WEB_PORTS
    dial: Dial = directly

    def target(self, url: str) -> Target:
        """Raises RefusedAddress."""
        return addresses.target(url, ports=self.ports)

    def denied(self, address: Address) -> str:
        return addresses.denied(address, allowed=self.allowed)

    def check(self, address: str) -> None:
        """Raises RefusedAddress when this literal may not be dialled, or is none."""
        try:
            reason = self.denied(ip_address(address))
        except ValueError:
            reason = f"{address} is not an IP address"
        if reason:
            raise RefusedAddress(reason)


class GuardedSocket(socket.socket):
    """A socket that connects only to what its guard lets through (`dialled` is where it went) and takes in no more than
    `allowance` bytes: what a parser makes of them (one-byte chunks, endless interim answers) costs far more time than
    their number tells."""

    def __init__(self, guard: Guard, info: aiohttp.AddrInfoType) -> None:
        """`info` is one answer of `getaddrinfo`. Raises RefusedAddress before there is a socket."""
        family, kind, proto, _, address = info
        guard.check(str(address[0]))
        super().__init__(family, kind, proto)
        self.guard = guard
        self.dialled: tuple[str, int] | None = None
        self.received = 0
        self.allowance = HEAD_BYTES

    def connect(self, address: Any) -> None:
        """Checks what it is really told to dial, which nothing else has to agree with. Raises RefusedAddress."""
        host, port = address[0], address[1]
        self.guard.check(host)
        self.dialled = self.guard.dial(host, port)
        super().connect(self.dialled)

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        data = super().recv(min(bufsize, STEP_BYTES), flags)
        self._count(len(data))
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0, /) -> int:
        count = super().recv_into(buffer, min(nbytes or len(buffer), STEP_BYTES), flags)
        self._count(count)
        return count

    def _count(self, received: int) -> None:
        self.received += received
        if self.received > self.allowance:
            raise OSError(errno.EMSGSIZE, failures.OVERRUN)


class _Resolver(abc.AbstractResolver):
    """Our look-up in aiohttp's form: strict, one forbidden answer refuses the name."""

    def __init__(self, guard: Guard, resolve: names.Resolve) -> None:
        self._guard = guard
        self._resolve = resolve

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[abc.ResolveResult]:
        """Raises RefusedAddress, socket.gaierror."""
        answers = (await self._resolve(host))[:MAX_ANSWERS]
        for answer in answers:
            self._guard.check(answer)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        return [_result(host, answer, port) for answer in answers]

    async def close(self) -> None:
        """Nothing to close: look-ups end by themselves."""


def _result(host: str, answer: str, port: int) -> abc.ResolveResult:
    family = socket.AF_INET6 if ":" in answer else socket.AF_INET
    return abc.ResolveResult(
        hostname=host,
        host=answer,
        port=port,
        family=family,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


class Connector(aiohttp.TCPConnector):
    """aiohttp's connector with a guard at its socket. Every request has a connection of its own, and no answer of a
    name server is kept: what was checked is what is used, once."""

    def __init__(self, guard: Guard, resolve: names.Resolve, *, tls: ssl.SSLContext) -> None:
        super().__init__(
            resolver=_Resolver(guard, resolve),
            use_dns_cache=False,
            force_close=True,
            limit=0,
            ssl=tls,
            socket_factory=self._socket,
        )
        self._guard = guard
        self._sockets: weakref.WeakValueDictionary[int, GuardedSocket] = weakref.WeakValueDictionary()

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        made = GuardedSocket(self._guard, info)
        self._sockets[made.fileno()] = made
        return made

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[tracing.Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's name
    ) -> aiohttp.connector.Connection:
        """Raises RefusedAddress when the peer is another than the one that was checked and dialled."""
        connection = await super().connect(req, traces, timeout)
        if not self._is_the_one_dialled(connection):
            connection.close()
            raise RefusedAddress("the connection went to another address than the one that was checked")
        return connection

    def meter(self, connection: aiohttp.connector.Connection | None) -> Meter:
        """Lets the socket take in the body of an answer: told how much of it came so far, it opens a little further."""
        made = self._socket_of(connection)
        head_bytes = made.received if made else 0

        def allow(body_bytes: int) -> None:
            if made is not None:
                made.allowance = head_bytes + AHEAD_BYTES + MAX_WRAPPING * body_bytes

        return allow

    def _socket_of(self, connection: aiohttp.connector.Connection | None) -> GuardedSocket | None:
        if connection is None or connection.transport is None:
            return None
        return self._sockets.get(connection.transport.get_extra_info("socket").fileno())

    def _is_the_one_dialled(self, connection: aiohttp.connector.Connection) -> bool:
        made = self._socket_of(connection)
        if made is None or made.dialled is None or connection.transport is None:
            return False
        peer = connection.transport.get_extra_info("peername")
        return peer is not None and (ip_address(made.dialled[0]), made.dialled[1]) == (ip_address(peer[0]), peer[1])
