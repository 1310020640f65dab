"""/subscriptions: the cards of this chat, with a button for each and for one more."""

from __future__ import annotations

from bot import cards, commands, locales, settings
from bot.cards import Card
from bot.errors import UserError
from bot.model import Button, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    match request.words:
        case ("add",):
            await settings.added(world, request.chat)
        case (_, *_):
            raise UserError("I did not understand that. Send /subscriptions and use the buttons.")
    return listed(request, world, await _cards(request, world))


async def _cards(request: Request, world: World) -> tuple[Card, ...]:
    return tuple(
        Card(world=world, chat=request.chat, subscription=one, now_at=request.now_at)
        for one in await settings.cards(world, request.chat)
    )


def listed(request: Request, world: World, found: tuple[Card, ...]) -> Reply:
    """Each card with what it wants and when it comes next."""
    say = locales.catalogue(request.chat.language)
    parts: list[render.Part] = [render.bold(say.text("Subscriptions"))]
    for card in found:
        then = settings.next_line(say, request.chat, card.subscription)
        parts += [
            "\n\n",
            render.bold(cards.name(card)),
            "\n",
            f"{cards.what(card)}. " if cards.what(card) else "",
            locales.capital(cards.sections()["hours"].said(card)),
            "\n",
            then,
        ]
    buttons = [(card.button(f"✏️ {cards.name(card)}"),) for card in found]
    if len(found) < settings.MOST_CARDS:
        buttons.append((Button(text="➕ " + say.text("One more"), line="subscriptions add"),))
    return Reply(messages=(render.rich(*parts),), buttons=tuple(buttons))


COMMAND = commands.Command(
    name="subscriptions", summary="Everything you get, and when", rank=25, run=run, configures=True
)
