"""/stop: no more digests, until the reader wants them again."""

from __future__ import annotations

from bot import commands, locales, settings
from bot.model import Button, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    if request.words == ("resume",):
        subscription = await settings.resume(world, request.chat, now_at=request.now_at)
        topics = Button(text=say.text("Topics"), line="topics")
        then = settings.next_line(say, request.chat, subscription)
        return Reply(messages=(render.rich(then),), buttons=((topics,),))
    await settings.unsubscribe(world, request.chat)
    text = say.text("Stopped: I send nothing any more. Your subscriptions are kept.")
    return Reply(messages=(render.rich(text),), buttons=((Button(text=say.text("Resume"), line="stop resume"),),))


COMMAND = commands.Command(name="stop", summary="Send me nothing any more", rank=50, run=run, configures=True)
