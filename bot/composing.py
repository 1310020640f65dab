"""Stories as one chat is told them: in its language, with the stories they follow up, under its own date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import locales, telling
from bot.locales import cities
from bot.model import Chat, Digest, Item, Story, StoryId
from bot.stages import compose
from bot.storage import follows
from bot.world import World


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
