"""/schedule: times of day, weekdays and the time zone of this chat's digest; by buttons or typed."""

from __future__ import annotations

from bot import cards, commands, settings
from bot.model import Reply, Request
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    card = await cards.opened(world, request.chat, settings.MAIN, now_at=request.now_at)
    return await cards.run(card, ("hours", *request.words))


COMMAND = commands.Command(
    name="schedule", summary="When your digest comes, and your time zone", rank=30, run=run, configures=True
)
