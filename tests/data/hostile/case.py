"""What a hostile case is: the bytes that a server sends and how it goes on, and what a person is to be told of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Content = bytes | Callable[[], bytes]
Headers = tuple[tuple[str, str], ...]


class End(StrEnum):
    """What a server does when it has sent its bytes."""

    CLOSE = "close"
    RESET = "reset"  # the connection breaks off, as when a program dies
    SILENT = "silent"  # the connection stays open, nothing more comes
    DRIP = "drip"  # the tail again, fifty times a second, for ever
    AGAIN = "again"  # the tail again, as fast as it can, for ever


class Patience(StrEnum):
    """How long the reader waits, so that whoever never ends costs a test little time."""

    PATIENT = "patient"
    HURRIED = "hurried"  # for everything together
    DEMANDING = "demanding"  # for the smallest speed
    HURRIED_READER = "hurried reader"  # for the parser


class Tls(StrEnum):
    """What is wrong with a server that is asked for a secure connection."""

    NONE = "none"  # it is asked for a plain one
    SELF_SIGNED = "self-signed"
    OTHER_NAME = "other name"
    EXPIRED = "expired"
    PLAIN = "plain"  # it speaks plain HTTP on the secure port
    JUNK = "junk"  # it speaks something else altogether
    STALLED = "stalled"  # it takes the greeting and says nothing
    OLD = "old"  # it knows no version of TLS that is still safe


class Then(StrEnum):
    """How far the case goes after the fetch."""

    PARSE = "parse"
    CLEAN = "clean"  # entries become articles
    FOLLOW = "follow"  # the first address in what was read is fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is sent for one request. `content` is made when it is asked for, where it is large."""

    head: bytes
    content: Content = b""
    tail: bytes = b""
    end: End = End.CLOSE

    def sent(self) -> bytes:
        return self.head + (self.content if isinstance(self.content, bytes) else self.content())


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A source that does us no good.

    `replies` are by path, "" for every other one; `kind` is how the body is read (a kind of source, "opml", None for
    whatever recognises it). `error` is the whole sentence that it gets, "" for none; `entries` how many entries (with
    `Then.CLEAN` articles, of a list feeds) it leaves us; `title` and `link` are those of the first of them, None where
    they say nothing.
    """

    name: str
    replies: Mapping[str, Reply]
    error: str = ""
    entries: int = 0
    title: str | None = None
    link: str | None = None
    kind: str | None = None
    then: Then = Then.PARSE
    patience: Patience = Patience.PATIENT
    tls: Tls = Tls.NONE

    @property
    def host(self) -> str:
        return f"{self.name}.example"

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is Tls.NONE else 'https'}://{self.host}/feed"

    def mark(self) -> str:
        """A hash of all that makes it the case it is, without its name."""
        made = hashlib.sha256(f"{self.kind} {self.then} {self.patience} {self.tls}".encode())
        for path, reply in self.replies.items():
            made.update(b"%b %b " % (path.encode(), reply.end.encode()) + reply.sent() + b" " + reply.tail)
        return made.hexdigest()


def reply(
    content: Content,
    *,
    content_type: str = "application/xml",
    status: str = "200 OK",
    headers: Headers = (),
    length: int | None = None,
) -> Reply:
    """A proper HTTP answer; `length` is what it claims, the true length if None, nothing if negative."""
    claimed = length if length is not None else len(content) if isinstance(content, bytes) else -1
    fields = [("Content-Type", content_type), *headers, ("Connection", "close")]
    fields += [("Content-Length", str(claimed))] if claimed >= 0 else []
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return Reply(head=f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("utf-8", "surrogateescape"), content=content)


def always(answer: Reply) -> Mapping[str, Reply]:
    return {"": answer}


def item(title: str = "The old bridge is open again", link: str = "https://site.example/1", more: str = "") -> str:
    text = "Cars cross the river again after two years of repairs."
    return f"<item><title>{title}</title><link>{link}</link><description>{text}</description>{more}</item>"


def rss(*items: str, prolog: str = "") -> str:
    channel = "<title>Town News</title><link>https://site.example/</link>"
    return f'{prolog}<rss version="2.0"><channel>{channel}{"".join(items)}</channel></rss>'
