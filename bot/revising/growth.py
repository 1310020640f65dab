"""Stories grow where they were sent: a message is changed when its facts are, by its chat's choice, within its day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot import locales, revising
from bot.locales import cities
from bot.model import ArticleId, Message, MessageId, RichText, StoryId
from bot.stages import growing
from bot.stages.growing import Block
from bot.storage import dialect, edits, grouping, stories, summaries
from bot.storage.edits import Told
from bot.world import World

log = structlog.get_logger()
DAY = timedelta(days=1)
ROUND = timedelta(hours=1)  # longer than a summary waits between being made and being stored
AT_ONCE = 200  # messages that are changed in one transaction

_Links = tuple[tuple[Block, ArticleId], ...]


@dataclass(slots=True)
class Looked:
    """Which summaries each message was last compared with, so that nothing is compared twice."""

    marks: dict[MessageId, tuple[str, ...]] = field(default_factory=dict)


async def look(world: World, looked: Looked, *, now_at: datetime) -> int:
    """Plans the edits of messages whose stories have other facts by now; returns how many."""
    async with world.database.read() as connection:
        version = await grouping.version(connection)
        told = [one for one in await edits.growing(connection, sent_since=now_at - DAY) if _is_its_day(one, now_at)]
        links = {one.delivery.id: _links(one) for one in told}
        ids = {article_id for some in links.values() for _, article_id in some}
        story_of = await stories.stories_of(connection, ids)
        made = await summaries.marks(connection, set(story_of.values()))
    teller, marks = revising.Teller(world, now_at), dict[MessageId, tuple[str, ...]]()
    changed: list[tuple[Told, Message]] = []
    for one in told:
        news = _news(one, links[one.delivery.id], story_of=story_of, made=made)
        marks[one.delivery.id] = tuple(made[story_id].made_from for _, story_id in news)
        if not news or looked.marks.get(one.delivery.id) == marks[one.delivery.id]:
            continue
        body = await _grown(teller, one, news, now_at=now_at)
        if body != one.delivery.message.body:
            changed.append((one, replace(one.delivery.message, body=body)))
    planned = await _plan(world, changed, version=version)
    looked.marks = {} if planned < len(changed) else marks
    return planned


def _is_its_day(one: Told, now_at: datetime) -> bool:
    return now_at.astimezone(cities.tz(one.chat.time_zone)).date() == one.local_date


def _links(one: Told) -> _Links:
    """The stories of a message, each with the article at the last of its links, where its sources stand."""
    found = [block for block in growing.blocks(one.delivery.message.body) if block.number and block.urls]
    ids = revising.articles_at(block.urls[-1] for block in found)
    return tuple((block, ids[block.urls[-1]]) for block in found if block.urls[-1] in ids)


def _news(
    one: Told, links: _Links, *, story_of: Mapping[ArticleId, StoryId], made: Mapping[StoryId, summaries.Mark]
) -> list[tuple[str, StoryId]]:
    """The stories that were summed up anew since, each with its last link."""
    since = one.planned_at - ROUND
    # Of two that have become one story since, the first grows.
    first = {story_of[article_id]: block.urls[-1] for block, article_id in reversed(links) if article_id in story_of}
    return [(url, story_id) for story_id, url in first.items() if story_id in made and made[story_id].made_at > since]


async def _grown(
    teller: revising.Teller, one: Told, news: Sequence[tuple[str, StoryId]], *, now_at: datetime
) -> RichText:
    body, manner = one.delivery.message.body, revising.manner(one.chat)
    say = locales.catalogue(one.chat.language)
    clock = f"{now_at.astimezone(manner.zone):%H:%M}"

    def updated(figures: str) -> str:
        if figures:
            return say.text("Updated {time}: {figures}", time=clock, figures=figures)
        return say.text("Updated {time}", time=clock)

    for url, story_id in news:
        item, block = await teller.item(one, story_id), growing.telling(body, [url])
        if item is not None and block is not None:
            item = revising.shortened(item, block, one.delivery.message)
            grown = growing.grown(body, block, item, manner=manner, updated=updated)
            body = grown if grown and revising.fits(grown, one.delivery.message) else body
    return body


async def _plan(world: World, changed: Sequence[tuple[Told, Message]], *, version: int) -> int:
    """Nothing, once articles were moved or taken down since the stories were read: the next look decides anew."""
    planned = 0
    for some in dialect.batches(changed, AT_ONCE):
        async with world.database.write() as connection:
            if await grouping.version(connection) != version:
                break
            for one, message in some:
                planned += await edits.grow(connection, one.delivery, message)
    if planned:
        log.info("stories_grew", messages=planned)
    return planned
