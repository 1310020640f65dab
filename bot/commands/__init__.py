"""What people can ask for: one file per command, each ends in `COMMAND = Command(...)`.

A command is `run(Request, World) -> Reply` and sees no Telegram. A button is a command line typed by a finger.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache

from bot.model import Reply, Request
from bot.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`summary` is a message id of the catalogues, shown in Telegram's menu and by /help; `rank` orders both.

    `configures` says that it changes what a chat gets, so that in groups only administrators may use it; `for_admins`
    that only those who run the bot (`[telegram] admins`) may, anywhere, and nobody else is shown it; `in_menu` is False
    for one that only buttons ask.
    """

    name: str
    summary: str
    rank: int
    run: Callable[[Request, World], Awaitable[Reply]]
    configures: bool = False
    for_admins: bool = False
    in_menu: bool = True


@cache
def commands() -> dict[str, Command]:
    """All commands by name, in the order of the menu, found by themselves."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [importlib.import_module(f"{__name__}.{name}").COMMAND for name in names]
    return {command.name: command for command in sorted(found, key=lambda command: command.rank)}


def shown(*, to_admin: bool) -> tuple[Command, ...]:
    """What a person may use, in the order of the menu."""
    return tuple(one for one in commands().values() if one.in_menu and (to_admin or not one.for_admins))
