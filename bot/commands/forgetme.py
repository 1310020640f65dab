"""/forgetme: everything of this chat deleted, after one more tap."""

from __future__ import annotations

from bot import commands, forgetting, locales
from bot.model import Button, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    if request.words == ("yes",) and request.pressed:
        await forgetting.forget(world, request.chat.id, now_at=request.now_at)
        text = say.text("Everything I knew of this chat is deleted. If you write to me again, we begin anew: /start")
        return Reply(messages=(render.rich(text),))
    text = say.text(
        "This deletes everything of this chat: subscriptions, settings, votes, searches, and what was sent. It cannot "
        "be undone."
    )
    delete = Button(text=say.text("Delete everything"), line="forgetme yes")
    keep = Button(text=say.text("Keep it"), line="privacy")
    return Reply(messages=(render.rich(text),), buttons=((delete, keep),))


COMMAND = commands.Command(name="forgetme", summary="Delete everything of this chat", rank=84, run=run, configures=True)
