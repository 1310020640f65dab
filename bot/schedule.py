"""APScheduler ticks the pipeline: the schedule itself is a column (`subscription.next_due_at`), not a job.

The one place where any exception is caught: a step that fails is logged, and the next tick tries again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import picturing, pipeline, reading, searching, spending
from bot.model import Edit, Send
from bot.revising import growth
from bot.storage import heard, seen
from bot.world import World

log = structlog.get_logger()
TICK_S = 1.0
SETTLE_S = 5.0
ENROL_S = 30.0
SEARCH_S = 60.0
GROW_S = 30.0
HOUR_S = 3_600.0
DAY_S = 86_400.0
ROUNDS = 10  # of reading sources, under way at one time
DRAIN_S = 45.0  # longer than the deadline of a request under way (delivery.md F3)

Step = Callable[[datetime], Awaitable[object]]  # one step of the day, told what time it is


@asynccontextmanager
async def ticking(world: World, send: Send, *, edit: Edit, enrol: Step) -> AsyncIterator[None]:
    """Collects, publishes, delivers and edits while the block runs; `enrol` makes configured channels known."""
    running, looked = _Running(), growth.Looked()
    scheduler = AsyncIOScheduler(timezone=UTC)
    # A late tick is run, several missed ones once, and never two at a time (libraries.md, row "scheduling"); but a slow
    # source holds up its own round of reading only.
    how = {"trigger": "interval", "misfire_grace_time": None, "coalesce": True}
    soon = datetime.now(UTC)
    for name, step, seconds, first in (
        ("collect", lambda now_at: pipeline.collect(world, now_at=now_at), world.config.collect.every_s, soon),
        ("forget", lambda now_at: reading.forget(world, now_at=now_at), DAY_S, soon),
        ("forget_updates", lambda now_at: _forget_updates(world), DAY_S, soon),
        ("forget_spent", lambda now_at: spending.tidy(world.database, now_at=now_at), HOUR_S, soon),
        ("forget_seen", lambda now_at: seen.tidy(world.database, now_at=now_at), DAY_S, soon),
        ("forget_pictures", lambda now_at: picturing.forget(world, now_at=now_at), DAY_S, soon),
        ("enrol", enrol, ENROL_S, soon),
        ("search", lambda now_at: searching.catch_up(world), SEARCH_S, soon),
        ("publish", lambda now_at: pipeline.publish(world, now_at=now_at), TICK_S, soon),
        ("deliver", lambda now_at: pipeline.deliver(world, send), TICK_S, soon),
        ("grow", lambda now_at: growth.look(world, looked, now_at=now_at), GROW_S, soon),
        ("edit", lambda now_at: pipeline.edit(world, edit), TICK_S, soon),
        ("settle", lambda now_at: pipeline.settle(world), SETTLE_S, soon),
    ):
        at_once = ROUNDS if name == "collect" else 1
        scheduler.add_job(
            running.guarded(name, step), seconds=seconds, next_run_time=first, max_instances=at_once, **how
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.pause()
        world.beside.stop.set()
        await running.drained()
        scheduler.shutdown(wait=False)


async def _forget_updates(world: World) -> int:
    async with world.database.write() as connection:
        return await heard.forget(connection)


class _Running:
    """The steps under way, so that the program ends between two of them and not inside one."""

    def __init__(self) -> None:
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def guarded(self, name: str, step: Step) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            self._under_way += 1
            self._idle.clear()
            try:
                await step(datetime.now(UTC))
            except Exception:
                log.error("step_failed", step=name, exc_info=True)
            finally:
                self._under_way -= 1
                if not self._under_way:
                    self._idle.set()

        return run

    async def drained(self) -> None:
        """Waits for what is under way, at most `DRAIN_S` seconds."""
        try:
            async with asyncio.timeout(DRAIN_S):
                await self._idle.wait()
        except TimeoutError:
            log.warning("steps_cut_short", steps=self._under_way)
