"""Subscriptions that their reader shares: whoever has the link may take them over. No chat is named in it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import settings
from bot.errors import UserError
from bot.model import Chat
from bot.stages import wishes
from bot.storage import bundles
from bot.world import World

NAME_BYTES = 16  # 128 random bits: nobody guesses the name of a bundle (security.md, T21)


async def wanted(world: World, chat: Chat) -> list[dict[str, Any]]:
    """What the chat is subscribed to, as data."""
    return [wishes.as_data(one) for one in await settings.cards(world, chat) if settings.wants_something(one)]


async def shared(world: World, chat: Chat, *, now_at: datetime) -> str:
    """The name of a bundle with all that the chat is subscribed to now; UserError when that is nothing."""
    payload = await wanted(world, chat)
    if not payload:
        raise UserError("You have no subscription to share yet. Choose topics first: /topics")
    async with world.database.effect() as connection:
        name = secrets.token_urlsafe(NAME_BYTES)
        return await bundles.keep(connection, chat.id, payload, name=name, made_at=now_at)


async def found(world: World, name: str) -> list[dict[str, Any]]:
    """What is in a bundle; UserError when there is none of that name."""
    async with world.database.read() as connection:
        payload = await bundles.get(connection, name)
    if payload is None:
        raise UserError("This link is not known any more.")
    return payload


async def taken_over(world: World, chat: Chat, name: str, *, now_at: datetime) -> None:
    """Adds the subscriptions of a bundle to the chat's own. UserError when there is no bundle of that name, or no room.

    Topics that this bot does not have any more are left out.
    """
    for one in await found(world, name):
        cards = await settings.cards(world, chat)
        begun = cards[0] if not settings.wants_something(cards[0]) else await settings.added(world, chat)
        changed = wishes.wanting(begun, one)
        known = tuple(topic for topic in changed.topics if topic in world.topic_ids)
        await settings.save(world, chat, replace(changed, topics=known, enabled=True), now_at=now_at)
