"""Stories of one kind that differ in place and name, and a talk in which a digest told the best of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import pipeline, settings
from bot.model import Chat, ChatId, Entry, Subscription
from bot.outputs import telegram_chat
from bot.storage import chats
from tests import texts
from tests.fakes import UNLIMITED
from tests.running import KEY, Talk

PLACES = ("harbour", "museum", "library", "stadium", "airport", "theatre", "market", "clinic", "bridge", "tower")
NAMES = ("Aktepa", "Koksai", "Chirbulak", "Akkurgan", "Kokterek", "Chirtepa", "Aksai", "Kokbulak", "Tashkol", "Sarysu")


def openings(count: int) -> list[Entry]:
    """So many stories of one kind, each of an event of its own, an hour apart, the newest first."""
    now_at = datetime.now(UTC)
    return [
        texts.entry(
            f"opening-{at}",
            f"The {PLACES[at]} of {NAMES[at]} has a football club since {1900 + 7 * at}. {NAMES[at]} won {3 + at} "
            f"matches of the championship.",
            published_at=now_at - timedelta(hours=at + 1),
        )
        for at in range(count)
    ]


async def stored(talk: Talk) -> Chat:
    async with talk.world.database.read() as connection:
        chat = await chats.get(connection, ChatId(talk.chat_id))
    assert chat is not None
    return chat


async def wanted(talk: Talk, slug: str = settings.MAIN) -> Subscription:
    return next(one for one in await settings.cards(talk.world, await stored(talk)) if one.slug == slug)


async def sent(talk: Talk, slug: str = settings.MAIN) -> str:
    """The next digest, as it arrives."""
    before, due_at = len(talk.messages()), (await wanted(talk, slug)).next_due_at
    assert due_at is not None
    await pipeline.publish(talk.world, now_at=due_at)
    await pipeline.deliver(replace(talk.world, limits=UNLIMITED), telegram_chat.send(talk.bot, KEY))
    return talk.last.text if len(talk.messages()) > before else ""


async def begun(talk: Talk, *, stories: int = 3, most: int = 7) -> str:
    """Everything is wanted, so many stories came, and a digest of the best of them."""
    await talk.say("/card main topics *")
    await talk.say(f"/card main length stories {most}")
    await talk.take(openings(stories))
    return await sent(talk)
