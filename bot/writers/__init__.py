"""Who writes summaries: one file per writer, each ends in `WRITER = Writer(...)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache

from bot.model import Language, Story, Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long a summary may be: headline and facts together count against `max_chars`."""

    max_facts: int = 5
    max_chars: int = 450


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """`write` makes the summary of a story in one of the languages its articles have. A change of `version` makes it
    write anew what it wrote before. `rewords` is for one that does not keep to the articles' own words: figures, names,
    quotations and the like must be theirs all the same, or the fact is dropped (`bot/stages/prove.py`)."""

    name: str
    write: Callable[[Story, Language, Budget], Awaitable[Summary]]
    version: int = 1
    rewords: bool = False


@cache
def writers() -> dict[str, Writer]:
    """All writers by name, found by themselves."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return {name: importlib.import_module(f"{__name__}.{name}").WRITER for name in names}
