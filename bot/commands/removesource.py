"""/removesource NAME: a source is read no more; its articles stay."""

from __future__ import annotations

from bot import commands, locales, sourcing
from bot.errors import UserError
from bot.model import Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    if not request.words:
        raise UserError("Write which source: /removesource name. /sources lists them.")
    gone = await sourcing.remove(world, " ".join(request.words))
    say = locales.catalogue(request.chat.language)
    text = say.text("I do not read {name} any more; its articles stay. To have it again:", name=gone.name or gone.slug)
    return Reply(messages=(render.rich(text, "\n", render.code(f"/addsource {gone.address}")),))


COMMAND = commands.Command(name="removesource", summary="Read a source no more", rank=83, run=run, for_admins=True)
