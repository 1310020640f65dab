"""One reading of a source that lies on the net: asked politely, parsed in a child process, its entries sorted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot import locales, sources
from bot.errors import FileError, ParserKilled
from bot.fetching import body as bodies
from bot.fetching import failures
from bot.fetching.client import Fetched, Order
from bot.fetching.failures import Failed, Reason
from bot.model import Entry, Source, SourceState
from bot.reading import fulltext
from bot.reading.arrival import Arrival, of_source
from bot.sources import Body, Parsed
from bot.stages import fresh, poll
from bot.storage import sources as stored
from bot.world import World

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
log = structlog.get_logger()
MAX_BYTES = 5_000_000  # of what is in a packed file
PACKED = b"\x1f\x8b"
MORE = 5  # sitemaps of an index that are read, the newest first
NOTHING = Parsed()
NOT_READ = locales.sentence("This is not a feed or page that I can read.")
NOT_ALLOWED = "the site's robots.txt asks programs not to read this page"
OUR_FAULT = "our parser failed on this, which is a fault of ours"
TOO_MUCH = "reading this takes more than a source may cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What is at an address: what it was read as ("" when nothing of ours), where it came from in the end, and what was
    read; or why nothing was, `error` for admins and `public` for everybody ("" when it was).

    `came` is the answer itself, for its validators; `status` that of HTTP, 0 when there was none.
    """

    address: str
    kind: str = ""
    parsed: Parsed = NOTHING
    came: Fetched | None = None
    error: str = ""
    public: str = ""
    status: int = 0
    retry_after_s: int = 0


async def look(world: World, order: Order, *, kind: str | None = None) -> Looked:
    """Fetches and parses an address as `kind`, or as what its content shows. Never raises for what a site does."""
    if kind and sources.kind(kind).obeys_robots and not await world.permission.may_read(order.url):
        return Looked(address=order.url, kind=kind, error=NOT_ALLOWED, public=failures.PUBLIC[Reason.FORBIDDEN])
    came = await world.fetcher.fetch(order)
    if isinstance(came, Failed):
        return Looked(
            address=order.url,
            kind=kind or "",
            error=came.message,
            public=came.public,
            status=came.status,
            retry_after_s=came.retry_after_s,
        )
    if came.status == 304:
        return Looked(address=came.address, kind=kind or "", came=came, status=304)
    return await _parsed(world, came, kind)


async def read(world: World, source: Source, state: SourceState, *, now_at: datetime) -> Arrival:
    """One reading of a source, with what of it is new; nothing is stored yet."""
    etag, last_modified = poll.validators(state, now_at=now_at)
    order = Order(url=poll.address(source, state), etag=etag, last_modified=last_modified, accept=ACCEPT)
    looked = await look(world, order, kind=source.kind)
    if looked.came is None or looked.error:
        failed = poll.FailedRead(reason=looked.error, status=looked.status, retry_after_s=looked.retry_after_s)
        return Arrival(source=source, state=state, outcome=failed)
    came = looked.came
    if came.status == 304:
        unchanged = poll.NotModified(
            etag=came.etag, last_modified=came.last_modified, moved_to=came.moved_to, max_age_s=came.max_age_s
        )
        return Arrival(source=source, state=state, outcome=unchanged)
    parsed = await _with_more(world, looked.parsed, kind=source.kind)
    if looked.parsed.more and not parsed.entries and parsed.faults:
        return Arrival(source=source, state=state, outcome=poll.FailedRead(reason=str(parsed.faults[0])))
    found = await _new_in(world, source, state, now_at=now_at, entries=parsed.entries)
    arrival = Arrival(source=source, state=state, outcome=_ok(came, parsed, found))
    return await _arrival(world, arrival, found, parsed)


async def _parsed(world: World, came: Fetched, kind: str | None) -> Looked:
    looked = Looked(address=came.address, kind=kind or "", came=came, status=came.status)
    try:
        content = await asyncio.to_thread(_unpacked, came.content)
        body = Body(content=content, address=came.address, content_type=came.content_type)
        name, parsed = await world.child.run(sources.read_as, body, kind)
    except failures.Trouble as error:
        return replace(looked, error=error.failed.message, public=error.failed.public)
    except ParserKilled as error:
        log.warning("parser_gave_up", url=came.address, reason=error.reason)
        return replace(looked, error=OUR_FAULT if error.raised else f"{TOO_MUCH}: {error.reason}", public=NOT_READ)
    if parsed.faults and not (parsed.entries or parsed.feeds or parsed.more):
        return replace(looked, kind=name, parsed=parsed, error=parsed.faults[0].reason, public=NOT_READ)
    return replace(looked, kind=name, parsed=parsed)


def _unpacked(content: bytes) -> bytes:
    """What is in a packed file (`sitemap.xml.gz`). Raises Trouble."""
    return bodies.gunzip(content, max_bytes=MAX_BYTES) if content.startswith(PACKED) else content


async def _with_more(world: World, parsed: Parsed, *, kind: str) -> Parsed:
    """With the entries of the sitemaps that an index names; an index in an index is not followed."""
    read = [await look(world, Order(url=url, accept=ACCEPT), kind=kind) for url in parsed.more[:MORE]]
    entries = (*parsed.entries, *(entry for one in read for entry in one.parsed.entries))
    faults = (*parsed.faults, *(fault for one in read for fault in _faults(one)))
    return replace(parsed, entries=entries, faults=faults)


def _faults(looked: Looked) -> tuple[FileError, ...]:
    """What is wrong with a sitemap of an index, be it that it was not to be had."""
    lost = looked.error and not looked.parsed.faults
    return (FileError(looked.address, looked.error),) if lost else looked.parsed.faults


async def _new_in(
    world: World, source: Source, state: SourceState, *, now_at: datetime, entries: Iterable[Entry]
) -> fresh.Fresh:
    """Which entries are new (row F52): by what is remembered of the source, within its quota of a day."""
    marked = await asyncio.to_thread(fresh.marked, tuple(entries))
    since_at = poll.counted_since(state, now_at=now_at)
    async with world.database.read() as connection:
        known = await stored.known(connection, source.slug, (key for one in marked for key in one.keys))
        taken_today = await stored.count_today(connection, source.slug, since_at)
    terms = fresh.Terms(
        first_read=state.first_ok_at is None,
        quota_left=source.quota_per_day - taken_today,
        old_is_news=source.old_is_news,
    )
    return await asyncio.to_thread(fresh.fresh, marked, known, terms, now_at=now_at)


def _ok(came: Fetched, parsed: Parsed, found: fresh.Fresh) -> poll.ReadOk:
    """What the reading tells of the source. With faults no validator is kept: the next reading is to see it all. Nor
    is that of an index, which may stay as it is while what it names changes."""
    whole = bool(parsed.faults or parsed.more)
    return poll.ReadOk(
        new_items=len(found.news) + len(found.old),
        dates=tuple(entry.published_at for entry in parsed.entries if entry.published_at is not None),
        etag="" if whole else came.etag,
        last_modified="" if whole else came.last_modified,
        moved_to=came.moved_to,
        max_age_s=came.max_age_s,
        ttl_s=parsed.ttl_min * 60,
        skip_hours=parsed.skip_hours,
    )


async def _arrival(world: World, arrival: Arrival, found: fresh.Fresh, parsed: Parsed) -> Arrival:
    source = arrival.source
    whole = await fulltext.fetched(world, source, (*found.news, *found.changed))
    said = {"title": parsed.title, "language": parsed.language}
    news = [of_source(entry, source, **said) for entry in whole]
    old = [replace(of_source(entry, source, **said), is_old=True) for entry in found.old]
    return replace(
        arrival,
        entries=(*news, *old),
        keys=found.keys,
        faults=tuple(map(str, parsed.faults)),
        dropped=len(found.dropped),
    )
