"""Sources read now, side by side, to see what is there; nothing is stored and nothing about them changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import sources
from bot.errors import FileError
from bot.fetching.client import Order
from bot.model import Source, SourceState
from bot.reading import files, notices, web
from bot.sources import Parsed
from bot.sourcing import finding
from bot.stages import poll
from bot.storage import sources as stored
from bot.world import World

AT_ONCE = 40  # as many as the fetcher lets through at one time
LOST = (404, poll.GONE_STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was seen of one source. `error` says in words why it cannot be read ("" when it can), `public` is what
    anybody may be told of it; `moved_to` is where it moved for good, `replacement` the feed that the site of a lost one
    names now ("" for none)."""

    source: Source
    entries: int = 0
    newest_at: datetime | None = None
    language: str = ""
    error: str = ""
    public: str = ""
    moved_to: str = ""
    replacement: str = ""


async def check(
    world: World, wanted: Sequence[Source], *, told: Callable[[Checked], None] = lambda one: None
) -> tuple[Checked, ...]:
    """Each source as it is now, in the order given; `told` hears of each as soon as it was read."""
    async with world.database.read() as connection:
        states = await stored.states(connection)
    places = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source) -> Checked:
        async with places:
            checked = await _checked(world, source, states.get(source.slug, SourceState()))
        told(checked)
        return checked

    return tuple(await asyncio.gather(*map(one, wanted)))


async def _checked(world: World, source: Source, state: SourceState) -> Checked:
    if source.kind not in sources.names():
        return Checked(source=source, error=f"there is no kind of source {source.kind}", public=web.NOT_READ)
    if sources.kind(source.kind).files is not None:
        return await _of_files(world, source)
    address = poll.address(source, state)
    looked = await web.look(world, Order(url=address, accept=web.ACCEPT), kind=source.kind)
    if looked.error:
        lost = looked.status in LOST and source.kind in ("feed", "sitemap")
        found = await notices.replacement(world, source) if lost else ""
        return Checked(source=source, error=looked.error, public=looked.public, replacement=found)
    if looked.parsed.more and not looked.parsed.entries:  # the index of several sitemaps
        looked = await web.look(world, Order(url=looked.parsed.more[0], accept=web.ACCEPT), kind=source.kind)
    moved_to = looked.came.moved_to if looked.came else ""
    seen = replace(_seen(source, looked.parsed), error=looked.error, public=looked.public)
    return replace(seen, moved_to="" if moved_to == source.address else moved_to)


async def _of_files(world: World, source: Source) -> Checked:
    """What stands in the files, read with marks of its own: `run` beside us reads them all the same."""
    apart = replace(world, marks=sources.Marks())
    try:
        await asyncio.to_thread(apart.marks.unread, source)  # a strange file is read at its second look
    except (FileError, OSError) as error:
        return Checked(source=source, error=str(error), public=web.NOT_READ)
    arrival = await files.read(apart, source, SourceState())
    if arrival is None or isinstance(arrival.outcome, poll.FailedRead):
        reason = arrival.outcome.reason if arrival and isinstance(arrival.outcome, poll.FailedRead) else "nothing came"
        return Checked(source=source, error=reason, public=web.NOT_READ)
    seen = _seen(source, Parsed(entries=arrival.entries))
    return replace(seen, error=arrival.faults[0], public=web.NOT_READ) if arrival.faults else seen


def _seen(source: Source, parsed: Parsed) -> Checked:
    newest_at, language = finding.seen(parsed)
    return Checked(source=source, entries=len(parsed.entries), newest_at=newest_at, language=language)
