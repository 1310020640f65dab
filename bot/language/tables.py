"""The one loader of the tables in `bot/language/data/`: word lists, patterns and rarities, each file read once.

Tables are UTF-8: `.toml`, or where patterns and rarities would drown in quotation marks `.txt` with `[section]`
headings, one entry a line and `#` before a comment line. Nothing else in `bot/language/` touches the disk.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"

_CASED = re.compile(r"\(\?-i|(?<!\\)[A-ZА-ЯЁ]")


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
    return re.compile(_either(sections(name).get(section, ())), re.IGNORECASE)


@cache
def lower_pattern(name: str, section: str) -> re.Pattern[str]:
    """The same for texts that are in lower case (`lowered`): up to ten times as fast, because `re` passes over an
    alternative at once where its first letter must be exactly this one. Raises ValueError for a section in which
    letter case counts."""
    joined = _either(sections(name).get(section, ()))
    if _CASED.search(joined):
        raise ValueError(f"{name}: [{section}] tells capital letters from small ones")
    return re.compile(joined)


def begins(name: str, section: str, text: str, at: int = 0) -> bool:
    """Whether an entry of the section matches at `at`: as `pattern(...).match` would, but as fast as can be."""
    plain, cased = _by_case(name, section)
    return bool(plain.match(lowered(text), at) or (cased and cased.match(text, at)))


@cache
def _by_case(name: str, section: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """The entries in which letter case does not count, for lower-case texts, and the others."""
    entries = sections(name).get(section, ())
    cased = [entry for entry in entries if _CASED.search(entry)]
    plain = re.compile(_either([entry for entry in entries if entry not in cased]))
    return plain, re.compile(_either(cased), re.IGNORECASE) if cased else None


def lowered(text: str) -> str:
    """The text in lower case, a character for each character (the lower case of `İ` has two)."""
    low = text.lower()
    return low if len(low) == len(text) else "".join([letter.lower()[0] for letter in text])


def _either(entries: Sequence[str]) -> str:
    return "|".join(f"(?:{entry})" for entry in entries) or r"(?!)"


@cache
def numbers(name: str) -> dict[str, float]:
    """`key number` a line, as rarity tables are written."""
    pairs = (line.rsplit(maxsplit=1) for line in sections(name)[""])
    return {key: float(number) for key, number in pairs}


def hints_at(name: str, section: str, text: str) -> bool:
    """Whether `text`, which is lower-case already, holds a word of the section."""
    return any(map(text.__contains__, _hints(name, section)))


@cache
def _hints(name: str, section: str) -> tuple[str, ...]:
    """The words of a section that hold no other one."""
    held = words(name, section)
    return tuple(sorted(word for word in held if not any(other in word for other in held - {word})))


def mentioned(name: str, section: str, text: str) -> tuple[str, ...]:
    """The entries of a section that begin at the start of a word in `text`, which is lower-case already."""
    return tuple(entry for entry in sections(name)[section] if entry in text and _at_word_start(entry, text))


def _at_word_start(entry: str, text: str) -> bool:
    if not entry[0].isalnum():
        return True
    at = text.find(entry)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(entry, at + 1)
    return at >= 0
