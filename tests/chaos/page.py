"""docs/RELIABILITY.md: what the last run came to, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tests.chaos import SCALE
from tests.chaos.power import Cuts
from tests.chaos.rows import FAULTS
from tests.chaos.verdict import Verdict

INTRODUCTION = f"""\
# Reliability

Written by `make chaos`; what is promised and why stands in the [README](../README.md). The bot's delivery runs as a
process that is killed and paused again and again, on one SQLite file, against a local Telegram that refuses, delays,
resets, breaks off and answers 429, 500 and 502 before and after it has taken a message. What that Telegram took is the
truth. Leases and deadlines end {SCALE} times as fast as in life.
"""
MEANING = """\
*Extra* are messages that came once more; *allowed* are the ambiguous ones that were taken and those under way at a
kill; *unlawful* came again without saying that they may be a repeat, or in a group or channel, whose owner is asked.
*Open* is what was not settled at the end, unknown ones included. *Resumed* is the longest time, in seconds of life,
until what a kill had left was taken up again: 150 is the limit. At every look `due = sent + failed + parked + open` is
checked, and that cursor, slots and parts belong together, no part came three times and no update had its effect twice.
The last two rows show that the run finds what it looks for.
"""
COLUMNS = ("seed", "kills", "looks", "parts", "lost", "extra", "allowed", "unlawful", "most copies", "open", "resumed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run: with all defences, without two of them, and the power cuts."""

    on: date
    machine: str
    guarded: Verdict
    unguarded: tuple[Verdict, ...]
    cuts: tuple[Cuts, ...]

    def problems(self) -> list[str]:
        """What should be otherwise; a defence whose absence changes nothing is one of them."""
        found = list(self.guarded.problems())
        if not self.guarded.is_in_time:
            found.append(f"taken up again only after {self.guarded.seen.resumed_s:.0f} s of life")
        unfenced, mark_first = self.unguarded
        if not unfenced.unlawful:
            found.append(f"{unfenced.ways}: nothing was repeated")
        if not mark_first.lost:
            found.append(f"{mark_first.ways}: nothing was lost")
        full, normal = self.cuts
        if full.forgotten or full.damaged:
            found.append(f"power cuts: {full.forgotten} forgotten, {full.damaged} damaged")
        if not normal.forgotten:
            found.append("synchronous=NORMAL forgot nothing")
        return found


def text(report: Report) -> str:
    """The whole page."""
    runs = (report.guarded, *report.unguarded)
    killed = report.guarded.seen.killed
    points = [(name, killed[name]) for name in report.guarded.plan.failpoints]
    others = [(name, many) for name, many in sorted(killed.items()) if name not in report.guarded.plan.failpoints]
    cuts = [(f"`{one.sync}`", one.cuts, one.forgotten, one.damaged) for one in report.cuts]
    return "\n".join(
        [
            INTRODUCTION,
            f"Last run: {report.on}, {report.guarded.seen.took_s:.0f} s of kills, {report.machine}.\n",
            _table(("", *COLUMNS), [(run.ways, *figures(run)) for run in runs]),
            MEANING,
            "## Where it was killed\n",
            _table(("failpoint", "kills"), [(f"`{name}`", many) for name, many in points]),
            _table(("otherwise", "times"), [(_OTHERWISE[name], many) for name, many in others]),
            "## Power cuts\n",
            "What the bot wrote, recorded from its engine, on a disk that forgets what was not synced.\n",
            _table(("`synchronous`", "cuts", "forgot a sent message", "damaged the file"), cuts),
            "## The faults of the design\n",
            "Tests stand under `tests/`. F9, F12 to F15, F43 and F44 belong to PostgreSQL and to the restore mode.\n",
            "| | fault | shown by |\n| --- | --- | --- |\n" + "\n".join(fault.line for fault in FAULTS) + "\n",
        ]
    )


def figures(run: Verdict) -> Sequence[object]:
    """What stands under `COLUMNS`."""
    return (
        run.plan.seed,
        run.kills,
        run.seen.samples,
        run.parts,
        len(run.lost),
        run.extra,
        run.allowed,
        len(run.unlawful),
        run.most_copies,
        run.unknown,
        f"{run.seen.resumed_s:.0f} s",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


_OTHERWISE = {
    "random": "SIGKILL at a random moment",
    "paused": "SIGSTOP longer than a lease, then SIGKILL",
    "relieved": "SIGSTOP longer than a lease while another process goes on, then both are killed",
}
