"""/vote up|down STORY: for or against stories like this one; the same again takes it back."""

from __future__ import annotations

from bot import commands, locales, tasting
from bot.commands import under
from bot.errors import UserError
from bot.model import Reply, Request, StoryId
from bot.stages import render
from bot.world import World

VALUES = {"up": 1, "down": -1}


async def run(request: Request, world: World) -> Reply:
    match request.words:
        case ("up" | "down" as word, story_id, *place) if len(place) in (0, 2):
            now = await tasting.vote(world, request.chat, StoryId(story_id), VALUES[word], now_at=request.now_at)
        case _:
            raise UserError("I did not understand that. Send /latest and use the buttons under it.")
    if now is None:
        raise UserError("This story is not stored any more.")
    said = _said(now, locales.catalogue(request.chat.language))
    if place and place[1].isdecimal() and len(place[1]) < 3:
        return await under.shown(request, world, place[0], part=int(place[1]), opened="votes", toast=said)
    return Reply(messages=() if request.pressed else (render.rich(said),), toast=said)


def _said(now: int, say: locales.Catalogue) -> str:
    if not now:
        return say.text("Your vote is taken back.")
    if now > 0:
        return say.text("More like this: such stories come a little earlier. /reset undoes all votes.")
    return say.text("Less like this: such stories come a little later. /reset undoes all votes.")


COMMAND = commands.Command(
    name="vote", summary="For or against stories like this", rank=98, run=run, configures=True, in_menu=False
)
