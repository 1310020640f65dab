"""Trouble with a source, told to admins once, and its end once: through the ledger, as everything that is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from bot import locales, sources
from bot.fetching.client import Order
from bot.model import Chat, ChatId, Message, RichText, Slot, Source
from bot.reading import web
from bot.reading.arrival import Arrival
from bot.stages import notice, poll, render
from bot.stages.poll import NoticeKind
from bot.storage import chats
from bot.world import World

log = structlog.get_logger()
NO_FEED = (200, 404)  # a page in the place of the feed, or nothing
TRIED = 3  # feeds that a site names, until one can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice with the name of its source and, for a feed that is gone, the feed that its site names now ("")."""

    notice: poll.Notice
    name: str
    replacement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notice as it goes to one admin."""

    slot: Slot
    chat_id: ChatId
    message: Message


def is_lost(arrival: Arrival) -> bool:
    """Whether a feed is gone, or for the third time no feed any more: then its site may name another."""
    outcome = arrival.outcome
    if not isinstance(outcome, poll.FailedRead) or not sources.kind(arrival.source.kind).teases:
        return False
    third = arrival.state.failures + 1 == poll.FAILURES_TOLD
    return outcome.status == poll.GONE_STATUS or (third and outcome.status in NO_FEED)


async def replacement(world: World, source: Source) -> str:
    """The first feed that the home page of the source's site names and that can be read, "" for none."""
    parts = urlsplit(source.address)
    home = await web.look(world, Order(url=f"{parts.scheme}://{parts.netloc}/", accept="text/html"), kind="page")
    for address in [feed for feed in home.parsed.feeds if feed != source.address][:TRIED]:
        looked = await web.look(world, Order(url=address, accept=web.ACCEPT), kind="feed")
        if looked.parsed.entries:
            return address
    return ""


async def letters(world: World, notices: Iterable[Told], *, now_at: datetime) -> dict[str, list[Letter]]:
    """By slug: each notice for each admin who has begun a chat with the bot, in the language of that chat."""
    async with world.database.read() as connection:
        known = [await chats.get(connection, ChatId(admin)) for admin in world.config.telegram.admins]
    there = [chat for chat in known if chat is not None and not chat.paused]
    written: dict[str, list[Letter]] = {}
    for one in notices:
        log.warning("source_notice", kind=one.notice.kind.value, source=one.notice.slug, error=one.notice.error)
        for chat in there:
            message = Message(part=1, body=text(one, chat))
            slot = notice.slot(chat.id, f"{one.notice.slug}-{one.notice.kind.value}", now_at=now_at)
            letter = Letter(slot=slot, chat_id=chat.id, message=message)
            written.setdefault(one.notice.slug, []).append(letter)
    return written


def text(told: Told, chat: Chat) -> RichText:
    """What an admin reads, in the language of the chat."""
    say, trouble, name = locales.catalogue(chat.language), told.notice, told.name
    since = say.moment(trouble.since_at, chat.time_zone) if trouble.since_at else ""
    if trouble.kind is NoticeKind.RECOVERED:
        return render.rich(say.text("{name} works again.", name=name))
    if trouble.kind is NoticeKind.SILENT:
        return render.rich(
            say.text("{name} has brought nothing new since {when}, longer than is usual.", name=name, when=since)
        )
    if trouble.kind is NoticeKind.GONE:
        said = say.text("{name} is gone, and I do not read it any more: {error}.", name=name, error=trouble.error)
    else:
        last = say.text("The last time was {when}.", when=since) if since else say.text("It was never read before.")
        said = " ".join((say.text("{name} cannot be read: {error}.", name=name, error=trouble.error), last))
    if not told.replacement:
        return render.rich(said)
    return render.rich(
        said,
        "\n\n",
        say.text("Its site names another feed. To read that one, send:"),
        "\n",
        render.code(f"/addsource {told.replacement}"),
    )
