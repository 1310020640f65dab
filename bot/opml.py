"""OPML, the exchange format of feed readers (opml.org/spec2.opml): text <-> frozen data; fetches and stores nothing.

A folder is a topic. Other programs write their own dialects, so names of attributes are read in any case, and a list
that breaks off gives what stands before the break.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from html.entities import html5
from types import MappingProxyType
from urllib.parse import urlsplit
from xml.parsers import expat

from bot.errors import DigestBotError
from bot.model import TopicId

MAX_BYTES = 256_000
"""A list of 1,000 feeds has about 200 kB (security.md, T17)."""

MAX_TOPIC_CHARS = 16
MAX_TOPICS = 8
"""Of one feed; deeper folders are not looked at."""

MAX_FAULTS = 20
MAX_ADDRESS_CHARS, MAX_TITLE_CHARS = 2_048, 300

_TOPIC = re.compile(r"[a-z][a-z0-9_-]*")
_HASH_CHARS = 4
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE)
_READABLE = re.compile(rb"(?:utf-?8|us-ascii|iso|windows|cp|koi8|kz|mac|gb|big5|euc|shift)[\w-]*", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*>")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#(\d{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31};))?")
_LIST = re.compile(r"^[^?#]+\.opml(?:[?#]|$)", re.IGNORECASE)
_NO_TAG = re.compile(r"<(?![A-Za-z_/!?])")
_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфцыэғқңөұүһіўҳәҷӣӯ", "abvgdeziyklmnoprstufcyegqnouuhiohajiu", strict=True)),
        **dict(zip("ёжхчшщюяıß", "yo zh kh ch sh shch yu ya i ss".split(), strict=True)),
        **dict.fromkeys("ъь'’‘ʻʼ`´", ""),
    }
)
_NO_NAMES: Mapping[TopicId, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A feed in a list: where it is, what it is called, the page it belongs to ("" for none), its topics by id."""

    address: str
    title: str = ""
    html_address: str = ""
    topics: tuple[TopicId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A list that was read: every address once, in the order of the document, with the topics of all its places.

    `names` says how the folders were called, by topic; `faults` what could not be read, each with its line.
    """

    feeds: tuple[Listed, ...]
    names: tuple[tuple[TopicId, str], ...] = ()
    faults: tuple[str, ...] = ()


class _Refused(DigestBotError):  # noqa: N818 - it names the outcome
    """Ends the reading of a document that is not for us."""


def read(body: bytes, *, max_bytes: int = MAX_BYTES) -> Outline:
    """A list as another program (or `write`) wrote it. Never raises: what cannot be read is a fault.

    Documents with a DOCTYPE are refused: no feed reader writes one, and entities are a way to attack.
    """
    if len(body) > max_bytes:
        return Outline(feeds=(), faults=(f"the list is larger than {max_bytes // 1000} kB and was not read",))
    text, unreadable = _decoded(body)
    reading = _Reading()
    if unreadable:
        reading.fault("some letters are in another encoding", line=text.count("\n", 0, text.index("\ufffd")) + 1)
    try:
        reading.parser.Parse(_mended(text), True)
    except _Refused as error:
        reading.fault(str(error))
    except expat.ExpatError as error:
        reason = f"broken XML ({expat.ErrorString(error.code)}); only what stands before was read"
        reading.fault(reason, line=error.lineno)
    return reading.outline()


def write(
    listed: Iterable[Listed], *, title: str, created_at: datetime, names: Mapping[TopicId, str] = _NO_NAMES
) -> bytes:
    """The list as OPML 2.0 in UTF-8: a feed stands in the folder of each of its topics, feeds without a topic stand
    first, everything by name, so that the same list always gives the same bytes. `names` calls the folders; a topic
    without one is called by its id."""
    feeds = sorted(listed, key=lambda feed: (_line(feed.title).casefold(), feed.address))
    topics = {topic: _line(names.get(topic, "")) or topic for feed in feeds for topic in feed.topics}
    body = [_feed_line(feed, "    ") for feed in feeds if not feed.topics]
    for topic, name in sorted(topics.items(), key=lambda item: (item[1].casefold(), item[0])):
        known_by = "" if topic_id(name) == topic else f" category={_quoted(topic)}"
        body.append(f"    <outline text={_quoted(name)} title={_quoted(name)}{known_by}>")
        body += [_feed_line(feed, "      ") for feed in feeds if topic in feed.topics]
        body.append("    </outline>")
    date = format_datetime(created_at.astimezone(UTC), usegmt=True)
    head = f"  <head>\n    <title>{escape(_line(title))}</title>\n    <dateCreated>{date}</dateCreated>\n  </head>"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', head, "  <body>", *body, "  </body>"]
    return "\n".join([*lines, "</opml>", ""]).encode()


def topic_id(name: str) -> TopicId:
    """The topic that a folder's name stands for: Latin letters, digits, "-" and "_", at most 16, a letter first.

    Cyrillic is transliterated. What is too long ends in a hash of the whole, so that "Regional news: north" and
    "... south" stay two; a name without letters or digits that we can write is a hash alone.
    """
    plain, slug = _line(name).casefold(), latin(name)
    if slug and not slug[0].isalpha():
        slug = f"t-{slug}"
    if 0 < len(slug) <= MAX_TOPIC_CHARS:
        return TopicId(slug)
    digest = hashlib.sha256(plain.encode()).hexdigest()
    start = slug[: MAX_TOPIC_CHARS - _HASH_CHARS - 1].rstrip("-_")
    return TopicId(f"{start}-{digest[:_HASH_CHARS]}" if start else f"t{digest[: 2 * _HASH_CHARS]}")


def latin(name: str) -> str:
    """A name in small Latin letters, digits and "_", its words joined by "-"; "" when nothing can be written so."""
    parts = unicodedata.normalize("NFKD", _line(name).casefold().translate(_LATIN))
    return re.sub(r"[^a-z0-9_]+", "-", re.sub(r"[\u0300-\u036f]", "", parts)).strip("-_")


@dataclass(slots=True)
class _Reading:
    """One document while it is read. `places` holds the topics of each open element, the innermost last."""

    parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)
    feeds: dict[str, Listed] = field(default_factory=dict)
    names: dict[TopicId, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    more_faults: int = 0
    places: list[tuple[TopicId, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *_: object) -> None:
        raise _Refused("a list with a DOCTYPE is not read")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2].lower()
        if not self.places and name != "opml":
            raise _Refused(f"this is not an OPML list: it begins with <{name[:40]}>")
        place = self.places[-1] if self.places else ()
        if name == "outline":
            place = self.outline_element({key.lower(): value.strip() for key, value in attributes.items()}, place)
        self.places.append(place)

    def end(self, _: str) -> None:
        self.places.pop()

    def outline_element(self, said: Mapping[str, str], place: tuple[TopicId, ...]) -> tuple[TopicId, ...]:
        """Takes in a feed; the topics of what stands inside."""
        name = _line(said.get("title") or said.get("text") or "")
        address = said.get("xmlurl") or said.get("url") or ""
        if not address:
            return _joined(place, self.folder(name, said.get("category", ""))) if name else place
        feed_address = _web_address(address)
        if said.get("type", "").lower() == "include" or _LIST.search(feed_address):
            self.fault(f"another list is named here, import it by itself: {_line(address)[:80]}")
        elif not feed_address:
            self.fault(f"not an address on the web: {_line(address)[:80]}")
        else:
            labels = [label for label in re.split("[,/]", said.get("category", "")) if label.strip()][:MAX_TOPICS]
            title, page = "" if name == address else name, _web_address(said.get("htmlurl", ""))
            topics = _joined(place, *map(self.folder, labels))
            self.take(Listed(address=feed_address, title=title, html_address=page, topics=topics))
        return place

    def folder(self, name: str, known_by: str = "") -> TopicId:
        is_id = _TOPIC.fullmatch(known_by) and len(known_by) <= MAX_TOPIC_CHARS
        topic = TopicId(known_by) if is_id else topic_id(name)
        self.names.setdefault(topic, _line(name))
        return topic

    def take(self, feed: Listed) -> None:
        """Keeps an address once; further places only add what was missing."""
        parts = urlsplit(feed.address)
        key = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()
        known = self.feeds.get(key, feed)
        self.feeds[key] = replace(
            known,
            title=known.title or feed.title,
            html_address=known.html_address or feed.html_address,
            topics=_joined(known.topics, *feed.topics),
        )

    def fault(self, reason: str, *, line: int = 0) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(f"line {line or self.parser.CurrentLineNumber}: {reason}")
        else:
            self.more_faults += 1

    def outline(self) -> Outline:
        feeds = tuple(replace(feed, topics=tuple(sorted(feed.topics))) for feed in self.feeds.values())
        used = {topic for feed in feeds for topic in feed.topics}
        more = (f"and {self.more_faults} more faults",) if self.more_faults else ()
        names = tuple(sorted((topic, name) for topic, name in self.names.items() if topic in used))
        return Outline(feeds=feeds, names=names, faults=(*self.faults, *more))


def _joined(topics: tuple[TopicId, ...], *more: TopicId) -> tuple[TopicId, ...]:
    return tuple(dict.fromkeys((*topics, *more)))[:MAX_TOPICS]


def _decoded(body: bytes) -> tuple[str, bool]:
    """The text by byte order mark, then by declaration, then as UTF-8; and whether it holds what could not be read."""
    name = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    declared = _DECLARED.match(body)
    if not name and declared and _READABLE.fullmatch(declared[1]):
        name = declared[1].decode("ascii")
    try:
        return body.decode(name or "utf-8").removeprefix("\ufeff"), False
    except UnicodeDecodeError:
        text = body.decode(name or "utf-8", "replace")
    except LookupError:
        text = body.decode("utf-8", "replace")
    return text.removeprefix("\ufeff"), "\ufffd" in text


def _mended(text: str) -> str:
    """What an XML parser takes, line for line: HTML's entities as letters, lone `&` and `<` escaped."""
    text = _DECLARATION.sub(lambda found: "\n" * found.group().count("\n"), _FORBIDDEN.sub("", text), count=1)
    return _NO_TAG.sub("&lt;", _REFERENCE.sub(_reference, text))


def _reference(found: re.Match[str]) -> str:
    if number := found[1]:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        return "" if code > 0x10FFFF or _FORBIDDEN.match(chr(code)) else found.group()
    name = found[2] or ""
    if name in ("amp;", "lt;", "gt;", "quot;", "apos;"):
        return found.group()
    letters = "".join(f"&#{ord(letter)};" for letter in html5.get(name, ""))
    return letters or "&amp;" + found.group()[1:]


def _web_address(address: str) -> str:
    """The address if it is one of http or https, with "feed:" taken off; "" otherwise."""
    if address[:5].lower() == "feed:":
        rest = address[5:]
        address = f"http:{rest}" if rest.startswith("//") else rest
    try:
        parts = urlsplit(address)
        usable = parts.scheme.lower() in {"http", "https"} and parts.hostname and len(address) <= MAX_ADDRESS_CHARS
    except ValueError:
        return ""
    return address if usable and not re.search(r"[\s\x00-\x1f\x7f]", address) else ""


def _line(text: str) -> str:
    """On one line, without what steers a terminal or turns text round, not longer than a title may be."""
    plain = text if text.isprintable() else "".join(_shown(text))
    return " ".join(plain.split())[:MAX_TITLE_CHARS].rstrip()


def _shown(text: str) -> Iterator[str]:
    for letter in text:
        category = unicodedata.category(letter)
        if category == "Cc":
            yield " "
        elif category not in {"Cf", "Cs"} or letter in "\u200c\u200d":
            yield letter


def _feed_line(feed: Listed, indent: str) -> str:
    name = _quoted(_line(feed.title) or feed.address)
    page = f" htmlUrl={_quoted(feed.html_address)}" if feed.html_address else ""
    return f'{indent}<outline type="rss" text={name} title={name} xmlUrl={_quoted(feed.address)}{page}/>'


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'
