"""A run of chaos: the bot is kept running on one database while it is killed and paused, and looked at all the time."""

from __future__ import annotations

import asyncio
import math
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TextIO

from bot.delivery import notices
from bot.model import MessageId
from tests.chaos import FAILPOINTS, SCALE, due, truth, work
from tests.chaos.processes import CRASHED, Forked, forked
from tests.chaos.telegram import Telegram
from tests.chaos.truth import Accepted

LOOK_S = 0.1
SAMPLE_S = 1.5
UNHIT_S = 12.0  # so long a process waits for its failpoint
TRIES = 6  # on a machine that is too busy answers come when their leases are over, which hits few of the places
FLOODS = 0.25  # of the calls, while it is to be killed where an answer is written down that is no message
DRAIN_S = 120.0
MEAN_S = 1.2  # between two kills (delivery.md F1)
BLOCKS = 0.01  # at so many of the looks somebody blocks the bot or lets it in again
PAUSE = 1.3  # of a lease (delivery.md F4)
OFTEN = {"write.uncommitted": 0.05, "write.committed": 0.05, "turn.begun": 0.2, "turn.claimed": 0.2}
SELDOM = ("aftermath", "desk", "move", "settle.resolved")
STOPS = ("turn.committed", "attempt.begun", "request.written", "request.answered", "attempt.answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often each failpoint kills, `at_once` or at some time, and how many kills and pauses there are besides at
    random moments."""

    seed: int
    each: int
    kills: int
    pauses: int
    failpoints: tuple[str, ...] = FAILPOINTS
    at_once: bool = False

    def actions(self) -> list[str]:
        """All of them in their random order: names of failpoints, "kill", "pause" and "relieve"."""
        pauses = ["pause" if number % 2 else "relieve" for number in range(self.pauses)]
        planned = [*(point for point in self.failpoints for _ in range(self.each)), *["kill"] * self.kills, *pauses]
        random.Random(self.seed).shuffle(planned)
        return planned


@dataclass(slots=True, kw_only=True)
class Seen:
    """What happened in a run, and what was wrong at one of the looks."""

    killed: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    crashed: int = 0
    samples: int = 0
    in_flight: int = 0
    resumed_s: float = 0.0
    decided: int = 0
    drained_code: int | None = None
    took_s: float = 0.0


class Chaos:
    """One run. `seen` grows while it goes on, `refused` says who may end in which state without having got a part."""

    def __init__(self, place: work.Place, telegram: Telegram, plan: Plan, *, progress: TextIO = sys.stderr) -> None:
        self.place = place
        self.plan = plan
        self.seen = Seen()
        self.accepted = Accepted(telegram)
        self.telegram = telegram
        self.refused: dict[str, str] = {}
        self._random = random.Random(plan.seed)
        self._doubts: dict[tuple[str, int], float] = {}
        self._left: dict[tuple[str, int], float] = {}
        self._sampled_at = 0.0
        self._blocked: due.Reader | None = None
        self._is_ending = False
        self._floods = 0.0
        self._progress = progress

    def run(self) -> Seen:
        """Everything that is planned, then an end in order."""
        start = time.monotonic()
        actions = self.plan.actions()
        for number, action in enumerate(actions, start=1):
            self._act(action)
            if number % 25 == 0 or number == len(actions):
                self._tell(f"{number} of {len(actions)}, {time.monotonic() - start:.0f} s")
        self._drain()
        self.seen.took_s = time.monotonic() - start
        return self.seen

    def _act(self, action: str) -> None:
        match action:
            case "kill":
                process = self._launch()
                self._watch(process, self._random.expovariate(1 / MEAN_S))
                self._kill(process, "random")
            case "pause":
                self._pause()
            case "relieve":
                self._relieve()
            case _:
                self._floods = FLOODS if action.startswith("aftermath") else 0.0
                self._at(action)
                self._floods = 0.0

    def _at(self, failpoint: str) -> None:
        """Lets the bot run until it dies at this place."""
        for number in range(TRIES):
            if failpoint.startswith("move."):
                self._move()
            is_certain = self.plan.at_once or number > 0 or failpoint.startswith(SELDOM)
            chance = 1.0 if is_certain else OFTEN.get(failpoint, 0.3)
            is_waited_for = is_certain and failpoint.startswith("plan.")
            place = replace(self.place, open_at_most=sys.maxsize) if is_waited_for else self.place
            process = self._launch(f"{failpoint}:kill:{chance}", place=place)
            if self._watch(process, UNHIT_S) and process.code == -signal.SIGKILL:
                self._after(process, failpoint)
                return
            process.kill()
            self.seen.missed[failpoint] += 1

    def _pause(self) -> None:
        """The whole machine stands still for longer than a lease."""
        process = self._launch()
        self._watch(process, self._random.expovariate(1 / MEAN_S))
        process.signal(signal.SIGSTOP)
        self._left.clear()
        process.ended(PAUSE * self.place.limits.lease_s)
        process.signal(signal.SIGCONT)
        self._watch(process, MEAN_S)
        self._kill(process, "paused")

    def _relieve(self) -> None:
        """One process stands still for longer than its lease, another takes its place; then both go on."""
        mute = replace(self.place, hears=False)
        process = self._launch(f"{self._random.choice(STOPS)}:stop:0.1", place=mute)
        self._watch(process, self._random.expovariate(1 / MEAN_S))
        process.signal(signal.SIGSTOP)
        self._left.clear()
        relief = self._launch()
        self._watch(relief, PAUSE * self.place.limits.lease_s)
        process.signal(signal.SIGCONT)
        self._watch(relief, MEAN_S)
        process.kill()
        self._left.clear()
        self._kill(relief, "relieved")

    def _kill(self, process: Forked, how: str) -> None:
        process.kill()
        self._after(process, how)

    def _after(self, process: Forked, how: str) -> None:
        if process.code == CRASHED:
            return
        self.seen.killed[how] += 1
        left = truth.under_way(self.place.file)
        self.seen.in_flight += sum(state == "sending" for state in left.values())
        now = time.monotonic()
        self._left |= dict.fromkeys(left.keys() - self._left.keys(), now)

    def _launch(self, armed: str = "", *, place: work.Place | None = None) -> Forked:
        log = self.place.folder / "log"
        seed = self._random.randrange(1 << 30)
        return forked(partial(work.work, place or self.place), armed=armed, seed=seed, log=log)

    def _watch(self, process: Forked, seconds: float) -> bool:
        """Looks on for so long, or until it stops itself; whether the process has ended by itself."""
        until = time.monotonic() + seconds
        while (left_s := until - time.monotonic()) > 0:
            if process.ended(min(LOOK_S, left_s)):
                self.seen.crashed += process.code == CRASHED
                return True
            if process.is_stopped():
                return False
            self._look()
        return False

    def _look(self) -> None:
        self._chat()
        self._decide()
        self._resume()
        if time.monotonic() - self._sampled_at > SAMPLE_S:
            self._sample()

    def _chat(self) -> None:
        """Some calls will fail, people write, one of them blocks the bot for a while; at the end nobody does."""
        if self._is_ending:
            return
        self.telegram.spoil(floods=self._floods)
        for _ in range(self._random.randint(0, 2)):
            self.telegram.say(self._random.choice([one for one in self.telegram.readers if one != self._blocked]))
        if self._random.random() > BLOCKS:
            return
        if self._blocked:
            self.telegram.unblock(self._blocked)
            self._blocked = None
        else:
            self._blocked = self.place.readers[0]
            self.refused[self._blocked.name] = "failed"
            self.telegram.block(self._blocked)

    def _decide(self) -> None:
        """The owner says once what is true, when what was under way has ended."""
        now = time.monotonic()
        for doubt in truth.in_doubt(self.place.file):
            self._doubts.setdefault(doubt, now + self.place.limits.lease_s / 2)
        ripe = [doubt for doubt, at in self._doubts.items() if at < now]
        if ripe:
            self.accepted.fetch()
        for doubt in ripe:
            self._doubts[doubt] = math.inf
            self.seen.decided += 1
            word = "arrived" if self.accepted.copies(doubt[0]) else "again"
            self.telegram.decide(f"{word} {notices.reference(MessageId(doubt[0]), doubt[1])}")

    def _resume(self) -> None:
        if not self._left:
            return
        now = time.monotonic()
        there = truth.under_way(self.place.file)
        for name in self._left.keys() - there:
            self.seen.resumed_s = max(self.seen.resumed_s, (now - self._left.pop(name)) * SCALE)

    def _sample(self) -> None:
        """What must hold at every moment."""
        self._sampled_at = time.monotonic()
        self.seen.samples += 1
        self.accepted.fetch()
        self.seen.faults += truth.read(self.place.file).faults()
        if self.accepted.most_copies > 2:
            self.seen.faults.append("a part came three times")

    def _move(self) -> None:
        """A new group, which is a supergroup before its first digest."""
        self.place = replace(self.place, readers=(*self.place.readers, self.telegram.moved()))

    def _drain(self) -> None:
        """Telegram is well again, nothing more is planned, and what is open is brought to its end."""
        self._is_ending = True
        self.telegram.calm()
        if self._blocked:
            self.telegram.unblock(self._blocked)
        process = self._launch(place=replace(self.place, plans=False))
        until = time.monotonic() + DRAIN_S
        while time.monotonic() < until and not self._watch(process, 0.5) and truth.read(self.place.file).open:
            pass
        process.signal(signal.SIGTERM)
        process.ended(DRAIN_S)
        self.seen.drained_code = process.code
        process.kill()
        self._sample()

    def _tell(self, line: str) -> None:
        self._progress.write(f"  {line}: {sum(self.seen.killed.values())} kills, {len(self.seen.faults)} faults\n")
        self._progress.flush()


def prepared(place: work.Place) -> None:
    """A database with everybody in it, and everything loaded that a child needs."""
    work.warm()
    asyncio.run(work.prepare(place))
