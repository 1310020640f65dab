"""What a page says of its article in JSON-LD (schema.org), whatever state the JSON is in."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.stages import clean, markup

MAX_CHARS = 1_000_000
"""More JSON than this is not looked at."""
MAX_OBJECTS = 1_000

_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)+")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_ARTICLE = re.compile(r"(?:https?://schema\.org/)?\w*(?:Article|Posting|Report|ReviewNewsArticle)", re.IGNORECASE)
_FIELD = '"{}"\\s*:\\s*"((?:[^"\\\\]|\\\\.){{1,2000}})"'
_BROKEN = ("headline", "datePublished", "url", "inLanguage", "articleSection")  # what is saved from broken JSON
_PARTS = ("@graph", "mainEntity", "mainEntityOfPage")  # an article stands at the top or here, others are only linked

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of the article; empty for what is not. `text` is plain, paragraphs separated by newlines."""

    title: str = ""
    url: str = ""
    text: str = ""
    published_at: datetime | None = None
    language: str = ""
    image: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


def article(scripts: Iterable[str], *, address: str = "") -> Told:
    """The page's article from its scripts of JSON-LD: NewsArticle, Article and their kin, alone, in a list or in an
    `@graph`; among several the one whose URL is the page's `address`, else the first. Never raises.
    """
    found: list[Object] = []
    for script in scripts:
        found += [one for one in _objects(_loaded(script[:MAX_CHARS])) if _is_article(one)]
    mine = [one for one in found if address and _url(one) == address]
    return _told((mine or found or [{}])[0])


def _loaded(script: str) -> Any:
    """The JSON; from JSON that cannot be read the plain fields of one article."""
    text = _WRAPPING.sub("", script).strip().lstrip("\ufeff")
    for candidate in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        try:
            return json.JSONDecoder(strict=False).raw_decode(candidate)[0]
        except (ValueError, RecursionError):
            continue
    return _saved(text)


def _saved(text: str) -> Object:
    saved: dict[str, str] = {}
    if not re.search(r'"@type"\s*:\s*\[?\s*"\w*(?:Article|Posting)"', text):
        return saved
    for name in _BROKEN:
        found = re.search(_FIELD.format(name), text)
        if found:
            saved[name] = re.sub(r"\\(.)", r"\1", found[1])
    return {**saved, "@type": "Article"}


def _objects(loaded: Any) -> Iterator[Object]:
    """The objects that may be the page's article, in their order."""
    waiting, seen = [loaded], 0
    while waiting and seen < MAX_OBJECTS:
        one, seen = waiting.pop(0), seen + 1
        if isinstance(one, list):
            waiting[:0] = one[:MAX_OBJECTS]
        elif isinstance(one, dict):
            yield one
            waiting += [one[part] for part in _PARTS if isinstance(one.get(part), dict | list)]


def _is_article(one: Object) -> bool:
    types = one.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and _ARTICLE.fullmatch(name) for name in names)


def _told(one: Object) -> Told:
    keywords = [part for text in _texts(one.get("keywords")) for part in text.split(",")]
    sections = [*_texts(one.get("articleSection")), *keywords]
    return Told(
        title=_first(one.get("headline")) or _first(one.get("name")),
        url=_url(one),
        text=_plain(one.get("articleBody")),
        published_at=_moment(one.get("datePublished")) or _moment(one.get("dateCreated")),
        language=_first(one.get("inLanguage"), field="alternateName"),
        image=_first(one.get("image"), field="url") or _first(one.get("thumbnailUrl")),
        publisher=_first(one.get("publisher")),
        authors=tuple(dict.fromkeys(_texts(one.get("author")))),
        sections=tuple(dict.fromkeys(part.strip() for part in sections if part.strip())),
    )


def _url(one: Object) -> str:
    page = one.get("mainEntityOfPage")
    told = _first(one.get("url"), field="@id") or _first(page, field="@id")
    return told if told.startswith(("http://", "https://")) else ""


def _moment(value: Any) -> datetime | None:
    for candidate in value if isinstance(value, list) else [value]:
        if isinstance(candidate, str | int | float) and not isinstance(candidate, bool):
            moment = clean.published_at(candidate)
            if moment:
                return moment
    return None


def _first(value: Any, *, field: str = "name") -> str:
    return next(iter(_texts(value, field=field)), "")


def _texts(value: Any, *, field: str = "name") -> list[str]:
    """The texts in a value: itself, those in a list, of an object its name (or `field`, or "@value")."""
    texts = []
    for one in (value if isinstance(value, list) else [value])[:50]:
        held = next((one[key] for key in (field, "name", "@value", "url") if one.get(key)), "") if _is(one) else one
        if isinstance(held, list):
            held = next((part for part in held if isinstance(part, str)), "")
        line = " ".join(markup.plain(held).split()) if isinstance(held, str) else ""
        if line:
            texts.append(line)
    return texts


def _is(value: Any) -> bool:
    return isinstance(value, dict)


def _plain(value: Any) -> str:
    """The article's body: HTML in it is taken off, escaped HTML too; line breaks of plain text stay."""
    if not isinstance(value, str):
        return ""
    text = value if "<" in value else html.unescape(value)
    lines = (markup.plain(text) if re.search(r"<[a-zA-Z/!]", text) else text).splitlines()
    return "\n".join(line for raw in lines if (line := " ".join(raw.split())))
