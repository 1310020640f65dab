"""The text of an XML feed -> XML that a strict parser takes: faults mended that publishers make, size brought down.

Works on text alone and knows no elements but those that open and close a feed and its entries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.entities import html5

MAX_ITEMS = 200
MAX_ENTITY_CHARS = 1_000
"""All `<!ENTITY` declarations together; small ones do occur in real feeds, large ones only in attacks."""
MAX_NAME_CHARS = 1_000  # raw characters of an author: the parser behind looks for addresses in quadratic time
MAX_TITLE_CHARS = 20_000  # raw characters of a title, markup included
ROOTS = frozenset(("rss", "rdf", "feed", "channel"))

_OPAQUE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_ELEMENT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[[^\]]*\]?)?\s*>?", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s*)?([\w.:-]+)([^>]*)>?", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
_REFERENCE = re.compile(r"&(?:#(\d{1,8}|[xX][0-9a-fA-F]{1,7});|([A-Za-z][\w.-]{0,31});)?")
_NO_TAG = re.compile(r"<(?![A-Za-z_/!?:])")
_EMPTY_LINK = re.compile(r"<link\s*>\s*</link\s*>|<link\s*/>", re.IGNORECASE)
_LINK_WITH_TEXT = re.compile(r"<link(?![^<>]*\bhref\b)\s[^<>]*[^/<>]>(?=\s*(?:[^\s<]|\Z))", re.IGNORECASE)
_ADDRESS = re.compile(r"\s(?:uri|url)\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')", re.IGNORECASE)
_MARK = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<(/?)((?!content:)(?:[\w.-]+:)?(item|entry|rss|feed|rdf|channel))(?=[\s/>]|\Z)[^<>]*>?",
    re.DOTALL | re.IGNORECASE,
)
_OPEN_END = re.compile(r"(</[\w:.-]+)\s*\Z")
_NAMES = "author|creator|contributor|publisher|managingeditor|webmaster|owner|name|email"
_LONG = tuple(
    re.compile(
        rf"(<(?:[\w.-]+:)?(?:{elements})(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?[^<\]]{{{limit}}})[^<\]]+", re.IGNORECASE
    )
    for elements, limit in ((_NAMES, MAX_NAME_CHARS), ("title", MAX_TITLE_CHARS))
)
_HOURS = re.compile(r"<skipHours\b[^>]*>(.{0,2000}?)</skipHours", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour\b[^>]*>\s*(\d{1,2})\s*<", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """XML without declaration and comments, and what could not be mended ("" or a half sentence)."""

    xml: str
    problem: str = ""


def root(text: str) -> str:
    """The local name of the first element in lower case: "rss", "rdf", "feed", "html"; "" where there is none."""
    plain = _OPAQUE.sub("", text) if text.lstrip()[:4].startswith(("<?", "<!")) else text
    found = _ELEMENT.search(_DOCTYPE.sub("", plain, count=1))
    return found[1].lower() if found else ""


def entity_chars(text: str) -> int:
    """How many characters the text's own entities are declared with."""
    return sum(len(found[3]) for found in _ENTITY.finditer(text))


def skip_hours(text: str) -> tuple[int, ...]:
    """The hours of the day (UTC) at which RSS asks not to be read; 24 is midnight."""
    found = _HOURS.search(text)
    hours = (int(hour) % 24 for hour in _HOUR.findall(found[1]) if int(hour) <= 24) if found else ()
    return tuple(sorted(set(hours)))


def mended(text: str) -> Mended:
    """The feed as XML: no illegal characters, HTML's named entities as letters, lone `&` and `<` escaped, names and
    titles clipped, at most 200 entries; of a text that breaks off everything up to the last whole entry."""
    declared = frozenset(found[2] for found in _ENTITY.finditer(text))
    parts: list[str] = []
    at = 0
    text = _UNPRINTABLE.sub("", text)
    for found in _OPAQUE.finditer(text):
        parts.append(_escaped(text[at : found.start()], declared))
        if found.group().startswith("<![CDATA["):
            parts.append(found.group() if found.group().endswith("]]>") else found.group() + "]]>")
        at = found.end()
    parts.append(_escaped(text[at:], declared))
    return _cut(_OPEN_END.sub(r"\1>", _clipped("".join(parts)).strip()))


def _escaped(piece: str, declared: frozenset[str]) -> str:
    """Markup and text without CDATA: every `&` begins a reference that XML knows, every `<` a tag."""

    def reference(found: re.Match[str]) -> str:
        if found[1]:
            return found.group() if _is_character(found[1]) else ""
        name = found[2] or ""
        if name in ("amp", "lt", "gt", "quot", "apos") or name in declared:
            return found.group()
        letter = html5.get(f"{name};", "")
        if letter and letter not in "&<>\"'":
            return letter
        return "".join(f"&#{ord(one)};" for one in letter) or "&amp;" + found.group()[1:]

    tags = _NO_TAG.sub("&lt;", _REFERENCE.sub(reference, piece))
    # An RSS link is its text: an attribute `uri` or `url` beside it would be taken for the address.
    return _LINK_WITH_TEXT.sub(lambda found: _ADDRESS.sub("", found.group()), _EMPTY_LINK.sub("", tags))


def _is_character(number: str) -> bool:
    """Whether XML allows the character of a numeric reference."""
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF


def _clipped(xml: str) -> str:
    for long in _LONG:
        xml = long.sub(r"\1", xml)
    return xml


@dataclass(slots=True)
class _Shape:
    """Where a feed's parts lie, filled while its marks are read."""

    open: list[str]
    starts: int = 0
    whole: int = 0  # entries that were closed
    whole_end: int = 0  # behind the last of them
    around: tuple[str, ...] = ()  # what was open there
    last_start: int = 0
    end: int = 0  # behind the closed root, 0 while it is open


def _cut(xml: str) -> Mended:
    """The first root only, not more entries than are wanted, and none that breaks off."""
    shape = _Shape(open=[])
    for found in _MARK.finditer(xml):
        if not found[3]:
            continue
        kind = found[3].lower()
        if shape.end:
            if kind in ROOTS and not found[1]:
                return Mended(xml=xml[: shape.end], problem="a second feed follows the first one and was not read")
            continue
        if kind in ("item", "entry"):
            if _entry(shape, found) and shape.starts > MAX_ITEMS:
                return Mended(xml=xml[: found.start()] + _closing(shape.open))
        else:
            _container(shape, found)
    if shape.end or not shape.open:
        return Mended(xml=xml[: shape.end] if shape.end else xml)
    return _broken_off(xml, shape)


def _entry(shape: _Shape, found: re.Match[str]) -> bool:
    """Counts; True where an entry begins."""
    is_end = bool(found[1])
    if not is_end:
        shape.starts += 1
        shape.last_start = found.start()
    if is_end or found.group().endswith("/>"):
        shape.whole += 1
        shape.whole_end = found.end()
        shape.around = tuple(shape.open)
    return not is_end


def _container(shape: _Shape, found: re.Match[str]) -> None:
    if not found[1]:
        if not found.group().endswith("/>"):
            shape.open.append(found[2])
        return
    if found[2] in shape.open:
        del shape.open[shape.open.index(found[2]) :]
    if not shape.open:
        shape.end = found.end()


def _closing(names: Sequence[str]) -> str:
    return "".join(f"</{name}>" for name in reversed(names))


def _broken_off(xml: str, shape: _Shape) -> Mended:
    """A half entry has half a link, which would be a different article tomorrow: it goes."""
    if shape.whole:
        problem = f"it breaks off before its end; {shape.whole} whole entries were read"
        return Mended(xml=xml[: shape.whole_end] + _closing(shape.around), problem=problem)
    half = shape.starts and not xml.endswith(">")
    problem = f"it breaks off {'in its first entry' if shape.starts else 'before its first entry'}"
    return Mended(xml=xml[: shape.last_start] if half else xml, problem=problem)
