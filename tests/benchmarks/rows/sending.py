"""Messages a second: python-telegram-bot as it comes, aiogram, our transport, and our sender with its ledger."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

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

COUNT, LEDGER_COUNT = 3_000, 2_000
SLOW_COUNT = 300  # the default transport is so slow that a tenth says enough
RUNS = 3
DELAY_S = 0.05
POOL = 64
AT_ONCE = (8, 64, 128)
NOW_AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
FREE = limiter.Rates(per_s=1e6, start_per_s=1e6, every_s=dict.fromkeys(ChatKind, 0.0))

Client = Callable[..., Awaitable[Speed]]


def _run(data: shared.Shared) -> Iterator[benchmarks.Row]:
    logs.configure("warning", plain=True)  # a line for each message is no part of what is measured
    with clients.answerer() as address:
        default = max((_measured(clients.default, address, at_once=pool) for pool in (8, 64, 256)), key=_per_s)
        aiogram = _measured(clients.other, address, at_once=POOL)
        message = _measured(clients.with_message, address, at_once=POOL)
        ours = _measured(clients.ours, address, at_once=POOL)
        bare = "python-telegram-bot's default transport, the best of pools of 8, 64, 256"
        yield _row("aiogram 3", aiogram, default, bare)
        yield _row("our transport, with the Message object", message, default, bare)
        yield _row("our transport, as digests are sent", ours, default, bare, at_least=15 * default.per_s)
        yield _row("the same", ours, aiogram, "aiogram 3", at_least=2 * aiogram.per_s)
        yield _cpu("CPU a message, as digests are sent", ours, aiogram)
        for at_once in AT_ONCE:
            ledger = median(asyncio.run(_with_ledger(address, at_once=at_once)) for _ in range(RUNS))
            goal = benchmarks.at_least(1_000) if at_once == AT_ONCE[-1] else None
            what = f"with the ledger, SQLite FULL, {at_once} in flight"
            beside = "our transport without a ledger"
            yield benchmarks.Row(what=what, value=ledger, baseline=ours.per_s, beside=beside, unit="/s", goal=goal)
    with clients.answerer(DELAY_S) as address:
        slow = _measured(clients.default, address, at_once=POOL)
        what = f"our transport, {DELAY_S * 1000:.0f} ms of latency, {POOL} connections"
        far = _measured(clients.ours, address, at_once=POOL)
        yield _row(what, far, slow, "the default transport there", at_least=1_000)


def _per_s(speed: Speed) -> float:
    return speed.per_s


def _measured(client: Client, address: str, *, at_once: int) -> Speed:
    """The median of three runs."""
    count = SLOW_COUNT if client is clients.default else COUNT
    speeds = [asyncio.run(_called(client, address, count, at_once)) for _ in range(RUNS)]
    return sorted(speeds, key=_per_s)[RUNS // 2]


async def _called(client: Client, address: str, count: int, at_once: int) -> Speed:
    return await client(address, count=count, at_once=at_once)


def _row(what: str, value: Speed, baseline: Speed, beside: str, *, at_least: float | None = None) -> benchmarks.Row:
    goal = None if at_least is None else benchmarks.at_least(at_least)
    return benchmarks.Row(what=what, value=value.per_s, baseline=baseline.per_s, beside=beside, unit="/s", goal=goal)


def _cpu(what: str, value: Speed, baseline: Speed) -> benchmarks.Row:
    return benchmarks.Row(what=what, value=value.cpu_ms, baseline=baseline.cpu_ms, beside="aiogram 3", unit="ms")


async def _with_ledger(address: str, *, at_once: int) -> float:
    """Messages a second from planned to written down as sent, one a chat."""
    with tempfile.TemporaryDirectory(prefix="digest-bot-") as folder:
        async with (
            app.world(Config(state_dir=Path(folder)), now_at=NOW_AT) as world,
            clients.bot(address, Transport(connections=at_once)) as bot,
        ):
            await _plan(world.database)
            start = perf_counter()
            limits = Limits(in_flight=at_once, rates=FREE)
            made = await worker.run(world.database, telegram_chat.send(bot, b"a key"), limits=limits)
            taken = perf_counter() - start
            await _check(world, made)
    return made / taken


async def _plan(database: Database) -> None:
    async with database.write() as connection:
        for number in range(1, LEDGER_COUNT + 1):
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


async def _check(world: World, made: int) -> None:
    async with world.database.read() as connection:
        counts = {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}
    if made != LEDGER_COUNT or counts != {"sent": LEDGER_COUNT}:
        raise AssertionError(f"{made} attempts came to {counts}")


BENCHMARK = benchmarks.Benchmark(
    name="sending",
    goal="at least 2 times aiogram, 15 times the default transport, 1,000 a second with the ledger",
    run=_run,
)
