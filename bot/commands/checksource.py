"""/checksource NAME: reads one source now and says what is there; nothing is stored."""

from __future__ import annotations

import asyncio

from bot import commands, locales, sourcing
from bot.commands import addsource
from bot.errors import UserError
from bot.model import Chat, Reply, Request, RichText
from bot.sourcing import checking
from bot.sourcing.checking import Checked
from bot.stages import render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    if not request.words:
        raise UserError("Write which source: /checksource name. /sources lists them.")
    source = await sourcing.named(world, " ".join(request.words))
    try:
        async with asyncio.timeout(addsource.REPLY_S):
            (seen,) = await checking.check(world, [source])
    except TimeoutError:
        raise UserError("The site takes too long to answer. Please try again later.") from None
    if seen.error and not seen.replacement:
        return addsource.unreadable(request, text=seen.public, reason=f"{source.slug}: {seen.error}")
    return Reply(messages=(_told(seen, request.chat),))


def _told(seen: Checked, chat: Chat) -> RichText:
    say = locales.catalogue(chat.language)
    name = seen.source.name or seen.source.slug
    if seen.error:
        other = render.code(f"/addsource {seen.replacement}")
        lost = say.text(seen.public)
        hint = say.text("Its site names another feed. To read that one, send:")
        return render.rich(f"{name}: {lost}\n\n", hint, "\n", other)
    lines = [
        say.text("{name} works.", name=name),
        say.plural("{n} entry is there now.", "{n} entries are there now.", seen.entries),
    ]
    if seen.newest_at:
        lines.append(say.text("The newest: {when}", when=say.published(seen.newest_at, chat.time_zone)))
    if seen.language:
        lines.append(say.text("Language: {language}", language=say.language_name(seen.language)))
    if seen.moved_to:
        lines.append(say.text("It has moved to {address}", address=seen.moved_to))
    return render.rich("\n".join(lines))


COMMAND = commands.Command(
    name="checksource", summary="Read one source now and say what is there", rank=82, run=run, for_admins=True
)
