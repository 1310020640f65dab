"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) -> entries; versions to come are read the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.errors import RefusedEntry
from bot.language import dates
from bot.model import Entry
from bot.stages import feedtext

MAX_ITEMS = 200

_VERSION = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFeed:
    """What a JSON Feed says of itself, and its entries in the order given."""

    title: str
    language: str
    entries: tuple[Entry, ...]


def recognised(text: str) -> bool:
    """Whether this is a JSON object that calls itself a JSON Feed, or has a version and items; nothing is parsed."""
    if not text.lstrip().startswith("{"):
        return False
    return _VERSION.search(text) is not None or all(f'"{word}"' in text for word in ("version", "items"))


def read(text: str, address: str) -> JsonFeed:
    """Fields of a wrong type count as missing. Raises RefusedEntry for what is no JSON Feed at all.

    Relative addresses are resolved against `home_page_url`, then `feed_url`, then `address`.
    """
    feed = _object(text)
    if not _VERSION.search(text) and not isinstance(feed.get("items"), list):
        raise RefusedEntry("this is JSON, but no JSON Feed: neither its version nor items stand in it")
    items = feed.get("items")
    bases = [_text(feed, "home_page_url"), _text(feed, "feed_url"), address]
    language = feedtext.language(_text(feed, "language"))
    rows = items if isinstance(items, list) else []
    entries = (_entry(item, feed, bases) for item in rows[:MAX_ITEMS] if isinstance(item, dict))
    title = feedtext.title(feedtext.Value(text=_text(feed, "title"), is_html=False))
    return JsonFeed(title=title, language=language, entries=tuple(entries))


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        said = error.msg.removesuffix(" starting at").lower()
        reason = f"damaged JSON at line {error.lineno}, column {error.colno}: {said}"
        raise RefusedEntry(reason) from error
    except RecursionError as error:
        raise RefusedEntry("JSON that is nested too deep to be read") from error
    except ValueError as error:
        raise RefusedEntry("JSON with a number of thousands of digits") from error
    if not isinstance(found, dict):
        raise RefusedEntry("this is JSON, but no JSON Feed: it is no object")
    return found


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], bases: list[str]) -> Entry:
    guid = _text(item, "id")
    url = _text(item, "url") or _text(item, "external_url") or (guid if feedtext.is_web(guid) else "")
    bodies = (
        feedtext.Value(text=_text(item, "content_html"), is_html=True),
        feedtext.Value(text=_text(item, "content_text"), is_html=False),
        feedtext.Value(text=_text(item, "summary"), is_html=False),
    )
    authors = _people(item) or _people(feed)
    return Entry(
        url=feedtext.link(url, bases),
        title=feedtext.title(feedtext.Value(text=_text(item, "title"), is_html=False)),
        html=feedtext.body(bodies[:1] if bodies[0].text.strip() else bodies),
        published_at=_moment(item, "date_published") or _moment(item, "date_modified"),
        authors=feedtext.names(authors),
        categories=feedtext.names(_texts(item, "tags")),
        language=feedtext.language(_text(item, "language") or _text(feed, "language")),
        guid=guid[: feedtext.MAX_URL_CHARS],
        image=feedtext.link(_text(item, "image") or _text(item, "banner_image") or _picture(item), bases),
    )


def _text(holder: Mapping[str, Any], field: str) -> str:
    """A text, or a number as text: ids are numbers in many feeds."""
    value = holder.get(field)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()


def _texts(holder: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = holder.get(field)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _people(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """`authors` of version 1.1, else `author` of 1.0."""
    several, single = holder.get("authors"), holder.get("author")
    people = several if isinstance(several, list) and several else [single]
    return tuple(name for one in people if isinstance(one, dict) and (name := _text(one, "name")))


def _picture(item: Mapping[str, Any]) -> str:
    several = item.get("attachments")
    attachments = several if isinstance(several, list) else []
    pictures = (one for one in attachments if isinstance(one, dict) and _text(one, "mime_type").startswith("image/"))
    return next((url for one in pictures if (url := _text(one, "url"))), "")


def _moment(item: Mapping[str, Any], field: str) -> datetime | None:
    text = _text(item, field)
    return dates.moment(text) if text else None
