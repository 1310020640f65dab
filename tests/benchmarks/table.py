"""Measured lines -> one table of text with aligned columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests import benchmarks
from tests.benchmarks import Benchmark, Goal, Line, Row

HEAD = ("what", "measured", "baseline", "ratio", "goal", "reached", "the baseline is")
RIGHT = {1, 2, 3, 4}  # columns of figures
GAP = "  "


def text(measured: Mapping[str, Sequence[Line]], known: Mapping[str, Benchmark]) -> str:
    """The table: for each benchmark its name and goal, then its lines."""
    cells = [_cells(line) for lines in measured.values() for line in lines if isinstance(line, Row)]
    said = [line.what for lines in measured.values() for line in lines]
    widths = [max(map(len, column)) for column in zip(HEAD, *cells, strict=True)]
    widths[0] = max(widths[0], *map(len, said)) + 2 if said else widths[0]
    lines = [_aligned(HEAD, widths), GAP.join("-" * width for width in widths)]
    for name, section in measured.items():
        lines.append(f"{name}: {known[name].goal}")
        lines += [_line(line, widths) for line in section]
    return "\n".join(lines) + "\n"


def figure(value: float) -> str:
    """Three digits that mean something, whatever the size: 12,345 / 123 / 12.3 / 1.23 / 0.123."""
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:,.{digits}f}"


def _line(line: Line, widths: Sequence[int]) -> str:
    if isinstance(line, benchmarks.NotMeasured):
        return f"{GAP}{line.what:<{widths[0] - len(GAP)}}{GAP}not measured: {line.reason}"
    what, *rest = _cells(line)
    return _aligned((GAP + what, *rest), widths)


def _cells(row: Row) -> tuple[str, ...]:
    ratio = f"{figure(row.value / row.baseline)} x" if row.baseline else "-"
    return (
        row.what,
        f"{figure(row.value)} {row.unit}".strip(),
        f"{figure(row.baseline)} {row.unit}".strip(),
        ratio,
        _goal(row.goal, row.unit),
        "-" if row.goal is None else "yes" if row.goal.reached(row.value) else "NO",
        row.beside,
    )


def _goal(goal: Goal | None, unit: str) -> str:
    if goal is None:
        return "-"
    return f"{'<=' if goal.is_ceiling else '>='} {figure(goal.limit)} {unit}".strip()


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = [
        f"{cell:>{width}}" if index in RIGHT else f"{cell:<{width}}"
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return GAP.join(placed).rstrip()
