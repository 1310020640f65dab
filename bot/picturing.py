"""The picture that a digest leads with: fetched through the guard, made anew in a process that may be killed, kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot import photo
from bot.errors import ParserKilled
from bot.fetching.client import Fetched, Order
from bot.model import Story
from bot.stages import picture
from bot.storage import pictures
from bot.world import World

log = structlog.get_logger()
STORIES = 3  # the first of so many that has a good picture leads
EACH = 2  # pictures of one story that are looked at
LOOKS = 20  # pictures fetched in one turn of planning; later digests of it lead with those that are known
LOOK_S = 4.0  # so long a digest waits for the pictures of a story
LATE = 4  # pictures that took too long, after which none are fetched in this turn: slow sites must not delay digests
AGAIN = timedelta(hours=1)  # a picture that could not be had is not asked for again before
KEPT = timedelta(days=14)
MAX_BYTES = 5_000_000
ACCEPT = "image/jpeg, image/png, image/webp"


class Looks:
    """How many pictures may still be fetched in this turn of planning, and how many of them may take too long."""

    def __init__(self, many: int = LOOKS, *, late: int = LATE, each_s: float = LOOK_S) -> None:
        self.each_s = each_s
        self._left = many
        self._late = late

    def taken(self, wanted: Sequence[str]) -> Sequence[str]:
        """As many of these as there are looks left for."""
        some = wanted[: self._left] if self._late > 0 else ()
        self._left -= len(some)
        return some

    def came_late(self) -> None:
        self._late -= 1


async def of(world: World, story: Story, looks: Looks, *, now_at: datetime) -> str:
    """The name of the first good picture that an article of the story has; "" when none has one."""
    urls = {picture.name(one.picture): one.picture for one in story.articles if one.picture}
    offered = dict(list(urls.items())[:EACH])
    if not offered:
        return ""
    async with world.database.read() as connection:
        known = await pictures.known(connection, offered, bad_since=now_at - AGAIN)
    fresh = looks.taken([name for name in offered if name not in known])
    known |= await _looked(world, {name: offered[name] for name in fresh}, looks, now_at=now_at)
    return next((name for name in offered if known.get(name)), "")


async def _looked(world: World, urls: Mapping[str, str], looks: Looks, *, now_at: datetime) -> dict[str, bool]:
    """Fetches them side by side; whether each is good."""
    if not urls:
        return {}
    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(_content(world, url, looks)) for name, url in urls.items()}
    async with world.database.write() as connection:
        for name, task in tasks.items():
            await pictures.keep(connection, name, task.result(), now_at=now_at)
    return {name: bool(task.result()) for name, task in tasks.items()}


async def _content(world: World, url: str, looks: Looks) -> bytes:
    """The picture as we send it; b"" for one that cannot be had, or is no good."""
    try:
        async with asyncio.timeout(looks.each_s):
            if not await world.permission.may_read(url):
                return b""
            came = await world.fetcher.fetch(Order(url=url, accept=ACCEPT, max_bytes=MAX_BYTES))
            if not isinstance(came, Fetched):
                log.info("picture_not_fetched", url=url, reason=came.message)
                return b""
            return await world.child.run(photo.developed, came.content)
    except TimeoutError:
        looks.came_late()
        log.info("picture_not_fetched", url=url, reason="it took too long")
    except ParserKilled as error:
        log.info("picture_not_fetched", url=url, reason=str(error))
    return b""


async def forget(world: World, *, now_at: datetime) -> int:
    """Drops pictures of digests that went out long ago; returns how many."""
    async with world.database.write() as connection:
        return await pictures.forget(connection, now_at - KEPT)
