"""The table of how much everybody has used up of what they may ask. Whose row it is says a number that no one else can
make, so nothing here has to be deleted when somebody is forgotten: it goes by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import dialect
from bot.storage.tables import spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Of one payer: `level` was used up `at` that moment, and at `told_at` they were last asked to slow down."""

    payer: int
    level: float
    at: datetime
    told_at: datetime


async def locked(connection: AsyncConnection, payers: Collection[int]) -> dict[int, Account]:
    """The accounts of these payers that there are, which nobody else may change before this transaction ends."""
    found: dict[int, Account] = {}
    for batch in dialect.batches(payers):
        for row in await connection.execute(_LOCKED, {"payers": list(batch)}):
            found[row.user_id] = Account(payer=row.user_id, level=row.level, at=row.at, told_at=row.told_at)
    return found


async def save(connection: AsyncConnection, accounts: Iterable[Account]) -> None:
    """Adds or replaces them."""
    rows = [
        {"user_id": one.payer, "level": one.level, "at": one.at, "told_at": one.told_at}
        for one in sorted(accounts, key=lambda one: one.payer)
    ]
    if rows:
        await connection.execute(_saving(connection), rows)


async def forget(connection: AsyncConnection, *, before: datetime) -> int:
    """Drops those who asked nothing since; returns how many."""
    return (await connection.execute(delete(spent).where(spent.c.at < before))).rowcount


# Built once: every command and every button asks both.
_LOCKED = (
    select(spent)
    .where(spent.c.user_id.in_(bindparam("payers", expanding=True)))
    .order_by(spent.c.user_id)
    .with_for_update()
)


_SAVED: dict[str, Any] = {}  # by kind of database


def _saving(connection: AsyncConnection) -> Any:
    name = connection.dialect.name
    if name not in _SAVED:
        insert = dialect.insert(connection, spent)
        replaced = {column: insert.excluded[column] for column in ("level", "at", "told_at")}
        _SAVED[name] = insert.on_conflict_do_update(index_elements=[spent.c.user_id], set_=replaced)
    return _SAVED[name]
