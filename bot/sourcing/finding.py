"""What a person means by an address: a channel, a feed, or a page whose feeds are looked for; fetched, not stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot import sources
from bot.errors import RefusedAddress, UserError
from bot.fetching import failures
from bot.fetching.client import Order
from bot.fetching.failures import Reason
from bot.language import identify
from bot.model import Entry
from bot.reading import web
from bot.reading.web import Looked
from bot.sources import Parsed
from bot.world import World

TRIED = 3  # feeds that a page names, until one can be read
LOOKED_AT = 10  # entries whose texts tell the language


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that can be read: its kind and address, what it calls itself, and what is there now. `language` is a
    primary subtag, "" when it cannot be told; `others` are further feeds of the same page."""

    kind: str
    address: str
    title: str = ""
    entries: int = 0
    newest_at: datetime | None = None
    language: str = ""
    others: tuple[str, ...] = ()


class Unreadable(UserError):  # noqa: N818 - it names the outcome
    """An address at which nothing can be read: the text is for everybody, `reason` for those who run the bot."""

    def __init__(self, address: str, *, public: str, reason: str) -> None:
        super().__init__(public)
        self.reason = f"{address}: {reason}"

    def __str__(self) -> str:
        return self.reason


async def find(world: World, typed: str, *, kind: str = "") -> Found:
    """What can be read at an address: a channel by `@name`, a feed, a sitemap, the first good feed of a page. With
    `kind` that alone. Raises UserError, Unreadable where the site is to blame."""
    address, wanted = _meant(typed, kind)
    looked = await web.look(world, Order(url=address, accept=web.ACCEPT), kind=wanted or None)
    if looked.kind == "page" and not wanted:
        return await _first_feed(world, address, looked.parsed.feeds)
    return await _allowed(world, _found(address, looked))


def seen(parsed: Parsed) -> tuple[datetime | None, str]:
    """The date of the newest entry, and the language of the source as it says or as its texts show."""
    dates = [entry.published_at for entry in parsed.entries if entry.published_at is not None]
    return max(dates, default=None), _language(parsed)


def _meant(typed: str, kind: str) -> tuple[str, str]:
    """The address, and the kind where the address alone tells it."""
    if kind and kind not in sources.names():
        raise UserError("There is no kind of source {kind}. There is: {known}", kind=kind, known=_kinds())
    if kind and sources.kind(kind).files is not None:
        raise UserError("Files and folders of this machine are named in config.toml only.")
    try:
        if kind:
            return sources.kind(kind).address(typed), kind
        return _channel(typed) or (sources.web_address(typed), "")
    except RefusedAddress:
        raise UserError(
            "I cannot read the address {typed}. Write that of a page or feed, or the @name of a channel.",
            typed=typed.strip()[:100],
        ) from None


def _channel(typed: str) -> tuple[str, str] | None:
    try:
        return sources.kind("telegram_channel").address(typed), "telegram_channel"
    except RefusedAddress:
        return None


def _kinds() -> str:
    return ", ".join(name for name in sources.names() if sources.kind(name).files is None)


async def _first_feed(world: World, page: str, feeds: tuple[str, ...]) -> Found:
    """The first that can be read. Raises UserError: none is named, or none of those tried can be read."""
    if not feeds:
        raise UserError(
            "The page {address} names no feed. Give me the address of its feed; "
            "or, to read that one page again and again: the address with “page” behind it (digest-bot: --kind page).",
            address=page,
        )
    failed: list[Unreadable] = []
    for number, address in enumerate(feeds[:TRIED]):
        looked = await web.look(world, Order(url=address, accept=web.ACCEPT), kind="feed")
        try:
            return _found(address, looked, others=(*feeds[:number], *feeds[number + 1 :]))
        except Unreadable as error:
            failed.append(error)
    raise failed[0]


def _found(address: str, looked: Looked, *, others: tuple[str, ...] = ()) -> Found:
    """Raises Unreadable."""
    if looked.error or not looked.kind:
        raise Unreadable(address, public=looked.public or web.NOT_READ, reason=looked.error or "nothing came")
    if sources.kind(looked.kind).files is not None:
        raise Unreadable(address, public=web.NOT_READ, reason=f"files of the kind {looked.kind} are not read from afar")
    newest_at, language = seen(looked.parsed)
    return Found(
        kind=looked.kind,
        address=(looked.came.moved_to if looked.came else "") or address,
        title=" ".join(looked.parsed.title.split())[:100],
        entries=len(looked.parsed.entries),
        newest_at=newest_at,
        language=language,
        others=others,
    )


async def _allowed(world: World, found: Found) -> Found:
    """What a kind was recognised as may be something that robots.txt speaks to. Raises Unreadable."""
    if sources.kind(found.kind).obeys_robots and not await world.permission.may_read(found.address):
        raise Unreadable(found.address, public=failures.PUBLIC[Reason.FORBIDDEN], reason=web.NOT_ALLOWED)
    return found


def _language(parsed: Parsed) -> str:
    told = Counter(map(_told, parsed.entries[:LOOKED_AT])) if not parsed.language else Counter([parsed.language])
    told.pop(identify.UNKNOWN, None)
    return told.most_common(1)[0][0].partition("-")[0].lower() if told else ""


def _told(entry: Entry) -> str:
    return entry.language or identify.language(f"{entry.title}\n{entry.text or entry.html}")
