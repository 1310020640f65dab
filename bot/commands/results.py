"""/results: another page, or another order, of what was searched for; buttons under /search ask it."""

from __future__ import annotations

from bot import commands, searching
from bot.commands import search
from bot.model import Reply, Request
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    name, view = search.viewed(request.words)
    return await search.show(request, world, await searching.recalled(world, request.chat, name), view)


COMMAND = commands.Command(name="results", summary="Another page of a search", rank=91, run=run, in_menu=False)
