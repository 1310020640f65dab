"""Tells the article of a web page from what stands around it: by the names of its boxes and by its lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from bot.language import tables

MAX_CHARS = 400
"""No line of furniture is longer; a longer one is a paragraph, whatever it begins with."""
HEADLINE_CHARS = 140
"""Behind a line that announces links, lines up to this long without a full stop are taken for their titles."""
MAX_TITLES = 10
ENDING = 6  # lines

_LABELS = re.compile(r"(?:tag|category|cat|format|post-format|topic|section)-")  # WordPress: what a post is about
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_LETTERS = re.compile(r"[^a-z]+")
_LEAD = re.compile(r"^[^\w(\[©]+")
_STOP = re.compile(r"[.!?…;,»”\"][)\]]?$")


def is_furniture(names: str) -> bool:
    """Whether a box with these class names and id (separated by blanks) stands around an article, not in it."""
    single, pairs = tables.words("boilerplate", "furniture"), tables.words("boilerplate", "furniture_pairs")
    for name in names.split():
        if _LABELS.match(name):
            continue
        words = [word for word in _NO_LETTERS.split(_CAMEL.sub("-", name).lower()) if word]
        if not single.isdisjoint(words) or any(f"{a}-{b}" in pairs for a, b in itertools.pairwise(words)):
            return True
    return False


def without(text: str) -> str:
    """The lines of a text without those that invite, announce links, credit pictures or claim rights, and without
    lines that have neither letter nor digit.

    A text that would lose most of its letters by it is left as it is: then the rules are wrong, not the text.
    """
    lines = [line for line in text.split("\n") if any(map(str.isalnum, line))]
    kept = list(_kept(lines))
    return "\n".join(kept if 2 * sum(map(len, kept)) >= sum(map(len, lines)) else lines)


def _kept(lines: Sequence[str]) -> Iterator[str]:
    titles = 0  # how many more lines may be titles of links
    for at, line in enumerate(lines):
        bare = _LEAD.sub("", line).strip()
        announced = _announced(bare)
        if announced is not None:
            titles = 0 if announced else MAX_TITLES
        elif titles and _is_like_title(bare):
            titles -= 1
        elif not _is_dropped(bare, is_ending=at >= len(lines) - ENDING):
            titles = 0
            yield line


def _announced(line: str) -> str | None:
    """What stands on the line behind the announcement of links, "" if they follow on the next lines; None for a line
    that announces none."""
    found = tables.pattern("boilerplate", "announces").match(line) if len(line) <= 2 * HEADLINE_CHARS else None
    return line[found.end() :].strip(" :.>»→-–—…") if found else None


def _is_like_title(line: str) -> bool:
    return len(line) <= HEADLINE_CHARS and not _STOP.search(line)


def _is_dropped(line: str, *, is_ending: bool) -> bool:
    if len(line) > MAX_CHARS:
        return False
    if tables.pattern("boilerplate", "line").match(line):
        return True
    return is_ending and tables.pattern("boilerplate", "ending").match(line) is not None
