"""A small world behind a running sandbox, reached by python-telegram-bot and by bare HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import telegram

from bot.delivery import transport
from bot.sandbox import server
from bot.sandbox.server import Server
from bot.sandbox.state import User
from bot.sandbox.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """`ann` has started the bot."""

    world: World
    server: Server
    bot: telegram.Bot
    session: aiohttp.ClientSession
    ann: User

    async def raw(self, method: str, **params: Any) -> Any:
        """The body of the answer to a JSON request."""
        async with self.session.post(f"{self.server.base_url}{self.world.token}/{method}", json=params) as response:
            body = await response.json()
        assert response.status == body.get("error_code", 200)
        return body

    async def refused(self, method: str, **params: Any) -> str:
        """The description of the refusal that a JSON request gets."""
        body = await self.raw(method, **params)
        assert body["ok"] is False
        return str(body["description"])

    async def get(self, path: str, **headers: str) -> Any:
        """The JSON that the page would get."""
        async with self.session.get(f"{self.server.url}{path}", headers=headers) as response:
            return await response.json()

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Status and JSON of what the page would send."""
        async with self.session.post(f"{self.server.url}{path}", json=body) as response:
            return response.status, await response.json()

    def said(self) -> list[str]:
        """The texts in the private chat."""
        return [message.text for message in self.world.transcript(self.ann.id)]


def client(world: World, address: Server, *, connect_s: float = transport.CONNECT_S) -> telegram.Bot:
    """python-telegram-bot for this world, over our transport."""
    requests = [transport.Transport(connections=connections, connect_s=connect_s) for connections in (32, 2)]
    return telegram.Bot(
        world.token,
        base_url=address.base_url,
        base_file_url=address.base_file_url,
        request=requests[0],
        get_updates_request=requests[1],
    )


@asynccontextmanager
async def opened(world: World | None = None) -> AsyncIterator[Served]:
    """Serves a world; without one, a new world with a person who has started the bot and whose update is read."""
    world = world or World()
    ann = next(iter(world.users.values()), None) or world.add_user("Ann", username="ann")
    if world.chats[ann.id].access == "never":
        world.start(ann.id)
        world.updates.clear()
    async with server.serve(world) as address, aiohttp.ClientSession() as session, client(world, address) as bot:
        yield Served(world=world, server=address, bot=bot, session=session, ann=ann)
