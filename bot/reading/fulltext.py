"""The whole text of entries that only tease: their pages, where robots.txt lets us read them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

from bot import sources
from bot.errors import ParserKilled
from bot.fetching.client import Fetched, Order
from bot.model import Entry, Source
from bot.sources import Body
from bot.world import World

SHORT_CHARS = 700
"""With `full_text = "short"`, an entry with less text than this is taken for a teaser."""
PAGES = 20
"""At most so many pages are read for one reading of a source; the entries behind them keep what the feed says."""
PAGES_S = 60.0
SAME = 0.5
"""Half of the long words of title and teaser must stand on the page: a wall, a home page or another article has not."""

_TAG = re.compile(r"<[^<>]*>")
_LONG_WORD = re.compile(r"\w{5,}")


async def fetched(world: World, source: Source, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries in their order, those that tease with the text of their pages. A page that cannot be had, or tells
    something else, leaves the entry as it is."""
    if source.full_text == "never" or not sources.kind(source.kind).teases:
        return tuple(entries)
    whole = list(entries)
    wanted = [number for number, entry in enumerate(entries) if _is_wanted(entry, source)][:PAGES]
    try:
        async with asyncio.timeout(PAGES_S):
            for number in wanted:
                whole[number] = await _whole(world, entries[number])
    except TimeoutError:
        return tuple(whole)
    return tuple(whole)


def _is_wanted(entry: Entry, source: Source) -> bool:
    return entry.url.startswith(("http://", "https://")) and (
        source.full_text == "always" or len(_plain(entry)) < SHORT_CHARS
    )


async def _whole(world: World, entry: Entry) -> Entry:
    if not await world.permission.may_read(entry.url):
        return entry
    came = await world.fetcher.fetch(Order(url=entry.url, accept="text/html"))
    if not isinstance(came, Fetched):
        return entry
    body = Body(content=came.content, address=came.address, content_type=came.content_type)
    try:
        _, page = await world.child.run(sources.read_as, body, "page")
    except ParserKilled:
        return entry
    return joined(entry, page.entries[0]) if page.entries else entry


def joined(entry: Entry, page: Entry) -> Entry:
    """The entry with the page's text, if that is longer and tells the same; what the feed says of title, date and
    authors stays, what it does not say comes from the page."""
    teaser = _plain(entry)
    said = set(_LONG_WORD.findall(f"{entry.title} {teaser}".casefold()))
    there = set(_LONG_WORD.findall(f"{page.title} {page.text}".casefold()))
    if len(page.text) <= len(teaser) or len(said & there) < SAME * len(said):
        return entry
    return replace(
        entry,
        text=page.text,
        html="",
        title=entry.title or page.title,
        published_at=entry.published_at or page.published_at,
        authors=entry.authors or page.authors,
        image=entry.image or page.image,
        language=entry.language or page.language,
    )


def _plain(entry: Entry) -> str:
    return entry.text if entry.text.strip() else " ".join(_TAG.sub(" ", entry.html).split())
