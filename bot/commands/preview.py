"""/preview: what a subscription would send now; nothing counts as seen by it."""

from __future__ import annotations

from dataclasses import replace

from bot import cards, commands, locales, pipeline, settings, showing
from bot.errors import UserError
from bot.model import Button, Reply, Request
from bot.stages import render, under
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    chat, slug = request.chat, " ".join(request.words) or settings.MAIN
    if slug not in {one.slug for one in await settings.cards(world, chat)}:
        raise UserError("There is no subscription “{name}”. Send /subscriptions to see those you have.", name=slug[:40])
    card = await cards.opened(world, chat, slug, now_at=request.now_at)
    say = locales.catalogue(chat.language)
    made = await pipeline.preview(world, chat, card.subscription, now_at=request.now_at)
    if not made.digest.items:
        back = Button(text=f"{under.BACK} {cards.name(card)}", line=card.line())
        text = say.text("Nothing new has come since the last digest.")
        return Reply(messages=(render.rich(text),), buttons=((back,),))
    wish = showing.Wish(slug=slug, waiting=made.waiting)
    reply = await showing.reply(world, chat, made.digest, wish=wish, now_at=request.now_at)
    if not made.is_due:
        least = card.subscription.manner.at_least
        text = say.plural(
            "Not sent yet: you want at least {n} story.", "Not sent yet: you want at least {n} stories.", least
        )
        reply = replace(reply, messages=(render.rich(text), *reply.messages))
    return replace(reply, below=True)


COMMAND = commands.Command(name="preview", summary="What your digest would tell now", rank=28, run=run)
