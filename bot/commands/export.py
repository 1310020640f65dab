"""/export: this chat's subscriptions as a file, and as a link by which others can take them over."""

from __future__ import annotations

import json

from bot import bundles, commands, locales
from bot.model import Attachment, Reply, Request
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    say = locales.catalogue(request.chat.language)
    name = await bundles.shared(world, request.chat, now_at=request.now_at)
    wanted = await bundles.wanted(world, request.chat)
    file = json.dumps(
        {
            "language": request.chat.language,
            "reads": request.chat.reads,
            "time_zone": request.chat.time_zone,
            "subscriptions": wanted,
        },
        ensure_ascii=False,
        indent=2,
    )
    link = f"https://t.me/{request.bot}?start=bundle-{name}"
    text = render.rich(
        say.text("Your subscriptions, as a file and as a link."),
        "\n",
        say.text("Whoever opens the link may take them over. It shows what you want to read, and nothing about you:"),
        "\n",
        link,
    )
    return Reply(messages=(text,), attachment=Attachment(name="subscriptions.json", content=file.encode()))


COMMAND = commands.Command(
    name="export", summary="Your subscriptions as a file and a link", rank=80, run=run, configures=True
)
