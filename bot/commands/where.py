"""/where: the sentences of the articles that a story's facts were taken from; the button "Where from?" asks it."""

from __future__ import annotations

from itertools import groupby

from bot import commands, locales, pipeline
from bot.errors import UserError
from bot.model import Item, Reply, Request, Story, StoryId
from bot.stages import cite, render
from bot.world import World


async def run(request: Request, world: World) -> Reply:
    if len(request.words) != 1:
        raise UserError("Send /latest and press “Where from?” under it.")
    item, story = await stored(request, world)
    say = locales.catalogue(request.chat.language)
    parts: list[render.Part] = [render.bold(item.headline), "\n", say.text("taken from these sentences:")]
    head, told = cite.headline(item.headline, story), cite.cited(item.facts, story)
    pieces = told if head is None or head.text in {one.text for one in told} else (head, *told)
    for article, own in groupby(pieces, key=lambda one: one.article):
        day = say.published(article.published_at, request.chat.time_zone)
        parts += ["\n\n", render.link(article.source, article.url), f", {day}"]
        for piece in own:
            parts += ["\n", render.quote(piece.text, expandable=False)]
    return Reply(messages=render.bodies(*parts))


async def stored(request: Request, world: World) -> tuple[Item, Story]:
    """The story that the first word names, as this chat is told it; UserError when it is gone."""
    told = await pipeline.one(world, request.chat, StoryId(request.words[0]), now_at=request.now_at)
    if told is None:
        raise UserError("This story is not stored any more.")
    return told


COMMAND = commands.Command(
    name="where", summary="The sentences that facts were taken from", rank=90, run=run, in_menu=False
)
