"""APScheduler ticks the pipeline: the schedule itself is a column (`subscription.next_due_at`), not a job.

The one place where any exception is caught: a step that fails is logged, and the next tick tries again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import pipeline
from bot.model import Send
from bot.world import World

log = structlog.get_logger()
TICK_S = 1.0
ENROL_S = 30.0

Step = Callable[[datetime], Awaitable[object]]  # one step of the day, told what time it is


@asynccontextmanager
async def ticking(world: World, send: Send, *, enrol: Step) -> AsyncIterator[None]:
    """Collects, publishes and delivers for as long as the block runs; `enrol` makes configured channels known."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    add = scheduler.add_job
    # A late tick is run, several missed ones once, and never two at a time (libraries.md, row "scheduling").
    how = {"trigger": "interval", "misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    soon = datetime.now(UTC)
    add(
        _step("collect", lambda now_at: pipeline.collect(world, now_at=now_at)),
        seconds=world.config.collect.every_s,
        next_run_time=soon,
        **how,
    )
    add(_step("enrol", enrol), seconds=ENROL_S, next_run_time=soon, **how)
    add(_step("publish", lambda now_at: pipeline.publish(world, now_at=now_at)), seconds=TICK_S, **how)
    add(_step("deliver", lambda now_at: pipeline.deliver(world, send)), seconds=TICK_S, **how)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def _step(name: str, step: Step) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            await step(datetime.now(UTC))
        except Exception:
            log.exception("step_failed", step=name)

    return run
