"""Stories as one chat is told them: in its language, with the stories they follow up, under its own date; and the
digests of the many chats that are due at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot import finding, locales, picturing, tasting, telling
from bot.errors import StorageError
from bot.locales import cities
from bot.model import (
    Article,
    ArticleId,
    Chat,
    ChatId,
    ChatKind,
    Digest,
    Item,
    Message,
    Slot,
    Story,
    StoryId,
    Subscription,
)
from bot.stages import choose, compose, due, render, taste, under
from bot.storage import deliveries, digests, follows, seen, stories, told
from bot.world import World

WAITING = 21  # stories that did not fit and are kept with a digest, for whoever asks for more
KEPT = 250  # wishes: what they were found and told is some 100 KB each
CONTENTS = 1_000  # digests of readers who have seen, or like, different stories: some 10 KB each

T = TypeVar("T")
Due = tuple[Subscription, Chat]


async def items(
    world: World,
    chat: Chat,
    ids: Sequence[StoryId],
    *,
    now_at: datetime,
    takes: Callable[[Article], bool] | None = None,
) -> tuple[tuple[Item, ...], Mapping[StoryId, Story]]:
    """The stories in that order, told in a language the chat reads, each with the one it follows up; from the articles
    that somebody `takes` only."""
    languages = (*(code for code in chat.reads if code == chat.language), *chat.reads, chat.language)
    if not ids:
        return (), {}
    whole = await telling.told(world, ids, now_at=now_at, takes=takes)
    async with world.database.read() as connection:
        links = await follows.earlier(connection, tuple(whole.stories))
    before = await telling.told(world, tuple(dict.fromkeys(links.values())), now_at=now_at)
    found, earlier = (
        compose.items(some.stories, some.summaries, stories=some.stories, languages=languages)
        for some in (whole, before)
    )
    by_id = {item.story_id: item for item in earlier}
    known = {story_id: by_id[link] for story_id, link in links.items() if link in by_id}
    zone = cities.tz(chat.time_zone)
    dated = compose.dated(
        compose.following(found, known),
        whole.stories,
        locales.catalogue(chat.language).date,
        today=now_at.astimezone(zone).date(),
        zone=zone,
    )
    return dated, whole.stories


def digest(chosen: tuple[Item, ...], chat: Chat, *, now_at: datetime, more: int = 0, title: str = "") -> Digest:
    """The items under the chat's own date, and a title if there is one; `more` were left out."""
    say = locales.catalogue(chat.language)
    zone = cities.tz(chat.time_zone)
    footer = say.plural("{n} more story did not fit.", "{n} more stories did not fit.", more)
    day = say.day(now_at.astimezone(zone).date())
    header = f"{title} · {day}" if title else day
    return compose.digest(
        chosen, header=header, footer=footer if more > 0 else "", earlier=say.text("Earlier"), zone=zone
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a wish may be told: stories, their articles, and the number up to which all were looked at; `served` is the
    one up to which they had been told before."""

    cursor: int
    served: int
    candidates: tuple[choose.Candidate, ...]
    story_of: Mapping[ArticleId, StoryId]
    ids: frozenset[StoryId]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What tells chats with one wish apart: the stories that they have seen, and their taste."""

    seen: frozenset[StoryId] = frozenset()
    taste: taste.Taste = taste.UNDECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A digest, its stories, and what it was chosen from, the best first; whether there are as many new ones as the
    reader wants at least."""

    digest: Digest
    stories: Mapping[StoryId, Story]
    ranked: tuple[choose.Choice, ...]
    is_enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A digest as it would be now, the stories that did not fit, the best first, and whether it would be sent: not for
    fewer stories than are wanted at least."""

    digest: Digest
    waiting: tuple[StoryId, ...]
    is_due: bool


class Kept:
    """What was found, told and serialised in one turn of planning, so that what many chats want alike is made once,
    however far apart they stand in the queue. Begins anew when it holds `KEPT` wishes; of a wish that many have, at
    most `contents` digests are held, and one page more.

    A fault is kept like what it prevents: it is that of one wish, or of one chat, and not tried again in this turn.
    """

    def __init__(self, world: World, *, now_at: datetime, contents: int = CONTENTS) -> None:
        self._world = world
        self._now_at = now_at
        self._most = contents
        self._found: dict[Hashable, _Found | BaseException] = {}
        self._contents: dict[Hashable, digests.Content | BaseException] = {}
        self._moments: dict[Hashable, tuple[Slot | None, Slot | None]] = {}
        self._tastes = tasting.Tastes()
        self._looks = picturing.Looks()

    async def plans(self, page: Sequence[Due]) -> list[digests.Plan | BaseException]:
        """What becomes of each of these chats, no two of which are the same, in that order."""
        if len(self._found) >= KEPT:
            self._found, self._contents, self._tastes = {}, {}, tasting.Tastes()
        if len(self._contents) >= self._most:
            self._contents = {}
        wishes = [_wish(*one) for one in page]
        for wish, one in zip(wishes, page, strict=True):
            if wish not in self._found:
                self._found[wish] = await tried(self._find(*one))
        readers = await self._readers([chat.id for _, chat in page], set(wishes))
        return [
            await self._plan(wish, one, readers.get(one[1].id, _Reader()))
            for wish, one in zip(wishes, page, strict=True)
        ]

    async def _find(self, wanted: Subscription, chat: Chat) -> _Found:
        async with self._world.database.read() as connection:
            cursor = await stories.newest_number(connection)
            since, served = await finding.since(connection, wanted, now_at=self._now_at)
            found = await finding.candidates(connection, wanted, chat, since=since, now_at=self._now_at)
            story_of = await stories.of_articles(connection, [one.story_id for one in found])
        return _Found(
            cursor=cursor, served=served, candidates=found, story_of=story_of, ids=frozenset(story_of.values())
        )

    async def _readers(self, chats: Sequence[ChatId], wishes: Iterable[Hashable]) -> Mapping[ChatId, _Reader]:
        """Which of what was found for any of these wishes each chat has seen, and its taste; those who have neither
        are left out."""
        story_of: dict[ArticleId, StoryId] = {}
        for wish in wishes:
            found = self._found[wish]
            if isinstance(found, _Found):
                story_of.update(found.story_of)
        async with self._world.database.read() as connection:
            known = await seen.by(connection, chats, story_of)
            tastes = await self._tastes.of(connection, chats)
        return {
            chat_id: _Reader(seen=known.get(chat_id, frozenset()), taste=tastes.get(chat_id, taste.UNDECIDED))
            for chat_id in (*known, *tastes)
        }

    async def _plan(self, wish: Hashable, one: Due, reader: _Reader) -> digests.Plan | BaseException:
        """The newest slot that is due, so that after downtime there is one digest with everything since."""
        wanted, chat = one
        found, (slot, following) = self._found[wish], self._slots(wanted, chat)
        if isinstance(found, BaseException):
            return found
        if slot is None or following is None:
            return StorageError(f"the schedule of {wanted.id} lists no time")
        reader = replace(reader, seen=reader.seen & found.ids)
        if (wish, reader) not in self._contents:
            self._contents[wish, reader] = await tried(self._content(found, one, reader))
        content = self._contents[wish, reader]
        if isinstance(content, BaseException):
            return content
        slot = due.same_moment(slot, wanted.id)
        return digests.Plan(slot=slot, chat_id=chat.id, content=content, next_due_at=following.due_at)

    def _slots(self, wanted: Subscription, chat: Chat) -> tuple[Slot | None, Slot | None]:
        """The last slot and the next one, of whoever asked first for this schedule in this zone."""
        when = (due.loud(wanted.schedule, wanted.manner.quiet), chat.time_zone)
        if when not in self._moments:
            last = due.last_slot(wanted.id, *when, until=self._now_at)
            self._moments[when] = (last, due.next_slot(wanted.id, *when, after=self._now_at))
        return self._moments[when]

    async def _content(self, found: _Found, one: Due, reader: _Reader) -> digests.Content:
        made = await self._made(found, one, reader)
        if not made.is_enough:
            return digests.Content(parts=(), articles=(), cursor=found.served)
        if not made.digest.items:
            return digests.Content(parts=(), articles=(), cursor=found.cursor)
        _, chat = one
        made, messages = await self._led(made) if chat.is_pictured else (made, render.messages(made.digest))
        kept = told.frozen(_places(messages, made.ranked))
        if chat.kind is not ChatKind.CHANNEL:  # there anybody could press what changes it for all
            messages = under.under(messages, kept.name, chat.language)
        if chat.is_rich:
            messages = tuple(replace(each, is_rich=not each.picture) for each in messages)
        return digests.Content(
            parts=deliveries.frozen(messages),
            articles=tuple(each.id for item in made.digest.items for each in made.stories[item.story_id].articles),
            cursor=found.cursor,
            told=kept,
        )

    async def _led(self, made: _Made) -> tuple[_Made, tuple[Message, ...]]:
        """The digest with the first story that has a good picture before the others, if one of the first has."""
        items = made.digest.items
        for passed, lead in enumerate(items[: picturing.STORIES]):
            led = replace(made.digest, items=(lead, *items[:passed], *items[passed + 1 :]))
            messages = render.led(led)
            story = made.stories[lead.story_id]
            if messages and (name := await picturing.of(self._world, story, self._looks, now_at=self._now_at)):
                first, *others = messages
                ranked = choose.led(made.ranked, lead.story_id)
                return replace(made, digest=led, ranked=ranked), (replace(first, picture=name), *others)
        return made, render.messages(made.digest)

    async def _made(self, found: _Found, one: Due, reader: _Reader) -> _Made:
        (wanted, chat), now_at = one, self._now_at
        manner, languages = wanted.manner, finding.reads(wanted, chat)
        new = [each for each in found.candidates if manner.roundup or each.story_id not in reader.seen]
        if reader.taste != taste.UNDECIDED:
            async with self._world.database.read() as connection:
                new = await self._tastes.leaning(connection, new, reader.taste)
        choices = partial(choose.stories, topics=wanted.topics, reads=languages, now_at=now_at)
        chosen = choices(new, limit=wanted.max_stories)
        ids = [choice.story_id for choice in chosen]
        rest = choices([each for each in new if each.story_id not in ids], limit=WAITING)
        every, whole = await items(
            self._world, replace(chat, reads=languages), ids, now_at=now_at, takes=finding.takes(wanted.filters)
        )
        short = compose.shortened(every, form=manner.form, minutes=manner.minutes)
        made = digest(short, chat, now_at=now_at, more=len(new) - len(short), title=wanted.title)
        return _Made(digest=made, stories=whole, ranked=(*chosen, *rest), is_enough=len(new) >= manner.at_least)

    async def preview(self, wanted: Subscription, chat: Chat) -> Preview:
        """What would be sent now; nothing is marked as seen."""
        found = await self._find(wanted, chat)
        async with self._world.database.read() as connection:
            known = await seen.by(connection, [chat.id], found.story_of)
            tastes = await self._tastes.of(connection, [chat.id])
        reader = _Reader(seen=known.get(chat.id, frozenset()), taste=tastes.get(chat.id, taste.UNDECIDED))
        made = await self._made(found, (wanted, chat), reader)
        told_ids = {item.story_id for item in made.digest.items}
        waiting = tuple(one.story_id for one in made.ranked if one.story_id not in told_ids)
        return Preview(digest=made.digest, waiting=waiting, is_due=made.is_enough and bool(told_ids))


def _places(messages: Iterable[Message], ranked: Iterable[choose.Choice]) -> list[told.Place]:
    """What was chosen, with the part in which each story ends, and what did not fit."""
    parts = {story_id: message.part for message in messages for story_id in message.stories}
    return [told.Place(story_id=one.story_id, part=parts.get(one.story_id, 0), reason=one.reason) for one in ranked]


def _wish(wanted: Subscription, chat: Chat) -> Hashable:
    """Equal for those who want the same and were served up to the same."""
    what = (wanted.topics, wanted.filters, wanted.max_stories, wanted.manner, wanted.title, wanted.cursor)
    return (
        *what,
        chat.reads,
        chat.language,
        chat.time_zone,
        chat.kind is ChatKind.CHANNEL,
        chat.is_rich,
        chat.is_pictured,
    )


async def tried(work: Awaitable[T]) -> T | BaseException:
    """What the work came to, or what it raised."""
    (ended,) = await asyncio.gather(work, return_exceptions=True)
    return ended
