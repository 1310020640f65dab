"""`python -m tests.chaos`: kills, pauses and power cuts; prints a table and writes docs/RELIABILITY.md.

`--each-once` kills once at every failpoint, quickly, and prints what came out as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot import logs
from tests.benchmarks import timing
from tests.chaos import page, power, variants, verdict
from tests.chaos.page import Report
from tests.chaos.rows import ROOT
from tests.chaos.running import Plan

MINUTES = 45  # in which each failpoint kills 20 times, and 300 kills and pauses come besides
PAGE = ROOT / "docs" / "RELIABILITY.md"
CUTS = 1_000


def main(arguments: list[str]) -> int:
    """Exit code 1 when something was found that must not be."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="about how long; fewer minutes, fewer kills")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--each-once", action="store_true")
    chosen = parser.parse_args(arguments)
    logs.configure("error")
    if chosen.each_once:
        return _each_once(chosen.seed)
    report = _report(chosen.seed, share=chosen.minutes / MINUTES)
    text = page.text(report)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text.partition("## The faults")[0])
    problems = report.problems()
    sys.stdout.write("\n".join(["", *problems, f"{len(problems)} problems; written to {PAGE.relative_to(ROOT)}\n"]))
    return 1 if problems else 0


def _each_once(seed: int) -> int:
    run = verdict.of(Plan(seed=seed, each=1, kills=2, pauses=2, at_once=True))
    found = {
        "killed": run.seen.killed,
        "problems": list(run.problems()),
        "parts": run.parts,
        "states": dict(run.states),
        "ended": run.seen.drained_code,
        "told": run.told,
    }
    sys.stdout.write(json.dumps(found))
    return 0


def _report(seed: int, *, share: float) -> Report:
    many = max(6, round(300 * share))
    plan = Plan(seed=seed, each=max(1, round(20 * share)), kills=many * 2 // 3, pauses=many // 3)
    fewer = Plan(seed=seed, each=0, kills=max(10, many // 10), pauses=2, failpoints=())
    with tempfile.TemporaryDirectory(prefix="digest-bot-power-") as folder:
        cuts = tuple(power.cut(Path(folder), sync=sync, cuts=CUTS, seed=seed) for sync in power.SYNCS)
    return Report(
        on=datetime.now(UTC).date(),
        machine=timing.machine(),
        cuts=cuts,
        unguarded=tuple(verdict.of(fewer, ways) for ways in (variants.UNFENCED, variants.MARK_FIRST)),
        guarded=verdict.of(plan),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
