"""The open database: transactions to read and to write, the upgrade of its tables, and the lock of a state folder."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import failpoints
from bot.errors import AlreadyRunning, StorageError
from bot.model import Reply
from bot.storage import backups, engines

MIGRATIONS = Path(__file__).parent / "migrations"
Also = Callable[[AsyncConnection, Reply | None], Awaitable[None]]
_ALSO: ContextVar[Also | None] = ContextVar("also", default=None)
_JOINT: ContextVar[Joint | None] = ContextVar("joint", default=None)
UPGRADE_LOCK = 0x64696765  # any number that nobody else locks: "dige"


@dataclass(slots=True, eq=False)
class Joint:
    """Several steps as one: `connection` is None until the first `effect` and after the end; `reply` is what somebody
    is told of them."""

    connection: AsyncConnection | None = None
    reply: Reply | None = None
    opened: AsyncExitStack | None = None


class Database:
    """Transactions. Never await the network inside one: on SQLite all writers wait for each other."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        one_writer = writer.dialect.name == "sqlite"
        self._turn: AbstractAsyncContextManager[object] = asyncio.Lock() if one_writer else nullcontext()
        self._writer = writer
        self._reader = reader

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment of the database and cannot write."""
        if shared := _shared():
            yield shared
            return
        async with _transaction(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed (and on disk) at the end, rolled back when the body raises or is cancelled."""
        if shared := _shared():
            async with shared.begin_nested():
                yield shared
            return
        async with self._turn, _transaction(self._writer) as connection:
            yield connection
            failpoints.hit("write.uncommitted")
        failpoints.hit("write.committed")

    @asynccontextmanager
    async def effect(self) -> AsyncIterator[AsyncConnection]:
        """As `write`, for what must not be done twice when somebody's wish is carried out again after a crash: what
        stands in `together_with` is written in the same transaction."""
        joint = _JOINT.get()
        if joint and joint.opened and not joint.connection:
            joint.connection = await joint.opened.enter_async_context(self.write())
        async with self.write() as connection:
            yield connection
            if not _shared():
                await _also(connection, None)

    @asynccontextmanager
    async def together(self) -> AsyncIterator[Joint]:
        """While the block runs, everything that this task reads and writes from its first `effect` on is one
        transaction: committed at the end, with what stands in `together_with`, and rolled back when the block raises.
        Between the first effect and the end nothing else may be awaited, nor several things at once."""
        async with AsyncExitStack() as stack:
            joint = Joint(opened=stack)
            before = _JOINT.set(joint)
            try:
                yield joint
                if joint.connection:
                    await _also(joint.connection, joint.reply)
            finally:
                _JOINT.reset(before)
                joint.connection = joint.opened = None


@contextmanager
def together_with(also: Also) -> Iterator[None]:
    """While the block runs, each transaction with an `effect` of this task also writes this."""
    before = _ALSO.set(also)
    try:
        yield
    finally:
        _ALSO.reset(before)


async def _also(connection: AsyncConnection, reply: Reply | None) -> None:
    if also := _ALSO.get():
        await also(connection, reply)


def _shared() -> AsyncConnection | None:
    joint = _JOINT.get()
    return joint.connection if joint else None


@asynccontextmanager
async def opened(url: str, *, beside: bool = False) -> AsyncIterator[Database]:
    """The database at a URL (`sqlite:///state/bot.db`, `postgresql://user:password@host/name`), upgraded before.

    `beside` is for a short command while `run` has the same SQLite file open. StorageError when it cannot be reached.
    """
    address = _placed(url)
    writer, reader = engines.writer(address, beside=beside), engines.reader(address)
    database = Database(writer, reader)
    try:
        async with database.write():
            pass  # says now, not at the first digest, that the server or the folder is not there
        yield database
    finally:
        await reader.dispose()
        await writer.dispose()


async def upgrade(url: str, *, now_at: datetime, migrations: Path = MIGRATIONS) -> Path | None:
    """Brings the tables to the newest revision, all in one transaction; returns the backup made before, if any.

    StorageError when the database is damaged, not ours, or was written by a newer program: then nothing is changed.
    """
    address = _placed(url)
    file = engines.file(address)
    if file:
        await asyncio.to_thread(backups.check, file)
    engine = engines.upgrader(address)
    try:
        async with _transaction(engine) as connection:
            return await _upgraded(connection, address, now_at=now_at, migrations=migrations)
    except CommandError as error:
        raise StorageError(f"the tables cannot be upgraded: {error}") from error
    finally:
        await engine.dispose()


@contextmanager
def single_run(folder: Path) -> Iterator[None]:
    """Holds the state folder for this process. AlreadyRunning, with the other's process id, when another holds it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "run.lock"
    with path.open("a+b") as held:
        if not _locked(held):
            raise AlreadyRunning(f"another digest-bot (process {_pid(path)}) is running on {folder}")
        held.truncate(0)
        held.write(f"{os.getpid()}\n".encode())
        held.flush()
        yield


def _placed(url: str) -> URL:
    """The address; StorageError when a file's folder is missing, which SQLite would only call "unable to open"."""
    address = engines.address(url)
    file = engines.file(address)
    if file and not file.parent.is_dir():
        raise StorageError(f"the database {file} cannot be reached: its folder does not exist")
    return address


@asynccontextmanager
async def _transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    connection = engine.connect()
    with engines.reached(engine.url):
        await connection.start()
    try:
        with engines.explained(engine.url):
            async with connection.begin():
                yield connection
    finally:
        # shielded, as SQLAlchemy's own `async with` is: a cancelled task must not leave the only writer in its hands
        await asyncio.shield(connection.close())


async def _upgraded(connection: AsyncConnection, address: URL, *, now_at: datetime, migrations: Path) -> Path | None:
    config = configured(migrations)
    if not engines.is_sqlite(address):
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    found = await connection.run_sync(_revision)
    script = ScriptDirectory.from_config(config)
    file = engines.file(address)
    if found == script.get_current_head():
        return None
    if found and found not in {one.revision for one in script.walk_revisions()}:
        raise StorageError(_too_new(found, file))
    names = await connection.run_sync(lambda bare: set(inspect(bare).get_table_names()))
    if file and names and "alembic_version" not in names:
        raise StorageError(f"{file} is the database of another program; nothing was changed")
    backup = None
    if file and names - {"alembic_version"}:
        backup = await asyncio.to_thread(backups.make, file, revision=found or "none", now_at=now_at)
    await connection.run_sync(_migrate, config)
    return backup


def configured(migrations: Path) -> Config:
    """Alembic's settings, which need no file of their own."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _migrate(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise StorageError("the upgrade would break references between tables; nothing was changed")


def _too_new(found: str, file: Path | None) -> str:
    last = backups.newest(file) if file else None
    advice = f"install that program again or go back to {last}" if last else "install that program again"
    return f"the database was written by a newer digest-bot (revision {found}): {advice}; nothing was changed"


def _pid(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip() or "unknown"
    except (OSError, ValueError):
        return "unknown"


def _locked(held: BinaryIO) -> bool:
    """Whether the lock was to be had; the system gives it back when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(held.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
