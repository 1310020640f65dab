"""An article taken down: out of the archive, of search and of the messages that told it; and it stays out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot import following, locales, revising, telling
from bot.errors import RefusedEntry, UserError
from bot.model import Article, ArticleId, RichText, StoryId
from bot.stages import clean, growing, picture, sketch
from bot.stages.growing import Block
from bot.storage import articles, dialect, edits, follows, grouping, pictures, stories, takedowns
from bot.storage import told as told_table
from bot.storage.dialect import Connection
from bot.storage.edits import Told
from bot.storage.takedowns import Hidden
from bot.world import World

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an address stands for: the article, if it is stored, how many others its story has, and how many messages
    tell that story or link to it."""

    id: ArticleId
    url: str
    article: Article | None = None
    others: int = 0
    messages: int = 0
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a takedown came to: how many messages lost the article, of which `edited` were sent and are edited now."""

    seen: Seen
    messages: int = 0
    edited: int = 0


async def seen(world: World, typed: str) -> Seen:
    """What would be taken down by this address or id. Raises UserError for what is neither."""
    article_id, url = _named(typed)
    async with world.database.read() as connection:
        found = await _seen(connection, article_id, url)
        told = await _telling(connection, found) if found.article else ()
    return replace(found, messages=len(told))


async def hide(world: World, typed: str, *, now_at: datetime) -> Done:
    """Takes the article down and keeps it out. To be called within `Database.together`, so that all of it is done or
    nothing. Raises UserError for what is neither an address nor an id of a stored article."""
    article_id, url = _named(typed)
    async with world.database.effect() as connection:
        found = await _seen(connection, article_id, url)
        if found.article is None and not found.url:
            raise UserError("There is no story or article “{typed}”.", typed=typed.strip()[:80])
        told = await _telling(connection, found) if found.article else ()
        await takedowns.note(connection, Hidden(article_id=article_id, url=found.url, hidden_at=now_at))
        if found.article is None:
            return Done(seen=found)
        theirs = picture.name(found.article.picture)
        await pictures.remove(connection, theirs)
        rest = await takedowns.remove(connection, article_id)
        kept = await articles.many(connection, rest[:1])
        heir = await stories.named(connection, rest[0]) if rest else None
        if rest and heir == StoryId(rest[0]):
            await follows.keep(connection, [following.found_by(sketch.of(one)) for one in kept])
    if heir:
        await telling.told(world, [heir], now_at=now_at)
    done = Done(seen=replace(found, messages=len(told)))
    teller = revising.Teller(world, now_at)
    for one in told:
        body = await _without(teller, one, found, heir=heir)
        message = replace(one.delivery.message, body=body)
        if heir is None or message.picture == theirs:
            message = replace(message, picture="")
        if message != one.delivery.message:
            async with world.database.write() as connection:
                edited = await edits.withdraw(connection, one.delivery.id, message)
            done = replace(done, messages=done.messages + 1, edited=done.edited + edited)
    log.info("article_hidden", article=article_id, messages=done.messages, edited=done.edited)
    return done


async def allow(world: World, typed: str) -> bool:
    """The article may come in again when a source brings it; False when it was not kept out."""
    article_id, _ = _named(typed)
    async with world.database.effect() as connection:
        return await takedowns.allow(connection, article_id)


async def listing(world: World) -> tuple[Hidden, ...]:
    """What stays out, the latest first."""
    async with world.database.read() as connection:
        return await takedowns.listing(connection)


def _named(typed: str) -> tuple[ArticleId, str]:
    """The id and the canonical address, "" where an id was typed."""
    plain = typed.strip()
    if "://" not in plain:
        return ArticleId(plain.casefold()), ""
    try:
        return clean.article_id(plain), clean.link(plain)
    except RefusedEntry as error:
        raise UserError("This is no address that I can read: {typed}", typed=plain[:80]) from error


async def _seen(connection: Connection, article_id: ArticleId, url: str) -> Seen:
    is_hidden = article_id in await takedowns.ids(connection)
    found = await articles.get(connection, article_id)
    if found is None:
        return Seen(id=article_id, url=url, is_hidden=is_hidden)
    story_id = await stories.named(connection, article_id)
    members = await grouping.members_of(connection, [story_id] if story_id else [])
    others = len(members) - 1
    return Seen(id=article_id, url=found.url or url, article=found, others=others, is_hidden=is_hidden)


async def _telling(connection: Connection, found: Seen) -> tuple[Told, ...]:
    """The messages that told the article's story, under whichever of its names, or that link to the article."""
    story_id = await stories.named(connection, found.id)
    members = await grouping.members_of(connection, [story_id] if story_id else [])
    names = {StoryId(one.article_id) for one in members}
    digests = await told_table.of_stories(connection, names, since_at=dialect.EPOCH)
    parts = {(slot_id, part) for slot_id, told in digests.items() for part in told.values()}
    return await edits.telling(connection, urls=[found.url], parts=parts)


async def _without(teller: revising.Teller, one: Told, found: Seen, *, heir: StoryId | None) -> RichText:
    """The message with each story that may hold words of the article told from its other articles, or withdrawn."""
    body, manner = one.delivery.message.body, revising.manner(one.chat)
    say = locales.catalogue(one.chat.language)
    for at in range(len(growing.blocks(body))):
        block = growing.blocks(body)[at]
        story_id = await _story(teller.world, block, found, heir=heir)
        is_linked = found.url in block.urls if found.url else bool(block.number and not block.urls)
        if not is_linked and (heir is None or story_id != heir):
            continue
        item = await teller.item(one, story_id) if story_id else None
        item = revising.shortened(item, block, one.delivery.message) if item else None
        told = growing.retold(body, block, item, manner=manner) if item and block.number else None
        told = told if told and revising.fits(told, one.delivery.message) else None
        body = told or growing.withdrawn(body, block, say.text("This story was withdrawn."))
    return body


async def _story(world: World, block: Block, found: Seen, *, heir: StoryId | None) -> StoryId | None:
    """Which story a part of a message tells, by the last of its links, where its sources stand."""
    if not block.urls:
        return None
    if block.urls[-1] == found.url:
        return heir
    ids = revising.articles_at(block.urls[-1:])
    async with world.database.read() as connection:
        named = [await stories.named(connection, article_id) for article_id in ids.values()]
    return next(iter(named), None)
