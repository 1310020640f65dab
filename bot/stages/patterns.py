"""Patterns that readers write (`re:...`): matched in linear time by RE2 where it is installed, refused otherwise.

Python's own `re` runs for seconds on patterns of twenty characters (security.md, T16).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from bot.errors import UserError

try:
    import re2
except ImportError:
    re2 = None

PREFIX = "re:"
MAX_CHARS = 200
MAX_TEXT = 20_000  # characters of a text that are looked at
MAX_MEMORY = 1_000_000  # bytes that a compiled pattern may take

Find = Callable[[str], bool]


def compiled(wanted: str) -> Find:
    """Whether a text holds the pattern, letters of either case; `wanted` begins with `re:`.

    Raises UserError for a pattern that is too long, wrong or too large, and where RE2 is not installed.
    """
    pattern = wanted.removeprefix(PREFIX)
    if not pattern or len(pattern) > MAX_CHARS:
        raise UserError("A pattern has 1 to {n} characters.", n=MAX_CHARS)
    return _compiled(pattern)


def plain(words: Iterable[str]) -> tuple[str, ...]:
    """Those that are words or phrases."""
    return tuple(word for word in words if not word.startswith(PREFIX))


def written(words: Iterable[str]) -> tuple[str, ...]:
    """Those that are patterns."""
    return tuple(word for word in words if word.startswith(PREFIX))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Find:
    if re2 is None:
        raise UserError("Patterns are not installed here. Send plain words: every form of a word counts.")
    options = re2.Options()
    options.max_mem, options.case_sensitive, options.log_errors = MAX_MEMORY, False, False
    try:
        found = re2.compile(pattern, options=options)
    except re2.error as error:
        raise UserError("I cannot read the pattern “{typed}”.", typed=pattern[:40]) from error
    return lambda text: found.search(text[:MAX_TEXT]) is not None
