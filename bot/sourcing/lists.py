"""Many sources at once: lists of other programs (OPML) and our own (TOML as in config.toml), into the store and out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot import config, opml, sources, sourcing
from bot.config import SourceSection
from bot.errors import FileError, ParserKilled, RefusedAddress
from bot.model import Source, TopicId
from bot.opml import Listed, Outline
from bot.storage import sources as stored
from bot.world import World

NOT_OURS = ("evidence",)  # what seeds/sources.toml says for people
_SECTION = re.compile(r"[ \t]*\[\[[ \t]*sources[ \t]*\]\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The slugs of what was added, how many were there before, and what of the list was not taken, each with its
    place."""

    added: tuple[str, ...]
    known: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A source of a list and where it stands there; its slug is "" when the list names none."""

    source: Source
    place: str


async def import_list(world: World, body: bytes, *, name: str, now_at: datetime) -> Imported:
    """Stores the sources of a list at once, all due now; `name` is the file's, for its faults. What cannot be taken
    costs only itself. Raises FileError for a file that is no list."""
    is_toml = name.lower().endswith(".toml") or _SECTION.search(body[:100_000].decode("utf-8", "replace")) is not None
    placed, faults = _of_toml(world, body, name) if is_toml else await _of_opml(world, body, name)
    return await _stored(world, placed, faults, now_at=now_at)


async def export(world: World, *, now_at: datetime) -> tuple[bytes, int]:
    """Feeds and channels as OPML, topics as folders; and how many other sources such a list cannot hold."""
    there = await sourcing.every(world)
    fitting = [one for one in there if one.kind in ("feed", "telegram_channel")]
    listed = [Listed(address=one.address, title=one.name or one.slug, topics=one.topics) for one in fitting]
    names = {topic: world.topic_name(topic, "en") for topic in world.topic_ids}
    return opml.write(listed, title="digest-bot", created_at=now_at, names=names), len(there) - len(fitting)


async def _stored(world: World, placed: Iterable[_Place], faults: list[str], *, now_at: datetime) -> Imported:
    """In one transaction. A slug that the list names must be free; where it names none, one is made."""
    async with world.database.write() as connection:
        there = await stored.all(connection)
        addresses, taken, known = {one.address for one in there}, {one.slug for one in there}, 0
        wanted: list[Source] = []
        for one in placed:
            if one.source.address in addresses:
                known += 1
            elif one.source.slug in taken:
                faults.append(f"{one.place}: there is another source of the name {one.source.slug}")
            else:
                made = one.source.slug or sourcing.slug(one.source.name, one.source.address, taken)
                wanted.append(replace(one.source, slug=made))
                addresses.add(one.source.address)
                taken.add(made)
        added = await stored.add(connection, wanted, now_at=now_at)
    return Imported(added=added, known=known, faults=tuple(faults))


async def _of_opml(world: World, body: bytes, name: str) -> tuple[list[_Place], list[str]]:
    """Raises FileError."""
    try:
        outline = await world.child.run(opml.read, body)
    except ParserKilled as error:
        raise FileError(name, error.reason) from error
    if not outline.feeds:
        reason = outline.faults[0] if outline.faults else "there is no feed in it"
        raise FileError(name, reason)
    topics = _topics(world, outline)
    placed = [_Place(source=_listed(feed, topics), place=f"{name}: {feed.address}") for feed in outline.feeds]
    return placed, [f"{name}: {fault}" for fault in outline.faults]


def _topics(world: World, outline: Outline) -> Mapping[TopicId, TopicId]:
    """The folders' topics as ours, where a folder is called as one of ours is, in any language."""
    return {topic: world.topic_called(folder) or topic for topic, folder in outline.names}


def _listed(feed: Listed, topics: Mapping[TopicId, TopicId]) -> Source:
    try:
        address, kind = sources.kind("telegram_channel").address(feed.address), "telegram_channel"
    except RefusedAddress:
        address, kind = feed.address, "feed"
    ours = tuple(dict.fromkeys(topics.get(topic, topic) for topic in feed.topics))
    return Source(slug="", kind=kind, address=address, name=feed.title, topics=ours, origin="opml")


def _of_toml(world: World, body: bytes, name: str) -> tuple[list[_Place], list[str]]:
    """Raises FileError."""
    try:
        text = body.decode("utf-8-sig")
        listed = tomllib.loads(text).get("sources")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileError(name, str(error)) from None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        reason = "a list of sources has a [[sources]] for each"
        raise FileError(name, reason)
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if _SECTION.match(line)]
    placed, faults = [], []
    for number, said in enumerate(listed):
        place = f"{name}:{lines[number]}" if len(lines) == len(listed) else f"{name}: source {number + 1}"
        came = list(_taken(world, said))
        placed += [_Place(source=one, place=place) for one in came if isinstance(one, Source)]
        faults += [f"{place}: {one}" for one in came if not isinstance(one, Source)]
    return placed, faults


def _taken(world: World, said: Mapping[str, Any]) -> Iterator[Source | str]:
    """The source that a section describes, or everything that is wrong with it."""
    section = config.section({key: value for key, value in said.items() if key not in NOT_OURS})
    if not isinstance(section, SourceSection):
        yield from map(str, section)
        return
    alone = world.config.model_copy(update={"sources": (section,)})
    wrong = [
        str(replace(fault, key=fault.key.removeprefix(f"sources.{section.slug}."))) for fault in sources.faults(alone)
    ]
    if section.path:
        wrong.append("path: files and folders of this machine are named in config.toml only")
    wrong += [f'topics: no topic "{topic}"' for topic in section.topics if topic not in world.topic_ids]
    if wrong:
        yield from wrong
        return
    yield from (replace(one, origin="cli") for one in sources.configured(alone))
