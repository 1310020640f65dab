"""The table of what digests told: which stories in which part, which did not fit, and why; alike digests share it.
And lists of what was shown on demand, for the buttons under them; alike lists share too, and are forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ChatId, SlotId, StoryId, SubscriptionId
from bot.stages import choose, reasons
from bot.storage import dialect
from bot.storage.tables import digest, told

NAME_CHARS = 12
ON_DEMAND = "l"  # what names of lists begin with, which no name of a digest does: those are hex digits
KEPT = timedelta(days=14)
FRESH = timedelta(days=7)  # a list that was kept in this time is not written again


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A story as a digest told it: `part` is that of the message in which it ends, 0 when it did not fit. The id is
    that of then."""

    story_id: StoryId
    part: int
    reason: choose.Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The places as the table keeps them, under their name."""

    name: str
    stories: orjson.Fragment


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a chat was told in one digest."""

    slot_id: SlotId
    subscription_id: SubscriptionId
    due_at: datetime
    name: str
    places: tuple[Place, ...]


def frozen(places: Iterable[Place]) -> Frozen:
    """Serialised once however many chats get it."""
    rows = orjson.dumps([[one.story_id, one.part, reasons.as_data(one.reason)] for one in places])
    return Frozen(name=hashlib.sha256(rows).hexdigest()[:NAME_CHARS], stories=orjson.Fragment(rows))


async def keep(connection: AsyncConnection, contents: Iterable[Frozen], *, kept_at: datetime) -> None:
    """What stands there already stays as it is."""
    # In one order everywhere: two planners must not wait for each other's rows.
    unique = sorted({one.name: one for one in contents}.values(), key=lambda one: one.name)
    if unique:
        rows = [{"name": one.name, "stories": one.stories, "kept_at": kept_at} for one in unique]
        await connection.execute(dialect.insert(connection, told).on_conflict_do_nothing(), rows)


async def of_chat(
    connection: AsyncConnection, chat_id: ChatId, *, limit: int, name: str | None = None
) -> tuple[Record, ...]:
    """What the chat's last digests told, the latest first; those that told nothing are left out, as are those of
    another `name`."""
    wanted = (
        select(digest.c.id, digest.c.subscription_id, digest.c.due_at, told.c.name, told.c.stories)
        .join(told, told.c.name == digest.c.told)
        .where(digest.c.chat_id == chat_id, *((digest.c.told == name,) if name is not None else ()))
        .order_by(digest.c.due_at.desc())
        .limit(limit)
    )
    return tuple(
        Record(
            slot_id=SlotId(row.id),
            subscription_id=SubscriptionId(row.subscription_id),
            due_at=row.due_at,
            name=row.name,
            places=_places(row.stories),
        )
        for row in await connection.execute(wanted)
    )


async def of_stories(
    connection: AsyncConnection, ids: Iterable[StoryId], *, since_at: datetime
) -> dict[SlotId, dict[StoryId, int]]:
    """The digests planned since then that told one of the stories, under the ids of then, each with the part."""
    wanted = frozenset(ids)
    recent = select(told.c.name, told.c.stories).where(told.c.kept_at >= since_at, told.c.name < ON_DEMAND)
    rows = await connection.execute(recent)
    parts: dict[str, dict[StoryId, int]] = {}
    for name, stories in rows:
        if held := {StoryId(one): part for one, part, _ in stories if part and one in wanted}:
            parts[name] = held
    return await _digests(connection, parts)


def list_name(shown: Mapping[str, Any]) -> str:
    """The name that a list has, the same for all chats that were shown the same."""
    return ON_DEMAND + hashlib.sha256(orjson.dumps(shown)).hexdigest()[: NAME_CHARS - 1]


async def list_of(connection: AsyncConnection, name: str, *, since_at: datetime | None = None) -> dict[str, Any] | None:
    """The list of that name; None when it was not kept, or not since then."""
    named = select(told.c.stories).where(told.c.name == name, told.c.name >= ON_DEMAND)
    if since_at is not None:
        named = named.where(told.c.kept_at >= since_at)
    found: dict[str, Any] | None = (await connection.execute(named)).scalar_one_or_none()
    return found


async def keep_list(connection: AsyncConnection, shown: Mapping[str, Any], *, now_at: datetime) -> None:
    """Keeps a list anew; those that are old are forgotten."""
    insert = dialect.insert(connection, told).values(name=list_name(shown), stories=dict(shown), kept_at=now_at)
    await connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"kept_at": now_at}))
    await connection.execute(delete(told).where(told.c.name >= ON_DEMAND, told.c.kept_at < now_at - KEPT))


async def _digests(
    connection: AsyncConnection, parts: Mapping[str, dict[StoryId, int]]
) -> dict[SlotId, dict[StoryId, int]]:
    found: dict[SlotId, dict[StoryId, int]] = {}
    for some in dialect.batches(parts):
        rows = await connection.execute(select(digest.c.id, digest.c.told).where(digest.c.told.in_(some)))
        found.update({SlotId(row.id): parts[row.told] for row in rows})
    return found


def _places(rows: Sequence[Any]) -> tuple[Place, ...]:
    return tuple(
        Place(story_id=StoryId(story_id), part=part, reason=reasons.from_data(data)) for story_id, part, data in rows
    )
