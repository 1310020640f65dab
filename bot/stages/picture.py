"""Which pictures may stand over a story: by the address before one is fetched, by its size after."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

MAX_URL_CHARS = 2048
MIN_WIDTH = 400  # pixels; a phone shows a picture about 360 points wide, each two or three pixels
MIN_HEIGHT = 200
FLATTEST, TALLEST = 0.4, 1.25
"""Height against width: lower is a banner, higher fills the screen of a phone before a word is read."""
NAME_CHARS = 16

_ENDINGS = (".svg", ".gif", ".ico", ".bmp", ".tif", ".tiff", ".mp4", ".pdf")
_FOLDERS = frozenset("avatars emoji favicons icons logos pixels placeholders sprites userpics".split())
_NAMES = frozenset(
    "1px avatar blank counter default dummy emoji favicon icon icons logo logos logotype noimage nophoto pixel "
    "placeholder spacer sprite stub transparent userpic".split()
)
_COUNTERS = re.compile(
    r"(?:^|\.)(?:counter|pixel|stats|beacon|mc)\.|(?:^|\.)(?:gravatar\.com|doubleclick\.net|feedburner\.com)$"
)
_WORD = re.compile(r"[^\W_]+")
_NO_IMAGE = re.compile(r"(?:^|[^a-z])no[-_]?(?:image|photo|picture|pic)(?:[^a-z]|$)")
_SIZE = re.compile(r"(?<![\da-z])(\d{1,4})[x×](\d{1,4})(?!\d)")
_WIDTHS = ("w", "width")
_NOT_IN_URL = re.compile(r"[\s\x00-\x20\x7f-\xa0\ud800-\udfff]")


def address(given: str) -> str:
    """The address, or "" for one that leads to no picture of a story: not of the web, a drawing, a logo, an icon, a
    placeholder or a counter by its name, or one that says that it is narrower than 400 pixels."""
    url = given.strip()
    if not url or len(url) > MAX_URL_CHARS or _NOT_IN_URL.search(url):
        return ""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if is_web and not _is_decoration(parts) and not _is_narrow(parts) else ""


def is_good(width: int, height: int) -> bool:
    """Whether a picture of so many pixels may lead a digest."""
    return width >= MIN_WIDTH and height >= MIN_HEIGHT and FLATTEST <= height / width <= TALLEST


def name(url: str) -> str:
    """The name under which a picture is kept: 16 hex digits of the SHA-256 of its address."""
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:NAME_CHARS]


def _is_decoration(parts: SplitResult) -> bool:
    *folders, file = parts.path.casefold().split("/")
    return (
        file.endswith(_ENDINGS)
        or not _NAMES.isdisjoint(_WORD.findall(file))
        or not _FOLDERS.isdisjoint(folders)
        or _NO_IMAGE.search(file) is not None
        or _COUNTERS.search((parts.hostname or "").casefold()) is not None
    )


def _is_narrow(parts: SplitResult) -> bool:
    said = [int(width) for width, _ in _SIZE.findall(parts.path.casefold())]
    said += [int(value) for key, value in parse_qsl(parts.query) if key.casefold() in _WIDTHS and _is_number(value)]
    return bool(said) and max(said) < MIN_WIDTH


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6
