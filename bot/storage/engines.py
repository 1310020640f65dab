"""From a URL as people write it to SQLAlchemy engines, and from the errors of both databases to ours.

A password in a URL is never in an error, and the values of a statement are in none either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from sqlalchemy import event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StorageError
from bot.storage import one_hop

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
HINT = "write sqlite:///FOLDER/NAME.db or postgresql://USER:PASSWORD@HOST/NAME"
BUSY = "PRAGMA busy_timeout=30000"  # first, so that the pragmas after it wait too
WRITER = (
    BUSY,
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)
READER = (BUSY, "PRAGMA query_only=ON")
# Off: SQLite alters a table by replacing it, which must not cascade; `database.upgrade` checks the keys at its end.
UPGRADER = (BUSY, "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=OFF", "PRAGMA secure_delete=ON")
CLOSED = frozenset((sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN))
OWN_BITS = 0xFF  # of a code of SQLite; those above it tell finer kinds apart
SERVER_SETTINGS = {
    "application_name": "digest-bot",
    "synchronous_commit": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
}


def address(url: str) -> URL:
    """The URL with the driver we use. StorageError, with a hint and without the password, when we have none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # `from None`: the library's words may quote a part of the password
        raise StorageError(f"the database URL cannot be read: {HINT}") from None
    driver = DRIVERS.get(parsed.drivername)
    if driver is None:
        raise StorageError(f"the database URL has the unknown kind {parsed.drivername!r}: {HINT}")
    if driver.startswith("sqlite") and parsed.database in {None, "", ":memory:"}:
        raise StorageError(f"the database must be a file: {HINT}")
    return _without_libpq(parsed.set(drivername=driver))


def file(parsed: URL) -> Path | None:
    """The database file, None on PostgreSQL."""
    return Path(parsed.database or "") if is_sqlite(parsed) else None


def is_sqlite(parsed: URL) -> bool:
    return parsed.get_backend_name() == "sqlite"


def writer(parsed: URL, *, beside: bool) -> AsyncEngine:
    """On SQLite one connection that begins every transaction by taking the write lock; `beside` another process it
    leaves checkpoints to that one."""
    if not is_sqlite(parsed):
        return _postgres(parsed)
    pragmas = (*WRITER, "PRAGMA wal_autocheckpoint=0") if beside else WRITER
    return _sqlite(parsed, pragmas=pragmas, begin="BEGIN IMMEDIATE", pool_size=1)


def reader(parsed: URL) -> AsyncEngine:
    """Transactions that see one moment of the database and cannot write."""
    if is_sqlite(parsed):
        return _sqlite(parsed, pragmas=READER, begin="BEGIN", pool_size=4)
    return _postgres(parsed).execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def upgrader(parsed: URL) -> AsyncEngine:
    if is_sqlite(parsed):
        return _sqlite(parsed, pragmas=UPGRADER, begin="BEGIN IMMEDIATE", pool_size=1)
    return _postgres(parsed)


def code(error: sqlite3.Error) -> int:
    """What kind of error SQLite says it is; -1 for one of the driver's own."""
    found: int | None = getattr(error, "sqlite_errorcode", None)
    return -1 if found is None else found & OWN_BITS


def unusable(place: Path | str, error: sqlite3.Error) -> str:
    """Why a file of SQLite cannot be used, as a line; what to do where it is closed to us."""
    if code(error) not in CLOSED:
        return f"the database {place} cannot be used: {error}"
    return (
        f"the database {place} cannot be opened for writing ({error}): check owner and permissions of it and of its "
        "folder; the user that runs digest-bot must be able to write both"
    )


@contextmanager
def explained(parsed: URL) -> Iterator[None]:
    """Turns what SQLAlchemy raises into StorageError: one line, without statement and values."""
    try:
        yield
    except SQLAlchemyError as error:
        if closed := _closed(error):
            raise StorageError(unusable(parsed.database or "", closed)) from error
        raise StorageError(f"the database refused: {_line(error)}") from error


@contextmanager
def reached(parsed: URL) -> Iterator[None]:
    """Turns what the drivers raise while a connection is being made into StorageError."""
    place = parsed.database if is_sqlite(parsed) else f"{parsed.host or 'localhost'}/{parsed.database}"
    try:
        yield
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        if closed := _closed(error):
            raise StorageError(unusable(parsed.database or "", closed)) from error
        raise StorageError(f"the database {place} cannot be reached: {_line(error)}") from error


def _closed(error: BaseException) -> sqlite3.Error | None:
    """What SQLite said, when it was that the file may not be opened or written."""
    said = error.orig if isinstance(error, DBAPIError) else error
    return said if isinstance(said, sqlite3.Error) and code(said) in CLOSED else None


def _line(error: BaseException) -> str:
    said = error.orig if isinstance(error, DBAPIError) and error.orig else error
    first = (str(said).splitlines() or [""])[0]
    return first.partition("'>: ")[2] or first or type(said).__name__  # "<class 'asyncpg...Error'>: text"


def _without_libpq(parsed: URL) -> URL:
    """asyncpg has libpq's `sslmode` under the name `ssl`."""
    if is_sqlite(parsed) or "sslmode" not in parsed.query:
        return parsed
    return parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": parsed.query["sslmode"]})


def _dump(value: object) -> str:
    return orjson.dumps(value).decode()


def _postgres(parsed: URL) -> AsyncEngine:
    return create_async_engine(
        parsed,
        hide_parameters=True,
        json_serializer=_dump,
        json_deserializer=orjson.loads,
        connect_args={"server_settings": SERVER_SETTINGS},
    )


def _sqlite(parsed: URL, *, pragmas: tuple[str, ...], begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        parsed,
        hide_parameters=True,
        json_serializer=_dump,
        json_deserializer=orjson.loads,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"async_creator_fn": one_hop.connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the standard library would begin transactions on its own, and later
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "invalidate")
    def release(connection: Any, record: object, error: object) -> None:
        # A task cancelled in the middle of a statement: its cursor outlives the closed connection, and with it would
        # the write lock, until every other writer has waited in vain.
        connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
