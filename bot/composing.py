"""Stories as one chat is told them: in its language, with the stories they follow up, under its own date; and the
digests of the many chats that are due at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot import locales, telling
from bot.errors import StorageError
from bot.locales import cities
from bot.model import ArticleId, Chat, ChatId, Digest, Item, Slot, Story, StoryId, Subscription
from bot.stages import choose, compose, due, render
from bot.storage import deliveries, digests, follows, stories
from bot.world import World

FIRST_DIGEST = timedelta(hours=24)  # what a first digest covers
LOOKED_AT = 300  # stories that a digest is chosen from
KEPT = 250  # wishes: what they were found and told is some 100 KB each

T = TypeVar("T")
Due = tuple[Subscription, Chat]


async def items(
    world: World, chat: Chat, ids: Sequence[StoryId], *, now_at: datetime
) -> tuple[tuple[Item, ...], Mapping[StoryId, Story]]:
    """The stories in that order, told in a language the chat reads, each with the one it follows up."""
    languages = (*(code for code in chat.reads if code == chat.language), *chat.reads, chat.language)
    if not ids:
        return (), {}
    told = await telling.told(world, ids, now_at=now_at)
    async with world.database.read() as connection:
        links = await follows.earlier(connection, tuple(told.stories))
    before = await telling.told(world, tuple(dict.fromkeys(links.values())), now_at=now_at)
    found, earlier = (
        compose.items(some.stories, some.summaries, stories=some.stories, languages=languages)
        for some in (told, before)
    )
    by_id = {item.story_id: item for item in earlier}
    known = {story_id: by_id[link] for story_id, link in links.items() if link in by_id}
    return compose.following(found, known), told.stories


def digest(chosen: tuple[Item, ...], chat: Chat, *, now_at: datetime, more: int = 0) -> Digest:
    """The items under the chat's own date; `more` were left out."""
    say = locales.catalogue(chat.language)
    zone = cities.tz(chat.time_zone)
    footer = say.plural("{n} more story did not fit.", "{n} more stories did not fit.", more)
    header = say.day(now_at.astimezone(zone).date())
    return compose.digest(
        chosen, header=header, footer=footer if more > 0 else "", earlier=say.text("Earlier"), zone=zone
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a wish may be told: stories, their articles, and the number up to which all were looked at."""

    cursor: int
    candidates: tuple[choose.Candidate, ...]
    story_of: Mapping[ArticleId, StoryId]
    ids: frozenset[StoryId]


class Kept:
    """What was found, told and serialised in one turn of planning, so that what many chats want alike is made once,
    however far apart they stand in the queue. Begins anew when it holds `KEPT` wishes.

    A fault is kept like what it prevents: it is that of one wish, or of one chat, and not tried again in this turn.
    """

    def __init__(self, world: World, *, now_at: datetime) -> None:
        self._world = world
        self._now_at = now_at
        self._found: dict[Hashable, _Found | BaseException] = {}
        self._contents: dict[Hashable, digests.Content | BaseException] = {}
        self._moments: dict[Hashable, tuple[Slot | None, Slot | None]] = {}

    async def plans(self, page: Sequence[Due]) -> list[digests.Plan | BaseException]:
        """What becomes of each of these chats, no two of which are the same, in that order."""
        if len(self._found) >= KEPT:
            self._found, self._contents = {}, {}
        wishes = [_wish(*one) for one in page]
        for wish, one in zip(wishes, page, strict=True):
            if wish not in self._found:
                self._found[wish] = await tried(self._find(*one))
        known = await self._known([chat.id for _, chat in page], set(wishes))
        return [
            await self._plan(wish, one, known.get(one[1].id, frozenset()))
            for wish, one in zip(wishes, page, strict=True)
        ]

    async def _find(self, wanted: Subscription, chat: Chat) -> _Found:
        async with self._world.database.read() as connection:
            cursor = await stories.newest_number(connection)
            found = await stories.candidates(
                connection,
                topics=wanted.topics,
                after=wanted.cursor,
                arrived_since=None if wanted.cursor is not None else self._now_at - FIRST_DIGEST,
                reads=chat.reads,
                limit=LOOKED_AT,
            )
            story_of = await stories.of_articles(connection, [one.story_id for one in found])
        return _Found(cursor=cursor, candidates=found, story_of=story_of, ids=frozenset(story_of.values()))

    async def _known(self, chats: Sequence[ChatId], wishes: Iterable[Hashable]) -> Mapping[ChatId, frozenset[StoryId]]:
        """Which of what was found for any of these wishes each chat has seen."""
        story_of: dict[ArticleId, StoryId] = {}
        for wish in wishes:
            found = self._found[wish]
            if isinstance(found, _Found):
                story_of.update(found.story_of)
        async with self._world.database.read() as connection:
            return await stories.seen_by(connection, chats, story_of)

    async def _plan(self, wish: Hashable, one: Due, known: frozenset[StoryId]) -> digests.Plan | BaseException:
        """The newest slot that is due, so that after downtime there is one digest with everything since."""
        wanted, chat = one
        found, (slot, following) = self._found[wish], self._slots(wanted, chat)
        if isinstance(found, BaseException):
            return found
        if slot is None or following is None:
            return StorageError(f"the schedule of {wanted.id} lists no time")
        seen = known & found.ids
        if (wish, seen) not in self._contents:
            self._contents[wish, seen] = await tried(self._content(found, one, seen))
        content = self._contents[wish, seen]
        if isinstance(content, BaseException):
            return content
        slot = due.same_moment(slot, wanted.id)
        return digests.Plan(slot=slot, chat_id=chat.id, content=content, next_due_at=following.due_at)

    def _slots(self, wanted: Subscription, chat: Chat) -> tuple[Slot | None, Slot | None]:
        """The last slot and the next one, of whoever asked first for this schedule in this zone."""
        when = (wanted.schedule, chat.time_zone)
        if when not in self._moments:
            last = due.last_slot(wanted.id, *when, until=self._now_at)
            self._moments[when] = (last, due.next_slot(wanted.id, *when, after=self._now_at))
        return self._moments[when]

    async def _content(self, found: _Found, one: Due, seen: frozenset[StoryId]) -> digests.Content:
        (wanted, chat), now_at = one, self._now_at
        new = [each for each in found.candidates if each.story_id not in seen]
        chosen = choose.stories(new, topics=wanted.topics, reads=chat.reads, limit=wanted.max_stories, now_at=now_at)
        told_items, told = await items(self._world, chat, [choice.story_id for choice in chosen], now_at=now_at)
        made = digest(told_items, chat, now_at=now_at, more=len(new) - len(chosen))
        return digests.Content(
            parts=deliveries.frozen(render.messages(made) if made.items else ()),
            articles=tuple(article.id for item in made.items for article in told[item.story_id].articles),
            cursor=found.cursor,
        )


def _wish(wanted: Subscription, chat: Chat) -> Hashable:
    """Equal for those who want the same and were served up to the same."""
    return wanted.topics, wanted.max_stories, wanted.cursor, chat.reads, chat.language, chat.time_zone


async def tried(work: Awaitable[T]) -> T | BaseException:
    """What the work came to, or what it raised."""
    (ended,) = await asyncio.gather(work, return_exceptions=True)
    return ended
