"""Starts the sandbox: the Bot API and the chat page on one address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox import botapi, broken, control, local
from bot.sandbox.web import Page
from bot.sandbox.world import World

MAX_BODY = 51 << 20  # a file of 50 MB and the form around it
SHUTDOWN_S = 5.0


class Door:
    """The listening socket, which can be shut and opened again at the same port."""

    def __init__(self, runner: web.AppRunner, host: str, port: int) -> None:
        self._runner = runner
        self._host = host
        self.port = port
        self._site: web.TCPSite | None = None

    async def open(self) -> None:
        """Listens. Raises OSError when the port is taken."""
        self._site = web.TCPSite(self._runner, self._host, self.port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    @asynccontextmanager
    async def shut(self, *, keep: asyncio.BaseTransport | None = None) -> AsyncIterator[None]:
        """Within the block connections are refused; those there are end with RST, but for the one to be kept."""
        if self._site is not None:
            await self._site.stop()
        served = self._runner.server
        for connection in served.connections if served else ():
            if connection.transport is not None and connection.transport is not keep:
                broken.reset(connection.transport)
        try:
            yield
        finally:
            await self.open()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the sandbox listens. `url` has no slash at its end; within `door.shut()` nobody is there."""

    url: str
    door: Door

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot calls `base_file_url`."""
        return f"{self.url}/file/bot"


@asynccontextmanager
async def serve(world: World, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Server]:
    """Serves the world until the block ends; port 0 takes a free one. Open polls and streams end at once then.

    Raises OSError when the port is taken. Nothing is logged of a request, because its path holds the token.
    """
    page = Page(world)
    app = application(world, page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    door = Door(runner, host, port)
    control.Control(world, stopped=page.stopped, shut=door.shut).add_routes(app)
    await runner.setup()
    try:
        await door.open()
        yield Server(url=f"http://{_written(host)}:{door.port}", door=door)
    finally:
        page.closing = True
        world.bell.ring()
        await runner.cleanup()


def application(world: World, page: Page) -> web.Application:
    """The whole sandbox as an aiohttp application."""
    app = web.Application(middlewares=[local.only], client_max_size=MAX_BODY)
    app.on_response_prepare.append(local.add_headers)
    page.add_routes(app)
    botapi.add_routes(app, world, stopped=page.stopped)
    return app


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
