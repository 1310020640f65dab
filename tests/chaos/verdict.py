"""What a run of chaos came to: its figures, and what should not have happened."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.delivery.terms import Limits
from tests.chaos import running, truth, work
from tests.chaos.running import Chaos, Plan, Seen
from tests.chaos.telegram import Ends, Telegram, served

RESUMED_S = 150.0
EVERY_S = 6.0
QUICK = replace(work.LIMITS, lease_s=1.0, deadline_s=0.4, repeat_after_s=0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`extra` messages came once more, of them `unlawful` without saying so or where an owner had been asked;
    `allowed` is how many may: the ambiguous ones that were accepted, and what was being sent at each kill."""

    plan: Plan
    ways: str
    seen: Seen
    states: Mapping[str, int]
    lost: tuple[str, ...]
    extra: int
    unlawful: tuple[str, ...]
    ambiguous: int
    unknown: int
    most_copies: int
    told: int
    unapplied: int
    damage: str

    @property
    def parts(self) -> int:
        return sum(self.states.values())

    @property
    def kills(self) -> int:
        return sum(self.seen.killed.values())

    @property
    def allowed(self) -> int:
        return self.ambiguous + self.seen.in_flight

    @property
    def is_in_time(self) -> bool:
        """Whether what a kill had left was always taken up again soon enough; not so on a machine that is too busy."""
        return self.seen.resumed_s <= RESUMED_S

    def problems(self) -> Iterator[str]:
        """What must not be, one line each."""
        yield from self.seen.faults
        yield from (f"lost: {one}" for one in self.lost)
        yield from (f"came again without need or without saying so: {one}" for one in self.unlawful)
        if self.extra > self.allowed:
            yield f"{self.extra} messages came again, {self.allowed} at most are explained"
        if self.most_copies > 2:
            yield f"a part came {self.most_copies} times"
        if self.unknown:
            yield f"{self.unknown} parts are not decided"
        if self.unapplied:
            yield f"{self.unapplied} updates had no effect"
        if self.seen.crashed or self.seen.drained_code != 0:
            yield f"{self.seen.crashed} processes ended by themselves, the last with {self.seen.drained_code}"
        if self.damage != "ok":
            yield f"the database is damaged: {self.damage}"
        yield from (
            f"{name} killed {self.seen.killed[name]} times of {self.plan.each}"
            for name in self.plan.failpoints
            if self.seen.killed[name] < self.plan.each
        )


def of(plan: Plan, ways: work.Ways | None = None) -> Verdict:
    """Runs it in a folder of its own, with a Telegram of its own."""
    with tempfile.TemporaryDirectory(prefix="digest-bot-chaos-") as folder, _served(plan) as telegram:
        place = work.Place(
            folder=Path(folder),
            base_url=telegram.base_url,
            admin=telegram.admin,
            readers=telegram.readers,
            every_s=EVERY_S / 4 if plan.at_once else EVERY_S,
            ways=ways or work.Ways(),
            limits=_limits(plan),
        )
        running.prepared(place)
        chaos = Chaos(place, telegram, plan)
        chaos.run()
        return judged(chaos)


def _served(plan: Plan) -> AbstractContextManager[Telegram]:
    return served(plan.seed, ends=Ends(worse=3 if plan.at_once else 1, hang_s=1.5 * _limits(plan).deadline_s))


def _limits(plan: Plan) -> Limits:
    return QUICK if plan.at_once else work.LIMITS


def judged(chaos: Chaos) -> Verdict:
    """The verdict on a run that has ended."""
    chaos.accepted.fetch()
    final = truth.read(chaos.place.file)
    too_long = {row.name: "parked" for row in final.rows if "too long" in row.error}
    return Verdict(
        plan=chaos.plan,
        ways=chaos.place.ways.name,
        seen=chaos.seen,
        states=dict(sorted(Counter(row.state for row in final.rows).items())),
        lost=tuple(truth.lost(final, chaos.accepted, refused=chaos.refused | too_long)),
        extra=truth.repeated(chaos.accepted),
        unlawful=tuple(truth.unlawful(chaos.accepted)),
        ambiguous=chaos.telegram.ambiguous(),
        unknown=final.open,
        most_copies=chaos.accepted.most_copies,
        told=chaos.telegram.told,
        unapplied=chaos.telegram.told - chaos.seen.decided - len(final.effects),
        damage=truth.damage(chaos.place.file),
    )
