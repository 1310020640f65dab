"""/under: the buttons under a digest, opened and closed in place; only they ask it."""

from __future__ import annotations

from bot import commands, showing, tasting
from bot.errors import UserError
from bot.model import Reply, Request
from bot.stages import under
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    match request.words:
        case (name, part, *opened) if part.isdecimal() and len(part) < 3:
            return await shown(request, world, name, part=int(part), opened=" ".join(opened))
    raise UserError("I did not understand that. Send /latest and use the buttons under it.")


async def shown(request: Request, world: World, name: str, *, part: int, opened: str = "", toast: str = "") -> Reply:
    """The rows that are open there ("" for the first ones)."""
    told, language = await showing.recalled(world, request.chat, name), request.chat.language
    numbered = told.numbered(part)
    match opened:
        case "where":
            rows = under.sources(name, part, numbered, language=language)
        case "votes":
            cast = await tasting.cast(world, request.chat, [story_id for _, story_id in numbered])
            rows = under.votes(name, part, numbered, cast=cast, language=language)
        case "mutes":
            rows = under.mutes(name, part, numbered, language=language)
        case _:
            only = numbered[0][1] if len(numbered) == 1 else None
            rows = under.closed(name, part, only, language=language, has_more=told.has_more(part))
    return Reply(messages=(), buttons=rows, toast=toast)


COMMAND = commands.Command(name="under", summary="Buttons under a digest", rank=96, run=run, in_menu=False)
