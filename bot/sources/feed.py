"""RSS 0.9x, 1.0, 2.0, Atom, CDF and JSON Feed, whatever is wrong with them; `stages/feedxml.py` does the repairs."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax import SAXException

import feedparser

from bot.errors import FileError, RefusedEntry
from bot.language import charset, dates
from bot.model import Entry
from bot.sources import Body, Parsed, SourceKind
from bot.stages import feedtext, feedxml, jsonfeed

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_ITEMS = ("<item", "<entry")
_PERIODS_MIN = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_HEAD = 100_000  # characters in which an entry must begin for an unknown root to pass as a feed
# What feedparser and the modules under it let through on broken input; it documents none of it.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    SAXException,
    TypeError,
    ValueError,
)

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What an entry must know of its feed: the feed's own fields, its family, the address it was read from."""

    feed: Fields
    is_atom: bool
    address: str


def recognises(body: bytes) -> bool:
    """Whether the first element is one that opens a feed, or the text calls itself a JSON Feed."""
    text = charset.text(body)
    return jsonfeed.recognised(text) or _is_xml_feed(text, feedxml.root(text))


def parse(body: Body) -> Parsed:
    """Entries in the feed's order, at most 200, with what the feed says of itself.

    An entry without title, link or text is an entry: `clean` says why it is no article. Faults: an empty body, a web
    page, JSON or XML that is no feed, entities over 1 kB; beside entries: a text that breaks off, a second feed.
    """
    text = charset.text(body.content, body.content_type).replace("\x00", "")
    try:
        return _json(text, body.address) if text.lstrip()[:1] in ("{", "[") else _xml(text, body.address)
    except RefusedEntry as error:
        return Parsed(faults=(FileError(body.address, error.reason),))


def _is_xml_feed(text: str, root: str) -> bool:
    head = text[:_HEAD].lower()
    return root in feedxml.ROOTS or (root not in ("", "html") and any(mark in head for mark in _ITEMS))


def _json(text: str, address: str) -> Parsed:
    feed = jsonfeed.read(text, address)
    return Parsed(entries=feed.entries, title=feed.title, language=feed.language)


def _xml(text: str, address: str) -> Parsed:
    """Raises RefusedEntry."""
    _check(text)
    mended = feedxml.mended(text)
    read = _read(mended.xml)
    feed: Fields = read["feed"]
    about = _About(feed=feed, is_atom=read["version"].startswith("atom"), address=address)
    entries = tuple(_entry(fields, about) for fields in read["entries"][: feedxml.MAX_ITEMS])
    return Parsed(
        entries=entries,
        faults=(FileError(address, mended.problem),) if mended.problem else (),
        title=_title(feed),
        language=feedtext.language(_text(feed, "language")),
        ttl_min=_ttl_min(feed),
        skip_hours=feedxml.skip_hours(mended.xml),
    )


def _check(text: str) -> None:
    root = feedxml.root(text)
    if not text.strip("\ufeff\x00 \t\r\n"):
        raise RefusedEntry("the body is empty")
    if root == "html" or (not root and "<html" in text[:_HEAD].lower()):
        raise RefusedEntry("this is a web page, not a feed")
    if not root:
        raise RefusedEntry("this is not XML: no element stands in it")
    if not _is_xml_feed(text, root):
        raise RefusedEntry(f"this is XML, but no feed: its first element is <{root[:40]}>")
    if feedxml.entity_chars(text) > feedxml.MAX_ENTITY_CHARS:
        raise RefusedEntry("it declares more than 1 kB of entities, as attacks do")


def _read(xml: str) -> Fields:
    """feedparser's result. The text goes in as a stream: a text or bytes could be taken for an address to fetch."""
    stream = io.BytesIO(xml.encode("utf-8", "replace"))
    try:
        with warnings.catch_warnings(action="ignore"):
            found: Fields = feedparser.parse(
                stream, response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
            )
    except _BROKEN as error:
        raise RefusedEntry("the feed is damaged in a way that cannot be mended") from error
    return found


def _entry(fields: Fields, about: _About) -> Entry:
    bases = _bases(about)
    return Entry(
        url=feedtext.link(_link(fields, is_atom=about.is_atom), bases),
        title=_title(fields),
        html=feedtext.body(_bodies(fields)),
        published_at=_published_at(fields),
        source=feedtext.line(_text(_mapping(fields, "source"), "title"), feedtext.MAX_AUTHOR_CHARS),
        authors=feedtext.names(_authors(fields)),
        categories=feedtext.names(_text(tag, "term") or _text(tag, "label") for tag in _several(fields, "tags")),
        language=_language(fields, about.feed),
        guid=_text(fields, "id")[: feedtext.MAX_URL_CHARS],
        image=feedtext.link(_image(fields), bases),
    )


def _text(fields: Fields, name: str) -> str:
    """The field as given. Not by feedparser's own `get`, which answers for `updated` with `published`."""
    value = dict.get(fields, name) if isinstance(fields, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _mapping(fields: Fields, name: str) -> Fields:
    value = dict.get(fields, name) if isinstance(fields, dict) else None
    return value if isinstance(value, dict) else {}


def _several(fields: Fields, name: str) -> tuple[Fields, ...]:
    value = dict.get(fields, name) if isinstance(fields, dict) else None
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _value(detail: Fields) -> feedtext.Value:
    return feedtext.Value(text=_text(detail, "value"), is_html=_text(detail, "type") in _HTML_TYPES)


def _title(fields: Fields) -> str:
    text, said = _text(fields, "title"), _value(_mapping(fields, "title_detail"))
    # The detail may be that of a title further inside (of a media element), which feedparser keeps out of `title`.
    return feedtext.title(said if said.text == text else feedtext.Value(text=text, is_html=False))


def _bodies(fields: Fields) -> Iterator[feedtext.Value]:
    yield from map(_value, _several(fields, "content"))
    detail = _mapping(fields, "summary_detail")
    yield _value(detail) if detail else feedtext.Value(text=_text(fields, "summary"), is_html=True)


def _link(fields: Fields, *, is_atom: bool) -> str:
    """The entry's page: Atom's first alternate link that is HTML, RSS's last link, else any alternate one, else RSS's
    permanent guid if it is an address of the web (feedparser gives it as `link`; an Atom id is a name only)."""
    link, guid = _text(fields, "link"), _text(fields, "id")
    if link and link != guid and not is_atom:
        return link
    alternates = [one for one in _several(fields, "links") if _text(one, "rel") == "alternate" and _text(one, "href")]
    pages = [one for one in alternates if _text(one, "type") in _HTML_TYPES]
    for one in (pages or alternates)[:1]:
        return _text(one, "href")
    return link if feedtext.is_web(link) and not is_atom else ""


def _bases(about: _About) -> tuple[str, ...]:
    """What a relative link is relative to: in RSS the channel's site, else (and in Atom) where the feed was read."""
    site = feedtext.link(_text(about.feed, "link"), (about.address,))
    return (about.address, site) if about.is_atom else (site, about.address)


def _published_at(fields: Fields) -> datetime | None:
    """The first date that can be read.

    feedparser helps out with Greek and its like, but not where digits come first: there it fills up with today's date.
    """
    for name in ("published", "updated", "created"):
        text, parts = _text(fields, name), dict(fields).get(f"{name}_parsed")
        moment = dates.moment(text)
        if moment or (moment := None if text[:1].isdigit() else _of_parts(parts)):
            return moment
    return None


def _of_parts(parts: Any) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _authors(fields: Fields) -> Iterable[str]:
    several = [_text(one, "name") or _text(one, "email") for one in _several(fields, "authors")]
    return several if any(several) else (_text(fields, "author"),)


def _language(fields: Fields, feed: Fields) -> str:
    details = [_mapping(fields, "title_detail"), *_several(fields, "content"), _mapping(fields, "summary_detail")]
    tags = [_text(fields, "language"), *(_text(one, "language") for one in details), _text(feed, "language")]
    return next((language for tag in tags if (language := feedtext.language(tag))), "")


def _image(fields: Fields) -> str:
    """The largest of media:content, else media:thumbnail, an enclosure, or the entry's own image."""
    contents = [one for one in _several(fields, "media_content") if _is_picture(one)]
    largest = sorted(contents, key=_width, reverse=True)
    enclosed = [one for one in _several(fields, "links") if _text(one, "rel") == "enclosure" and _is_picture(one)]
    found = [*largest, *_several(fields, "media_thumbnail"), *enclosed, _mapping(fields, "image")]
    return next((url for one in found if (url := _text(one, "url") or _text(one, "href"))), "")


def _is_picture(fields: Fields) -> bool:
    return _text(fields, "medium") == "image" or _text(fields, "type").startswith("image/")


def _width(fields: Fields) -> int:
    width = _text(fields, "width")
    return int(width) if width.isascii() and width.isdigit() and len(width) < 6 else 0


def _ttl_min(feed: Fields) -> int:
    """RSS's `ttl`, else the syndication module's period divided by its frequency."""
    ttl = _number(_text(feed, "ttl"))
    period = _PERIODS_MIN.get(_text(feed, "sy_updateperiod").lower(), 0)
    return ttl or period // max(_number(_text(feed, "sy_updatefrequency")), 1)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


SOURCE = SourceKind(name="feed", recognises=recognises, parse=parse, rank=20, teases=True)
