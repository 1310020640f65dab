"""`python -m tests.benchmarks [NAME...]`: measures and prints one table; progress goes to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from tests import benchmarks
from tests.benchmarks import Benchmark, Line, table, timing
from tests.benchmarks.shared import Shared


def measured(
    chosen: Mapping[str, Benchmark], shared: Shared, *, progress: TextIO
) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """The lines of each benchmark, one after the other, so that none takes another's time."""
    for name, benchmark in chosen.items():
        start = time.perf_counter()
        yield name, benchmark.lines(shared)
        progress.write(f"{name}: {time.perf_counter() - start:.0f} s\n")
        progress.flush()


def main(names: Sequence[str], known: Mapping[str, Benchmark], shared: Shared) -> int:
    """Exit code 0 whatever the figures are, 2 for a name that no benchmark has.

    What was measured before a benchmark broke is printed all the same.
    """
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}: there are {', '.join(known)}\n")
        return 2
    machine = timing.machine()
    lines: dict[str, tuple[Line, ...]] = {}
    try:
        lines.update(measured({name: known[name] for name in names or known}, shared, progress=sys.stderr))
    finally:
        sys.stdout.write(f"{machine}\n\n{table.text(lines, known)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], benchmarks.found(), Shared()))
