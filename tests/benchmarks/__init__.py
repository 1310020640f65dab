"""What we measure beside a baseline: `python -m tests.benchmarks [NAME...]`, see README.md.

One file of `rows/` is one benchmark and ends in `BENCHMARK = Benchmark(name=..., goal=..., run=...)`; it is found by
lying there. Nothing here asserts a time: a number on a busy machine is no failure.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from tests.benchmarks import rows
from tests.benchmarks.shared import NotHere, Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The figure to keep to: not more than `limit`, or not less."""

    limit: float
    is_ceiling: bool

    def reached(self, value: float) -> bool:
        return value <= self.limit if self.is_ceiling else value >= self.limit


def at_most(limit: float) -> Goal:
    return Goal(limit=limit, is_ceiling=True)


def at_least(limit: float) -> Goal:
    return Goal(limit=limit, is_ceiling=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured figure and, in the same unit, what `beside` (the naive way) gives in the same run."""

    what: str
    value: float
    baseline: float
    beside: str
    unit: str = ""
    goal: Goal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """What could not be measured on this machine, and why."""

    what: str
    reason: str


Line = Row | NotMeasured


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """`goal` says in a sentence what is to be reached; `run` measures. A file that is not there (`NotHere`) ends it."""

    name: str
    goal: str
    run: Callable[[Shared], Iterable[Line]]

    def lines(self, shared: Shared) -> tuple[Line, ...]:
        """What was measured, and a line for what was not because its data is not here."""
        measured: list[Line] = []
        try:
            measured.extend(self.run(shared))
        except NotHere as error:
            measured.append(NotMeasured(what=error.name, reason=str(error)))
        return tuple(measured)


@cache
def found() -> dict[str, Benchmark]:
    """All benchmarks by name, in the order of their names."""
    names = [module.name for module in pkgutil.iter_modules(rows.__path__)]
    return {name: importlib.import_module(f"{rows.__name__}.{name}").BENCHMARK for name in names}
