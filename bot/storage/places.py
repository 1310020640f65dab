"""The index of words: a table `search` of FTS5 on SQLite, of `tsvector` on PostgreSQL, filled with the same words.

A row is an article at its place (`indexed.place`), which orders by time. FTS5 walks its lists from the newest place on.
GIN knows no order, so on PostgreSQL rows bear tags of the time they are from: stretches of time are searched from the
newest on, each about as long as it takes to find what is still wanted, and inside one nothing older is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.stages import indexed

FIRST_HOURS = 16
GROWTH = 16  # how much longer than all before it a stretch of time may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """How a database writes what it is asked: words in a row, and the signs between conditions."""

    run: Callable[[Sequence[str]], str]
    both: str
    either: str
    but: str


def syntax(connection: AsyncConnection) -> Syntax:
    return _SYNTAX[connection.dialect.name]


async def add(connection: AsyncConnection, rows: Iterable[tuple[int, str]]) -> None:
    """Places, none of which is taken, with their words and tags."""
    # FTS5 writes a segment whenever a place is below the one before it.
    ordered = sorted(rows)
    if not ordered:
        return
    if _is_sqlite(connection):
        statement = "INSERT INTO search (rowid, words) VALUES (:place, :words)"
        values = [{"place": place, "words": line} for place, line in ordered]
    else:
        statement = "INSERT INTO search (place, words) VALUES (:place, CAST(CAST(:words AS TEXT) AS TSVECTOR))"
        values = [{"place": place, "words": vector(line, indexed.times(place))} for place, line in ordered]
    await connection.execute(text(statement), values)


async def remove(connection: AsyncConnection, places: Iterable[int]) -> None:
    """Those that are not there are passed over."""
    sqlite, postgresql = "DELETE FROM search WHERE rowid = :place", "DELETE FROM search WHERE place = :place"
    if values := [{"place": place} for place in sorted(places)]:
        await connection.execute(text(sqlite if _is_sqlite(connection) else postgresql), values)


async def newest(connection: AsyncConnection, said: str, *, low: int, high: int, most: int) -> list[int]:
    """At most so many places from `low` to before `high` at which is what was `said`, the newest first."""
    if not _is_sqlite(connection):
        return await _in_stretches(connection, said, low=low, high=high, most=most)
    statement = (
        "SELECT rowid FROM search WHERE search MATCH :said AND rowid >= :low AND rowid < :high "
        "ORDER BY rowid DESC LIMIT :most"
    )
    found = await connection.execute(text(statement), {"said": said, "low": low, "high": high, "most": most})
    return list(found.scalars())


async def _in_stretches(connection: AsyncConnection, said: str, *, low: int, high: int, most: int) -> list[int]:
    edges = text("SELECT min(place), max(place) FROM search WHERE place >= :low AND place < :high")
    oldest, last = (await connection.execute(edges, {"low": low, "high": high})).one()
    if last is None:
        return []
    # The planner knows neither how rare a word is in a stretch nor that the index leaves nothing to look at.
    await connection.execute(text("SET LOCAL enable_seqscan = off"))
    await connection.execute(text("SET LOCAL jit = off"))
    until, first, hours = indexed.hour(last) + 1, indexed.hour(oldest), FIRST_HOURS
    begin, found = until, list[int]()
    while until > first and len(found) < most:
        since = _aligned(until, hours, first)
        found += await _in_stretch(connection, said, (since, until), low=low, high=high)
        hours = _longer(begin - since, found=len(found), most=most)
        until = since
    return found[:most]


async def _in_stretch(
    connection: AsyncConnection, said: str, hours: tuple[int, int], *, low: int, high: int
) -> list[int]:
    times = " | ".join(_lexeme(tag) for tag in indexed.cover(*hours))
    # `+ 0`: or it would walk all places in their order and read the words of each
    statement = (
        "SELECT place FROM search WHERE words @@ CAST(CAST(:said AS TEXT) AS TSQUERY) "
        "AND place + 0 >= :low AND place + 0 < :high ORDER BY place + 0 DESC"
    )
    asked = {"said": f"({said}) & ({times})", "low": low, "high": high}
    return list((await connection.execute(text(statement), asked)).scalars())


def _aligned(until: int, hours: int, first: int) -> int:
    """Where a stretch of about so many hours begins, so that few tags cover it."""
    unit = 1
    while unit * 16 <= hours:
        unit *= 16
    return max((until - hours) // unit * unit, first)


def _longer(searched: int, *, found: int, most: int) -> int:
    """How many hours are searched next, when so many have been."""
    limit = searched * GROWTH
    return min(limit, max(1, (most - found) * searched * 3 // (found * 2))) if found else limit


def vector(line: str, tags: Iterable[str]) -> str:
    """The words with the places they stand at in the line, and tags behind them, as PostgreSQL reads a `tsvector`."""
    positions: dict[str, list[str]] = {}
    for at, word in enumerate((*line.split(" "), *tags), start=1):
        positions.setdefault(word, []).append(str(at))
    return " ".join(f"{_lexeme(word)}:{','.join(at)}" for word, at in positions.items())


def _lexeme(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _fts5_string(run: Sequence[str]) -> str:
    return '"' + " ".join(run).replace('"', '""') + '"'


def _in_a_row(run: Sequence[str]) -> str:
    return "(" + " <-> ".join(map(_lexeme, run)) + ")"


def _is_sqlite(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "sqlite"


_SYNTAX = {
    "sqlite": Syntax(run=_fts5_string, both=" AND ", either=" OR ", but=" NOT "),
    "postgresql": Syntax(run=_in_a_row, both=" & ", either=" | ", but=" & !"),
}
