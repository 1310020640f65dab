"""The bot as one process of a run of chaos: it plans, delivers, settles and hears, until it is killed or told to end.

Everything that matters is the bot's own; planning is made up, for what is due must be known beforehand. `Ways` are the
two steps whose defences can be left out, to show what they are good for.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import SecretStr
from telegram import Bot
from telegram.error import TelegramError

from bot import polling, writers
from bot.config import Config, Telegram
from bot.delivery import aftermath, desk, ledger, limiter, worker
from bot.delivery.terms import Beside, Limits
from bot.delivery.transport import Transport
from bot.fetching.child import Child
from bot.fetching.client import Fetcher
from bot.fetching.permission import Permission
from bot.listener import Listener
from bot.model import ArticleId, Chat, ChatId, ChatKind, Send, Subscription
from bot.outputs import telegram_chat
from bot.sources import Marks
from bot.stages import classify, regroup
from bot.storage import articles, chats, database, deliveries, dialect, digests, pace, subscriptions, tally
from bot.storage.database import Database
from bot.storage.heard import Heard
from bot.storage.tables import OPEN
from bot.world import World
from tests.chaos import SCALE, due
from tests.chaos.telegram import TOKEN
from tests.storage import make

KEY = b"chaos" * 8
TICK_S = 0.1
PLAN_S = 0.4
PAGE = 10  # chats planned in one transaction: few, so that a kill comes between two of them
OPEN_AT_MOST = 400  # parts that wait: more than these are not planned, for Telegram takes so many in seconds
SETTLE_S = 5.0 / SCALE
SELDOM = 20
ARTICLES = tuple(ArticleId(f"a{number}") for number in range(9))

Deliver = Callable[[Database, Send, Limits, Beside], Awaitable[object]]
Settle = Callable[[Database, Limits, Beside], Awaitable[object]]


async def deliver(base: Database, send: Send, limits: Limits, beside: Beside) -> None:
    """As the program does it."""
    await worker.run(base, send, limits=limits, beside=beside)


async def settle(base: Database, limits: Limits, beside: Beside) -> None:
    """As the program does it."""
    await aftermath.settle(base, limits=limits, beside=beside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How is delivered and settled."""

    name: str = "as it is"
    deliver: Deliver = deliver
    settle: Settle = settle


def _scaled(seconds: Mapping[ChatKind, float]) -> Mapping[ChatKind, float]:
    return MappingProxyType({kind: each / SCALE for kind, each in seconds.items()})


LIMITS = Limits(
    lease_s=ledger.LEASE_S / SCALE,
    deadline_s=ledger.DEADLINE_S / SCALE,
    repeat_after_s=ledger.REPEAT_AFTER_S / SCALE,
    rates=limiter.Rates(
        per_s=1_000,
        start_per_s=1_000,
        every_s=_scaled(limiter.EVERY_S),
        clean_s=limiter.CLEAN_S / SCALE,
        dark_s=limiter.DARK_S / SCALE,
        longest_dark_s=limiter.LONGEST_DARK_S / SCALE,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the bot works: its folder with the database, Telegram's address, who is asked
    about messages in doubt, who gets a digest each `every_s` (those
    that move are served less often); whether new ones are planned, up to how many parts that wait, and whether updates
    are asked for."""

    folder: Path
    base_url: str
    admin: ChatId
    readers: tuple[due.Reader, ...]
    every_s: float
    ways: Ways = field(default_factory=Ways)
    limits: Limits = LIMITS
    plans: bool = True
    open_at_most: int = OPEN_AT_MOST
    hears: bool = True

    @property
    def file(self) -> Path:
        return self.folder / "bot.db"


async def work(place: Place) -> None:
    """Goes on until SIGTERM, then ends in order."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    config = Config(telegram=Telegram(token=SecretStr(TOKEN), base_url=place.base_url), state_dir=place.folder)
    beside = Beside(admins=(place.admin,), stop=stop)
    async with database.opened(f"sqlite:///{place.file}") as base, Child() as child:
        await enrol(base, place.readers)
        listener = _Counting(_world(config, base, child, beside=beside), key=KEY)
        connected = polling.connected(config.telegram, listener, stop=stop) if place.hears else _mute(config.telegram)
        async with connected as bot, asyncio.TaskGroup() as loops:
            if bot is None:
                return
            send = telegram_chat.send(bot, KEY)
            if place.plans:
                loops.create_task(_each(PLAN_S, lambda: plan(base, place), stop))
            loops.create_task(_each(SETTLE_S, lambda: place.ways.settle(base, place.limits, beside), stop))
            loops.create_task(_each(TICK_S, lambda: place.ways.deliver(base, send, place.limits, beside), stop))


@asynccontextmanager
async def _mute(telegram: Telegram) -> AsyncIterator[Bot | None]:
    """A bot that sends and hears nothing."""
    transport = Transport(connections=64)
    await transport.initialize()
    token = telegram.token.get_secret_value()
    yield Bot(token, base_url=telegram.base_url, request=transport, get_updates_request=transport)
    await transport.shutdown()


async def prepare(place: Place) -> None:
    """A new database with everybody in it, whose first digest is due at once."""
    await database.upgrade(f"sqlite:///{place.file}", now_at=due.START)
    async with database.opened(f"sqlite:///{place.file}") as base:
        async with base.write() as connection:
            await articles.publish(connection, [make.publication(name) for name in ARTICLES], arrived_at=due.START)
            await chats.save(connection, due.Reader(name="admin", chat_id=place.admin, kind=ChatKind.PRIVATE).chat())
        await enrol(base, place.readers)


async def enrol(base: Database, readers: tuple[due.Reader, ...]) -> None:
    """Those who are new."""
    for reader in readers:
        async with base.write() as connection:
            if await chats.get(connection, reader.chat_id) is None:
                await chats.save(connection, reader.chat())
                await subscriptions.save(connection, reader.subscription(due.START))


async def plan(base: Database, place: Place) -> None:
    """Decides the next slot of everybody whose time has come, unless so much waits that a run could not end with it."""
    async with base.read() as connection:
        now_at = await pace.now(connection)
        waits = await deliveries.counts(connection)
        if sum(waits[state] for state in OPEN) > place.open_at_most:
            return
        waiting = await subscriptions.due(connection, now_at=now_at, limit=1_000)
    for page in dialect.batches(waiting, PAGE):
        async with base.write() as connection:
            same = await subscriptions.unchanged(connection, page)
            plans = [_plan(*one, place, now_at=now_at) for one in page if one[0].id in same]
            await digests.plan(connection, plans, planned_at=now_at)


def _plan(wanted: Subscription, chat: Chat, place: Place, *, now_at: datetime) -> digests.Plan:
    number = (wanted.cursor or 0) + 1
    content = digests.Content(
        parts=deliveries.frozen(due.messages(chat.title, number)),
        articles=(ARTICLES[number % len(ARTICLES)], ARTICLES[number * 2 % len(ARTICLES)]),
        cursor=number,
    )
    return digests.Plan(
        slot=due.slot(wanted, chat.title, number, due_at=now_at),
        chat_id=chat.id,
        content=content,
        next_due_at=now_at + timedelta(seconds=place.every_s * (SELDOM if chat.title.startswith("x") else 1)),
    )


async def _each(seconds: float, step: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        await step()
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            continue


class _Counting(Listener):
    """Carries out what was heard and counts how often it had its effect."""

    def on(self, bot: Bot) -> Callable[[Heard], Awaitable[None]]:
        async def apply(heard: Heard) -> None:
            if not heard.is_applied:
                await self._effect(heard.update_id, heard.payload)
            if heard.payload.get("message", {}).get("text") != "/hi":
                return
            self.world.beside.answers.note(ChatId(heard.chat_id))
            try:
                asked = {"chat_id": heard.chat_id, "text": f"answer to {heard.update_id}"}
                await bot.do_api_request("sendmessage", api_kwargs=asked)
            except TelegramError:
                return  # an answer is tried once

        return apply

    async def _effect(self, update_id: int, told: dict[str, Any]) -> None:
        message, change = told.get("message", {}), told.get("my_chat_member")
        match message.get("text", "").split():
            case ["again" | "arrived" as said, name]:
                await desk.decide(self.world.database, name, again=said == "again")
                return
        async with self.world.database.effect() as connection:
            await tally.add(connection, {f"update {update_id}": 1})
            if new := message.get("migrate_to_chat_id"):
                await chats.move(connection, ChatId(message["chat"]["id"]), ChatId(new))
            if change and change["new_chat_member"]["status"] == "member":
                await chats.resume(connection, ChatId(change["chat"]["id"]))


@cache
def _topics() -> tuple[classify.TopicDefinition, ...]:
    return Config().topic_definitions


@cache
def _catalogue() -> classify.Catalogue:
    return classify.catalogue(_topics())


def warm() -> None:
    """Loads what every worker needs, before the first is forked."""
    _catalogue()
    regroup.Kept()


def _world(config: Config, base: Database, child: Child, *, beside: Beside) -> World:
    fetcher = Fetcher(contact="")
    return World(
        database=base,
        config=config,
        topics=_topics(),
        catalogue=_catalogue(),
        writer=writers.writers()["extractive"],
        fetcher=fetcher,
        permission=Permission(fetcher),
        child=child,
        open=regroup.Kept(),
        marks=Marks(),
        limits=LIMITS,
        beside=beside,
    )
