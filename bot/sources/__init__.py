"""Kinds of sources: each file of this folder ends in `SOURCE = SourceKind(...)` and is found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bot.errors import FileError
from bot.model import Entry, Source


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """A kind of source. `recognises` looks at a body alone; `parse` never raises and keeps no state, so that it can run
    in another process. `rank` orders the kinds when several recognise a body, the lowest first."""

    name: str
    recognises: Callable[[bytes], bool]
    parse: Callable[[Body], Parsed]
    rank: int = 50


@cache
def kinds() -> dict[str, SourceKind]:
    """Every kind by its name, which is the name of its file."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").SOURCE for name in names}


def parsed(body: Body, *, kind: str | None = None) -> Parsed:
    """The entries of a body, read as `kind`, or as the first kind that recognises it."""
    known = kinds()
    fitting = [known[kind]] if kind else [one for one in known.values() if one.recognises(body.content)]
    if not fitting:
        reason = f"none of the kinds of source I know ({', '.join(known)}) recognises this"
        return Parsed(faults=(FileError(body.address, reason, line=1),))
    return min(fitting, key=lambda one: one.rank).parse(body)


def read_file(file: Path, *, kind: str | None = None) -> Parsed:
    """The entries of a file; one that cannot be opened is a fault."""
    try:
        return parsed(Body(content=file.read_bytes(), address=str(file)), kind=kind)
    except OSError as error:
        return Parsed(faults=(FileError(file, error.strerror or type(error).__name__),))


class Reading:
    """Which files of which source were read as they are now, so that none is read twice. Kept for one run: after a
    restart all are read once more, and the store knows their articles."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[int, int]] = {}

    def unread(self, source: Source) -> dict[Path, tuple[int, int]]:
        """The source's files that are new or changed (a file, or the .txt files of a folder and the folders in it),
        each with its mark."""
        place = Path(source.address)
        files = sorted(place.rglob("*.txt")) if place.is_dir() else [place]
        return {file: mark for file in files if self._read.get(file) != (mark := _mark(file))}

    def done(self, marks: Mapping[Path, tuple[int, int]]) -> None:
        """These were read and what stands in them is stored."""
        self._read.update(marks)


def _mark(file: Path) -> tuple[int, int]:
    try:
        stat = file.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)


def read(source: Source, files: Iterable[Path]) -> Parsed:
    """What stands in these files of a source; entries without a name of their own get the source's."""
    read = [read_file(file, kind=source.kind) for file in files]
    entries = (replace(entry, source=entry.source or source.name) for one in read for entry in one.entries)
    return Parsed(entries=tuple(entries), faults=tuple(fault for one in read for fault in one.faults))
