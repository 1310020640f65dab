"""Messages a second: python-telegram-bot as it comes, aiogram, our transport, and our sender with its ledger."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot import app, logs
from bot.config import Config
from bot.delivery import limiter, worker
from bot.delivery.terms import Limits
from bot.delivery.transport import Transport
from bot.model import Chat, ChatId, ChatKind, Slot, SlotId, SubscriptionId
from bot.outputs import telegram_chat
from bot.storage import chats, deliveries, digests
from bot.storage.database import Database
from bot.world import World
from tests import benchmarks
from tests.benchmarks import clients, shared
from tests.benchmarks.clients import Speed

COUNT = 1_500
SLOW_COUNT = 240  # the default transport is so slow that a sixth says enough
LEDGER_COUNTS = {8: 600, 64: 1_500, 128: 1_500}  # messages by how many are in flight
POOLS = (256, 64, 8)
RUNS = 3
DELAY_S = 0.05
POOL = 64
FAR_COUNT = 1_920  # thirty rounds of all connections: making them is no part of the latency
NOW_AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
FREE = limiter.Rates(per_s=1e6, start_per_s=1e6, every_s=dict.fromkeys(ChatKind, 0.0))

Client = Callable[..., Awaitable[Speed]]


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    logs.configure("warning", plain=True)  # a line for each message is no part of what is measured
    gc.collect()
    gc.freeze()  # what other benchmarks and imports have left is no part of any client
    with clients.answerer() as address:
        defaults = {pool: _measured(clients.default, address, at_once=pool, count=SLOW_COUNT) for pool in POOLS}
        aiogram = _measured(clients.other, address, at_once=POOL)
        message = _measured(clients.with_message, address, at_once=POOL)
        ours = _measured(clients.ours, address, at_once=POOL)
        for pool, default in defaults.items():
            yield from _rows(f"default transport, {pool} in flight", default, aiogram, "aiogram 3")
        best = max(defaults.values(), key=_per_s)
        like, bare = f"default transport, {POOL} in flight", defaults[POOL]
        yield from _rows(f"aiogram 3, {POOL} in flight", aiogram, bare, like)
        yield from _rows(f"our transport, with the Message object, {POOL} in flight", message, bare, like)
        what = f"our transport, as digests are sent, {POOL} in flight"
        yield from _rows(what, ours, bare, like, at_least=15 * bare.per_s)
        yield from _rows(what, ours, best, "default transport, its best pool")
        yield from _rows(what, ours, aiogram, "aiogram 3", at_least=2 * aiogram.per_s)
        for at_once, count in LEDGER_COUNTS.items():
            ledger = _median(asyncio.run(_with_ledger(address, at_once=at_once, count=count)) for _ in range(RUNS))
            what = f"with the ledger, SQLite FULL, {at_once} in flight"
            goal = 1_000 if at_once == max(LEDGER_COUNTS) else None
            yield from _rows(what, ledger, ours, "our transport without a ledger", at_least=goal)
    with clients.answerer(DELAY_S) as address:
        slow = _measured(clients.default, address, at_once=POOL, count=SLOW_COUNT)
        far = _measured(clients.ours, address, at_once=POOL, count=FAR_COUNT)
        what = f"our transport, {DELAY_S * 1000:.0f} ms of latency, {POOL} in flight"
        yield from _rows(what, far, slow, "default transport there", at_least=1_000)


def _per_s(speed: Speed) -> float:
    return speed.per_s


def _median(speeds: Iterable[Speed]) -> Speed:
    ordered = sorted(speeds, key=_per_s)
    return ordered[len(ordered) // 2]


def _measured(client: Client, address: str, *, at_once: int, count: int = COUNT) -> Speed:
    """The median of a few runs."""
    return _median(asyncio.run(_called(client, address, count, at_once)) for _ in range(RUNS))


async def _called(client: Client, address: str, count: int, at_once: int) -> Speed:
    return await client(address, count=count, at_once=at_once)


def _rows(
    what: str, value: Speed, baseline: Speed, beside: str, *, at_least: float | None = None
) -> Iterator[benchmarks.Row]:
    goal = None if at_least is None else benchmarks.at_least(at_least)
    yield benchmarks.Row(what=what, value=value.per_s, baseline=baseline.per_s, beside=beside, unit="/s", goal=goal)
    cpu = f"CPU a message: {what}"
    yield benchmarks.Row(what=cpu, value=value.cpu_ms, baseline=baseline.cpu_ms, beside=beside, unit="ms")


async def _with_ledger(address: str, *, at_once: int, count: int) -> Speed:
    """From planned to written down as sent, one message a chat."""
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        async with (
            app.world(Config(state_dir=Path(folder)), now_at=NOW_AT) as world,
            clients.bot(address, Transport(connections=at_once)) as bot,
        ):
            await _plan(world.database, count)
            gc.collect()
            gc.freeze()  # as `digest-bot run` does once it has started
            start, cpu = time.perf_counter(), time.process_time()
            limits = Limits(in_flight=at_once, rates=FREE)
            made = await worker.run(world.database, telegram_chat.send(bot, b"a key"), limits=limits)
            taken, cpu = time.perf_counter() - start, time.process_time() - cpu
            await _check(world, made, count)
    return Speed(per_s=made / taken, cpu_ms=cpu / made * 1000)


async def _plan(database: Database, count: int) -> None:
    async with database.write() as connection:
        for number in range(1, count + 1):
            chat_id = ChatId(number)
            reader = Chat(
                id=chat_id, kind=ChatKind.PRIVATE, title="", language="en", reads=(), time_zone="Asia/Tashkent"
            )
            await chats.save(connection, reader)
            slot = Slot(
                id=SlotId(f"{number}:main@2026-11-23T08:00"),
                subscription_id=SubscriptionId(f"{number}:main"),
                local_date=NOW_AT.date(),
                local_time=NOW_AT.time(),
                due_at=NOW_AT,
            )
            await digests.notify(connection, slot, chat_id=chat_id, messages=(clients.MESSAGE,), planned_at=NOW_AT)


async def _check(world: World, made: int, count: int) -> None:
    async with world.database.read() as connection:
        counts = {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}
    if made != count or counts != {"sent": count}:
        raise AssertionError(f"{made} attempts came to {counts}")


BENCHMARK = benchmarks.Benchmark(
    name="sending",
    goal="at least 2 times aiogram, 15 times the default transport, 1,000 a second with the ledger",
    run=_run,
)
