"""/about: what this bot is, its version, and what it reads."""

from __future__ import annotations

from importlib.metadata import version

from bot import commands, locales, settings
from bot.model import Button, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    names = await settings.busy_sources(world)
    parts: list[render.Part] = [
        render.bold(f"digest-bot {version('digest-bot')}"),
        "\n",
        say.text("I read the news and send you short digests. Every fact in them stands in the article it links to."),
        "\n\n",
        say.text("Free software under the MIT licence; anybody can run it."),
    ]
    if names:
        parts += ["\n\n", say.text("Read lately: {names}", names=", ".join(names[:20]))]
    privacy = Button(text=say.text("Privacy"), line="privacy")
    return Reply(messages=(render.rich(*parts),), buttons=((privacy,),))


COMMAND = commands.Command(name="about", summary="What this bot is", rank=86, run=run)
