"""What goes wrong between a bot and Telegram, asked for beforehand: a queue of faults, each for some calls."""

import random
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "delay",  # the call, or with `after` its answer, takes so many seconds
    "drop",  # the connection is closed instead of an answer
    "reset",  # the connection is reset (RST) instead of an answer
    "cut",  # half of the answer, then the connection is closed
    "cut_reset",  # half of the answer, then the connection is reset
    "drip",  # the answer comes a byte at a time, `seconds` apart
    "flood",  # 429 with `seconds` as retry_after
    "restart",  # 500 as JSON
    "bad_gateway",  # 502 as a page
    "gateway_timeout",  # 504 as a page
    "broken",  # 200 with JSON that breaks off
    "conflict",  # 409
    "answer",  # `code` and `description` as an error of the Bot API
]
KINDS = frozenset(get_args(Kind))
FOREVER = -1


@dataclass(slots=True, kw_only=True)
class Fault:
    """The next `count` calls of a method (any when "") to a chat (any when None) meet this.

    Without `after` Telegram has not taken the call, with it the state is changed all the same. `share` is the part of
    the calls that meet it; `seconds` are the world's. `chat` is written as the bot writes it: a number or `@username`.
    """

    kind: Kind
    method: str = ""
    chat: int | str | None = None
    count: int = 1
    after: bool = False
    seconds: float = 0.0
    share: float = 1.0
    code: int = 400
    description: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind!r}")

    def meets(self, method: str, chat: str) -> bool:
        is_method = not self.method or self.method.lower() == method.lower()
        return is_method and (self.chat is None or str(self.chat).lower() == chat.lower())


class Faults:
    """The queue. The first fault that meets a call is the only one; one whose share does not hold for it leaves it to
    those behind. The same seed draws the same shares."""

    def __init__(self, seed: int = 0) -> None:
        self.waiting: list[Fault] = []
        self._random = random.Random(seed)  # noqa: S311 - what must be repeatable, not secret

    def add(self, fault: Fault) -> Fault:
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, method: str, chat: str) -> Fault | None:
        """The fault that this call meets, which is then used up once."""
        for fault in self.waiting:
            if not fault.meets(method, chat):
                continue
            if fault.share < 1 and self._random.random() >= fault.share:
                continue
            if fault.count != FOREVER:
                fault.count -= 1
            if fault.count == 0:
                self.waiting.remove(fault)
            return fault
        return None
