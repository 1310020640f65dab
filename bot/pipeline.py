"""The day on one page.

    source -> entry -> article -> story -> facts -> digest -> message -> delivery
            fetch    clean      group    extract  compose   render     send

`collect` reads the sources that are due and stores articles, stories and their summaries; `publish` turns due
subscriptions into planned messages; `deliver` sends what is planned. Each may be stopped at any line and run again: ids
come from content, a slot is decided once, and a message is written down before it is sent. `latest` is a digest on
demand.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot import composing, intake, reading
from bot.delivery import aftermath, edits, worker
from bot.model import (
    Chat,
    ChatId,
    Digest,
    Edit,
    Item,
    Send,
    Story,
    StoryId,
    Subscription,
    SubscriptionId,
    Taken,
    TopicId,
)
from bot.storage import digests, stories, subscriptions
from bot.world import World

log = structlog.get_logger()
PAGE = 500  # chats planned in one transaction
LEFT = 5_000  # so many that fail or change meanwhile end a turn of planning

_Ready = tuple[composing.Due, digests.Plan]


async def collect(world: World, *, now_at: datetime) -> Taken:
    """Takes in what is new or changed in the sources that are due; what cannot be read or taken is said once.

    One that fails holds back no other: the failures are raised together when all have had their turn.
    """
    taken, failed = Taken(), []
    async with reading.due(world, now_at=now_at) as arrivals:
        async for some in arrivals:
            for outcome in await intake.arrived(world, some, now_at=now_at):
                if isinstance(outcome, Exception):
                    failed.append(outcome)
                else:
                    taken += outcome
    if failed:
        raise ExceptionGroup(f"{len(failed)} readings could not be stored", failed)
    return taken


async def publish(world: World, *, now_at: datetime) -> int:
    """Plans the digests that are due, page after page, until none is left or the program is to end; returns how many
    slots were decided. What many chats want alike is chosen and told once.

    One that fails holds back no other: the failures are raised together when all have had their turn.
    """
    kept = composing.Kept(world, now_at=now_at)
    decided, left, failed = 0, set[SubscriptionId](), dict[Exception, None]()
    while page := await _due(world, besides=left, now_at=now_at):
        plans = await kept.plans(page)
        ready = [(one, plan) for one, plan in zip(page, plans, strict=True) if isinstance(plan, digests.Plan)]
        written = await _planned(world, ready, now_at=now_at)
        done = {wanted_id for some in written if isinstance(some, frozenset) for wanted_id in some}
        failed |= {one: None for one in (*plans, *written) if isinstance(one, Exception)}
        decided += len(done)
        left |= {wanted.id for wanted, _ in page} - done
        if len(left) > LEFT or world.beside.stop.is_set():
            break
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(failed) + decided} digests could not be planned", tuple(failed))
    return decided


async def _due(world: World, *, besides: Collection[SubscriptionId], now_at: datetime) -> list[composing.Due]:
    """The longest due first, of each chat one: what the next of its digests tells depends on this one. Nobody waits for
    the pictures of others: those who want none come first."""
    async with world.database.read() as connection:
        waiting = await subscriptions.due(connection, now_at=now_at, limit=PAGE + len(besides))
    page: dict[ChatId, composing.Due] = {}
    for wanted, chat in waiting:
        if wanted.id not in besides:
            page.setdefault(chat.id, (wanted, chat))
    return [one for one in page.values() if not one[1].is_pictured] or list(page.values())


async def _planned(
    world: World, ready: Sequence[_Ready], *, now_at: datetime
) -> list[frozenset[SubscriptionId] | BaseException]:
    """All in one transaction, or where that fails each in one of its own, so that the fault of one is nobody else's."""
    if not ready:
        return []
    together = await composing.tried(_written(world, ready, now_at=now_at))
    if len(ready) == 1 or not isinstance(together, Exception):
        return [together]
    async with world.database.write():
        pass  # where the database itself fails this says so, and it is not waited for once for each chat
    return [await composing.tried(_written(world, (one,), now_at=now_at)) for one in ready]


async def _written(world: World, ready: Sequence[_Ready], *, now_at: datetime) -> frozenset[SubscriptionId]:
    """Decides the slots of those who have not just changed something: the next tick looks at them again."""
    async with world.database.write() as connection:
        same = await subscriptions.unchanged(connection, [one for one, _ in ready])
        plans = [plan for (wanted, _), plan in ready if wanted.id in same]
        decided = await digests.plan(connection, plans, planned_at=now_at)
    return frozenset(plan.slot.subscription_id for plan in plans if plan.slot.id in decided)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for at once: no topics means any, `arrived_since_at` None means from all that is stored; `besides`
    are known already."""

    topics: tuple[TopicId, ...] = ()
    limit: int = 7
    arrived_since_at: datetime | None = None
    besides: frozenset[StoryId] = frozenset()


async def latest(world: World, chat: Chat, wish: Wish, *, now_at: datetime) -> Digest:
    """The newest stories that the chat can read, newest first; nothing is marked as seen."""
    async with world.database.read() as connection:
        found = await stories.candidates(
            connection,
            topics=wish.topics,
            after=None,
            arrived_since=wish.arrived_since_at,
            reads=chat.reads,
            limit=wish.limit + len(wish.besides),
        )
    new = [one.story_id for one in found if one.story_id not in wish.besides][: wish.limit]
    items, _ = await composing.items(world, chat, new, now_at=now_at)
    return composing.digest(items, chat, now_at=now_at)


async def preview(world: World, chat: Chat, wanted: Subscription, *, now_at: datetime) -> composing.Preview:
    """What a subscription would get now; nothing is marked as seen."""
    return await composing.Kept(world, now_at=now_at).preview(wanted, chat)


async def one(world: World, chat: Chat, story_id: StoryId, *, now_at: datetime) -> tuple[Item, Story] | None:
    """One story as this chat is told it, with its articles; also by the id of an article in it, for a story may get
    another name when its hour is decided again. None when it is not stored."""
    async with world.database.read() as connection:
        named = await stories.named(connection, story_id)
    items, told = await composing.items(world, chat, [named] if named else [], now_at=now_at)
    return (items[0], told[items[0].story_id]) if items else None


async def deliver(world: World, send: Send) -> int:
    """Sends what is planned; returns how many attempts were made."""
    return await worker.run(world.database, send, limits=world.limits, beside=world.beside)


async def edit(world: World, change: Edit) -> int:
    """Changes messages that were sent; returns how many attempts were made."""
    return await edits.run(world.database, change, limits=world.limits, beside=world.beside)


async def settle(world: World) -> int:
    """Decides about messages of which nobody told whether they arrived; returns how many."""
    return await aftermath.settle(world.database, limits=world.limits, beside=world.beside)
