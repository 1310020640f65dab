"""Whether a site lets us read a page: its robots.txt, fetched once a day and kept for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.fetching import robots
from bot.fetching.client import Fetched, Fetcher, Order
from bot.fetching.failures import Failed, Reason

KEPT_S = 86_400.0  # RFC 9309, 2.4: not used for more than 24 hours
TRIED_AGAIN_S = 3_600.0  # after a site could not say what it allows
MAX_SITES = 2_000
NOTHING = "User-agent: *\nDisallow: /\n"  # RFC 9309, 2.3.1.4: a site that cannot be reached allows nothing


@dataclass(frozen=True, slots=True)
class _Kept:
    robots_txt: str
    until: float


class Permission:
    """Asked before every page; feeds are made for programs and need none.

    `obeyed` is False only in a test that shows what robots.txt is good for.
    """

    def __init__(self, fetcher: Fetcher, *, obeyed: bool = True) -> None:
        self._fetcher = fetcher
        self._obeyed = obeyed
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}

    async def may_read(self, url: str) -> bool:
        """Whether robots.txt of the URL's site lets us read it. One request a site and day."""
        if not self._obeyed:
            return True
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        site = f"{parts.scheme}://{parts.netloc}".lower()
        lock = self._asking.setdefault(site, asyncio.Lock())
        async with lock:
            told = await self._robots(site)
        if not lock.locked():
            self._asking.pop(site, None)
        return await asyncio.to_thread(robots.allowed, told, url, self._fetcher.user_agent)

    async def _robots(self, site: str) -> str:
        now = asyncio.get_running_loop().time()
        kept = self._kept.get(site)
        if kept is not None and kept.until > now:
            return kept.robots_txt
        came = await self._fetcher.fetch(Order(url=f"{site}/robots.txt", accept="text/plain", max_bytes=1_000_000))
        robots_txt, for_s = _rules(came)
        self._kept[site] = _Kept(robots_txt, now + for_s)
        self._kept.move_to_end(site)
        while len(self._kept) > MAX_SITES:
            self._kept.popitem(last=False)
        return robots_txt


def _rules(came: Fetched | Failed) -> tuple[str, float]:
    """The text, and for how many seconds it holds: a site without the file allows all, one in trouble nothing."""
    if isinstance(came, Fetched):
        return came.content.decode("utf-8", "replace"), KEPT_S
    if 400 <= came.status < 500 and came.status != 429:
        return "", KEPT_S
    return ("", KEPT_S) if came.reason is Reason.EMPTY else (NOTHING, TRIED_AGAIN_S)
