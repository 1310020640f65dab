"""Sitemaps: those of news with title and date, plain ones (address and date; the pages are read by whoever asked), and
index files, which name further sitemaps."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from bot.errors import FileError
from bot.language import charset
from bot.model import Entry
from bot.sources import Body, Parsed, SourceKind
from bot.stages import clean, discover

MAX_BYTES = 5_000_000
MAX_ENTRIES = 1_000
"""As many as a news sitemap may hold (sitemaps.org allows 50,000, search engines 1,000 of news)."""
MAX_MORE = 50
MAX_TITLE_CHARS = 1_000

_HEAD = 4_096
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_CLOSED = re.compile(r"</(?:[\w.-]+:)?(?:url|sitemap)\s*>", re.IGNORECASE)
_OF_LIBXML = re.compile(r"(?:, use XML_PARSE_HUGE option)?(?:,? line \d+, column \d+)?(?: \(.*\))?$")  # in its messages
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def recognises(body: bytes) -> bool:
    """Whether its first element is that of a sitemap or an index."""
    return _ROOT.search(body[:_HEAD].replace(b"\x00", b"")) is not None


def parse(body: Body) -> Parsed:
    """The addresses of a sitemap, newest first, at most 1,000 (those without a date last, in their order); of an index
    the sitemaps in it, newest first, at most 50.

    Entries have no text; those of news have title, date, language and the publication's name. Faults: no sitemap,
    entities declared in it (an attack; nothing of it is read), XML that breaks off or is damaged (what stands before
    that is kept). Never raises.
    """
    text = _CONTROL.sub("", charset.text(body.content[:MAX_BYTES], body.content_type))
    if "<" not in text:
        return Parsed(faults=(FileError(body.address, "not a sitemap"),))
    if _ENTITY.search(text):
        return Parsed(faults=(FileError(body.address, "refused: a sitemap that declares entities"),))
    root, faults = _root(_BARE_AMPERSAND.sub("&amp;", _DECLARATION.sub("", text)), body.address)
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        return Parsed(faults=faults or (FileError(body.address, "not a sitemap"),))
    if _name(root) == "sitemapindex":
        more = _newest_addresses(root, body.address)
        nothing = () if more else (FileError(body.address, "the index names no other sitemap"),)
        return Parsed(more=more, faults=faults or nothing)
    urls = [*_children(root, "url")]
    entries = [entry for one in urls if (entry := _entry(one, body.address)) is not None]
    if urls and not entries:
        faults = faults or (FileError(body.address, "the sitemap holds no address that can be read"),)
    entries.sort(key=lambda entry: entry.published_at or _LONG_AGO, reverse=True)
    names = (entry.source for entry in entries if entry.source)
    languages = (entry.language for entry in entries if entry.language)
    return Parsed(
        entries=tuple(entries[:MAX_ENTRIES]), faults=faults, title=next(names, ""), language=next(languages, "")
    )


def _root(text: str, address: str) -> tuple[Any, tuple[FileError, ...]]:
    """The root element; of damaged XML what can be read before the last element that is closed, and the fault."""
    try:
        return etree.fromstring(text.encode(), parser=_parser(recover=False)), ()
    except etree.XMLSyntaxError as error:
        reason = _OF_LIBXML.sub("", " ".join(str(error.msg).split()))[:200]
        fault = FileError(address, f"damaged XML: {reason}", line=error.lineno or 1)
    except ValueError as error:
        return None, (FileError(address, f"not XML: {error}"),)
    ends = [found.end() for found in _CLOSED.finditer(text)]
    kept = text[: ends[-1]] if ends else ""
    try:
        return (etree.fromstring(kept.encode(), parser=_parser(recover=True)) if kept else None), (fault,)
    except (etree.LxmlError, ValueError):
        return None, (fault,)


def _parser(*, recover: bool) -> Any:
    """One that opens no file, no address and no entity, and keeps libxml2's limits (256 levels, 10 MB a text)."""
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _newest_addresses(root: Any, base: str) -> tuple[str, ...]:
    dated = [(_moment(one, "lastmod"), _address(one, base)) for one in _children(root, "sitemap")]
    dated.sort(key=lambda pair: pair[0] or _LONG_AGO, reverse=True)
    return tuple(dict.fromkeys(address for _, address in dated if address not in ("", base)))[:MAX_MORE]


def _entry(one: Any, base: str) -> Entry | None:
    address = _address(one, base)
    if not address:
        return None
    news = next(_children(one, "news"), None)
    publication = None if news is None else next(_children(news, "publication"), None)
    keywords = [word.strip() for word in _text(news, "keywords").split(",")]
    image = next(_children(one, "image"), None)
    return Entry(
        url=address,
        title=_text(news, "title")[:MAX_TITLE_CHARS],
        published_at=_moment(news, "publication_date") or _moment(one, "lastmod"),
        source=_text(publication, "name")[:MAX_TITLE_CHARS],
        categories=tuple(dict.fromkeys(filter(None, keywords)))[:20],
        language=(_text(publication, "language") or _text(news, "language"))[:20],
        image=discover.absolute(_text(image, "loc"), base) if image is not None else "",
    )


def _address(one: Any, base: str) -> str:
    return discover.absolute(_text(one, "loc"), base)


def _moment(one: Any, name: str) -> datetime | None:
    told = _text(one, name)
    return clean.published_at(told) if told else None


def _text(one: Any, name: str) -> str:
    """The text of a child on one line, "" if there is none."""
    child = None if one is None else next(_children(one, name), None)
    return "" if child is None else " ".join(html.unescape("".join(child.itertext())).split())


def _children(one: Any, name: str) -> Iterator[Any]:
    return (child for child in one if _name(child) == name)


def _name(one: Any) -> str:
    """The element's name without its namespace, which is written in many ways, or its prefix."""
    return one.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(one.tag, str) else ""


SOURCE = SourceKind(name="sitemap", recognises=recognises, parse=parse, rank=25, teases=True)
