"""/start: greets, asks the language, and leads on to the topics."""

from __future__ import annotations

from dataclasses import replace

from bot import commands, locales
from bot.commands import language, topics
from bot.model import Button, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    if len(request.words) == 1 and request.words[0] in locales.languages():
        chat = await language.chosen(world, request.chat, request.words[0])
        return await topics.run(replace(request, chat=chat, words=()), world)
    return _greeting(request, world)


def _greeting(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    text = render.rich(
        render.bold(say.text("Hello! I read the news and send you short digests.")),
        "\n\n",
        say.text("Every fact in them stands in the article it links to. Nothing is made up."),
        "\n\n",
        say.text("Choose a language, then your topics: /topics, and the hours: /schedule. /latest shows news now."),
        "\n\n",
        say.text("Your user id is {id}.", id=request.user_id),
        " " + say.text("You administer this bot.") if request.user_id in world.config.telegram.admins else "",
    )
    names = [Button(text=locales.name(code), line=f"start {code}") for code in locales.languages()]
    return Reply(messages=(text,), buttons=(tuple(names),))


COMMAND = commands.Command(name="start", summary="Begin, and choose a language", rank=60, run=run, configures=True)
