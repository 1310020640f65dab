"""What somebody looks for -> stories; and the articles that were stored before there was an index, filed bit by bit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from bot.errors import UserError
from bot.locales import cities
from bot.model import Article, Chat, TopicId
from bot.stages import indexed, query
from bot.storage import articles, asked, dialect, search
from bot.storage.search import Filed, Hit
from bot.world import World

log = structlog.get_logger()
AT_A_TIME = 200  # old articles filed in one transaction, which others wait for
NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Stories that were looked for, and whether there are more."""

    hits: tuple[Hit, ...]
    is_more: bool = False


async def stories(world: World, chat: Chat, typed: str, *, best: bool = False, start: int = 0, count: int) -> Found:
    """The stories from number `start` on, in the languages that the chat reads (none: in any), the newest or the best
    first. UserError, saying what to type, for a query that cannot be understood."""
    wanted = query.parse(typed)
    async with world.database.read() as connection:
        wish = search.Wish(
            terms=query.terms(wanted, chat.reads or await search.languages(connection)),
            topics=tuple(_topic(world, each, chat.language) for each in wanted.topics),
            sources=await _sources(connection, wanted.sources),
            since_at=_midnight(wanted.since, chat) if wanted.since else None,
            until_at=_midnight(wanted.until + timedelta(days=1), chat) if wanted.until else None,
        )
        found = await search.found(connection, wish, most=start + count + 1, best=best)
    return Found(hits=found[start : start + count], is_more=len(found) > start + count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query as it was typed, and the short name that buttons have for it."""

    name: str
    typed: str


async def remembered(world: World, chat: Chat, typed: str, *, now_at: datetime) -> Asked:
    """Keeps a query for buttons; what no database stores is taken out of it."""
    clean = typed.replace("\x00", "").encode(errors="replace").decode()
    async with world.database.write() as connection:
        return Asked(name=await asked.keep(connection, chat.id, clean, now_at=now_at), typed=clean)


async def recalled(world: World, chat: Chat, name: str) -> Asked:
    """The query of that name; UserError when the chat has asked for too many others since."""
    async with world.database.read() as connection:
        typed = await asked.get(connection, chat.id, name)
    if typed is None:
        raise UserError("I do not remember this search any more. Please send it again.")
    return Asked(name=name, typed=typed)


def topic(world: World, typed: str) -> TopicId | None:
    """A topic by its id or name in any language, or else by the beginning of a word of one."""
    if called := world.topic_called(typed):
        return called
    wanted = typed.casefold()
    for definition in world.topics:
        names = [name.casefold() for name in (definition.id, *definition.names.values())]
        if any(f" {wanted}" in f" {name}" for name in names):
            return definition.id
    return None


def no_such_topic(world: World, typed: str, language: str) -> UserError:
    known = ", ".join(world.topic_name(each, language) for each in world.topic_ids)
    return UserError("There is no topic “{typed}”. The topics are: {known}", typed=typed[:40], known=known)


async def catch_up(world: World) -> None:
    """Files what was stored before there was an index, the newest first, until all is filed or the bot ends."""
    while not world.beside.stop.is_set():
        async with world.database.read() as connection:
            up_to = await search.unfiled(connection)
            if not up_to:
                return
            told, down_to = await search.numbered(connection, up_to=up_to, most=AT_A_TIME)
            topics = await search.topics(connection, told)
            waiting = await articles.many(connection, tuple(told))
        lines = await asyncio.to_thread(_lines, waiting)
        filed = [
            Filed(article=one, topics=topics.get(one.id, ()), line=line)
            for one, line in zip(waiting, lines, strict=True)
        ]
        async with world.database.write() as connection:
            await search.catch_up(connection, filed, up_to=up_to, down_to=down_to)
        if not down_to:
            log.info("search_complete")


def _lines(waiting: Iterable[Article]) -> list[str]:
    return [indexed.line(one) for one in waiting]


def _topic(world: World, typed: str, language: str) -> TopicId:
    found = topic(world, typed)
    if found is None:
        raise no_such_topic(world, typed, language)
    return found


async def _sources(connection: dialect.Connection, typed: tuple[str, ...]) -> tuple[str, ...]:
    """The names that were typed, or those that have a word that begins like it."""
    known = await search.source_names(connection) if typed else ()
    found: list[str] = []
    for each in typed:
        wanted = each.casefold()
        same = [name for name in known if name.casefold() == wanted]
        alike = [name for name in known if f" {name.casefold()}".find(f" {wanted}") >= 0]
        if not alike:
            some = ", ".join(known[:NAMES_SHOWN])
            raise UserError("I know no source “{typed}”. Some that I know: {known}", typed=each[:40], known=some)
        found += same or alike
    return tuple(dict.fromkeys(found))


def _midnight(day: date, chat: Chat) -> datetime:
    """When a day begins where the chat is."""
    return datetime(day.year, day.month, day.day, tzinfo=cities.tz(chat.time_zone))
