"""/help: every command with one line."""

from __future__ import annotations

from bot import commands, locales
from bot.model import Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    shown = [command for command in commands.commands().values() if command.in_menu]
    lines = [f"/{command.name} — {say.text(command.summary)}" for command in shown]
    examples = say.text("For example: /latest economy 5, /schedule 08:00 18:30 mon-fri, /schedule Samarkand")
    return Reply(messages=(render.rich("\n".join(lines), "\n\n", examples),))


COMMAND = commands.Command(name="help", summary="What I can do", rank=70, run=run)
