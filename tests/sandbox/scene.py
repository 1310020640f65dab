"""A small world behind the chat page, with a bot that is scripted by each test over the real Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from playwright.async_api import Locator, Page, expect

from bot.sandbox import server
from bot.sandbox.state import Chat, User
from bot.sandbox.world import World

TOPICS = [[{"text": "Economy", "callback_data": "economy"}, {"text": "Sport", "callback_data": "sport"}]]
COMMANDS = [
    {"command": "start", "description": "Greeting"},
    {"command": "latest", "description": "The newest stories"},
    {"command": "language", "description": "Language of the buttons"},
]


@dataclass
class ScriptedBot:
    """Speaks the Bot API over HTTP; keeps nothing but where it is in the updates."""

    session: aiohttp.ClientSession
    address: str
    offset: int = field(default=0)

    async def call(self, method: str, **params: Any) -> Any:
        async with self.session.post(f"{self.address}/{method}", json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def send(self, chat_id: int, text: str, *entities: dict[str, Any], rows: Any = None) -> Any:
        """Sends a message; `rows` are those of its inline keyboard."""
        markup = {"reply_markup": {"inline_keyboard": rows}} if rows else {}
        return await self.call("sendMessage", chat_id=chat_id, text=text, entities=list(entities), **markup)

    async def next(self, kind: str) -> Any:
        """The next update of that kind; others before it are passed over."""
        while True:
            for update in await self.call("getUpdates", offset=self.offset, timeout=10, limit=1):
                self.offset = update["update_id"] + 1
                if kind in update:
                    return update[kind]


@dataclass(frozen=True)
class Scene:
    """A reader with a private chat, a group and a channel, and the bot that is in all of them."""

    world: World
    reader: User
    friend: User
    group: Chat
    channel: Chat
    bot: ScriptedBot
    url: str


@asynccontextmanager
async def opened(*, started: bool = True) -> AsyncIterator[Scene]:
    world = peopled()
    reader, friend = world.users.values()
    _, _, group, channel = world.chats.values()
    if started:
        world.start(reader.id)
    async with server.serve(world) as served, aiohttp.ClientSession() as session:
        bot = ScriptedBot(session=session, address=f"{served.base_url}{world.token}")
        yield Scene(world, reader, friend, group, channel, bot, served.url)


def peopled() -> World:
    """The reader Dana, Alisher, their group and a channel; the same ids every time."""
    world = World(bot_name="Courier", bot_username="courier_bot")
    reader, friend = world.add_user("Dana"), world.add_user("Alisher")
    world.add_group("Newsroom", members=[reader, friend])
    world.add_channel("Morning facts", username="morning_facts", subscribers=[reader])
    return world


def span(text: str, part: str, kind: str, **more: str) -> dict[str, Any]:
    """The entity of that kind over the first `part` of the text, in UTF-16 code units."""
    units = [len(one.encode("utf-16-le")) // 2 for one in (text.partition(part)[0], part)]
    return {"type": kind, "offset": units[0], "length": units[1], **more}


async def enter(page: Page, title: str) -> None:
    await page.locator(".chat", has_text=title).click()
    await expect(page.locator("#title")).to_have_text(title)
    await expect(page.locator("#log")).to_have_attribute("aria-busy", "false")


def last(page: Page) -> Locator:
    return page.locator(".message").last
