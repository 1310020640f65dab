"""/card: one subscription, its sections and what is done with it as a whole; the buttons of /subscriptions ask it."""

from __future__ import annotations

from dataclasses import replace

from bot import cards, commands, settings
from bot.errors import UserError
from bot.model import Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    if not request.words:
        raise UserError("I did not understand that. Send /subscriptions and use the buttons.")
    slug, *words = request.words
    card = await cards.opened(world, request.chat, slug, now_at=request.now_at)
    match words:
        case ("off",):
            await settings.unsubscribe(world, request.chat, slug)
        case ("on",):
            await settings.save(world, request.chat, replace(card.subscription, enabled=True), now_at=request.now_at)
        case ("preview",):
            return await commands.commands()["preview"].run(replace(request, words=(slug,)), world)
        case ("delete",) if slug != settings.MAIN:
            return _really(card)
        case ("delete", "yes") if slug != settings.MAIN:
            await settings.remove(world, request.chat, slug)
            return await commands.commands()["subscriptions"].run(replace(request, words=()), world)
        case _:
            return await cards.run(card, tuple(words))
    return cards.overview(await cards.opened(world, request.chat, slug, now_at=request.now_at))


def _really(card: cards.Card) -> Reply:
    say = card.say
    text = render.rich(say.text("Delete “{name}”? What it wants is forgotten.", name=cards.name(card)))
    yes, no = card.button(say.text("Delete"), "delete", "yes"), card.button(say.text("‹ Back"))
    return Reply(messages=(text,), buttons=((yes, no),))


COMMAND = commands.Command(
    name="card", summary="One of your subscriptions", rank=95, run=run, configures=True, in_menu=False
)
