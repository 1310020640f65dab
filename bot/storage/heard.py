"""What Telegram told us, stored before it is confirmed there, so that no kill loses or repeats it.

An update is applied at most once: `apply` belongs into the transaction of its effect (`Database.effect`), and keeps the
answer for whoever finds the effect there and the answer not given. Known ids are kept for two days, because Telegram
may tell an update again for one (telegram.md C1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import JSON, BigInteger, Text, bindparam, cast, delete, literal, literal_column, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import AlreadyApplied
from bot.model import Reply
from bot.storage import claims, dialect
from bot.storage.tables import heard as table

KEPT = timedelta(hours=48)
ANSWER = "our_answer"  # beside what Telegram wrote, which has no such key
_REPLY = TypeAdapter(Reply)
_LISTED = dialect.each(bindparam("listed", type_=Text)).table_valued("value", name="listed")
_FIRST, _SECOND, _THIRD = (dialect.item(_LISTED.c.value, literal_column(str(number))) for number in range(3))


def _stored(on: ModuleType, payload: Any) -> Any:
    """The statement that stores what is listed and tells what of it was new, in one database's words."""
    # One moment for all, whatever the database looks at first: among them the number of Telegram counts.
    at = select(dialect.clock()).scalar_subquery()
    rows = select(cast(_FIRST, BigInteger), cast(_SECOND, BigInteger), payload, at).where(true())
    insert = on.insert(table).from_select(["update_id", "chat_id", "payload", "heard_at"], rows)
    return insert.on_conflict_do_nothing().returning(table.c.update_id)


# Built once: building one takes longer than running it. SQLite has no type JSON to make of a text.
_STORE = {"sqlite": _stored(sqlite, _THIRD), "postgresql": _stored(postgresql, cast(_THIRD, JSON))}
_APPLY = (
    update(table)
    .where(table.c.update_id == bindparam("applied"), table.c.applied_at.is_(None))
    .values(applied_at=dialect.clock(), payload=bindparam("kept", type_=JSON))
)
_DONE = (
    update(table)
    .where(table.c.update_id.in_(select(cast(_FIRST, BigInteger)).select_from(_LISTED)))
    .values(done_at=dialect.clock(), payload=literal({}, JSON))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An update as Telegram wrote it. `chat_id` is that of the chat, or of the user, whose updates stay in order;
    `is_applied` says that its effect is stored already, `answer` what was to be said of it."""

    update_id: int
    chat_id: int
    payload: dict[str, Any]
    is_applied: bool = False
    answer: Reply | None = None


async def store(connection: AsyncConnection, told: Iterable[Heard]) -> tuple[Heard, ...]:
    """Those that were not known yet, in their order."""
    unique = {one.update_id: one for one in told}
    new: set[int] = set()
    for batch in dialect.batches(unique.values()):
        # The payload as a text in the list: so it is stored as it was written, and no database takes it apart.
        rows = ((one.update_id, one.chat_id, orjson.dumps(one.payload).decode()) for one in batch)
        stored = await connection.execute(_STORE[connection.dialect.name], {"listed": claims.listed(rows)})
        new.update(stored.scalars())
    return tuple(one for one in unique.values() if one.update_id in new)


async def waiting(connection: AsyncConnection) -> tuple[Heard, ...]:
    """What was heard and is not done, in Telegram's order: what a program that starts finds to do. The moment counts
    first, for after a week without an update Telegram's numbers begin anywhere."""
    rows = await connection.execute(
        select(table).where(table.c.done_at.is_(None)).order_by(table.c.heard_at, table.c.update_id)
    )
    return tuple(
        Heard(
            update_id=row.update_id,
            chat_id=row.chat_id,
            payload={name: value for name, value in row.payload.items() if name != ANSWER},
            is_applied=row.applied_at is not None,
            answer=_REPLY.validate_python(row.payload[ANSWER]) if ANSWER in row.payload else None,
        )
        for row in rows
    )


async def apply(connection: AsyncConnection, one: Heard, *, answer: Reply | None = None) -> None:
    """Its effect is stored, in this very transaction. AlreadyApplied when another process has stored it before."""
    payload = one.payload if answer is None else {**one.payload, ANSWER: _kept(answer)}
    applied = await connection.execute(_APPLY, {"applied": one.update_id, "kept": payload})
    if not applied.rowcount:
        raise AlreadyApplied(f"update {one.update_id} was carried out by another process")


async def done(connection: AsyncConnection, update_ids: Iterable[int]) -> None:
    """Nothing is left to do for these: only their numbers are kept, for what they say may quote what is deleted."""
    for batch in dialect.batches(update_ids):
        await connection.execute(_DONE, {"listed": claims.listed((one,) for one in batch)})


async def forget(connection: AsyncConnection) -> int:
    """Drops what was done more than `KEPT` ago; returns how many."""
    old = table.c.done_at < dialect.in_s(-KEPT.total_seconds())
    return (await connection.execute(delete(table).where(old))).rowcount


def _kept(answer: Reply) -> dict[str, Any]:
    """An answer as JSON."""
    return {
        "messages": [asdict(text) for text in answer.messages],
        "buttons": [[asdict(button) for button in row] for row in answer.buttons],
        "toast": answer.toast,
        "below": answer.below,
        "is_rich": answer.is_rich,
    }
