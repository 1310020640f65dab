"""Why a story came to a chat, or why it did not: what is known of both, as data for `/why`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from bot import finding, settings
from bot.errors import RefusedEntry
from bot.model import ArticleId, Chat, Filters, StoryId, Subscription
from bot.stages import choose, clean, publishers
from bot.storage import search, seen, sources, stories, takedowns, told
from bot.storage.dialect import Connection
from bot.world import World

LOOKED_AT = 60  # digests of a chat, the latest
_ID = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A digest that told the story, as number `rank` of those it told, or ranked it behind `better` others (`rank` 0),
    of which `first` is the best."""

    place: told.Place
    due_at: datetime
    subscription: Subscription | None
    rank: int
    better: int
    first: StoryId


class Unread(StrEnum):
    """Why there is no such article here."""

    GONE = "gone"
    NO_LINK = "no link"
    HIDDEN = "hidden"
    NOT_TAKEN = "not taken"
    NOT_READ = "not read"


class Miss(StrEnum):
    """Why a subscription does not tell a story."""

    LANGUAGE = "language"
    SOURCE = "source"
    UNWANTED = "unwanted"
    MUTED = "muted"
    NEXT = "next"
    SEEN = "seen"
    BEFORE = "before"
    OLD = "old"


async def named(world: World, typed: str) -> StoryId | None:
    """The story of an id or a link; None when it is not stored."""
    async with world.database.read() as connection:
        return await stories.named(connection, _article(typed) or typed)


async def unread(world: World, typed: str) -> tuple[Unread, str]:
    """Why nothing is stored of a link, and the site that it leads to."""
    article_id = _article(typed)
    if article_id is None:
        return Unread.GONE if _ID.fullmatch(typed) else Unread.NO_LINK, ""
    site = _site(typed)
    async with world.database.read() as connection:
        if article_id in await takedowns.ids(connection):
            return Unread.HIDDEN, site
        owners = {publishers.owner(one.address) for one in await sources.all(connection)} - {""}
        names = await search.source_names(connection)  # of files that were imported, which name their site
    is_read = publishers.owner(typed) in owners or site in names
    return (Unread.NOT_TAKEN if is_read else Unread.NOT_READ), site


async def digests(world: World, chat: Chat, story_id: StoryId) -> tuple[Told, ...]:
    """The digests that told the story or had no room for it, the latest first, those that told it before all."""
    async with world.database.read() as connection:
        records = await told.of_chat(connection, chat.id, limit=LOOKED_AT)
        names = {place.story_id for record in records for place in record.places}
        now = await stories.now_named(connection, names)
    cards = {one.id: one for one in await settings.cards(world, chat)}
    found = [
        _told(record, place, cards.get(record.subscription_id))
        for record in records
        for place in record.places
        if now.get(place.story_id, place.story_id) == story_id
    ]
    return tuple(sorted(found, key=lambda one: not one.rank))


async def missed(
    world: World, chat: Chat, story_id: StoryId, *, now_at: datetime
) -> tuple[tuple[Subscription, Miss, tuple[str, ...]], ...]:
    """Why each subscription of the chat that wants something has not told the story, with the muted words in it."""
    async with world.database.read() as connection:
        articles = await stories.of_articles(connection, [story_id])
        (story,) = await stories.candidates(connection, ids=[story_id], limit=1)
        is_seen = bool(await seen.by(connection, [chat.id], articles))
        missed: list[tuple[Subscription, Miss, tuple[str, ...]]] = []
        for wanted in await settings.cards(world, chat):
            if not settings.wants_something(wanted):
                continue
            if is_seen and not wanted.manner.roundup:  # a round-up tells again what was told
                missed.append((wanted, Miss.SEEN, ()))
            else:
                missed.append((wanted, *await _miss(connection, (wanted, chat), story, now_at=now_at)))
        return tuple(missed)


async def _miss(
    connection: Connection, one: tuple[Subscription, Chat], story: choose.Candidate, *, now_at: datetime
) -> tuple[Miss, tuple[str, ...]]:
    wanted, chat = one
    languages, filters = finding.reads(wanted, chat), wanted.filters
    if languages and not any(code in languages for code in story.languages):
        return Miss.LANGUAGE, ()
    if not finding.is_heard(story, filters, languages):
        return Miss.SOURCE, ()

    async def is_found(filters: Filters, since: finding.Since) -> bool:
        found = await finding.candidates(connection, replace(wanted, filters=filters), chat, since=since, now_at=now_at)
        return any(each.story_id == story.story_id for each in found)

    old = Miss.BEFORE if wanted.cursor is None and not wanted.manner.roundup else Miss.OLD
    ever = finding.Since(after=story.number - 1)
    if not await is_found(replace(filters, muted=()), ever):
        return (old if set(story.topics) & set(wanted.topics) else Miss.UNWANTED), ()
    if not await is_found(filters, ever):
        return Miss.MUTED, tuple([w for w in filters.muted if not await is_found(replace(filters, muted=(w,)), ever)])
    new, _ = await finding.since(connection, wanted, now_at=now_at)
    return (Miss.NEXT if await is_found(filters, new) else old), ()


def _told(record: told.Record, place: told.Place, card: Subscription | None) -> Told:
    numbered = [one.story_id for one in record.places if one.part]
    is_told = bool(place.part)
    return Told(
        place=place,
        due_at=record.due_at,
        subscription=card,
        rank=numbered.index(place.story_id) + 1 if is_told else 0,
        better=0 if is_told else [one.story_id for one in record.places].index(place.story_id),
        first=record.places[0].story_id,
    )


def _article(typed: str) -> ArticleId | None:
    """The id of the article that a link leads to; None for what is no link."""
    if "://" not in typed:
        return None
    try:
        return clean.article_id(typed)
    except RefusedEntry:
        return None


def _site(url: str) -> str:
    """What readers call the place: its host, with the first of the path where each path is somebody else's."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if publishers.owner(url) == publishers.owner(parts._replace(path="").geturl()):
        return host
    return f"{host}/{next(one for one in parts.path.split('/') if one not in ('', 's'))}"
