"""/tune: the card of the subscription that a digest belongs to, below it; the button "Settings" asks it."""

from __future__ import annotations

from dataclasses import replace

from bot import cards, commands, settings, showing
from bot.errors import UserError
from bot.model import Reply, Request
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    if len(request.words) != 1:
        raise UserError("I did not understand that. Send /subscriptions and use the buttons.")
    shown = await showing.recalled(world, request.chat, request.words[0])
    slugs = {one.slug for one in await settings.cards(world, request.chat)}
    slug = shown.slug if shown.slug in slugs else settings.MAIN
    card = await cards.opened(world, request.chat, slug, now_at=request.now_at)
    return replace(cards.overview(card), below=True)


COMMAND = commands.Command(
    name="tune", summary="The settings of a digest", rank=99, run=run, configures=True, in_menu=False
)
