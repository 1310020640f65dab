"""Named places between two side effects where a test may stop the program; otherwise they do nothing.

`DIGEST_BOT_FAILPOINTS=turn.started:kill:0.01,request.written:stop` arms them by name, action and chance (1 when left
out): `kill` ends this process as a power cut would, `stop` freezes it until it gets SIGCONT, `raise` raises.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Mapping
from types import MappingProxyType

VARIABLE = "DIGEST_BOT_FAILPOINTS"
Action = Callable[[], None]

_armed: Mapping[str, tuple[Action, float]] = MappingProxyType({})


class StoppedError(RuntimeError):
    """What the action `raise` raises."""


def hit(name: str) -> None:
    """The program is at this place now."""
    if _armed and name in _armed:
        action, chance = _armed[name]
        if random.random() < chance:  # noqa: S311 - chance, not secrecy
            action()


def arm(wanted: str) -> None:
    """From now on these and no others ("" for none). Raises ValueError for what cannot be read."""
    global _armed  # noqa: PLW0603 - the one switch of the process
    _armed = MappingProxyType(dict(map(_one, filter(None, wanted.split(",")))))


def _one(text: str) -> tuple[str, tuple[Action, float]]:
    name, action, *chance = text.strip().split(":")
    if action not in _ACTIONS:
        raise ValueError(f"{VARIABLE}: there is no action {action!r}, only {', '.join(_ACTIONS)}")
    return name, (_ACTIONS[action], float(chance[0]) if chance else 1.0)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _raise() -> None:
    raise StoppedError("a failpoint")


_ACTIONS: Mapping[str, Action] = MappingProxyType({"kill": _kill, "stop": _stop, "raise": _raise})

arm(os.environ.get(VARIABLE, ""))
