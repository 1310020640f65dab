"""The table of chats: their settings, whether anything is sent to them, and the move of a group to its supergroup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, Table, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import failpoints
from bot.model import Chat, ChatId, ChatKind, DeliveryState
from bot.storage import dialect
from bot.storage.tables import OPEN, asked, bundle, chat, counter, delivery, digest, in_state, seen, subscription, vote

MOVED = "moved"  # the reason for which a group that became a supergroup is paused for good


async def get(connection: AsyncConnection, chat_id: ChatId) -> Chat | None:
    row = (await connection.execute(select(chat).where(chat.c.id == chat_id))).first()
    return None if row is None else from_row(row)


async def save(connection: AsyncConnection, saved: Chat) -> None:
    """Adds the chat or replaces everything we know of it but the moment of its creation."""
    given = values(saved)
    insert = dialect.insert(connection, chat).values(id=saved.id, created_at=dialect.clock(), **given)
    replaced = {name: insert.excluded[name] for name in given}
    await connection.execute(insert.on_conflict_do_update(index_elements=[chat.c.id], set_=replaced))


async def pause(connection: AsyncConnection, chat_id: ChatId, reason: str) -> None:
    """Nothing is planned for the chat or sent to it until `resume`; the first reason is kept."""
    if not reason:
        raise ValueError("a pause needs a reason")
    await connection.execute(update(chat).where(chat.c.id == chat_id, chat.c.paused == "").values(paused=reason))


async def resume(connection: AsyncConnection, chat_id: ChatId) -> None:
    await connection.execute(update(chat).where(chat.c.id == chat_id, chat.c.paused != MOVED).values(paused=""))


async def former(connection: AsyncConnection, chat_id: ChatId) -> ChatId | None:
    """The group that this supergroup once was."""
    found = select(counter.c.value).where(counter.c.name == moved_from(chat_id))
    return (await connection.execute(found)).scalar_one_or_none()


def counted(chat_id: ChatId) -> str:
    """The name of the counter of a chat's subscriptions."""
    return f"subscriptions of {chat_id}"


def moved_from(chat_id: ChatId) -> str:
    """The name under which the counters hold the group that a supergroup was."""
    return f"group before {chat_id}"


async def move(connection: AsyncConnection, old: ChatId, new: ChatId) -> bool:
    """Everything that a group wanted, has seen and still waits for becomes its supergroup's; False when it already
    has, or when there is no such group.

    The group's settings win over what the supergroup may have by then. Ids of digests and deliveries stay, so that
    a delivery under way still finds its row; what was sent stays with the group, whose message ids it has. Of the group
    itself its number stays, paused as `MOVED`, without its name: late updates must not make a new chat of it, and what
    was sent belongs to it. `former` finds it for the supergroup that wants to be forgotten.
    """
    group = await get(connection, old)
    if group is None or group.paused == MOVED or old == new:
        return False
    supergroup = await get(connection, new)
    paused = supergroup.paused if supergroup else group.paused
    await save(connection, replace(group, id=new, kind=ChatKind.SUPERGROUP, paused=paused))
    failpoints.hit("move.begun")
    await save(connection, replace(group, title="", reads=(), paused=MOVED, question=""))
    failpoints.hit("move.paused")
    await _move_subscriptions(connection, old, new)
    failpoints.hit("move.subscribed")
    await _move_digests(connection, old, new)
    failpoints.hit("move.redirected")
    await _move_known(connection, seen, old, new)
    await _move_known(connection, vote, old, new)
    await _move_known(connection, asked, old, new)
    await connection.execute(update(bundle).where(bundle.c.chat_id == old).values(chat_id=new))
    await _move_counter(connection, old, new)
    failpoints.hit("move.ended")
    return True


def values(saved: Chat) -> dict[str, object]:
    """What is stored of a chat, but its id."""
    return {
        "kind": saved.kind.value,
        "title": saved.title,
        "language": saved.language,
        "reads": list(saved.reads),
        "time_zone": saved.time_zone,
        "paused": saved.paused,
        "question": saved.question,
        "is_rich": saved.is_rich,
        "grows": saved.grows,
        "is_pictured": saved.is_pictured,
    }


def from_row(row: dialect.AnyRow, prefix: str = "") -> Chat:
    """A chat from a row whose columns of the table `chat` have this prefix."""
    values = row._mapping
    return Chat(
        id=values[prefix + "id"],
        kind=ChatKind(values[prefix + "kind"]),
        title=values[prefix + "title"],
        language=values[prefix + "language"],
        reads=tuple(values[prefix + "reads"]),
        time_zone=values[prefix + "time_zone"],
        paused=values[prefix + "paused"],
        question=values[prefix + "question"],
        is_rich=values[prefix + "is_rich"],
        grows=values[prefix + "grows"],
        is_pictured=values[prefix + "is_pictured"],
    )


async def _move_subscriptions(connection: AsyncConnection, old: ChatId, new: ChatId) -> None:
    """The group's subscriptions get the supergroup's id; one of the same slug there gives way, but what it has
    served and planned is not done twice."""
    theirs = {row.slug: row for row in await connection.execute(_of(new))}
    for ours in (await connection.execute(_of(old))).all():
        rival = theirs.get(ours.slug)
        values: dict[str, object] = {"id": f"{new}:{ours.slug}", "chat_id": new}
        if rival is not None:
            values["cursor"] = _later(ours.cursor, rival.cursor)
            values["next_due_at"] = _later(ours.next_due_at, rival.next_due_at) if ours.enabled else None
            await connection.execute(delete(subscription).where(subscription.c.id == rival.id))
        await _drop_decided(connection, ours.id, f"{new}:{ours.slug}")
        await connection.execute(update(subscription).where(subscription.c.id == ours.id).values(values))


def _of(chat_id: ChatId) -> Any:
    return select(subscription).where(subscription.c.chat_id == chat_id).order_by(subscription.c.slug).with_for_update()


def _later(ours: Any, theirs: Any) -> Any:
    return max((one for one in (ours, theirs) if one is not None), default=None)


async def _drop_decided(connection: AsyncConnection, old: str, new: str) -> None:
    """Hands the digests over; where both had one for the same slot, the group's waiting parts are not sent."""
    theirs = digest.alias("theirs")
    same_slot = (
        select(theirs.c.id)
        .where(
            theirs.c.subscription_id == new,
            theirs.c.local_date == digest.c.local_date,
            theirs.c.local_time == digest.c.local_time,
        )
        .exists()
    )
    twice = select(digest.c.id).where(digest.c.subscription_id == old, same_slot)
    await connection.execute(
        update(delivery)
        .where(delivery.c.digest_id.in_(twice), in_state(delivery, DeliveryState.PENDING))
        .values(
            state=DeliveryState.FAILED.value,
            finished_at=dialect.clock(),
            last_error="the supergroup already had a digest for this slot",
        )
    )
    await connection.execute(
        update(digest).where(digest.c.subscription_id == old, ~same_slot).values(subscription_id=new)
    )


async def _move_digests(connection: AsyncConnection, old: ChatId, new: ChatId) -> None:
    await connection.execute(update(digest).where(digest.c.chat_id == old).values(chat_id=new))
    # Parked ones too: their owner may still say "send again".
    unsettled = in_state(delivery, *OPEN, DeliveryState.PARKED)
    await connection.execute(update(delivery).where(delivery.c.chat_id == old, unsettled).values(chat_id=new))


async def _move_known(connection: AsyncConnection, table: Table, old: ChatId, new: ChatId) -> None:
    """What the group has seen, voted for or searched; what the supergroup has of it already stays as it is."""
    others = [column for column in table.c if column.name != "chat_id"]
    rows = select(literal(new, BigInteger), *others).where(table.c.chat_id == old)
    names = ["chat_id", *(column.name for column in others)]
    await connection.execute(dialect.insert(connection, table).from_select(names, rows).on_conflict_do_nothing())
    await connection.execute(delete(table).where(table.c.chat_id == old))


async def _move_counter(connection: AsyncConnection, old: ChatId, new: ChatId) -> None:
    """No number that a subscription of either had is given again; and the group is put down."""
    both = counter.c.name.in_((counted(old), counted(new)))
    highest = (await connection.execute(select(func.max(counter.c.value)).where(both))).scalar_one()
    await connection.execute(delete(counter).where(both | (counter.c.name == moved_from(new))))
    rows = [{"name": moved_from(new), "value": old}]
    rows += [] if highest is None else [{"name": counted(new), "value": highest}]
    await connection.execute(dialect.insert(connection, counter).values(rows))
