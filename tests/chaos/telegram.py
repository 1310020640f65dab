"""The local Telegram of a run: `python -m bot.sandbox`, a process of its own that is never killed while it is needed.

What it took is the truth. It is asked over HTTP, between two forks, to answer badly and to let people act.
"""

from __future__ import annotations

import http.client
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.model import ChatId, ChatKind
from bot.sandbox.world import DEFAULT_TOKEN
from tests.chaos import SCALE
from tests.chaos.due import Reader

TOKEN = DEFAULT_TOKEN
QUEUE = 16  # faults that wait for the next calls
SLOW_S = 0.03 * SCALE  # how long an answer takes that is right, in the sandbox's seconds
HANG = -1.0  # longer than the deadline of an attempt, shorter than a lease

FLOOD = ("flood", False, 1.0)
# How a sendMessage may go wrong, and how many of a thousand do. After: it was taken all the same.
ENDS: dict[tuple[str, bool, float], int] = {
    FLOOD: 15,
    ("restart", False, 0.0): 12,
    ("restart", True, 0.0): 12,
    ("bad_gateway", False, 0.0): 10,
    ("bad_gateway", True, 0.0): 10,
    ("gateway_timeout", True, 0.0): 6,
    ("reset", False, 0.0): 12,
    ("reset", True, 0.0): 12,
    ("drop", True, 0.0): 6,
    ("cut", True, 0.0): 6,
    ("cut_reset", True, 0.0): 6,
    ("broken", True, 0.0): 8,
    ("delay", False, HANG): 5,
    ("drip", True, SLOW_S): 8,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """So many times as bad as `ENDS`; what hangs does so for this long, in our seconds."""

    worse: int = 1
    hang_s: float


class Telegram:
    """`told` counts the updates that it has for the bot."""

    def __init__(self, port: int, said: dict[str, Any], *, seed: int, ends: Ends) -> None:
        self.base_url = str(said["base_url"])
        self.readers = (
            *_readers("p", said["people"][1:], kind=ChatKind.PRIVATE),
            *_readers("g", said["groups"], kind=ChatKind.GROUP),
            *_readers("c", said["channels"], kind=ChatKind.CHANNEL),
        )
        self.admin = ChatId(said["people"][0])
        self.told = 0
        self._port = port
        self._random = random.Random(seed)
        self._ends = ends
        self._movers = 0

    def spoil(self, *, floods: float = 0.0) -> None:
        """Some of the next calls go wrong, the others take their time; of so many more it says that they flood it."""
        waiting = 0
        while waiting < QUEUE:
            kind, after, seconds = FLOOD if floods and self._random.random() < floods else self._drawn()
            fault = {"kind": kind, "method": "sendMessage", "after": after, "seconds": seconds}
            waiting = len(self._asked("POST", "fail", fault))

    def calm(self) -> None:
        """No call goes wrong any more."""
        self._act("heal")

    def say(self, reader: Reader) -> None:
        """Somebody writes there, as nobody can in a channel."""
        if reader.kind is ChatKind.CHANNEL:
            return
        sender = self.admin if reader.kind is ChatKind.GROUP else reader.chat_id
        self._act("say", chat_id=reader.chat_id, user_id=sender, text="/hi")
        self.told += 1

    def decide(self, text: str) -> None:
        """The owner says what to do."""
        self._act("say", chat_id=self.admin, user_id=self.admin, text=text)
        self.told += 1

    def block(self, reader: Reader) -> None:
        self._act("block", user_id=reader.chat_id)
        self.told += 1

    def unblock(self, reader: Reader) -> None:
        self._act("unblock", user_id=reader.chat_id)
        self.told += 1

    def moved(self) -> Reader:
        """A new group that has become a supergroup already, of which two updates tell."""
        self._movers += 1
        name = f"x{self._movers}"
        group = ChatId(self._act("add_group", title=name, admins=[self.admin]))
        self._act("migrate", chat_id=group)
        self.told += 2
        return Reader(name=name, chat_id=group, kind=ChatKind.GROUP)

    def taken(self, after: int) -> list[str]:
        """The texts of the messages that it took, from that number on."""
        return [one["text"] for one in self._asked("GET", f"sent?after={after}")["sent"]]

    def ambiguous(self) -> int:
        """How many calls were taken, or may have been, while the answer was lost, broken or too late."""
        counts = self._asked("GET", "counts")["counts"]
        faults = {tuple(name.split()[1:]): many for name, many in counts.items() if name.startswith("fault ")}
        return sum(many for (kind, when), many in faults.items() if (kind == "delay") != (when == "after"))

    def _drawn(self) -> tuple[str, bool, float]:
        drawn = self._random.randrange(1_000) / self._ends.worse
        for end, many in ENDS.items():
            drawn -= many
            if drawn < 0:
                kind, after, seconds = end
                return kind, after, self._ends.hang_s * SCALE if seconds == HANG else seconds
        return "delay", True, self._random.uniform(0, 2 * SLOW_S)

    def _act(self, what: str, **arguments: Any) -> Any:
        return self._asked("POST", f"act/{what}", arguments)["result"]

    def _asked(self, method: str, what: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, f"/control/{what}", None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"the sandbox refused {what}: {said.decode()}")
        return json.loads(said)


@contextmanager
def served(seed: int, *, ends: Ends, people: int = 24) -> Iterator[Telegram]:
    """Telegram while the block runs, with so many people who read, and a third as many groups and channels."""
    others = ["--groups", str(people // 3), "--channels", str(people // 3), "--people", str(people + 1)]
    command = [sys.executable, "-m", "bot.sandbox", "--speed", str(SCALE), "--seed", str(seed), *others]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            said = json.loads(process.stdout.readline())
            yield Telegram(int(said["url"].rpartition(":")[2]), said, seed=seed, ends=ends)
        finally:
            process.kill()


def _readers(prefix: str, ids: list[int], *, kind: ChatKind) -> tuple[Reader, ...]:
    return tuple(Reader(name=f"{prefix}{number}", chat_id=ChatId(one), kind=kind) for number, one in enumerate(ids))
