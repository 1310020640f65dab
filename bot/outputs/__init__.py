"""Where digests go: one file per output, each ends in `OUTPUT = Output(...)`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from bot.model import Edit, Send
from bot.storage.pictures import Shelf


class Sender(Protocol):
    """Makes the callable that makes one attempt, from the client object of an output's library, the key that buttons
    are signed with, and the shelf where pictures lie; without a shelf messages go without pictures."""

    def __call__(self, client: Any, key: bytes, /, shelf: Shelf | None = None) -> Send: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """`send` makes the callable that makes one attempt; `edit`, from the same client and key, the one that makes one
    attempt to change what was sent."""

    name: str
    send: Sender
    edit: Callable[[Any, bytes], Edit]


@cache
def outputs() -> dict[str, Output]:
    """All outputs by name, found by themselves."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return {name: importlib.import_module(f"{__name__}.{name}").OUTPUT for name in names}
