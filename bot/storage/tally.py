"""Counters that outlive the process: what happened so often that nobody should have to count log lines."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import dialect
from bot.storage.tables import tally as table


async def add(connection: AsyncConnection, happened: Mapping[str, int]) -> None:
    """Adds to counters, which begin at 0; in the order of their names, so that no two processes wait for each other."""
    for name, many in sorted(happened.items()):
        insert = dialect.insert(connection, table).values(name=name, many=many)
        added = {"many": table.c.many + many}
        await connection.execute(insert.on_conflict_do_update(index_elements=[table.c.name], set_=added))


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """All counters that were ever added to, by name."""
    rows = await connection.execute(select(table).order_by(table.c.name))
    return {row.name: row.many for row in rows}
