"""The feeds that a web page names, best first: by its `link` elements, or by what its links look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

MAX_FEEDS = 20
MAX_CHARS = 4_000
"""Of an address; no page has a longer one."""

_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/rss+xml")
_DOUBTFUL = ("application/json", "application/xml", "text/xml")  # also said of other things
_NO_FEED = re.compile(
    r"wp-json|oembed|sitemap|opensearch|manifest|browserconfig|/osd\.xml|rsd(?:\.xml|$)", re.IGNORECASE
)
_OF_COMMENTS = re.compile(r"comment|replies|комментари|kommentar|izoh|изоҳ|пікір", re.IGNORECASE)
_LOOKS = (  # from what is surely a feed to what may be one
    re.compile(r"(?:^|/)(?:rss|feed|feeds|atom)(?:\.xml|\.json|/?$)|\.(?:rss|atom)$|[?&](?:feed=|format=(?:rss|feed))"),
    re.compile(r"(?:rss|feed|atom)[^/]*\.(?:xml|php|json)$|/(?:rss|feed|feeds|atom)[/?_]|feedburner"),
    re.compile(r"\.(?:xml|rdf)$"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """A `link rel="alternate"` of a page as it is written there."""

    href: str
    type: str
    title: str = ""


def feeds(alternates: Iterable[Alternate], links: Iterable[str], *, base: str) -> tuple[str, ...]:
    """Absolute http(s) addresses of the feeds a page names, at most 20, none of them of comments.

    Those of `alternates` in their order, the doubtful types last; only if there are none, those among `links` (the
    hrefs of the page) that look like feeds. `base` is what relative addresses are relative to.
    """
    named = [one for one in alternates if not _OF_COMMENTS.search(f"{one.href} {one.title}")]
    sure = [one.href for one in named if _type(one) in _TYPES]
    doubtful = [one.href for one in named if _type(one) in _DOUBTFUL and not _NO_FEED.search(one.href)]
    return _absolute([*sure, *doubtful], base) or _absolute(_alike(links), base)


def _type(one: Alternate) -> str:
    return one.type.partition(";")[0].strip().lower()


def _alike(links: Iterable[str]) -> Iterator[str]:
    fitting = [link for link in links if not _OF_COMMENTS.search(link) and not _NO_FEED.search(link)]
    for look in _LOOKS:
        yield from (link for link in fitting if look.search(link.partition("#")[0].lower()))


def _absolute(hrefs: Iterable[str], base: str) -> tuple[str, ...]:
    found = dict.fromkeys(filter(None, (absolute(href, base) for href in hrefs)))
    return tuple(found)[:MAX_FEEDS]


def absolute(href: str, base: str) -> str:
    """The http(s) address that a link on a page means, "" if it means none; `feed:` is another way to write http."""
    plain = re.sub(r"[\t\r\n]+", "", href.strip())
    plain = re.sub(r"^feed:", "http:", re.sub(r"^feed:(?://)?(?=https?:)", "", plain))
    if not plain or len(plain) > MAX_CHARS:  # cut, it would be another address
        return ""
    try:
        joined = urljoin(base, plain)
        parts = urlsplit(joined)
        return joined if parts.scheme.lower() in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""
