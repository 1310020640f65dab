"""What SQLite and PostgreSQL do differently, behind one word each: moments, the clock, upserts, long lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import JSON, BigInteger, Row, Table, Text, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BATCH = 500  # values in one IN (...): both databases stop near 32,000 parameters

T = TypeVar("T")
Connection: TypeAlias = AsyncConnection  # for those above `storage`, who know no SQLAlchemy
AnyRow: TypeAlias = Row[*tuple[Any, ...]]


class Instant(TypeDecorator[datetime]):
    """An aware moment in UTC, stored as microseconds since 1970 so that both databases compare and add alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else instant_us(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class clock(FunctionElement[int]):  # noqa: N801 - it reads as a function in a statement
    """The database's own time in microseconds since 1970, taken when the row is looked at.

    Not the start of the transaction: a statement that waited for a lock must not take a lease for still valid.
    """

    type = BigInteger()
    inherit_cache = True


@compiles(clock, "sqlite")
def _sqlite_clock(element: clock, compiler: SQLCompiler, **kw: Any) -> str:
    # Milliseconds: SQLite knows no more, and before 3.42 has no `unixepoch('subsec')`.
    return "(CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)"


@compiles(clock, "postgresql")
def _postgresql_clock(element: clock, compiler: SQLCompiler, **kw: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"


class each(FunctionElement[Any]):  # noqa: N801 - it reads as a function in a statement
    """The elements of a JSON list, a row each: `each(text).table_valued("value")`."""

    name = "each"
    inherit_cache = True


@compiles(each, "sqlite")
def _sqlite_each(element: each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(each, "postgresql")
def _postgresql_each(element: each, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **kw)} AS json))"


class item(FunctionElement[str]):  # noqa: N801
    """The element of a JSON list with that number, from 0: on SQLite as it is, on PostgreSQL as a text."""

    type = Text()
    inherit_cache = True


@compiles(item, "sqlite")
def _sqlite_item(element: item, compiler: SQLCompiler, **kw: Any) -> str:
    # Not `->>`, which SQLite has from 3.38 on only.
    value, number = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"json_extract({value}, '$[' || {number} || ']')"


@compiles(item, "postgresql")
def _postgresql_item(element: item, compiler: SQLCompiler, **kw: Any) -> str:
    value, number = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({value} ->> {number})"


class typed(FunctionElement[Any]):  # noqa: N801
    """`typed(cast(text, Date))`: SQLite keeps dates, times and JSON as texts, which its CAST would make numbers of."""

    inherit_cache = True


@compiles(typed, "sqlite")
def _sqlite_typed(element: typed, compiler: SQLCompiler, **kw: Any) -> str:
    (wanted,) = element.clauses
    return compiler.process(wanted.clause, **kw)


@compiles(typed, "postgresql")
def _postgresql_typed(element: typed, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


class gathered(FunctionElement[Any]):  # noqa: N801
    """All values of a group as one list."""

    type = JSON()
    inherit_cache = True


@compiles(gathered, "sqlite")
def _sqlite_gathered(element: gathered, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **kw)})"


@compiles(gathered, "postgresql")
def _postgresql_gathered(element: gathered, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_agg({compiler.process(element.clauses, **kw)})"


def instant_us(moment: datetime) -> int:
    """As an `Instant` column keeps it; ValueError when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return (moment - EPOCH) // MICROSECOND


def in_s(seconds: float) -> Any:
    """The database's time so many seconds from now, as a value for an `Instant` column."""
    return clock() + round(seconds * 1_000_000)


def later(column: Any, moment: Any) -> Any:
    """What the column holds, or the moment if that is later."""
    return case((column > moment, column), else_=moment)


def insert(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say ON CONFLICT, which SQLAlchemy has for each database under its own name."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def batches(values: Iterable[T], most: int = BATCH) -> Iterator[Sequence[T]]:
    """The values in order, at most `most` at a time."""
    rest = iter(values)
    while batch := tuple(islice(rest, most)):
        yield batch
