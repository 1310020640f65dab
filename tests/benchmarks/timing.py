"""Clocks: CPU and wall time of a call, medians of three, and a loop that says how fast this machine is."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import TypeVar

STEPS = 1_000_000
Result = TypeVar("Result")


def cpu(call: Callable[[], object]) -> float:
    """Seconds of CPU, all threads together: what a busy neighbour hardly changes."""
    start = time.process_time()
    call()
    return time.process_time() - start


class Spent:
    """CPU of all threads since it was made, for what is awaited."""

    def __init__(self) -> None:
        self._start = time.process_time()

    def cpu_ms(self) -> float:
        return (time.process_time() - self._start) * 1000


def wall(call: Callable[[], object]) -> float:
    """Seconds on the clock, as somebody who waits would count them."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def thrice(clock: Callable[[Callable[[], object]], float], call: Callable[[], object]) -> float:
    """The median of three measurements of one call."""
    return median(clock(call) for _ in range(3))


def each(clock: Callable[[Callable[[], object]], float], calls: Iterable[Callable[[], object]]) -> float:
    """The median over different calls, so that nothing remembered from the first makes the next look quick."""
    return median(clock(call) for call in calls)


def calibration_ms() -> float:
    """CPU milliseconds of a million additions in pure Python."""

    def count() -> None:
        total = 0
        for step in range(STEPS):
            total += step

    return thrice(cpu, count) * 1000


def machine() -> str:
    """What one must know of the machine to compare its figures with another's."""
    return (
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, a million additions in {calibration_ms():.0f} ms"
    )
