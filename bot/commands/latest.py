"""/latest [topic] [n]: the newest stories as a digest, at once."""

from __future__ import annotations

from dataclasses import replace

from bot import commands, locales, pipeline
from bot.commands import where
from bot.errors import UserError
from bot.model import Button, Reply, Request, TopicId
from bot.stages import render
from bot.world import World

MAX_STORIES = 20


async def run(request: Request, world: World) -> Reply:
    topic, count = _wish(request, world)
    chat, say = request.chat, locales.catalogue(request.chat.language)
    topics = (topic,) if topic else ()
    wish = pipeline.Wish(topics=topics, limit=count or world.config.digest.max_stories)
    digest = await pipeline.latest(world, chat, wish, now_at=request.now_at)
    if digest.items:
        messages = tuple(message.body for message in render.messages(digest))
        return Reply(messages=messages, buttons=where.buttons(digest.items, chat.language))
    if chat.reads and (await pipeline.latest(world, replace(chat, reads=()), wish, now_at=request.now_at)).items:
        button = Button(text=say.text("Show every language"), line="language reads all")
        return Reply(messages=(render.rich(_only_in_others(world, say, topic)),), buttons=((button,),))
    return Reply(messages=(render.rich(say.text("There are no such stories yet. New ones will come.")),))


def _only_in_others(world: World, say: locales.Catalogue, topic: TopicId | None) -> str:
    if topic is None:
        return say.text("There is nothing in the languages you read yet, but there are stories in others.")
    name = world.topic_name(topic, say.language)
    return say.text("“{topic}”: nothing in the languages you read yet, but there are stories in others.", topic=name)


def _wish(request: Request, world: World) -> tuple[TopicId | None, int]:
    """The topic (None: any) and the number of stories (0: not said) out of the words, in any order."""
    numbers = [word for word in request.words if word.isdecimal()]
    names = " ".join(word for word in request.words if not word.isdecimal())
    count = min(int(numbers[0][:4]), MAX_STORIES) if numbers else 0
    return (_topic(names, world, request.chat.language) if names else None), count


def _topic(typed: str, world: World, language: str) -> TopicId:
    """A topic by its id or by the beginning of a word of its name in any language."""
    wanted = typed.casefold()
    for definition in world.topics:
        names = [name.casefold() for name in (definition.id, *definition.names.values())]
        if any(name.startswith(wanted) or f" {wanted}" in name for name in names):
            return definition.id
    known = ", ".join(world.topic_name(topic, language) for topic in world.topic_ids)
    raise UserError("There is no topic “{typed}”. The topics are: {known}", typed=typed[:40], known=known)


COMMAND = commands.Command(name="latest", summary="The newest stories now: /latest economy 5", rank=10, run=run)
