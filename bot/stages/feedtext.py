"""What the fields of a feed's entry mean, whatever format it is in: titles, bodies, languages, addresses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.entities import html5
from urllib.parse import urljoin, urlsplit

from bot.stages import markup

MAX_TITLE_CHARS = 300
MAX_AUTHOR_CHARS = 200
MAX_HTML_CHARS = 200_000
MAX_URL_CHARS = 2_000
MAX_NAMES = 20
"""Authors, or categories, of one entry."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?>")
_REFERENCE = re.compile(r"&(?:#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_KNOWN = frozenset(
    "a abbr acronym address article aside b big blockquote br caption center cite code dd del dfn div dl dt em font "
    "figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nobr ol p pre q s samp section small span "
    "strike strong sub sup table tbody td th thead time tr tt u ul var wbr".split()
)
_ALONE = frozenset(("br", "hr", "img", "p", "wbr"))  # no closing tag is needed to tell that they are meant as markup
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_IN_URL = re.compile(r"[\x00-\x20\x7f]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A text as a feed gives it, and whether it says that this is HTML."""

    text: str
    is_html: bool


def looks_like_html(text: str) -> bool:
    """Whether a text that should be plain is HTML all the same: a reference, a closed or an empty tag, and no tag that
    HTML does not have ("the <blink> tag" stays as it is)."""
    tags = _TAG.findall(text)
    if any(name.lower() not in _KNOWN for _, name in tags):
        return False
    if any(name and f"{name};" not in html5 for name in _REFERENCE.findall(text)):
        return False
    return any(close or name.lower() in _ALONE for close, name in tags) or _REFERENCE.search(text) is not None


def title(value: Value) -> str:
    """One line of plain text, at most 300 characters; markup that was escaped twice goes as well."""
    text = value.text[: 10 * MAX_TITLE_CHARS] if len(value.text) > 50 * MAX_TITLE_CHARS else value.text
    if value.is_html or looks_like_html(text):
        text = markup.plain(text)
        if looks_like_html(text):
            text = markup.plain(text)
    return line(text, MAX_TITLE_CHARS)


def line(text: str, max_chars: int) -> str:
    return " ".join(text.split())[:max_chars].rstrip()


def names(texts: Iterable[str], max_chars: int = MAX_AUTHOR_CHARS) -> tuple[str, ...]:
    """People or categories, each on a line and once, at most 20."""
    found = dict.fromkeys(one for text in texts if (one := line(plain(text[: 4 * max_chars]), max_chars)))
    return tuple(found)[:MAX_NAMES]


def plain(text: str) -> str:
    return markup.plain(text) if looks_like_html(text) else text


def body(values: Iterable[Value]) -> str:
    """The fullest of an entry's bodies as HTML, at most 200,000 characters; "" when there is none."""
    best = max(values, key=lambda value: len(value.text), default=None)
    if best is None:
        return ""
    text = best.text[:MAX_HTML_CHARS]
    if best.is_html or looks_like_html(text):
        return text
    return html.escape(text, quote=False).replace("\n", "<br>\n")[:MAX_HTML_CHARS]


def language(tag: str) -> str:
    """ "ru-RU" -> "ru", "uz_Cyrl_UZ" -> "uz-Cyrl", "" for what is no language tag."""
    found = _LANGUAGE.fullmatch(tag.strip()[:35])
    if not found:
        return ""
    return found[1].lower() + (f"-{found[2].title()}" if found[2] else "")


def link(address: str, bases: Iterable[str]) -> str:
    """An address of the web, resolved against the first base that is one.

    A relative one stays as it is when no base is a web address; "" for every other scheme and for over 2,000
    characters (a longer one is no article's).
    """
    address = _IN_URL.sub("", address.strip()) if is_web(address) else address.strip()
    if not address or len(address) > MAX_URL_CHARS or is_web(address):
        return address if len(address) <= MAX_URL_CHARS else ""
    if _SCHEME.match(_CONTROL.sub("", address).strip()):  # as browsers read it: a tab in "javascript:" hides nothing
        return ""
    base = next((base for base in bases if is_web(base)), "")
    try:
        return urljoin(base, address) if base else address
    except ValueError:
        return ""


def is_web(address: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(address.strip())
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
