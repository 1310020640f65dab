"""Text with spans -> RichText that Telegram takes: UTF-16 offsets, no stray whitespace, pieces within its limits.

Inside, offsets count Python's characters, so that no cut can fall between the halves of a surrogate pair.
"""

from __future__ import annotations

import bisect
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.model import Entity, EntityKind, RichText

MAX_UNITS = 4096  # telegram.md C1: Telegram counts code points; UTF-16 units are never fewer
MAX_CAPTION_UNITS = 1024  # of what stands under a picture
MAX_ENTITIES = 100  # more are dropped without a word
MAX_ENTITY_BYTES = 9000  # serialised with their URLs; ENTITIES_TOO_LONG comes at about 9,500
_ENTITY_BYTES = 80  # more than an entity ever takes without its URL
_GRAPHEME_LOOKBACK = 64
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
# Controls but the newline, invisible format characters but the joiners of emoji and Persian, bidi controls, tags.
_REMOVED = re.compile(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff"
    "\\ufff9-\\ufffb\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e007f]"
)
_LINE_ENDS = re.compile("\\r\\n|[\\r\\x0b\\x0c\\x85\\u2028\\u2029]")
_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")
_SURROGATES = re.compile("[\\ud800-\\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters start..end (end exclusive) of a text that are shown in one way."""

    kind: EntityKind
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that is still being put together."""

    text: str
    spans: tuple[Span, ...] = ()


def utf16(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Without what nobody sees but what turns, hides or breaks a text; every line end is a newline."""
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return _REMOVED.sub("", _SURROGATES.sub("\ufffd", lines))


def entity_dict(entity: Entity) -> dict[str, str | int]:
    """The Bot API's form: `{type, offset, length}`, for links also `url`."""
    fields: dict[str, str | int] = {"type": entity.kind.value, "offset": entity.offset, "length": entity.length}
    return {**fields, "url": entity.url} if entity.kind is EntityKind.TEXT_LINK else fields


def fits(draft: Draft) -> bool:
    """Whether Telegram takes it as one message."""
    if len(draft.spans) > MAX_ENTITIES or utf16(draft.text) > MAX_UNITS:
        return False
    at_most = sum(
        _ENTITY_BYTES + 2 * len(span.url.encode()) for span in draft.spans
    )  # spares most drafts the exact sum
    return at_most <= MAX_ENTITY_BYTES or _entity_bytes(finished(draft)) <= MAX_ENTITY_BYTES


def is_caption(body: RichText) -> bool:
    """Whether Telegram takes it as what stands under a picture."""
    return utf16(body.text) <= MAX_CAPTION_UNITS


def _entity_bytes(text: RichText) -> int:
    return sum(len(json.dumps(entity_dict(entity), ensure_ascii=False).encode()) for entity in text.entities)


def finished(draft: Draft) -> RichText:
    """The draft with offsets in UTF-16 units, entities ordered by offset, the outer before the inner."""
    wide = [found.start() for found in _TWO_UNITS.finditer(draft.text)]
    entities = []
    for span in draft.spans:
        start, end = (at + bisect.bisect_left(wide, at) for at in (span.start, span.end))
        entities.append(Entity(kind=span.kind, offset=start, length=end - start, url=span.url))
    ordered = sorted(entities, key=lambda entity: (entity.offset, -entity.length))
    return RichText(text=draft.text, entities=tuple(ordered))


def cut(draft: Draft, *, start: int = 0, end: int | None = None) -> Draft:
    """Those characters, trimmed; spans are cut to them and trimmed, and those that cover nothing visible go."""
    start, end = _trimmed(draft.text, start, len(draft.text) if end is None else end)
    spans: dict[Span, None] = {}
    for span in draft.spans:
        first, last = _trimmed(draft.text, max(span.start, start), min(span.end, end))
        if first < last:
            spans[replace(span, start=first - start, end=last - start)] = None
    return Draft(text=draft.text[start:end], spans=tuple(spans))


def pieces(draft: Draft) -> Iterator[Draft]:
    """The whole draft in drafts that fit, cut at line ends, else between words, else between characters."""
    start = 0
    while start < len(draft.text):
        end = _end_of_piece(draft, start)
        piece = cut(draft, start=start, end=end)
        if piece.text:
            yield piece
        start = end


def _end_of_piece(draft: Draft, start: int) -> int:
    """Where the longest piece that fits ends; at least one character on."""
    low, high = start + 1, min(start + MAX_UNITS, len(draft.text))
    if fits(cut(draft, start=start, end=high)):
        low = high
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(cut(draft, start=start, end=middle)) else (low, middle - 1)
    return low if low == len(draft.text) else _nicer(draft.text, start, end=low)


def _nicer(text: str, start: int, *, end: int) -> int:
    """A better place for a cut at or before `end`: after a line, after a word, before a whole character."""
    middle = (start + end + 1) // 2  # a cut before it would leave half a message empty
    for gap in "\n ":
        found = text.rfind(gap, middle, end + 1)
        if found > start and text[start:found].strip():
            return found
    for at in range(end, max(start, end - _GRAPHEME_LOOKBACK), -1):
        if _begins(text[start : at + 1]):
            return at
    return end


def _begins(text: str) -> bool:
    """Whether the last of these begins a character as people see it: not a mark, a joined emoji or half a flag."""
    before, mark = text[:-1], text[-1]
    joined = "\u200d" in (mark, before[-1]) or "\U0001f3fb" <= mark <= "\U0001f3ff"
    half_flag = mark in _FLAG_LETTERS and (len(before) - len(before.rstrip(_FLAG_LETTERS))) % 2 == 1
    return not (joined or half_flag or unicodedata.category(mark).startswith("M"))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
