"""A message's RichText -> the HTML of a rich message (Bot API 10.1): headings, lists, details, paragraphs.

What a feed wrote becomes text and nothing else: `&`, `<` and `>` are escaped, and every tag is one of ours. Tags and
limits: https://core.telegram.org/bots/api#rich-message-formatting-options
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.model import Entity, EntityKind, RichText

BULLET = "•"
_QUOTES = (EntityKind.EXPANDABLE_BLOCKQUOTE, EntityKind.BLOCKQUOTE)
# Outer before inner; a kind does not stand in itself, so that nothing nests deeper than this.
_INLINE = (EntityKind.TEXT_LINK, EntityKind.BOLD, EntityKind.ITALIC, EntityKind.CODE)
_TAGS = {EntityKind.BOLD: "b", EntityKind.ITALIC: "i", EntityKind.CODE: "code"}
_NUMBER = re.compile(r"\d+\. ")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """An entity over Python's characters start..end."""

    kind: EntityKind
    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Characters start..end of the text, within the `quote` or in none; `after_gap` when an empty line is above."""

    start: int
    end: int
    quote: _Span | None
    after_gap: bool


def html(text: RichText) -> str:
    """The same text as HTML: a line in bold is a heading (with a number before it that of a story), lines with a bullet
    are a list, an expandable quote is folded away under its first line, a last line alone is a footer. "" for nothing.
    """
    page = _Page(text)
    blocks = [page.quoted(quote, lines) if quote else page.plain(lines) for quote, lines in page.groups()]
    return "".join(blocks)


class _Page:
    def __init__(self, text: RichText) -> None:
        self._text = text.text
        spans = _spans(text)
        self._inline = {kind: [one for one in spans if one.kind is kind] for kind in _INLINE}
        quotes = [one for one in spans if one.kind in _QUOTES]
        self._lines = tuple(_lines(text.text, quotes))

    def groups(self) -> Iterator[tuple[_Span | None, list[_Line]]]:
        """Neighbouring lines of one quote, or of none."""
        for quote, lines in groupby(self._lines, key=lambda line: line.quote):
            yield quote, list(lines)

    def quoted(self, quote: _Span, lines: list[_Line]) -> str:
        if quote.kind is EntityKind.BLOCKQUOTE:
            return f"<blockquote>{self._blocks(lines)}</blockquote>"
        if len(lines) == 1:
            return self._blocks(lines)
        summary = self._said(self._unlisted(lines[0]))
        return f"<details><summary>{summary}</summary>{self._blocks(lines[1:])}</details>"

    def plain(self, lines: list[_Line]) -> str:
        *before, last = lines
        if last is self._lines[-1] and last.after_gap and len(self._lines) > 1 and self._is_footer(last):
            return self._blocks(before) + f"<footer>{self._said(last)}</footer>"
        return self._blocks(lines)

    def _blocks(self, lines: Sequence[_Line]) -> str:
        made = []
        for is_listed, some in groupby(lines, key=self._is_listed):
            if is_listed:
                items = "".join(f"<li>{self._said(self._unlisted(line))}</li>" for line in some)
                made.append(f"<ul>{items}</ul>")
            else:
                made += [self._block(line) for line in some]
        return "".join(made)

    def _block(self, line: _Line) -> str:
        numbered, is_bold = _NUMBER.match(self._text, line.start, line.end), self._is_bold(line)
        if not is_bold:
            return f"<p>{self._said(line)}</p>"
        tag = "h4" if numbered or line is not self._lines[0] else "h3"
        return f"<{tag}>{self._said(line, kinds=_without(EntityKind.BOLD))}</{tag}>"

    def _is_footer(self, line: _Line) -> bool:
        return not (self._is_listed(line) or self._is_bold(line))

    def _is_listed(self, line: _Line) -> bool:
        return self._text.startswith(BULLET, line.start, line.end)

    def _is_bold(self, line: _Line) -> bool:
        """Whether one entity makes all of it bold, a number before it left aside."""
        numbered = _NUMBER.match(self._text, line.start, line.end)
        starts = {line.start, numbered.end() if numbered else line.start}
        return any(one.start in starts and one.end == line.end for one in self._inline[EntityKind.BOLD])

    def _unlisted(self, line: _Line) -> _Line:
        """Without the bullet, which the list has by itself."""
        start = line.start
        while start < line.end and (self._text[start] == BULLET or self._text[start].isspace()):
            start += 1
        return _Line(start=start, end=line.end, quote=line.quote, after_gap=line.after_gap)

    def _said(self, line: _Line, *, kinds: tuple[EntityKind, ...] = _INLINE) -> str:
        return "".join(self._woven(line.start, line.end, kinds))

    def _woven(self, start: int, end: int, kinds: tuple[EntityKind, ...]) -> Iterator[str]:
        """The characters start..end with the tags of these kinds, the first of them outermost."""
        if not kinds:
            yield self._text[start:end].translate(_ESCAPED)
            return
        for one in self._inline[kinds[0]]:
            first, last = max(one.start, start), min(one.end, end)
            if first < last:
                yield from self._woven(start, first, kinds[1:])
                yield from _tagged(one, self._woven(first, last, kinds[1:]))
                start = last
        if start < end:
            yield from self._woven(start, end, kinds[1:])


def _tagged(one: _Span, inner: Iterator[str]) -> Iterator[str]:
    if one.kind is EntityKind.TEXT_LINK:
        url = one.url.translate(_ESCAPED).replace('"', "&quot;")
        yield f'<a href="{url}">'
        yield from inner
        yield "</a>"
    else:
        tag = _TAGS[one.kind]
        yield f"<{tag}>"
        yield from inner
        yield f"</{tag}>"


def _without(left_out: EntityKind) -> tuple[EntityKind, ...]:
    return tuple(kind for kind in _INLINE if kind is not left_out)


def _spans(text: RichText) -> list[_Span]:
    """The entities over Python's characters, by place."""
    places = {0: 0}
    units = 0
    for place, character in enumerate(text.text, start=1):
        units += 2 if character > "\uffff" else 1
        places[units] = place
    return sorted((_span(one, places) for one in text.entities), key=lambda one: (one.start, -one.end))


def _span(one: Entity, places: dict[int, int]) -> _Span:
    start, end = places[one.offset], places[one.offset + one.length]
    return _Span(kind=one.kind, start=start, end=end, url=one.url)


def _lines(text: str, quotes: Sequence[_Span]) -> Iterator[_Line]:
    """The lines that are not blank, trimmed."""
    at, after_gap = 0, False
    for whole in text.split("\n"):
        line = whole.strip()
        start = at + whole.find(line)
        at += len(whole) + 1
        if line:
            quote = next((one for one in quotes if one.start <= start < one.end), None)
            yield _Line(start=start, end=start + len(line), quote=quote, after_gap=after_gap)
        after_gap = not line
