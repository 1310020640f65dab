"""Reads the sources that are due: `due` gives what they brought, `settle` writes down how it went once all is stored.

Many are read at one time, each for itself: one that is slow, broken or hostile costs no other anything.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot import sources
from bot.model import Source, SourceState
from bot.reading import files, notices, web
from bot.reading.arrival import Arrival, Refused
from bot.stages import poll
from bot.storage import digests
from bot.storage import sources as stored
from bot.world import World

log = structlog.get_logger()
Result = TypeVar("Result")
AT_ONCE = 160
"""Readings under way or waiting to be stored: each may hold a body of 5 MB, most hold a hundredth of that."""
IN_ALL = 5_000  # sources begun in one round; the next round begins with those that are due longest
REMEMBERED = timedelta(days=30)


@asynccontextmanager
async def due(world: World, *, now_at: datetime) -> AsyncIterator[AsyncIterator[tuple[Arrival, ...]]]:
    """The sources that are due, read side by side: `async with due(...) as arrivals: async for some in arrivals`.

    What comes is to be stored and settled before the next is asked for. Leaving the block early ends all readings.
    Rounds may overlap: a source that an earlier one still reads is not read by a later one.
    """
    before = set(world.busy)  # what is settled while we ask comes back with its old state
    async with world.database.read() as connection:
        found = await stored.due(connection, now_at=now_at, limit=IN_ALL)
    waiting = [(source, state) for source, state in found if source.slug not in before | world.busy]
    ours = {source.slug for source, _ in waiting}
    world.busy.update(ours)

    def done(slug: str) -> None:
        ours.discard(slug)
        world.busy.discard(slug)
        places.free.release()

    places = _Places(world.config.fetching.connections_per_host)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(
                    attempt(_placed(world, source, state, now_at=now_at, places=places)), name=source.slug
                )
                for source, state in waiting
            ]
            try:
                yield _as_they_come(set(tasks), done)
            finally:
                for task in tasks:
                    task.cancel()
    except BaseExceptionGroup as error:  # no task fails, so it holds what the block raised, and nothing else
        raise error.exceptions[0] from error.exceptions[0].__cause__
    finally:
        world.busy.difference_update(ours)


async def attempt(step: Awaitable[Result]) -> Result | Exception:
    """What a step came to, be it an error: for steps side by side of which none is to end the others."""
    (outcome,) = await asyncio.gather(step, return_exceptions=True)
    if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
        raise outcome
    return outcome


async def settle(world: World, arrivals: Sequence[Arrival], *, refused: Refused, now_at: datetime) -> None:
    """Everything of these readings is stored: their entries are remembered, each source gets its next time, admins
    hear of trouble; in one transaction, so that nothing is told twice and nothing remembered that is not stored."""
    bounds = poll.Bounds(
        shortest_s=int(world.config.collect.shortest_min * 60), longest_s=int(world.config.collect.longest_min * 60)
    )
    steps = [(one, _after(one, now_at=now_at, bounds=bounds)) for one in arrivals]
    told = [
        notices.Told(notice=notice, name=one.source.name or one.source.slug, replacement=one.replacement)
        for one, step in steps
        for notice in step.notices
    ]
    letters = await notices.letters(world, told, now_at=now_at) if told else {}
    async with world.database.write() as connection:
        for one, step in steps:
            await stored.remember(connection, one.source.slug, one.keys, seen_at=now_at)
            if await stored.keep_state(connection, one.source, step.state):
                for letter in letters.get(one.source.slug, ()):
                    await digests.notify(
                        connection, letter.slot, chat_id=letter.chat_id, messages=[letter.message], planned_at=now_at
                    )
    for one, _ in steps:
        await files.settle(world, one, refused)
        _log(one)


async def forget(world: World, *, now_at: datetime) -> int:
    """Drops what is remembered of entries that no source has shown for a month; their articles stay."""
    async with world.database.write() as connection:
        return await stored.forget(connection, now_at - REMEMBERED)


class _Places:
    """Who may be read now: few sources of one host at a time, and so many in all. Who waits for a host takes no place
    of the others: a thousand feeds of one slow host hold up nobody (row F54)."""

    def __init__(self, per_host: int) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))

    def of(self, source: Source) -> asyncio.Semaphore:
        """The turns at the host of a source; files of this machine have none and wait for nobody."""
        return self._hosts[address.split("/")[2] if "://" in (address := source.address) else source.slug]


async def _placed(
    world: World, source: Source, state: SourceState, *, now_at: datetime, places: _Places
) -> Arrival | None:
    """One reading, which keeps its place until what it brought is stored."""
    async with places.of(source):
        await places.free.acquire()
        return await _read(world, source, state, now_at=now_at)


async def _read(world: World, source: Source, state: SourceState, *, now_at: datetime) -> Arrival | None:
    if source.kind not in sources.names():
        reason = f'there is no kind of source "{source.kind}"; there is {", ".join(sources.names())}'
        return Arrival(source=source, state=state, outcome=poll.FailedRead(reason=reason))
    if sources.kind(source.kind).files is not None:
        return await files.read(world, source, state)
    arrival = await web.read(world, source, state, now_at=now_at)
    if notices.is_lost(arrival):
        return replace(arrival, replacement=await notices.replacement(world, source))
    return arrival


async def _as_they_come(
    tasks: set[asyncio.Task[Arrival | Exception | None]], settled: Callable[[str], None]
) -> AsyncIterator[tuple[Arrival, ...]]:
    """What has come since the last time; `settled` is told of each source when the next are asked for."""
    failed: list[Exception] = []
    while tasks:
        done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        came = [task.result() for task in done]
        failed += [one for one in came if isinstance(one, Exception)]
        if arrivals := [one for one in came if isinstance(one, Arrival)]:
            yield tuple(sorted(arrivals, key=lambda one: one.source.slug))
        for task in done:
            settled(task.get_name())
    if failed:
        raise ExceptionGroup(f"{len(failed)} sources could not be read", failed)


def _after(one: Arrival, *, now_at: datetime, bounds: poll.Bounds) -> poll.Step:
    """As `poll.after`; files of this machine are looked at in every round, whatever they last brought."""
    step = poll.after(one.source, one.state, one.outcome, now_at=now_at, bounds=bounds)
    if one.source.kind not in sources.names() or sources.kind(one.source.kind).files is None:
        return step
    return poll.Step(state=replace(step.state, next_read_at=None), notices=step.notices)


def _log(one: Arrival) -> None:
    for fault in one.faults:
        log.warning("source_fault", source=one.source.slug, fault=fault)
    if isinstance(one.outcome, poll.FailedRead):
        log.warning("source_failed", source=one.source.slug, reason=one.outcome.reason)
    if one.dropped:
        log.warning("source_over_quota", source=one.source.slug, dropped=one.dropped)
