"""/reset: all votes of this chat undone."""

from __future__ import annotations

from bot import commands, locales, tasting
from bot.model import Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    undone = await tasting.reset(world, request.chat)
    say = locales.catalogue(request.chat.language)
    text = say.plural(
        "{n} vote is undone: stories are ranked as for everybody.",
        "{n} votes are undone: stories are ranked as for everybody.",
        undone,
    )
    return Reply(messages=(render.rich(text if undone else say.text("There are no votes to undo.")),))


COMMAND = commands.Command(name="reset", summary="Undo all your votes", rank=79, run=run, configures=True)
