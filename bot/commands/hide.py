"""/hide URL: an article taken down, after one more tap: out of archive, search and sent messages, and it stays out."""

from __future__ import annotations

from bot import commands, locales
from bot.errors import UserError
from bot.model import Button, Reply, Request
from bot.revising import takedown
from bot.stages import render
from bot.world import World

SHOWN = 10


async def run(request: Request, world: World) -> Reply:
    match request.words:
        case ():
            return await _listed(request, world)
        case ("yes", name) if request.pressed:
            return await _hidden(request, world, name)
        case ("show", name):
            return await _allowed(request, world, name)
        case (typed,):
            return await _asked(request, world, typed)
    raise UserError("Write which article: /hide https://example.org/article")


async def _asked(request: Request, world: World, typed: str) -> Reply:
    """What would be taken down; what is not stored is kept out at once, for nothing is lost by that."""
    say, found = locales.catalogue(request.chat.language), await takedown.seen(world, typed)
    if found.article is None:
        return await _hidden(request, world, typed)
    lines = (
        render.headline(found.article.title or found.article.text[:80]),
        "\n",
        render.link(found.article.source, found.article.url),
        "\n\n",
        say.plural("It was told in {n} message.", "It was told in {n} messages.", found.messages),
        " ",
        say.text("Taken down, it is deleted, stays out, and goes out of what was sent. It cannot be brought back."),
    )
    take = Button(text=say.text("Take it down"), line=f"hide yes {found.id}")
    keep = Button(text=say.text("Leave it"), line="hide")
    return Reply(messages=(render.rich(*lines),), buttons=((take, keep),))


async def _hidden(request: Request, world: World, typed: str) -> Reply:
    say = locales.catalogue(request.chat.language)
    done = await takedown.hide(world, typed, now_at=request.now_at)
    allow = Button(text=say.text("Let it in again"), line=f"hide show {done.seen.id}")
    if done.seen.article is None:
        text = say.text("It is not stored. It will not come in.")
    else:
        text = say.plural(
            "Taken down. {n} message that was sent is being edited.",
            "Taken down. {n} messages that were sent are being edited.",
            done.edited,
        )
    return Reply(messages=(render.rich(text),), buttons=((allow,),))


async def _allowed(request: Request, world: World, typed: str) -> Reply:
    say = locales.catalogue(request.chat.language)
    if not await takedown.allow(world, typed):
        raise UserError("It is not kept out.")
    text = say.text("It may come in again when a source brings it.")
    return Reply(messages=(render.rich(text),), toast=text)


async def _listed(request: Request, world: World) -> Reply:
    say, found = locales.catalogue(request.chat.language), await takedown.listing(world)
    lines = [say.text("Write which article: /hide https://example.org/article")]
    if found:
        lines += ["", say.text("Taken down:")]
        lines += [
            f"{say.moment(one.hidden_at, request.chat.time_zone)} · {one.url or one.article_id}"
            for one in found[:SHOWN]
        ]
    return Reply(messages=(render.rich("\n".join(lines)),))


COMMAND = commands.Command(name="hide", summary="Take an article down", rank=86, run=run, for_admins=True)
