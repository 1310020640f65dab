"""What a chat wants: read, changed and told in one line; commands and the listener use it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import locales
from bot.config import Channel
from bot.model import Chat, ChatId, ChatKind, Schedule, Subscription, SubscriptionId, TopicId
from bot.stages import due
from bot.storage import chats, deliveries, digests, stories, subscriptions
from bot.world import World

MAIN = "main"  # the slug of the one subscription that every chat has; cards with several come later


async def chat(world: World, chat_id: ChatId, *, kind: ChatKind, title: str, language: str = "") -> Chat:
    """The chat as stored; stored now if it is new."""
    async with world.database.read() as connection:
        stored = await chats.get(connection, chat_id)
    return stored or await first_met(world, chat_id, kind=kind, title=title, language=language)


async def first_met(world: World, chat_id: ChatId, *, kind: ChatKind, title: str, language: str) -> Chat:
    """A chat that is not stored yet: stored now, in `language` where there is an interface in it."""
    spoken = language.split("-", maxsplit=1)[0]
    new = Chat(
        id=chat_id,
        kind=kind,
        title=title.replace("\x00", ""),  # PostgreSQL stores no NUL
        language=spoken if spoken in locales.languages() else world.config.language,
        reads=(),
        time_zone=world.config.time_zone,
    )
    return await made_known(world, new)


async def made_known(world: World, changed: Chat) -> Chat:
    """Saves what nobody asked for, so that it does not count as the effect of what somebody asked."""
    async with world.database.write() as connection:
        await chats.save(connection, changed)
    return changed


async def reached(world: World, heard: Chat) -> Chat:
    """The chat is there again: whatever paused it, the next digest will show whether it still does."""
    if not heard.paused:
        return heard
    async with world.database.write() as connection:
        await chats.resume(connection, heard.id)
    return replace(heard, paused="")


async def save_chat(world: World, changed: Chat) -> Chat:
    async with world.database.effect() as connection:
        await chats.save(connection, changed)
    return changed


async def subscription(world: World, chat: Chat) -> Subscription:
    """The chat's subscription as stored, or the one it would begin with: nothing chosen, not enabled."""
    async with world.database.read() as connection:
        stored = await subscriptions.of_chat(connection, chat.id)
    for one in stored:
        if one.slug == MAIN:
            return one
    return Subscription(
        id=SubscriptionId(f"{chat.id}:{MAIN}"),
        chat_id=chat.id,
        slug=MAIN,
        topics=(),
        schedule=world.config.digest.times,
        max_stories=world.config.digest.max_stories,
        enabled=False,
        origin="chat",
    )


async def subscribe(
    world: World,
    chat: Chat,
    *,
    now_at: datetime,
    topics: tuple[TopicId, ...] | None = None,
    schedule: Schedule | None = None,
) -> Subscription:
    """Changes the subscription and turns it on as soon as it has a topic; the next slot counts from now."""
    before = await subscription(world, chat)
    wanted = replace(
        before,
        topics=before.topics if topics is None else topics,
        schedule=schedule or before.schedule,
    )
    return await _saved(world, chat, replace(wanted, enabled=bool(wanted.topics)), now_at=now_at)


async def unsubscribe(world: World, chat: Chat) -> Subscription:
    """Turns the subscription off, what is planned too; topics, schedule and cursor are kept."""
    before = await subscription(world, chat)
    off = replace(before, enabled=False, next_due_at=None)
    async with world.database.effect() as connection:
        await subscriptions.save(connection, off)
        await deliveries.cancel(connection, chat.id, reason="stopped by the reader")
    return off


async def rescheduled(world: World, chat: Chat, *, now_at: datetime) -> Subscription:
    """Saves the chat with its new time zone, and the same wishes with the next slot counted anew."""
    return await _saved(world, chat, await subscription(world, chat), now_at=now_at)


async def _saved(world: World, chat: Chat, wanted: Subscription, *, now_at: datetime) -> Subscription:
    async with world.database.effect() as connection:
        slot = due.next_slot(wanted.id, wanted.schedule, chat.time_zone, after=now_at) if wanted.enabled else None
        while slot and await digests.is_decided(connection, slot.id):  # the same hour of today in another zone
            slot = due.next_slot(wanted.id, wanted.schedule, chat.time_zone, after=slot.due_at)
        changed = replace(wanted, next_due_at=slot.due_at if slot else None)
        await chats.save(connection, chat)
        await subscriptions.save(connection, changed)
    return changed


async def enrol(world: World, channel: Channel, *, chat_id: ChatId, title: str, now_at: datetime) -> None:
    """A channel of the configuration as a chat with its subscription, equal to what the configuration says now."""
    stored = await chat(world, chat_id, kind=ChatKind.CHANNEL, title=title)
    wanted = replace(
        stored,
        title=title,
        language=channel.language,
        reads=channel.reads,
        time_zone=channel.time_zone or world.config.time_zone,
    )
    if wanted != stored:
        await save_chat(world, wanted)
    await reached(world, wanted)
    before = await subscription(world, wanted)
    after = replace(
        before,
        topics=tuple(TopicId(topic) for topic in channel.topics) or world.topic_ids,
        schedule=channel.times,
        max_stories=channel.max_stories or world.config.digest.max_stories,
        enabled=True,
        origin="config",
    )
    if replace(after, next_due_at=before.next_due_at) != before or wanted.time_zone != stored.time_zone:
        await _saved(world, wanted, after, now_at=now_at)


async def disenrol(world: World, keep: tuple[ChatId, ...]) -> None:
    """Turns off the channels that the configuration names no more."""
    async with world.database.write() as connection:
        await subscriptions.disable_missing(connection, tuple(SubscriptionId(f"{one}:{MAIN}") for one in keep))


async def news_languages(world: World) -> tuple[str, ...]:
    """Primary subtags of the languages that stored articles are in."""
    async with world.database.read() as connection:
        return await stories.languages(connection)


def next_line(say: locales.Catalogue, chat: Chat, wanted: Subscription) -> str:
    """When the next digest comes, or what is missing for it to come."""
    if not wanted.topics:
        return say.text("You have no topics yet, so no digest comes. Choose some: /topics")
    if not wanted.enabled or wanted.next_due_at is None:
        return say.text("Digests are stopped. Change a topic or the hours to turn them on.")
    return say.text("Next digest: {when}", when=say.next_due(wanted.next_due_at, chat.time_zone))
