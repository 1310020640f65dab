"""/latest [topic or words] [n]: the newest stories as a digest, at once; `latest *` those of the chat's topics."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import commands, composing, locales, pipeline, searching, settings, showing
from bot.errors import UserError
from bot.model import Button, Chat, Digest, Reply, Request, TopicId
from bot.stages import render
from bot.world import World

MAX_STORIES = 20
MINE = "*"


async def run(request: Request, world: World) -> Reply:
    asked = await _asked(request, world)
    chat, say = request.chat, locales.catalogue(request.chat.language)
    digest = await _digest(request, world, asked, chat)
    if digest.items:
        wish = await _wish(request, world, asked)
        return await showing.reply(world, chat, digest, wish=wish, now_at=request.now_at)
    if chat.reads and (await _digest(request, world, asked, replace(chat, reads=()))).items:
        button = Button(text=say.text("Show every language"), line="language reads all")
        return Reply(messages=(render.rich(_only_in_others(world, say, asked)),), buttons=((button,),))
    if asked.words:
        raise _nothing(world, asked.words, chat.language)
    return Reply(messages=(render.rich(say.text("There are no such stories yet. New ones will come.")),))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Topics, or words that name none ("" for neither), and how many stories."""

    topics: tuple[TopicId, ...]
    words: str
    count: int


async def _asked(request: Request, world: World) -> _Asked:
    """Out of the words, in any order."""
    numbers = [word for word in request.words if word.isdecimal()]
    names = " ".join(word for word in request.words if not word.isdecimal())
    if names == MINE:
        topics = (await settings.subscription(world, request.chat)).topics
    else:
        topic = searching.topic(world, names) if names else None
        topics = (topic,) if topic else ()
    count = min(int(numbers[0][:4]), MAX_STORIES) if numbers else 0
    words = "" if topics or names == MINE else names
    return _Asked(topics=topics, words=words, count=count or world.config.digest.max_stories)


async def _digest(request: Request, world: World, asked: _Asked, chat: Chat) -> Digest:
    if not asked.words:
        wish = pipeline.Wish(topics=asked.topics, limit=asked.count)
        return await pipeline.latest(world, chat, wish, now_at=request.now_at)
    found = await searching.stories(world, chat, asked.words, count=asked.count)
    items, _ = await composing.items(world, chat, [hit.story_id for hit in found.hits], now_at=request.now_at)
    return composing.digest(items, chat, now_at=request.now_at)


async def _wish(request: Request, world: World, asked: _Asked) -> showing.Wish:
    """What "more" will look for; words are kept with the chat, not with the list, which others may share."""
    if not asked.words:
        return showing.Wish(topics=asked.topics, count=asked.count)
    kept = await searching.remembered(world, request.chat, asked.words, now_at=request.now_at)
    return showing.Wish(asked=kept.name, count=asked.count)


def _nothing(world: World, words: str, language: str) -> UserError:
    known = ", ".join(world.topic_name(each, language) for each in world.topic_ids)
    return UserError(
        "Nothing that is stored has these words: “{typed}”. For a topic write one of these: {known}",
        typed=words[:40],
        known=known,
    )


def _only_in_others(world: World, say: locales.Catalogue, asked: _Asked) -> str:
    if len(asked.topics) != 1 and not asked.words:
        return say.text("There is nothing in the languages you read yet, but there are stories in others.")
    name = world.topic_name(asked.topics[0], say.language) if asked.topics else asked.words
    return say.text("“{topic}”: nothing in the languages you read yet, but there are stories in others.", topic=name)


COMMAND = commands.Command(name="latest", summary="The newest stories now: /latest economy 5", rank=10, run=run)
