"""/topics: which topics this chat gets, as buttons that toggle; edited in place."""

from __future__ import annotations

from bot import cards, commands, settings
from bot.model import Reply, Request
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    card = await cards.opened(world, request.chat, settings.MAIN, now_at=request.now_at)
    return await cards.run(card, ("topics", *request.words))


COMMAND = commands.Command(name="topics", summary="Choose what your digest is about", rank=20, run=run, configures=True)
