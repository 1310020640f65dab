"""/more: the next stories of what a message told, below it; the button "More" asks it."""

from __future__ import annotations

from bot import commands, locales, showing
from bot.errors import UserError
from bot.model import Reply, Request
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    if len(request.words) != 1:
        raise UserError("I did not understand that. Send /latest and use the buttons under it.")
    shown = await showing.recalled(world, request.chat, request.words[0])
    reply = await showing.more(world, request.chat, shown, now_at=request.now_at)
    say = locales.catalogue(request.chat.language)
    return reply or Reply(messages=(), toast=say.text("That is all there is."))


COMMAND = commands.Command(name="more", summary="The next stories", rank=97, run=run, in_menu=False)
