"""Clients of the Bot API that send the same message again and again, for comparing them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import aiogram
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.request import BaseRequest, HTTPXRequest

from bot.delivery.transport import Transport
from bot.model import ChatId, Entity, EntityKind, Message, RichText, Sent
from bot.outputs import telegram_chat

TOKEN = "123456:" + "a" * 35
MESSAGE = Message(
    part=1,
    body=RichText(
        text="Ten lines of news. " * 60,
        entities=tuple(Entity(kind=EntityKind.BOLD, offset=number * 40, length=10) for number in range(20)),
    ),
)
Call = Callable[[int], Awaitable[object]]  # sends to the chat with that number


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How many a second, and the processor time of our process for each."""

    per_s: float
    cpu_ms: float


@contextmanager
def answerer(delay_s: float = 0.0) -> Iterator[str]:
    """The address of the fastest Bot API there is, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.answerer", str(delay_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.communicate()


async def driven(call: Call, *, count: int, at_once: int) -> Speed:
    """`count` calls, so many at once."""
    numbers = iter(range(1, count + 1))

    async def work() -> None:
        for number in numbers:
            await call(number)

    start, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(work())
    return Speed(per_s=count / (time.perf_counter() - start), cpu_ms=(time.process_time() - cpu) / count * 1000)


@asynccontextmanager
async def bot(address: str, request: BaseRequest) -> AsyncIterator[telegram.Bot]:
    polling = Transport(connections=1)
    async with telegram.Bot(TOKEN, base_url=f"{address}/bot", request=request, get_updates_request=polling) as opened:
        yield opened


async def default(address: str, *, count: int, at_once: int) -> Speed:
    """python-telegram-bot as it comes, with a pool of that size."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        request = HTTPXRequest(connection_pool_size=at_once, pool_timeout=60, read_timeout=60)
    entities = _entities()
    async with bot(address, request) as opened:
        return await driven(
            lambda number: opened.send_message(number, MESSAGE.body.text, entities=entities),
            count=count,
            at_once=at_once,
        )


async def with_message(address: str, *, count: int, at_once: int) -> Speed:
    """python-telegram-bot over our transport, building the Message of each answer."""
    entities = _entities()
    async with bot(address, Transport(connections=at_once)) as opened:
        return await driven(
            lambda number: opened.send_message(number, MESSAGE.body.text, entities=entities),
            count=count,
            at_once=at_once,
        )


async def ours(address: str, *, count: int, at_once: int) -> Speed:
    """Our output over our transport, as digests are sent."""
    async with bot(address, Transport(connections=at_once)) as opened:
        send = telegram_chat.send(opened, b"a key")

        async def call(number: int) -> None:
            receipt = await send(ChatId(number), MESSAGE)
            if not isinstance(receipt, Sent):
                raise AssertionError(repr(receipt))

        return await driven(call, count=count, at_once=at_once)


def _entities() -> list[telegram.MessageEntity]:
    return [
        telegram.MessageEntity(type=one.kind.value, offset=one.offset, length=one.length)
        for one in MESSAGE.body.entities
    ]


async def other(address: str, *, count: int, at_once: int) -> Speed:
    """aiogram 3, as it comes."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(address), limit=at_once)
    entities = [
        aiogram.types.MessageEntity(type=one.kind.value, offset=one.offset, length=one.length)
        for one in MESSAGE.body.entities
    ]
    async with aiogram.Bot(TOKEN, session=session) as opened:
        return await driven(
            lambda number: opened.send_message(number, MESSAGE.body.text, entities=entities),
            count=count,
            at_once=at_once,
        )
