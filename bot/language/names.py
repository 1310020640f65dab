"""Names in a text: runs of capitalised words, and what stands in quotation marks behind them; by capitals only."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UPPER = "A-ZА-ЯЁЎҚҒҲӘІҢҮҰӨҺÖĞŞÇ"
_WORD = rf"[{_UPPER}][\w’'ʻʼ‘-]+"
_INITIALS = rf"(?:(?:[{_UPPER}]|Sh|Ch)\.\s?)"
_PARTICLE = r"(?:\s(?:of|the|and|de|la|van|von|al|ибн|аль|оглы|угли|o‘g‘li|qizi|и))?"
_RUN = re.compile(rf"{_INITIALS}*{_WORD}(?:{_PARTICLE}\s{_INITIALS}*{_WORD})*(?:\s{_INITIALS}+)?")
_QUOTED = re.compile(rf"«[{_UPPER}\d][^«»\n]{{1,60}}»|\"[{_UPPER}\d][^\"\n]{{1,60}}\"|“[{_UPPER}\d][^“”\n]{{1,60}}”")
_BEGINS = re.compile(r"(?:^|[.!?…:\n«“\"]\s*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name at characters `start` to `end` of a text; `kind` is "title" for what stands in quotation marks (a company,
    a film), "person" for two words and more, "word" for a single capitalised word."""

    start: int
    end: int
    kind: str


def names(text: str) -> tuple[Name, ...]:
    """Names in order, none inside another. A single capitalised word at the start of a sentence is no name."""
    quoted = [(found.start(), found.end(), "title") for found in _QUOTED.finditer(text) if _is_title(found.group())]
    runs = [
        (found.start(), found.end(), _kind(found.group())) for found in _RUN.finditer(text) if _is_name(text, found)
    ]
    found, free_from = [], 0
    for start, end, kind in sorted([*quoted, *runs]):
        if start >= free_from:
            found.append(Name(start=start, end=end, kind=kind))
            free_from = end
    return tuple(found)


def _is_title(quotation: str) -> bool:
    """A company's or a film's name has few words and no comma; a longer quotation is somebody's speech."""
    return quotation.count(" ") <= 5 and "," not in quotation and quotation[-2] not in ".!?…"


def _is_name(text: str, found: re.Match[str]) -> bool:
    if " " in found.group() or "." in found.group():
        return True
    single = found.group()
    return len(single) > 1 and not _BEGINS.search(text[max(0, found.start() - 3) : found.start()])


def _kind(name: str) -> str:
    return "person" if " " in name or "." in name else "word"
