"""Kinds of sources: each file of this folder ends in `SOURCE = SourceKind(...)` and is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.errors import ConfigFault, FileError, RefusedAddress
from bot.language import charset
from bot.model import Entry, Source, TopicId
from bot.stages import webpage

if TYPE_CHECKING:
    from bot.config import Config, SourceSection


_START_BYTES = 200
_MARKS = (  # how what people mistake for a source begins, and what it is
    (b"\x1f\x8b", "a packed file"),
    (b"PK\x03\x04", "a packed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"ID3", "sound"),
    (b"%PDF", "a PDF document"),
    (b"BEGIN:VCALENDAR", "a calendar"),
    (b"<opml", "a list of feeds, to be imported"),
    (b"<", "XML or HTML of another kind"),
    (b"{", "JSON of another kind"),
    (b"[", "JSON of another kind"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What came from a source: its bytes, the address they came from (after redirects) and, where HTTP told one, the
    value of the Content-Type header."""

    content: bytes
    address: str
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What was read, and what was not: each fault with its file and, where one is to blame, its line number.

    `title` and `language` are those of the source as a whole. `feeds` are the feeds that a page names, best first,
    `more` further addresses of the same kind to read (the sitemaps of an index). `ttl_min` is how long the source asks
    not to be read again (0: it does not say), `skip_hours` the hours of the day (UTC) at which it is never to be read.
    """

    entries: tuple[Entry, ...] = ()
    faults: tuple[FileError, ...] = ()
    title: str = ""
    language: str = ""
    feeds: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    ttl_min: int = 0
    skip_hours: tuple[int, ...] = ()


def web_address(typed: str) -> str:
    """An http(s) address as a person types it, with or without its scheme. Raises RefusedAddress."""
    plain = typed.strip()
    address = (
        plain if re.match(r"[a-z][a-z0-9+.-]*://", plain, re.IGNORECASE) else f"https://{plain.removeprefix('//')}"
    )
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or " " in plain or ("." not in host and ":" not in host and host != "localhost"):
        raise RefusedAddress(f'"{plain[:100]}" is not the address of a page or feed')
    if parts.scheme.lower() not in ("http", "https"):
        raise RefusedAddress(f"only http and https addresses are read, not {parts.scheme}:")
    return address


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """How a kind finds files on this machine, and what it does with one that was read.

    `found` lists the files of an address (a file or a folder), `settle` is told of each when what stands in it is
    stored, with what was wrong ("" for nothing). `strange` files come from anybody at any time: each is read in a
    process that may be killed, and only when it looks the same at two looks in a row: none is read half-written.
    """

    found: Callable[[Path], Iterable[Path]]
    settle: Callable[[Path, str], None] = lambda file, reason: None
    strange: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """A kind of source. `recognises` looks at a body alone; `parse` never raises and keeps no state, so that it can run
    in another process. `rank` orders the kinds when several recognise a body, the lowest first.

    `address` makes an address of what a person typed, and raises RefusedAddress for what cannot be one. `files` is set
    for a kind that reads files of this machine instead of the net; `obeys_robots` for one that robots.txt speaks to,
    `teases` for one whose entries may hold only the beginning of what their pages say.
    """

    name: str
    recognises: Callable[[bytes], bool]
    parse: Callable[[Body], Parsed]
    rank: int = 50
    address: Callable[[str], str] = web_address
    files: Files | None = None
    obeys_robots: bool = False
    teases: bool = False


@cache
def kinds() -> dict[str, SourceKind]:
    """Every kind by its name, which is the name of its file."""
    return {name: kind(name) for name in names()}


@cache
def names() -> tuple[str, ...]:
    """The names of all kinds, without loading one."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@cache
def kind(name: str) -> SourceKind:
    """One kind, and only that one loaded. Raises KeyError for a name that none has."""
    if name not in names():
        raise KeyError(name)
    found: SourceKind = importlib.import_module(f"{__name__}.{name}").SOURCE
    return found


def recognised(content: bytes) -> SourceKind | None:
    """The first kind that recognises a body, None when none does."""
    fitting = [one for one in kinds().values() if one.recognises(content)]
    return min(fitting, key=lambda one: one.rank, default=None)


def parsed(body: Body, *, kind: str | None = None) -> Parsed:
    """The entries of a body, read as `kind`, or as the first kind that recognises it."""
    return read_as(body, kind)[1]


def read_as(body: Body, kind: str | None) -> tuple[str, Parsed]:
    """As `parsed`, with the name of the kind that was taken, "" for none."""
    fitting = kinds()[kind] if kind else recognised(body.content)
    if fitting is None:
        reason = f"this is no source that can be read: it looks like {_looks(body.content)}"
        return "", Parsed(faults=(FileError(body.address, reason, line=1),))
    return fitting.name, fitting.parse(body)


def _looks(content: bytes) -> str:
    """What it is instead, in plain words."""
    start = content.lstrip()[:_START_BYTES]
    if found := next((words for mark, words in _MARKS if start.startswith(mark)), ""):
        return found
    return "a file in no readable form" if b"\x00" in start else "plain text"


def tree(body: Body, *, max_bytes: int) -> Any:
    """A web page parsed by lxml; None where there is no element in it. Nesting over 256 is cut off by libxml2."""
    from lxml import etree, html

    source = webpage.legible(charset.text(body.content[:max_bytes], body.content_type)).encode()
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return html.document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def read_file(file: Path, *, kind: str | None = None) -> Parsed:
    """The entries of a file; one that cannot be opened is a fault."""
    try:
        return parsed(Body(content=file.read_bytes(), address=str(file)), kind=kind)
    except OSError as error:
        return Parsed(faults=(FileError(file, error.strerror or type(error).__name__),))


def configured(config: Config) -> tuple[Source, ...]:
    """The sources of config.toml; those that `faults` complains of are left out."""
    return tuple(source for section in config.sources if isinstance(source := _configured(section), Source))


def faults(config: Config) -> Iterator[ConfigFault]:
    """What is wrong with the sources of config.toml, each fault with its key and a hint."""
    for section in config.sources:
        if isinstance(fault := _configured(section), ConfigFault):
            yield replace(fault, key=f"sources.{section.slug}.{fault.key}")


def _configured(section: SourceSection) -> Source | ConfigFault:
    name = section.kind or ("article_file" if section.path else "feed")
    if name not in names():
        return ConfigFault(key="kind", message=f'no kind of source "{name}"', hint="there is " + ", ".join(names()))
    found = kind(name)
    wanted, other = ("path", "address") if found.files else ("address", "path")
    if not getattr(section, wanted) or getattr(section, other):
        message = f"a source of the kind {name} has {'a' if found.files else 'an'} {wanted}"
        return ConfigFault(key=wanted, message=message, hint=f"and no {other}")
    try:
        address = found.address(str(getattr(section, wanted)))
    except RefusedAddress as error:
        return ConfigFault(key="address", message=error.reason)
    return Source(
        slug=section.slug,
        kind=name,
        address=address,
        name=section.name,
        topics=tuple(TopicId(topic) for topic in section.topics),
        languages=section.languages,
        full_text=section.full_text,
        quota_per_day=section.quota_per_day,
        old_is_news=section.old_is_news,
    )


Mark = tuple[int, int]  # when a file was changed last, in ns, and its size; (0, 0) when it cannot be seen


class Marks:
    """How the files of the sources looked when they were last read, and when they were last looked at. Kept for one
    run: after a restart all are read once more, and the store knows their articles."""

    def __init__(self) -> None:
        self._read: dict[Path, Mark] = {}
        self._seen: dict[Path, Mark] = {}

    def unread(self, source: Source) -> dict[Path, Mark]:
        """The source's files that are new or changed, each with its mark. Raises FileError for a place that is none."""
        place, files = Path(source.address), kinds()[source.kind].files
        if files is None or not place.exists():
            raise FileError(place, "there is no such file or folder")
        looks = {file: _mark(file) for file in files.found(place)}
        changed = {file: mark for file, mark in looks.items() if self._read.get(file) != mark}
        ready = {file: mark for file, mark in changed.items() if not files.strange or self._seen.get(file) == mark}
        self._seen.update(changed)
        return ready

    def done(self, marks: Mapping[Path, Mark]) -> None:
        """These were read and what stands in them is stored."""
        self._read.update(marks)
        for file in marks:
            self._seen.pop(file, None)


def _mark(file: Path) -> Mark:
    try:
        stat = file.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)
