"""/preview: what a subscription would send now; nothing counts as seen by it."""

from __future__ import annotations

from bot import cards, commands, locales, pipeline, settings
from bot.commands import where
from bot.errors import UserError
from bot.model import Button, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    chat, slug = request.chat, " ".join(request.words) or settings.MAIN
    if slug not in {one.slug for one in await settings.cards(world, chat)}:
        raise UserError("There is no subscription “{name}”. Send /subscriptions to see those you have.", name=slug[:40])
    card = await cards.opened(world, chat, slug, now_at=request.now_at)
    say = locales.catalogue(chat.language)
    back = (Button(text=f"{cards.BACK} {cards.name(card)}", line=card.line()),)
    digest, is_due = await pipeline.preview(world, chat, card.subscription, now_at=request.now_at)
    if not digest.items:
        return Reply(messages=(render.rich(say.text("Nothing new has come since the last digest.")),), buttons=(back,))
    messages = [message.body for message in render.messages(digest)]
    if not is_due:
        least = card.subscription.manner.at_least
        text = say.plural(
            "Not sent yet: you want at least {n} story.", "Not sent yet: you want at least {n} stories.", least
        )
        messages.append(render.rich(text))
    return Reply(messages=tuple(messages), buttons=(*where.buttons(digest.items, chat.language), back))


COMMAND = commands.Command(name="preview", summary="What your digest would tell now", rank=28, run=run)
