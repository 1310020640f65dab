"""What several storage tests begin with: articles that are published, and digests that are planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.model import ArticleId, ChatId, Slot
from bot.storage import articles, deliveries, digests
from bot.storage.database import Database
from tests.storage import make

TOMORROW = make.NOON + timedelta(days=1)


async def publish(database: Database, *names: str) -> None:
    async with database.write() as connection:
        await articles.publish(connection, [make.publication(name) for name in names], arrived_at=make.NOON)


async def plan(database: Database, chat_id: ChatId = make.READER, **given: Any) -> bool:
    async with database.write() as connection:
        return await plan_on(connection, chat_id, **given)


async def plan_on(
    connection: Any,
    chat_id: ChatId = make.READER,
    *,
    parts: int = 1,
    seen: Sequence[str] = (),
    cursor: int = 1,
    day: int = 20,
    next_due_at: datetime = TOMORROW,
) -> bool:
    one = of_slot(make.slot(chat_id, day=day), chat_id, parts=parts, seen=seen, cursor=cursor, next_due_at=next_due_at)
    return one.slot.id in await digests.plan(connection, [one], planned_at=make.NOON)


def of_slot(
    slot: Slot,
    chat_id: ChatId,
    *,
    parts: int = 1,
    seen: Sequence[str] = (),
    cursor: int = 1,
    next_due_at: datetime = TOMORROW,
) -> digests.Plan:
    content = digests.Content(
        parts=deliveries.frozen(make.messages(parts)), articles=tuple(map(ArticleId, seen)), cursor=cursor
    )
    return digests.Plan(slot=slot, chat_id=chat_id, content=content, next_due_at=next_due_at)
