"""From an update that was heard to the answer that Telegram took: our own time of it, many users at once."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from telegram import Bot

from bot import app, hearing, logs
from bot.config import Config
from bot.delivery.transport import Transport
from bot.listener import Listener
from bot.storage.heard import Heard
from bot.world import World
from tests import benchmarks
from tests.benchmarks import clients, shared

DELAY_S = 0.05  # until the server answers
USERS = {50: 30.0, 500: 200.0}  # at once -> the milliseconds that our own part may take
BATCH = 100  # updates in one answer of getUpdates at most
ROUNDS = 3
ALONE = 20  # users of whom one is answered after the other: what comes of it for more is a multiple
KEY = b"a key for benchmarks, 32 bytes.."
NOW_AT = datetime(2026, 11, 23, 3, tzinfo=UTC)

Apply = Callable[[Heard], Awaitable[None]]


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    logs.configure("warning", plain=True)
    with clients.answerer(DELAY_S) as address, tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        alone_ms, at_once = asyncio.run(_measured(address, Path(folder)))
    for users, limit in USERS.items():
        taken = at_once[users]
        # The n-th of so many waits for those before it; half of them, nearly all of them.
        in_turn = {"median": alone_ms * users / 2, "95 of 100": alone_ms * users * 0.95}
        goal = benchmarks.at_most(limit)
        yield _row(f"{users} users at once, median", median(taken), in_turn["median"], goal=goal)
        yield _row(f"{users} users at once, 95 of 100", quantiles(taken, n=20)[-1], in_turn["95 of 100"])


def _row(what: str, value: float, in_turn: float, *, goal: benchmarks.Goal | None = None) -> benchmarks.Row:
    what = f"/help, {what}: our own part, without the {DELAY_S * 1000:.0f} ms of the server"
    beside = "one after the other, as the library does by default"
    return benchmarks.Row(what=what, value=value, baseline=in_turn, beside=beside, unit="ms", goal=goal)


async def _measured(address: str, folder: Path) -> tuple[float, dict[int, list[float]]]:
    """The milliseconds of one answer after the other, each with the server's; of many at once each without."""
    async with (
        app.world(Config(state_dir=folder), now_at=NOW_AT) as world,
        clients.bot(address, Transport(connections=256)) as bot,
    ):
        ids = count(1)
        await _at_once(world, bot, _asked(max(USERS), ids))  # they become known, connections are made
        gc.collect()
        gc.freeze()  # as `digest-bot run` does once it has started
        alone = [await _alone(world, bot, one) for one in _asked(ALONE, ids)]
        at_once = {}
        for users in USERS:
            rounds = [await _at_once(world, bot, _asked(users, ids)) for _ in range(ROUNDS)]
            at_once[users] = sorted(rounds, key=median)[ROUNDS // 2]
    return median(alone), at_once


def _asked(users: int, ids: Iterator[int]) -> list[dict[str, Any]]:
    """/help of so many, each in a private chat."""
    return [_update(next(ids), user) for user in range(1, users + 1)]


def _update(update_id: int, user: int) -> dict[str, Any]:
    person = {"id": user, "first_name": "Ann"}
    message = {
        "message_id": update_id,
        "date": 1_790_000_000,
        "text": "/help",
        "chat": {**person, "type": "private"},
        "from": {**person, "is_bot": False, "language_code": "en"},
    }
    return {"update_id": update_id, "message": message}


async def _alone(world: World, bot: Bot, update: dict[str, Any]) -> float:
    start = time.perf_counter()
    one = Heard(update_id=update["update_id"], chat_id=hearing.chat_of(update), payload=update)
    await Listener(world, key=KEY).on(bot)(one)
    return (time.perf_counter() - start) * 1000


async def _at_once(world: World, bot: Bot, updates: Sequence[dict[str, Any]]) -> list[float]:
    """All of them have been written when the clock starts, and come as Telegram hands them out."""
    ended: list[float] = []
    apply = Listener(world, key=KEY).on(bot)

    async def noted(one: Heard) -> None:
        await apply(one)
        ended.append(time.perf_counter())

    async with hearing.opened(world.database, noted) as heard:
        start = time.perf_counter()
        for first in range(0, len(updates), BATCH):
            await heard.hear(updates[first : first + BATCH])
        await heard.idle()
    return [(at - start - DELAY_S) * 1000 for at in ended]


BENCHMARK = benchmarks.Benchmark(
    name="replying",
    goal="our own part under 30 ms at 50 users at once, under 200 ms at 500 (median)",
    run=_run,
)
