"""What must be known of a chat to answer there: its settings, and for how long it is to be spared.

All who ask at the same time are answered by one question to the database: a reading of its own for each would take
longer than everything else that is done for an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, Text, bindparam, cast, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.model import Chat, ChatId
from bot.storage import chats, claims, dialect
from bot.storage.database import Database
from bot.storage.tables import chat, pace

_LISTED = dialect.each(bindparam("listed", type_=Text)).table_valued("value", name="listed")
_ASKED = cast(dialect.item(_LISTED.c.value, literal_column("0")), BigInteger)
_MET = select(
    _ASKED.label("asked"),
    dialect.clock().label("now_us"),
    select(pace.c.hold_until).scalar_subquery().label("of_all"),
    chat,
).select_from(_LISTED.outerjoin(chat, chat.c.id == _ASKED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """`chat` is None for one never heard of; for `wait_s` seconds nothing may go there, because Telegram asked to spare
    it or everything."""

    chat: Chat | None
    wait_s: float


async def known(connection: AsyncConnection, chat_ids: Collection[ChatId]) -> dict[ChatId, Met]:
    """What is known of each of these."""
    rows = await connection.execute(_MET, {"listed": claims.listed((chat_id,) for chat_id in chat_ids)})
    return {row.asked: _met(row) for row in rows}


@dataclass(slots=True, eq=False)
class _Question:
    """Who is asked about, and once it was asked what came of it."""

    asked: set[ChatId] = field(default_factory=set)
    found: dict[ChatId, Met] | None = None
    error: StorageError | None = None


class Meeting:
    """`of` says what is known of a chat at this moment or later. Not for use inside `Database.together`: what that
    changes is not known here before its end."""

    def __init__(self, opened: Database) -> None:
        self._database = opened
        self._turn = asyncio.Lock()
        self._next = _Question()

    async def of(self, chat_id: ChatId) -> Met:
        """StorageError when the database cannot be asked."""
        question = self._next
        question.asked.add(chat_id)
        async with self._turn:
            if question.error:
                raise question.error
            # Whoever is the first to have a turn asks for all; one who is cancelled meanwhile leaves it to the next.
            found = question.found or await self._ask(question)
        return found[chat_id]

    async def _ask(self, question: _Question) -> dict[ChatId, Met]:
        await asyncio.sleep(0)  # those who are about to ask are in it too
        if self._next is question:
            self._next = _Question()  # who comes later must not be told what was read before
        try:
            async with self._database.read() as connection:
                question.found = await known(connection, question.asked)
        except StorageError as error:
            question.error = error
            raise
        return question.found


def _met(row: dialect.AnyRow) -> Met:
    until = max(row.of_all or dialect.EPOCH, row.held_until or dialect.EPOCH)
    wait_s = (until - dialect.EPOCH).total_seconds() - row.now_us / 1e6
    return Met(chat=None if row.id is None else chats.from_row(row), wait_s=max(0.0, wait_s))
