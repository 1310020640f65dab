"""/privacy: what is stored of a chat, for how long, and how to take or delete it."""

from __future__ import annotations

from bot import commands, locales
from bot.model import Button, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    lines = (
        say.text("What I keep of this chat: its number, kind and title, your languages and time zone."),
        say.text("Your subscriptions, which stories you were sent and voted for, and your last searches."),
        say.text("What you write to me is deleted once it is answered."),
        say.text("Nobody else gets any of it. I read the news for all readers alike: no site learns who reads what."),
    )
    buttons = (
        Button(text=say.text("Take it with me"), line="export"),
        Button(text=say.text("Delete everything"), line="forgetme"),
    )
    text = render.rich(render.bold(say.text("Privacy")), "\n", "\n".join(f"• {line}" for line in lines))
    return Reply(messages=(text,), buttons=(buttons,))


COMMAND = commands.Command(name="privacy", summary="What I keep of you", rank=82, run=run)
