"""What a message told, by the name that its buttons have for it: a digest, or a list shown on demand; and what comes
after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bot import composing, finding, locales, pipeline, searching, settings
from bot.errors import UserError
from bot.model import Chat, Digest, Message, Reply, StoryId, TopicId
from bot.stages import render, under
from bot.storage import stories, told
from bot.world import World

AT_ONCE = 7  # stories that "more" adds to a digest
MOST = 140  # stories that one list goes on for; they are remembered, so that none is told twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a list was asked for by: `topics` (none: any), the name of a search (`asked`), or the subscription
    (`slug`) of a digest behind which others are `waiting`; at most `count` of them at once. `is_all` once the last of
    them were shown."""

    topics: tuple[TopicId, ...] = ()
    asked: str = ""
    slug: str = ""
    waiting: tuple[StoryId, ...] = ()
    count: int = AT_ONCE
    is_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The stories of each part, in the order of their numbers, and those shown before."""

    name: str
    parts: tuple[tuple[StoryId, ...], ...]
    wish: Wish
    before: tuple[StoryId, ...] = ()

    @property
    def slug(self) -> str:
        """The subscription that its settings are."""
        return self.wish.slug or settings.MAIN

    def numbered(self, part: int) -> list[tuple[int, StoryId]]:
        """The stories of a part with the numbers they bear in the digest; UserError when there is no such part."""
        if not 0 < part <= len(self.parts):
            raise UserError("I do not remember this message any more. Send /latest for news.")
        first = len(self.before) + sum(map(len, self.parts[: part - 1])) + 1
        return list(enumerate(self.parts[part - 1], start=first))

    def has_more(self, part: int) -> bool:
        """Whether more is offered under this part."""
        return part == len(self.parts) and not self.wish.is_all

    def known(self) -> tuple[StoryId, ...]:
        return (*self.before, *(story_id for part in self.parts for story_id in part))


async def reply(
    world: World, chat: Chat, digest: Digest, *, wish: Wish, before: tuple[StoryId, ...] = (), now_at: datetime
) -> Reply:
    """A digest on demand with its buttons; its numbers go on from those of `before`."""
    messages = render.messages(digest, first=len(before) + 1)
    name = await _kept(world, messages, wish=wish, before=before, now_at=now_at)
    ids = [story_id for message in messages for story_id in message.stories]
    only = ids[0] if len(ids) == 1 else None
    buttons = under.closed(name, 1, only, language=chat.language, has_more=not wish.is_all)
    return Reply(messages=tuple(message.body for message in messages), buttons=buttons, is_rich=chat.is_rich)


async def recalled(world: World, chat: Chat, name: str) -> Shown:
    """What the message with such buttons told; UserError when that is forgotten."""
    async with world.database.read() as connection:
        if name.startswith(told.ON_DEMAND):
            listed = await told.list_of(connection, name)
            if listed is not None:
                parts = (tuple(map(StoryId, listed["told"])),)
                before = tuple(map(StoryId, listed["before"]))
                return Shown(name=name, parts=parts, before=before, wish=_wish(listed["wish"]))
        elif found := await told.of_chat(connection, chat.id, limit=1, name=name):
            return _of_digest(found[0])
    raise UserError("I do not remember this message any more. Send /latest for news.")


async def more(world: World, chat: Chat, shown: Shown, *, now_at: datetime) -> Reply | None:
    """The next stories of the same wish, which were not shown; None when there are none."""
    wish, count = shown.wish, shown.wish.count
    async with world.database.read() as connection:
        known = frozenset((await stories.now_named(connection, shown.known())).values())
    if wish.slug:
        digest = await _waiting(world, chat, wish, known, now_at=now_at)
    elif wish.asked:
        typed = (await searching.recalled(world, chat, wish.asked)).typed
        found = await searching.stories(world, chat, typed, count=count + 1 + len(known))
        ids = [hit.story_id for hit in found.hits if hit.story_id not in known][: count + 1]
        items, _ = await composing.items(world, chat, ids, now_at=now_at)
        digest = composing.digest(items, chat, now_at=now_at)
    else:
        asked = pipeline.Wish(topics=wish.topics, limit=count + 1, besides=known)
        digest = await pipeline.latest(world, chat, asked, now_at=now_at)
    if not digest.items:
        return None
    header, items = locales.catalogue(chat.language).text("More"), digest.items[:count]
    wish = replace(wish, is_all=len(digest.items) <= count or len(shown.known()) + count >= MOST)
    digest = replace(digest, header=header, items=items)
    made = await reply(world, chat, digest, wish=wish, before=shown.known(), now_at=now_at)
    return replace(made, below=True)


async def _waiting(world: World, chat: Chat, wish: Wish, known: frozenset[StoryId], *, now_at: datetime) -> Digest:
    """Of those that did not fit into a digest, the next best and one more, told by the sources and in the languages of
    its subscription."""
    async with world.database.read() as connection:
        named = await stories.now_named(connection, wish.waiting)
    ids = [story_id for one in wish.waiting if (story_id := named.get(one)) and story_id not in known]
    wanted = next((one for one in await settings.cards(world, chat) if one.slug == wish.slug), None)
    reader = replace(chat, reads=finding.reads(wanted, chat)) if wanted else chat
    takes = finding.takes(wanted.filters) if wanted else None
    items, _ = await composing.items(world, reader, ids[: wish.count + 1], now_at=now_at, takes=takes)
    return composing.digest(items, chat, now_at=now_at)


def _of_digest(record: told.Record) -> Shown:
    last = max((one.part for one in record.places), default=0)
    parts = tuple(tuple(one.story_id for one in record.places if one.part == part) for part in range(1, last + 1))
    waiting = tuple(one.story_id for one in record.places if not one.part)
    slug = record.subscription_id.rpartition(":")[2]
    return Shown(name=record.name, parts=parts, wish=Wish(slug=slug, waiting=waiting))


def _wish(listed: Mapping[str, Any]) -> Wish:
    waiting = tuple(map(StoryId, listed.get("waiting", ())))
    return Wish(
        topics=tuple(map(TopicId, listed["topics"])),
        asked=listed["asked"],
        slug=listed.get("slug", ""),  # of a list kept by an older program
        waiting=waiting,
        count=listed["count"],
        is_all=listed.get("is_all", False),
    )


async def _kept(
    world: World, messages: Sequence[Message], *, wish: Wish, before: tuple[StoryId, ...], now_at: datetime
) -> str:
    """Keeps what is shown under a name; written only when nobody was shown the same lately, for many ask at once."""
    shown = {
        "told": [story_id for message in messages for story_id in message.stories],
        "before": list(before),
        "wish": {**asdict(wish), "waiting": list(wish.waiting)},
    }
    name = told.list_name(shown)
    async with world.database.read() as connection:
        is_kept = await told.list_of(connection, name, since_at=now_at - told.FRESH) is not None
    if not is_kept:
        async with world.database.write() as connection:
            await told.keep_list(connection, shown, now_at=now_at)
    return name
