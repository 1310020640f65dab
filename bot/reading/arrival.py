"""What one reading of a source brought, before anything of it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.model import Entry, Source, SourceState
from bot.sources import Mark
from bot.stages import fresh, poll


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file that was read: how it looked then, what stands in it, and what of it could not be read."""

    path: Path
    mark: Mark
    entries: tuple[Entry, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A reading: the source, its state before, and how the reading went; the entries to take and what is to be
    remembered of them once they are stored; what was wrong, for the log; how many entries the quota kept out; for a
    feed that is lost, the one that its site names now ("")."""

    source: Source
    state: SourceState
    outcome: poll.Outcome
    entries: tuple[Entry, ...] = ()
    keys: tuple[fresh.Key, ...] = ()
    faults: tuple[str, ...] = ()
    dropped: int = 0
    replacement: str = ""
    files: tuple[ReadFile, ...] = ()


Refused = Sequence[tuple[Entry, str]]  # entries that could not be taken, each with the reason


def of_source(entry: Entry, source: Source, *, title: str = "", language: str = "") -> Entry:
    """The entry with what is known of its source as a whole; `title` and `language` are what it says of itself."""
    told = entry.language or language or (source.languages[0] if len(source.languages) == 1 else "")
    return replace(entry, source=entry.source or source.name or title, language=told, topics=source.topics)
