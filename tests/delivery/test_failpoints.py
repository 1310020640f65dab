"""Each place between two side effects at which the program may die, died at once: `make chaos` does it for longer.

One parent is started for all of them; it has imported everything, and forks the bot that it kills.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import FAILPOINTS, processes, rows
from tests.processes import environment

ROOT = Path(__file__).resolve().parents[2]
HIT = re.compile(r'failpoints\.hit\("([a-z.]+)"\)')


@pytest.fixture(scope="module")
def run() -> dict[str, Any]:
    """What came out of one run in which the bot was killed once at every failpoint."""
    command = [sys.executable, "-m", "tests.chaos", "--each-once"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_failpoints_of_the_run_are_those_of_the_program() -> None:
    called = [name for file in (ROOT / "bot").rglob("*.py") for name in HIT.findall(file.read_text(encoding="utf-8"))]

    assert sorted(called) == sorted(FAILPOINTS)
    assert len(FAILPOINTS) >= 25


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", FAILPOINTS)
def test_the_program_can_be_killed_at_this_failpoint(name: str, run: dict[str, Any]) -> None:
    assert run["killed"].get(name) == 1


@pytest.mark.timeout(600)
def test_a_kill_at_every_failpoint_loses_nothing_and_repeats_nothing(run: dict[str, Any]) -> None:
    """Parts and updates; and sums add up at every look, and nothing is open at the end."""
    assert run["problems"] == []
    assert run["parts"] > 100
    assert run["told"] > 50


@pytest.mark.timeout(600)
def test_told_to_end_it_leaves_nothing_under_way(run: dict[str, Any]) -> None:
    assert run["ended"] == 0
    assert set(run["states"]) <= {"sent", "failed", "parked"}


def test_a_process_that_has_died_is_not_taken_for_a_stopped_one(tmp_path: Path) -> None:
    # given a process that has ended, which nobody has asked about yet
    async def nothing() -> None:
        return

    process = processes.forked(nothing, log=tmp_path / "log")
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    # when it is looked at
    # then it has not stopped, and has ended
    assert not process.is_stopped()
    assert process.ended(10)
    assert process.code == 0


def test_every_fault_of_the_design_has_its_test_or_a_reason() -> None:
    others = {9, 12, 13, 14, 15, 43, 44}  # PostgreSQL, logs, migrations and old backups: not about delivery here
    wanted = [f"F{number}" for number in range(1, 46) if number not in others] + ["F56"]

    assert [fault.number for fault in rows.FAULTS] == wanted
    assert [fault.number for fault in rows.FAULTS if not fault.shown and not fault.note] == []
    assert rows.missing() == []


def test_a_test_that_is_named_and_not_there_is_found() -> None:
    made_up = rows.Fault(number="F0", what="", shown=("test_app.py::test_nothing", "no/file.py::test_x"))

    assert rows.missing((made_up,)) == list(made_up.shown)
