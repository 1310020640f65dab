"""Reading the body of an answer within bounds: size, ratio of unpacking, speed."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import Callable
from typing import Protocol

import aiohttp

from bot.fetching.failures import Reason, Trouble

GZIP = zlib.MAX_WBITS | 16
MAGIC = b"\x1f\x8b"  # RFC 1952, 2.3.1
STEP_BYTES = 65_536  # unpacked at one time
RATIO_FROM_BYTES = 65_536  # small pages of one repeated line may be packed tightly
MAX_RATIO = 200  # security.md, T7
MAX_MEMBERS = 256  # RFC 1952, 2.2 lets a file have many; each costs a copy of what follows it


class Stream(Protocol):
    """What a body comes from: aiohttp's StreamReader."""

    async def readany(self) -> bytes: ...


class Plain:
    """A body that is not packed."""

    def __init__(self, *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._body = bytearray()

    def feed(self, data: bytes) -> None:
        """Raises Trouble: too large."""
        self._body += data
        if len(self._body) > self._max_bytes:
            raise too_large(self._max_bytes)

    def finish(self) -> bytes:
        return bytes(self._body)


class Gzip:
    """A body packed with gzip, unpacked as it comes and never further than its bounds."""

    def __init__(self, *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._body = bytearray()
        self._unpacker = zlib.decompressobj(GZIP)
        self._members = 1
        self._begins = b""
        self._packed_bytes = 0

    def feed(self, data: bytes) -> None:
        """Raises Trouble: too large, a bomb, not gzip, a checksum that does not fit."""
        self._begins = (self._begins + data[: len(MAGIC)])[: len(MAGIC)]
        while data:
            left = self._step(data)
            self._packed_bytes += len(data) - len(left)
            self._check()
            data = left

    def _step(self, data: bytes) -> bytes:
        """Unpacks a part and gives back what is left to unpack."""
        if self._unpacker.eof:
            return self._next_member(data)
        try:
            unpacked = self._unpacker.decompress(data, STEP_BYTES)
        except zlib.error as error:
            raise self._damaged() from error
        self._body += unpacked
        return self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail

    def _damaged(self) -> Trouble:
        if self._begins == MAGIC:
            return Trouble(Reason.BROKEN, "the body is damaged")
        return Trouble(Reason.ENCODING, "the body says that it is packed with gzip and is not")

    def _next_member(self, data: bytes) -> bytes:
        if not data.startswith(b"\x1f"):  # padding or junk behind the end, which every browser passes over
            return b""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise Trouble(Reason.BOMB, f"the body has more than {MAX_MEMBERS} packed parts")
        self._unpacker = zlib.decompressobj(GZIP)
        return data

    def _check(self) -> None:
        if max(len(self._body), self._packed_bytes) > self._max_bytes:
            raise too_large(self._max_bytes)
        if len(self._body) > max(RATIO_FROM_BYTES, MAX_RATIO * self._packed_bytes):
            raise Trouble(Reason.BOMB, f"the body unpacks to more than {MAX_RATIO} times its size")

    def finish(self) -> bytes:
        """Raises Trouble: the packed body has no end."""
        if self._packed_bytes and not self._unpacker.eof:
            raise Trouble(Reason.BROKEN, "the packed body was cut off before its end")
        return bytes(self._body)


def too_large(max_bytes: int) -> Trouble:
    return Trouble(Reason.TOO_LARGE, f"the page is larger than {max_bytes:,} bytes")


def unpacker(encodings: tuple[str, ...], *, max_bytes: int) -> Plain | Gzip:
    """Raises Trouble: packed in a way that we did not ask for, or more than once."""
    match encodings:
        case ():
            return Plain(max_bytes=max_bytes)
        case ("gzip",) | ("x-gzip",):
            return Gzip(max_bytes=max_bytes)
        case _:
            shown = ", ".join(encodings)[:60]
            raise Trouble(Reason.ENCODING, f"the body is packed as {shown!r}, though only gzip was asked for")


def gunzip(packed: bytes, *, max_bytes: int) -> bytes:
    """Unpacks a file (`sitemap.xml.gz`) within the same bounds. Raises Trouble."""
    unpacked = Gzip(max_bytes=max_bytes)
    unpacked.feed(packed)
    return unpacked.finish()


async def read(
    stream: Stream, body: Plain | Gzip, *, slow_after_s: float, min_bytes_s: float, meter: Callable[[int], None]
) -> bytes:
    """The whole body. After `slow_after_s` it must have come, at every moment, with `min_bytes_s` on the average;
    `meter` is told how many bytes came so far.

    Raises Trouble, and what the stream raises.
    """
    began, received = asyncio.get_running_loop().time(), 0
    while True:
        meter(received)
        deadline = began + max(slow_after_s, received / min_bytes_s)
        try:
            async with asyncio.timeout_at(deadline):
                data = await stream.readany()
        except TimeoutError as error:
            raise Trouble(Reason.SLOW, f"the page comes slower than {min_bytes_s:,g} bytes a second") from error
        if not data:
            return body.finish()
        received += len(data)
        body.feed(data)


async def beginning(stream: Stream, encodings: tuple[str, ...], *, max_bytes: int, within_s: float) -> bytes:
    """As much of an error page as comes soon, for marks in it; b"" when it cannot be read. Raises nothing."""
    raw = bytearray()
    with contextlib.suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(within_s):
            while len(raw) < max_bytes and (data := await stream.readany()):
                raw += data
    if not encodings:
        return bytes(raw[:max_bytes])
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(GZIP).decompress(bytes(raw), max_bytes)
    return b""
