"""Bodies that are packed badly, or far too well (row F47, T7)."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

from tests.data.hostile.case import Case, Content, End, Reply, always, item, reply, rss

FEED = rss(item()).encode()
TOO_LARGE = "the page is larger than 5,000,000 bytes"
BOMB = "the body unpacks to more than 200 times its size"
NO_GZIP = "the body says that it is packed with gzip and is not"
DAMAGED = "the body is damaged"
CUT = "the packed body was cut off before its end"


def pack(content: bytes) -> bytes:
    """Packed the same in every process: the moment of packing stands in the header otherwise."""
    return gzip.compress(content, mtime=0)


@cache
def zeros(megabytes: int) -> bytes:
    """Gzip that unpacks to so many megabytes; made of one packed megabyte, over and over."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    megabyte = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return pack(b"")[:10] + megabyte * megabytes


def numbers() -> bytes:
    """7 MB that gzip packs three times."""
    return pack(b" ".join(b"%d" % at for at in range(1_000_000)))


def spoilt(at: int) -> bytes:
    """A packed feed with one byte of its trailer (its checksum, its length) turned round."""
    packed = bytearray(pack(FEED * 99))
    packed[at] ^= 0xFF
    return bytes(packed)


def packed(name: str, content: Content, error: str, *, said: str = "gzip", entries: int = 0) -> Case:
    answer = reply(content, headers=(("Content-Encoding", said),))
    return Case(name=name, replies=always(answer), error=error, entries=entries)


def asked_for_gzip(said: str) -> str:
    return f"the body is packed as {said!r}, though only gzip was asked for"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"

CASES = (
    packed("bomb-of-a-gigabyte", lambda: zeros(1000), BOMB),
    packed("bomb-of-ten-megabytes", lambda: zeros(10), BOMB),
    packed("bomb-in-a-bomb", lambda: pack(zeros(1000)), asked_for_gzip("gzip, gzip"), said="gzip, gzip"),
    packed(
        "bomb-that-is-unpacked-once",
        lambda: pack(pack(zeros(100))),
        "this is no source that can be read: it looks like a packed file",
    ),
    packed("packed-seven-megabytes", numbers, TOO_LARGE),
    packed("thousand-members", lambda: pack(b"x") * 1000, "the body has more than 256 packed parts"),
    packed("brotli", b"\x1b\0\0\0", asked_for_gzip("br"), said="br"),
    packed("zstandard", b"\x28\xb5\x2f\xfd", asked_for_gzip("zstd"), said="zstd"),
    packed("deflate", zlib.compress(FEED), asked_for_gzip("deflate"), said="deflate"),
    packed("unknown-packing", FEED, asked_for_gzip("x" * 60), said="x" * 500),
    packed("not-gzip", FEED, NO_GZIP),
    packed("zlib-called-gzip", zlib.compress(FEED), NO_GZIP),
    packed("wrong-checksum", lambda: spoilt(-6), DAMAGED),
    packed("wrong-length", lambda: spoilt(-2), DAMAGED),
    packed("damaged-in-the-middle", pack(FEED)[:40] + b"\xff" * 40 + pack(FEED)[80:], DAMAGED),
    packed("cut-in-the-middle", pack(FEED)[:-40], CUT),
    packed("cut-in-the-checksum", pack(FEED)[:-4], CUT),
    packed("cut-in-the-header", pack(FEED)[:5], CUT),
    packed("second-member-cut", pack(FEED) + pack(FEED)[:-9], CUT),
    packed("packed-nothing", pack(b""), "the page is empty"),
    packed("packed-blanks", pack(b" \n" * 999), "the page is empty"),
    packed("padding-behind-the-packed-end", pack(FEED) + b"\0" * 500, "", entries=1),
    Case(
        name="empty-blocks-for-ever",
        error=TOO_LARGE,
        replies=always(Reply(head=HEAD, content=pack(b"")[:10], tail=b"\0\0\0\xff\xff" * 1000, end=End.AGAIN)),
    ),
    Case(
        name="members-for-ever",
        error="the body has more than 256 packed parts",
        replies=always(Reply(head=HEAD, tail=pack(b"<item/>") * 300, end=End.AGAIN)),
    ),
)
