"""One reading of a source whose files lie on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from bot import sources
from bot.errors import FileError, ParserKilled
from bot.model import Source, SourceState
from bot.reading.arrival import Arrival, ReadFile, Refused, of_source
from bot.sources import Body, Mark, Parsed
from bot.stages import poll
from bot.world import World

log = structlog.get_logger()


async def read(world: World, source: Source, state: SourceState) -> Arrival | None:
    """What stands in the files that are new or changed; None when there is nothing to tell of this source."""
    try:
        unread = await asyncio.to_thread(world.marks.unread, source)
    except (FileError, OSError) as error:
        reason = error.reason if isinstance(error, FileError) else error.strerror or type(error).__name__
        return Arrival(source=source, state=state, outcome=poll.FailedRead(reason=f"{source.address}: {reason}"))
    if not unread and state.last_ok_at is not None and not state.failures:
        return None
    files = tuple([await _read(world, source, path, mark=mark) for path, mark in unread.items()])
    entries = tuple(entry for file in files for entry in file.entries)
    return Arrival(
        source=source,
        state=state,
        outcome=poll.ReadOk(new_items=len(entries)),
        entries=entries,
        faults=tuple(fault for file in files for fault in file.faults),
        files=files,
    )


async def settle(world: World, arrival: Arrival, refused: Refused) -> None:
    """What stands in the files is stored: none is read twice, and a watched folder is cleared."""
    world.marks.done({file.path: file.mark for file in arrival.files})
    files = sources.kind(arrival.source.kind).files if arrival.files else None
    if files is None:
        return
    for file in arrival.files:
        reasons = [f"{entry.url or entry.title}: {why}" for entry, why in refused if entry in file.entries]
        try:
            await asyncio.to_thread(files.settle, file.path, "\n".join((*file.faults, *reasons)))
        except OSError as error:
            log.warning("file_not_moved", file=str(file.path), reason=error.strerror or type(error).__name__)


async def _read(world: World, source: Source, path: Path, *, mark: Mark) -> ReadFile:
    parsed = await _parsed(world, source, path)
    entries = tuple(of_source(entry, source) for entry in parsed.entries)
    return ReadFile(path=path, mark=mark, entries=entries, faults=tuple(map(str, parsed.faults)))


async def _parsed(world: World, source: Source, path: Path) -> Parsed:
    files = sources.kind(source.kind).files
    if files is None or not files.strange:
        return await asyncio.to_thread(sources.read_file, path, kind=source.kind)
    try:
        content = await asyncio.to_thread(path.read_bytes)
        _, parsed = await world.child.run(sources.read_as, Body(content=content, address=str(path)), source.kind)
    except OSError as error:
        return Parsed(faults=(FileError(path, error.strerror or type(error).__name__),))
    except ParserKilled as error:
        return Parsed(faults=(FileError(path, error.reason),))
    if parsed.entries or parsed.faults:
        return parsed
    return Parsed(faults=(FileError(path, "there is no article in it"),))
