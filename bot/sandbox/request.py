"""A request of the bot as the methods read it: leniently, like the Bot API server, which sees only strings."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.sandbox.files import Upload
from bot.sandbox.state import Json, Violation

if TYPE_CHECKING:
    from bot.sandbox.world import World

LEADING_INTEGER = re.compile(r"-?\d{1,19}")
TRUE = frozenset({"true", "yes", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of a method. `params` are native values; `stopped` tells a long poll that the server goes down."""

    world: "World"
    method: str
    params: Json
    uploads: Mapping[str, Upload]
    stopped: Callable[[], bool]

    def text(self, name: str) -> str:
        """The parameter as a string: "" when missing, JSON when it is not a string."""
        value = self.params.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """The leading digits of the parameter: 0 without any, the default when it is missing."""
        if name not in self.params:
            return default
        digits = LEADING_INTEGER.match(self.text(name))
        return int(digits[0]) if digits else 0

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in TRUE

    def value(self, name: str) -> Any:
        """The parameter as it is, None when missing."""
        return self.params.get(name)

    def note(self, *texts: str) -> None:
        """Records violations: what Telegram would repair or drop without a word."""
        self.world.violations += [Violation(method=self.method, text=text) for text in texts]


Method = Callable[[Request], Awaitable[Any]]


class Described(NamedTuple):
    """A result with a description beside it, which few methods give."""

    result: Any
    description: str
