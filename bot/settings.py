"""What a chat wants: read, changed and told in one line; commands and the listener use it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import locales
from bot.config import Channel
from bot.errors import UserError
from bot.model import Chat, ChatId, ChatKind, Subscription, SubscriptionId, TopicId
from bot.stages import due
from bot.storage import chats, deliveries, digests, search, subscriptions
from bot.storage.dialect import Connection
from bot.world import World

MAIN = "main"  # the slug of the subscription that every chat has; others are called "2", "3" and so on
MOST_CARDS = 10


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


async def cards(world: World, chat: Chat) -> tuple[Subscription, ...]:
    """The chat's subscriptions, the main one first: as stored, or the one it would begin with."""
    async with world.database.read() as connection:
        stored = await subscriptions.of_chat(connection, chat.id)
    first = [one for one in stored if one.slug == MAIN] or [_begun(world, chat, MAIN)]
    return (*first, *sorted((one for one in stored if one.slug != MAIN), key=lambda one: (len(one.slug), one.slug)))


async def subscription(world: World, chat: Chat) -> Subscription:
    """The chat's main subscription as stored, or the one it would begin with: nothing chosen, not enabled."""
    return (await cards(world, chat))[0]


async def added(world: World, chat: Chat) -> Subscription:
    """One subscription more, with nothing chosen. UserError when the chat has as many as it may."""
    taken = {one.slug for one in await cards(world, chat)}
    if len(taken) >= MOST_CARDS:
        raise UserError("A chat has at most {n} subscriptions.", n=MOST_CARDS)
    highest = max(int(slug) if slug.isdecimal() else 1 for slug in taken)
    async with world.database.effect() as connection:
        number = await subscriptions.numbered(connection, chat.id, after=highest)
        new = _begun(world, chat, str(number))
        await subscriptions.save(connection, new)
    return new


def _begun(world: World, chat: Chat, slug: str) -> Subscription:
    return Subscription(
        id=SubscriptionId(f"{chat.id}:{slug}"),
        chat_id=chat.id,
        slug=slug,
        topics=(),
        schedule=world.config.digest.times,
        max_stories=world.config.digest.max_stories,
        enabled=False,
        origin="chat",
    )


async def subscribe(world: World, chat: Chat, *, topics: tuple[TopicId, ...], now_at: datetime) -> Subscription:
    """Gives the main subscription its topics and turns it on; the next slot counts from now."""
    wanted = replace(await subscription(world, chat), topics=topics, enabled=True)
    return await save(world, chat, wanted, now_at=now_at)


async def save(world: World, chat: Chat, wanted: Subscription, *, now_at: datetime) -> Subscription:
    """Saves a subscription as its reader changed it, and the chat; it is on only while it wants something, and its next
    slot counts from now. In another time zone the chat's other subscriptions get new slots too."""
    on = replace(wanted, enabled=wanted.enabled and wants_something(wanted))
    async with world.database.effect() as connection:
        stored = await chats.get(connection, chat.id)
        await chats.save(connection, chat)
        saved = await _slotted(connection, chat, on, now_at=now_at)
        if stored and stored.time_zone != chat.time_zone:
            await _reslotted(connection, chat, now_at=now_at)
    return saved


def wants_something(wanted: Subscription) -> bool:
    """Whether any story could come of it."""
    return bool(wanted.topics or wanted.filters.words)


async def resume(world: World, chat: Chat, *, now_at: datetime) -> Subscription:
    """Turns on all subscriptions that want something; returns the main one."""
    for wanted in await cards(world, chat):
        if wants_something(wanted):
            await save(world, chat, replace(wanted, enabled=True), now_at=now_at)
    return await subscription(world, chat)


async def unsubscribe(world: World, chat: Chat, slug: str = "") -> None:
    """Turns a subscription off, or all of them, what is planned too; what it wanted and its cursor are kept."""
    stopped = [one for one in await cards(world, chat) if slug in ("", one.slug)]
    async with world.database.effect() as connection:
        for one in stopped:
            await subscriptions.save(connection, replace(one, enabled=False, next_due_at=None))
            await deliveries.cancel(connection, chat.id, reason=deliveries.STOPPED, of=one.id)


async def remove(world: World, chat: Chat, slug: str) -> None:
    """Deletes a subscription, and what is planned of it."""
    gone = SubscriptionId(f"{chat.id}:{slug}")
    async with world.database.effect() as connection:
        await deliveries.cancel(connection, chat.id, reason=deliveries.STOPPED, of=gone)
        await subscriptions.remove(connection, gone)


async def _reslotted(connection: Connection, chat: Chat, *, now_at: datetime) -> None:
    for one in await subscriptions.of_chat(connection, chat.id):
        await _slotted(connection, chat, one, now_at=now_at)


async def _slotted(connection: Connection, chat: Chat, wanted: Subscription, *, now_at: datetime) -> Subscription:
    """Saves it with its next slot."""
    schedule = due.loud(wanted.schedule, wanted.manner.quiet)
    slot = due.next_slot(wanted.id, schedule, chat.time_zone, after=now_at) if wanted.enabled else None
    while slot and await digests.is_decided(connection, slot.id):  # the same hour of today in another zone
        slot = due.next_slot(wanted.id, schedule, chat.time_zone, after=slot.due_at)
    changed = replace(wanted, next_due_at=slot.due_at if slot else None)
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
        async with world.database.effect() as connection:
            await chats.save(connection, wanted)
            await _slotted(connection, wanted, after, now_at=now_at)


async def disenrol(world: World, keep: tuple[ChatId, ...]) -> None:
    """Turns off the channels that the configuration names no more."""
    async with world.database.write() as connection:
        await subscriptions.disable_missing(connection, tuple(SubscriptionId(f"{one}:{MAIN}") for one in keep))


async def news_languages(world: World) -> tuple[str, ...]:
    """Primary subtags of the languages that stored articles are in."""
    async with world.database.read() as connection:
        return await search.languages(connection)


async def busy_sources(world: World) -> tuple[str, ...]:
    """Names of the sources that published last, the busiest of them first."""
    async with world.database.read() as connection:
        return await search.busy_sources(connection)


def next_line(say: locales.Catalogue, chat: Chat, wanted: Subscription) -> str:
    """When the next digest comes, or what is missing for it to come."""
    if not wants_something(wanted) and wanted.slug != MAIN:
        return say.text("Nothing is wanted here yet: choose topics or words.")
    if not wants_something(wanted):
        return say.text("You have no topics yet, so no digest comes. Choose some: /topics")
    if not wanted.enabled or wanted.next_due_at is None:
        return say.text("Digests are stopped. Change a topic or the hours to turn them on.")
    return say.text("Next digest: {when}", when=say.next_due(wanted.next_due_at, chat.time_zone))
