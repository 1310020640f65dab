"""What operators do with sources, on the command line and in chat alike: added, found by name, removed, looked over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot import opml
from bot.errors import UserError
from bot.model import FullText, Source, SourceOrigin, SourceState, TopicId
from bot.sourcing.finding import Found
from bot.stages import health
from bot.storage import sources as stored
from bot.world import World

MAX_SLUG_CHARS = 32
"""Of a slug we make, so that there is room for a number, and for the slug in a button."""
_WORST_FIRST = (
    health.Status.GONE,
    health.Status.FAILING,
    health.Status.SILENT,
    health.Status.WAITING,
    health.Status.OK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of a new source, as `model.Source` has it; `name` "" for the one it gives itself, `topics` as a
    person types them."""

    name: str = ""
    topics: tuple[str, ...] = ()
    full_text: FullText = "short"
    quota_per_day: int = 200
    old_is_news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How the sources are doing, those in trouble first, and how many of them were read at least once."""

    lines: tuple[health.Line, ...]
    read: int

    @property
    def progress(self) -> str:
        """In English, for the command line."""
        return f"{self.read:,} of {len(self.lines):,} read so far"


async def overview(world: World) -> Overview:
    """Every source with its health."""
    async with world.database.read() as connection:
        known, states = await stored.all(connection), await stored.states(connection)
    lines = [health.line(one, states.get(one.slug, SourceState())) for one in known]
    lines.sort(key=lambda line: (_WORST_FIRST.index(line.status), line.slug))
    return Overview(lines=tuple(lines), read=sum(line.last_read_at is not None for line in lines))


async def add(world: World, found: Found, wish: Wish, *, origin: SourceOrigin, now_at: datetime) -> Source:
    """Stores what was found as a source that is due at once. Raises UserError when it is there already, when another
    source has the name that is wished for, and for a topic that there is not."""
    topics = tuple(topic(world, typed) for typed in wish.topics)
    async with world.database.effect() as connection:
        there = await stored.all(connection)
        for one in there:
            if one.address == found.address:
                raise UserError("I read this already: it is the source “{name}”.", name=one.slug)
        taken = {one.slug for one in there}
        if wish.name and slug(wish.name, found.address, ()) in taken:
            raise UserError("There is a source of the name “{name}” already.", name=wish.name)
        new = Source(
            slug=slug(wish.name or found.title, found.address, taken),
            kind=found.kind,
            address=found.address,
            name=wish.name or found.title,
            topics=tuple(dict.fromkeys(topics)),
            full_text=wish.full_text,
            origin=origin,
            quota_per_day=wish.quota_per_day,
            old_is_news=wish.old_is_news,
        )
        await stored.add(connection, [new], now_at=now_at)
    return new


async def every(world: World) -> tuple[Source, ...]:
    """All sources, by slug."""
    async with world.database.read() as connection:
        return await stored.all(connection)


async def named(world: World, typed: str) -> Source:
    """The source of this slug, of this name, or the only one whose slug begins so. Raises UserError."""
    there, plain = await every(world), typed.strip().casefold()
    for fitting in (
        [one for one in there if one.slug == plain],
        [one for one in there if plain and one.name.casefold() == plain],
        [one for one in there if plain and one.slug.startswith(plain)],
    ):
        if len(fitting) == 1:
            return fitting[0]
    raise UserError("There is no source “{name}”.", name=typed.strip()[:40])


async def remove(world: World, typed: str) -> Source:
    """Forgets a source and what is known of its entries; its articles stay. Raises UserError for one that there is not,
    and for one of config.toml, which the next start would bring back."""
    source = await named(world, typed)
    if source.origin == "config":
        raise UserError("The source “{name}” stands in config.toml: take it out there.", name=source.slug)
    async with world.database.effect() as connection:
        await stored.remove(connection, source.slug)
    return source


def topic(world: World, typed: str) -> TopicId:
    """A topic by its id or its name in any language. Raises UserError."""
    found = world.topic_called(typed)
    if found is None:
        known = ", ".join(world.topic_ids)
        raise UserError("There is no topic “{typed}”. The topics are: {known}", typed=typed[:40], known=known)
    return found


def slug(name: str, address: str, taken: Iterable[str]) -> str:
    """How a source is called in commands: its name in Latin letters, or else its host; with a number if that is
    taken."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    made = _short(opml.latin(name)) or _short(opml.latin(host)) or "source"
    there, number, free = set(taken), 1, made
    while free in there:
        number += 1
        free = f"{made}-{number}"
    return free


def _short(latin: str) -> str:
    """Not longer than a slug may be; a word that does not fit is left out."""
    plain = latin.replace("_", "-").strip("-")
    if len(plain) <= MAX_SLUG_CHARS:
        return plain
    return (plain[: MAX_SLUG_CHARS + 1].rpartition("-")[0] or plain[:MAX_SLUG_CHARS]).strip("-")
