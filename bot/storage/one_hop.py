"""aiosqlite's connection with one visit to its thread for each statement, where SQLAlchemy over aiosqlite pays four.

Each visit waits for the event loop twice and for the interpreter's lock, which under load takes longer than the
statement itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ParamSpec, TypeVar

import aiosqlite

P = ParamSpec("P")
T = TypeVar("T")


class Connection(aiosqlite.Connection):
    """A connection whose cursors bring all their rows along; nothing goes to the thread when nothing can be open."""

    _is_clean = True

    # aiosqlite's own returns a cursor of sqlite3's, which is made, asked, emptied and closed by a visit each.
    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def in_thread(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `call` returns or raises, made in the thread of this connection."""
        self._is_clean = False
        result: T = await self._execute(call, *args, **kwargs)  # type: ignore[no-untyped-call]
        return result

    async def commit(self) -> None:
        await super().commit()
        self._is_clean = True

    async def rollback(self) -> None:
        """SQLAlchemy asks for one whenever a connection goes back to its pool."""
        if not self._is_clean:
            await super().rollback()
            self._is_clean = True


class Cursor:
    """One statement and all it found."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection.in_thread(self._run, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._connection.in_thread(self._run_many, sql, parameters)

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = ()

    def _run(self, sql: str, parameters: Sequence[Any]) -> None:
        self._take(self._connection._conn.execute(sql, parameters))

    def _run_many(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        self._take(self._connection._conn.executemany(sql, parameters))

    def _take(self, found: sqlite3.Cursor) -> None:
        # The description is gone once a cursor is closed, the count is right only once all rows are taken.
        try:
            self.description, self._rows = found.description, found.fetchall() if found.description else ()
            self.rowcount, self.lastrowid = found.rowcount, found.lastrowid
        finally:
            found.close()


def connect(file: str, **settings: Any) -> Connection:
    """A connection to await, as `aiosqlite.connect`."""
    connection = Connection(partial(sqlite3.connect, file, **settings), iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy makes it: one that was never closed must not keep a program alive
    return connection
