"""The one loader of the tables in `bot/language/data/`: word lists, patterns and rarities, each file read once.

Tables are UTF-8: `.toml`, or where patterns and rarities would drown in quotation marks `.txt` with `[section]`
headings, one entry a line and `#` before a comment line. Nothing else in `bot/language/` touches the disk.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@cache
def load(name: str) -> dict[str, Any]:
    """The table `data/{name}` (a `.toml` file name) as read; nobody changes what this returns."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The entries of `data/{name}.txt` by section; entries before the first heading stand under ""."""
    found: dict[str, list[str]] = {"": []}
    section = ""
    for raw in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]") and " " not in line:
            section = line[1:-1]
            found.setdefault(section, [])
        elif line and not line.startswith("#"):
            found[section].append(line)
    return {key: tuple(entries) for key, entries in found.items()}


@cache
def words(name: str, section: str = "") -> frozenset[str]:
    """All words of a section, separated by blanks or lines."""
    return frozenset(" ".join(sections(name).get(section, ())).split())


@cache
def pattern(name: str, section: str) -> re.Pattern[str]:
    """One pattern that matches whatever any entry of the section matches; letters of either case, spaces of any width.

    An empty section gives a pattern that never matches.
    """
    entries = sections(name).get(section, ())
    joined = "|".join(f"(?:{entry})" for entry in entries) or r"(?!)"
    return re.compile(joined, re.IGNORECASE)


@cache
def numbers(name: str) -> dict[str, float]:
    """`key number` a line, as rarity tables are written."""
    pairs = (line.rsplit(maxsplit=1) for line in sections(name)[""])
    return {key: float(number) for key, number in pairs}


def mentioned(name: str, section: str, text: str) -> tuple[str, ...]:
    """The entries of a section that begin at the start of a word in `text`, which is lower-case already.

    Plain search is ten times as fast as one pattern of a hundred alternatives.
    """
    return tuple(entry for entry in sections(name)[section] if entry in text and _at_word_start(entry, text))


def _at_word_start(entry: str, text: str) -> bool:
    if not entry[0].isalnum():
        return True
    at = text.find(entry)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(entry, at + 1)
    return at >= 0
