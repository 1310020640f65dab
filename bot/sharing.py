"""What somebody types after the bot's name in any chat -> stories to post there.

What is offered depends on the words and on the languages of who asks, never on what they subscribed to (security.md,
T22), and shows no time zone but that of the bot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import composing, locales, searching
from bot.errors import UserError
from bot.locales import cities
from bot.model import Chat, ChatId, ChatKind, Item, RichText, StoryId
from bot.stages import beside, render
from bot.storage import chats, stories
from bot.world import World

AT_ONCE = 20
FURTHEST = 200  # stories that one query may be paged through
SHOWN_CHARS = 120  # of the lines in the list, which Telegram cuts anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A story to choose: how it stands in the list, and what is posted."""

    id: StoryId
    title: str
    description: str
    body: RichText


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Stories to choose from; `more` is the offset of the next ones, "" when there are none; `above` stands on a button
    that leads to the private chat."""

    results: tuple[Result, ...]
    more: str
    above: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A person as Telegram knows them: `language` is that of their app."""

    user_id: int
    language: str = ""


async def offer(world: World, asker: Asker, typed: str, *, offset: str, now_at: datetime) -> Offer:
    """At most 20 stories with these words, or the newest ones for none, from the offset on that an earlier one gave."""
    chat = await _reader(world, asker)
    say = locales.catalogue(chat.language)
    start = int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 4 else 0
    try:
        ids = await _found(world, chat, typed.strip(), start=start) if start <= FURTHEST else ()
    except UserError:
        ids = ()  # a query that is still being typed
    items, _ = await composing.items(world, chat, ids[:AT_ONCE], now_at=now_at)
    return Offer(
        results=tuple(_result(item, chat) for item in items),
        more=str(start + AT_ONCE) if len(ids) > AT_ONCE else "",
        above=say.text("Digests of your own") if items else say.text("Nothing was found. Open the bot"),
    )


async def _reader(world: World, asker: Asker) -> Chat:
    """Who asks, in the languages of their private chat where there is one; nothing is stored of others."""
    async with world.database.read() as connection:
        stored = await chats.get(connection, ChatId(asker.user_id))
    if stored:
        return replace(stored, time_zone=world.config.time_zone)
    spoken = asker.language.partition("-")[0]
    return Chat(
        id=ChatId(asker.user_id),
        kind=ChatKind.PRIVATE,
        title="",
        language=spoken if spoken in locales.languages() else world.config.language,
        reads=(),
        time_zone=world.config.time_zone,
    )


async def _found(world: World, chat: Chat, typed: str, *, start: int) -> Sequence[StoryId]:
    """One more than is shown, where there are more."""
    if typed:
        found = await searching.stories(world, chat, typed, start=start, count=AT_ONCE + 1)
        return [hit.story_id for hit in found.hits]
    async with world.database.read() as connection:
        newest = await stories.candidates(
            connection,
            topics=(),
            after=None,
            arrived_since=None,
            reads=chat.reads,
            limit=start + AT_ONCE + 1,
        )
    return [one.story_id for one in newest[start:]]


def _result(item: Item, chat: Chat) -> Result:
    zone = cities.tz(chat.time_zone)
    facts = [beside.told(fact, zone) for fact in item.facts]
    parts: list[render.Part] = [render.headline(item.headline)]
    for fact in facts:
        parts += ["\n", render.fact(fact)]
    for number, link in enumerate(item.links):
        parts += [" · " if number else "\n\n", render.link(link.name, link.url)]
    names = ", ".join(dict.fromkeys(link.name for link in item.links))
    return Result(
        id=item.story_id,
        title=_short(item.headline or names),
        description=_short(facts[0] if facts else names),
        body=render.bodies(*parts)[0],
    )


def _short(line: str) -> str:
    return line if len(line) <= SHOWN_CHARS else line[: SHOWN_CHARS - 1].rstrip() + "…"
