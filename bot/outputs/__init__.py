"""Where digests go: one file per output, each ends in `OUTPUT = Output(...)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.model import Edit, Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """`send` makes the callable that makes one attempt, from the client object of that output's library and the key
    that buttons are signed with; `edit` the one that makes one attempt to change what was sent."""

    name: str
    send: Callable[[Any, bytes], Send]
    edit: Callable[[Any, bytes], Edit]


@cache
def outputs() -> dict[str, Output]:
    """All outputs by name, found by themselves."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return {name: importlib.import_module(f"{__name__}.{name}").OUTPUT for name in names}
