"""The benchmark `stories` on all of its sets, about ten minutes: `python -m tests.benchmarks.whole_stories`."""

from __future__ import annotations

import sys

from tests import benchmarks
from tests.benchmarks import table
from tests.benchmarks.rows import stories
from tests.benchmarks.shared import Shared

if __name__ == "__main__":
    whole = benchmarks.Benchmark(
        name="stories", goal=stories.BENCHMARK.goal, run=lambda data: stories.measured(data, part=1)
    )
    sys.stdout.write(table.text({"stories": whole.lines(Shared())}, {"stories": whole}))
