"""`python -m tests.benchmarks [NAME...]`: measures and prints one table; progress goes to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import TextIO

from tests import benchmarks
from tests.benchmarks import Benchmark, Line, table, timing
from tests.benchmarks.shared import Shared


def measured(chosen: Mapping[str, Benchmark], shared: Shared, *, progress: TextIO) -> dict[str, tuple[Line, ...]]:
    """The lines of each benchmark, one after the other, so that none takes another's time."""
    lines = {}
    for name, benchmark in chosen.items():
        start = time.perf_counter()
        lines[name] = benchmark.lines(shared)
        progress.write(f"{name}: {time.perf_counter() - start:.0f} s\n")
        progress.flush()
    return lines


def main(names: Sequence[str]) -> int:
    """Exit code 0 whatever the figures are, 2 for a name that no benchmark has."""
    known = benchmarks.found()
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}: there are {', '.join(known)}\n")
        return 2
    machine = timing.machine()
    chosen = {name: known[name] for name in names or known}
    lines = measured(chosen, Shared(), progress=sys.stderr)
    sys.stdout.write(f"{machine}\n\n{table.text(lines, known)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
