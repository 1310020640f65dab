"""Starts the sandbox: the Bot API and the chat page on one address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox import botapi, local
from bot.sandbox.web import Page
from bot.sandbox.world import World

MAX_BODY = 4 << 20
SHUTDOWN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the sandbox listens. `url` has no slash at its end."""

    url: str

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
    runner = web.AppRunner(application(world, page), access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield Server(url=f"http://{_written(host)}:{runner.addresses[0][1]}")
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
