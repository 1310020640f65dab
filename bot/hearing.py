"""Updates from Telegram: stored before they are confirmed, applied once, many at a time, in order within a chat."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog

from bot import failpoints
from bot.errors import StorageError
from bot.model import Reply
from bot.storage import database, heard
from bot.storage.database import Database
from bot.storage.dialect import Connection
from bot.storage.heard import Heard

log = structlog.get_logger()
AT_ONCE = 256
DRAIN_S = 30.0  # longer than any command may take
RETRY_S = 1.0  # after the database refused
Apply = Callable[[Heard], Awaitable[None]]  # carries an update out and answers; never raises


class Hearing:
    """What was heard and is not done yet; `opened` makes one."""

    def __init__(self, opened: Database, apply: Apply, tasks: asyncio.TaskGroup, *, drain_s: float) -> None:
        self._drain_s = drain_s
        self._database = opened
        self._apply = apply
        self._tasks: asyncio.TaskGroup = tasks
        self._under_way: set[asyncio.Task[None]] = set()
        self._chats: dict[int, deque[Heard]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._done: list[int] = []
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    async def hear(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Stores them; when this returns they may be confirmed to Telegram, and are being carried out."""
        told = [Heard(update_id=one["update_id"], chat_id=chat_of(one), payload=dict(one)) for one in updates]
        async with self._database.write() as connection:
            new = await heard.store(connection, told)
            failpoints.hit("heard.written")
        failpoints.hit("heard.stored")
        self.take(new)

    def take(self, updates: Iterable[Heard]) -> None:
        """Carries these out, each chat's one after the other."""
        for one in updates:
            if waiting := self._chats.get(one.chat_id):
                waiting.append(one)
            else:
                self._idle.clear()
                self._chats[one.chat_id] = deque((one,))
                task = self._tasks.create_task(self._chat(one.chat_id))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def idle(self) -> None:
        """Waits until everything that was taken is carried out and written down, at most `drain_s` seconds; what takes
        longer is left to the next run."""
        try:
            async with asyncio.timeout(self._drain_s):
                await self._idle.wait()
        except TimeoutError:
            log.warning("updates_cut_short", chats=len(self._chats))
            for task in tuple(self._under_way):
                task.cancel()
        await self._write_done()

    async def write_down(self) -> None:
        """Goes on writing down what is done, as much at a time as has come together, until it is cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._write_done()
            except StorageError as error:
                log.error("updates_not_written_down", reason=str(error))
                await asyncio.sleep(RETRY_S)
                self._news.set()

    async def _chat(self, chat_id: int) -> None:
        async with self._places:
            waiting = self._chats[chat_id]
            try:
                while waiting:
                    await self._one(waiting[0])
                    waiting.popleft()
            finally:
                del self._chats[chat_id]
                if not self._chats:
                    self._idle.set()

    async def _one(self, update: Heard) -> None:
        failpoints.hit("update.begun")

        async def applied(connection: Connection, answer: Reply | None) -> None:
            await heard.apply(connection, update, answer=answer)
            failpoints.hit("update.applied")

        with database.together_with(applied):
            await self._apply(update)
        failpoints.hit("update.answered")
        self._done.append(update.update_id)
        self._news.set()

    async def _write_done(self) -> None:
        if done := tuple(self._done):
            async with self._database.write() as connection:
                await heard.done(connection, done)
            failpoints.hit("update.done")
            del self._done[: len(done)]


@asynccontextmanager
async def opened(base: Database, apply: Apply, *, drain_s: float = DRAIN_S) -> AsyncIterator[Hearing]:
    """Carries out what an earlier run left, then what is heard while the block runs; at the end finishes it."""
    async with asyncio.TaskGroup() as tasks:
        hearing = Hearing(base, apply, tasks, drain_s=drain_s)
        async with base.read() as connection:
            hearing.take(await heard.waiting(connection))
        writing = tasks.create_task(hearing.write_down())
        try:
            yield hearing
        finally:
            await hearing.idle()
            writing.cancel()


def chat_of(update: Mapping[str, Any]) -> int:
    """The chat in whose order an update stands; without one its sender, else 0."""
    for kind in update.values():
        if not isinstance(kind, Mapping):
            continue
        message = kind.get("message")
        for place in (
            kind.get("chat"),
            message.get("chat") if isinstance(message, Mapping) else None,
            kind.get("from"),
        ):
            if isinstance(place, Mapping) and isinstance(place.get("id"), int):
                return int(place["id"])
    return 0
