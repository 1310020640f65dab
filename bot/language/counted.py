"""What the words around a figure mean for what it counts: killed or injured, houses or people, new or in all."""

from __future__ import annotations

from functools import cache, lru_cache

from bot.language import tables

TABLE = "counted.toml"


@lru_cache(maxsize=1 << 16)
def meaning(section: str, primary: str, word: str) -> str:
    """The meaning that a section of the table gives a word of a language (primary subtag), "" for none.

    The word is lower case with one apostrophe and without ё, Uzbek in Latin, as `bot.stages.claims` folds it.
    """
    exact, starts = _spellings(section, primary)
    if word in exact:
        return exact[word]
    return next((starts[word[:size]] for size in range(len(word), 1, -1) if word[:size] in starts), "")


@cache
def _spellings(section: str, primary: str) -> tuple[dict[str, str], dict[str, str]]:
    """Whole words and beginnings with their meaning."""
    table: dict[str, str] = tables.load(TABLE)[section].get(primary, {})
    pairs = [(word, name) for name, line in table.items() for word in line.split()]
    return dict(p for p in pairs if p[0][-1] != "*"), {w[:-1]: name for w, name in pairs if w[-1] == "*"}
