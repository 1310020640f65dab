"""What stands in quotation marks of any kind, also where straight ones stand inside straight ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PAIRED = re.compile(
    r"«[^«»]+»|“[^“”]+”|„[^„“”]+[“”]|‘[^‘’]{12,}’(?!\w)|(?<!\w)'[^']{12,}'(?!\w)|«[^«»]*(?:«[^«»]*»[^«»]*)+»"
)
_OPENS = re.compile(r"(?<!\w)\"(?=[^\s\".,;:!?)])")
_CLOSES = re.compile(r"(?<=[^\s\"(])\"(?!\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What stands in quotation marks, without them, and where."""

    text: str
    start: int
    end: int


def quotes(text: str) -> tuple[Quote, ...]:
    """All quotations in the order of their beginnings; inner ones of straight marks stand beside the outer one."""
    spans = [(one.start() + 1, one.end() - 1) for one in _PAIRED.finditer(text)]
    if '"' in text:
        spans = sorted([*spans, *_straight(text)])
    return tuple(Quote(text=text[start:end], start=start, end=end) for start, end in spans)


def _straight(text: str) -> Iterator[tuple[int, int]]:
    """A mark closes the last that opened; those without a partner are none."""
    opens = {one.start() for one in _OPENS.finditer(text)}
    closes = {one.start() for one in _CLOSES.finditer(text)}
    begun: list[int] = []
    for at in sorted(opens | closes):
        if at in closes and begun:
            yield begun.pop() + 1, at
        elif at in opens:
            begun.append(at)
