"""The table of pictures that digests lead with, and the shelf they are sent from: each is uploaded once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog
from sqlalchemy import ColumnElement, Update, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.storage import dialect
from bot.storage.database import Database
from bot.storage.tables import picture

log = structlog.get_logger()
Value = TypeVar("Value")
IDS_KNOWN = 256
REFUSED = b""  # the content of what Telegram does not take; what is only no good has none, and may be better later
TURN_S = 5.0  # what is left of an attempt's deadline is enough for an upload of one's own


async def known(connection: AsyncConnection, names: Iterable[str], *, bad_since: datetime) -> dict[str, bool]:
    """Those that were looked at, and whether they are good; that one is bad counts if it was found since then, or if
    Telegram has refused it."""
    wanted = (
        select(picture.c.name, _is_good().label("is_good"))
        .where(picture.c.name.in_(tuple(names)))
        .where(or_(picture.c.content.is_not(None), picture.c.looked_at >= bad_since))
    )
    return {row.name: bool(row.is_good) for row in await connection.execute(wanted)}


async def keep(connection: AsyncConnection, name: str, content: bytes, *, now_at: datetime) -> None:
    """What a look at a picture came to: its bytes, b"" for one that is not good. A good one stays as it is, and
    so does one that Telegram has refused."""
    insert = dialect.insert(connection, picture).values(name=name, content=content or None, looked_at=now_at)
    again = {"content": insert.excluded.content, "looked_at": insert.excluded.looked_at}
    worse = picture.c.content.is_(None)
    await connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=again, where=worse))


async def remove(connection: AsyncConnection, name: str) -> None:
    await connection.execute(delete(picture).where(picture.c.name == name))


async def forget(connection: AsyncConnection, before: datetime) -> int:
    """Drops what was looked at before then; returns how many."""
    return (await connection.execute(delete(picture).where(picture.c.looked_at < before))).rowcount


class Shelf:
    """Where the output finds pictures and their file ids. A database that fails here costs the picture, never the
    message: nothing raises StorageError."""

    def __init__(self, database: Database, *, turn_s: float = TURN_S) -> None:
        self._database = database
        self._turn_s = turn_s
        self._ids: dict[str, str] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def file_id(self, name: str) -> str:
        """The id under which Telegram knows it; "" when it was not uploaded."""
        if name not in self._ids and (found := await self._read(picture.c.file_id, name)):
            self._ids.setdefault(name, found)  # what came while we asked is newer
        return self._ids.get(name, "")

    async def content(self, name: str) -> bytes:
        """The picture; b"" when it is not there, or no good."""
        return await self._read(picture.c.content, name) or b""

    async def uploaded(self, name: str, file_id: str) -> None:
        """Telegram took it, and this is its id from now on."""
        await self._write(update(picture).where(picture.c.name == name).values(file_id=file_id))
        self._ids[name] = file_id
        if len(self._ids) > IDS_KNOWN:
            del self._ids[next(iter(self._ids))]

    async def unknown(self, name: str, file_id: str) -> None:
        """Telegram does not know this id any more; one that it got since stays."""
        same = (picture.c.name == name) & (picture.c.file_id == file_id)
        await self._write(update(picture).where(same).values(file_id=""))
        if self._ids.get(name) == file_id:
            del self._ids[name]

    async def refused(self, name: str) -> None:
        """Telegram does not take it: nobody gets it, and nobody looks at it again."""
        await self._write(update(picture).where(picture.c.name == name).values(file_id="", content=REFUSED))
        self._ids.pop(name, None)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Others who would upload the same wait, but not so long that their own attempt ends."""
        lock = self._turns.setdefault(name, asyncio.Lock())
        is_ours = False
        try:
            async with asyncio.timeout(self._turn_s):
                is_ours = await lock.acquire()
        except TimeoutError:
            log.warning("picture_uploaded_twice", picture=name)
        try:
            yield
        finally:
            if is_ours:
                lock.release()

    async def _read(self, column: ColumnElement[Value], name: str) -> Value | None:
        try:
            async with self._database.read() as connection:
                found = await connection.execute(select(column).where(picture.c.name == name))
                return found.scalar_one_or_none()
        except StorageError as error:
            log.error("picture_not_read", picture=name, reason=str(error))
            return None

    async def _write(self, change: Update) -> None:
        try:
            async with self._database.write() as connection:
                await connection.execute(change)
        except StorageError as error:
            log.error("picture_not_written", reason=str(error))


def _is_good() -> ColumnElement[bool]:
    return func.length(picture.c.content) > 0
