"""How a source is doing, as data for whoever says it in words, and as a table for the command line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Source, SourceState
from bot.stages import poll

MAX_COLUMNS = 100

_SLUG = 24
_HEADS = ("SOURCE", "STATUS", "READ", "NEW", "A DAY", "NEXT", "ERROR")
_RIGHT = (False, False, True, True, True, True, False)
_ZERO_WIDTH = ("Mn", "Me")
_READ_CHARS = 500
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


class Status(StrEnum):
    """WAITING was never read; FAILING failed the last time; SILENT works, but brings nothing for unusually long; GONE
    is not read any more."""

    OK = "ok"
    WAITING = "waiting"
    FAILING = "failing"
    SILENT = "silent"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One source for an operator. `address` is where it is read, `moved` True when that is not its own; times are None
    for never, `error` is "" while it works, `items_per_day` is 0 before the first reading."""

    slug: str
    name: str
    address: str
    moved: bool
    status: Status
    last_read_at: datetime | None
    last_new_at: datetime | None
    next_read_at: datetime | None
    items_per_day: float
    failures: int
    error: str


def line(source: Source, state: SourceState) -> Line:
    """The line of one source."""
    return Line(
        slug=source.slug,
        name=source.name or source.slug,
        address=poll.address(source, state),
        moved=bool(state.address),
        status=_status(state),
        last_read_at=state.last_read_at,
        last_new_at=state.last_new_at,
        next_read_at=state.next_read_at,
        items_per_day=state.items_per_day,
        failures=state.failures,
        error=state.error,
    )


def table(rows: Iterable[Line], *, now_at: datetime) -> str:
    """One line a source under a line of headings, aligned, none longer than 100 columns, without control characters
    (an error may quote a server). Times are told from `now_at`: 5 min ago and in 5 min are both "5 min"."""
    told = [_HEADS, *(_cells(row, now_at) for row in rows)]
    widths = [max(_width(cells[column]) for cells in told) for column in range(len(_HEADS))]
    return "\n".join(_laid_out(cells, widths) for cells in told)


def _status(state: SourceState) -> Status:
    if state.gone:
        return Status.GONE
    if state.failures:
        return Status.FAILING
    if state.last_ok_at is None:
        return Status.WAITING
    return Status.SILENT if poll.is_silent(state) else Status.OK


def _cells(row: Line, now_at: datetime) -> tuple[str, ...]:
    return (
        _cut(_plain(row.slug), _SLUG),
        row.status.value,
        _apart(row.last_read_at, now_at),
        _apart(row.last_new_at, now_at),
        _rate(row),
        "now" if row.next_read_at and row.next_read_at <= now_at else _apart(row.next_read_at, now_at),
        _plain(row.error or (f"moved to {row.address}" if row.moved else "")),
    )


def _rate(row: Line) -> str:
    if row.status is Status.WAITING or not row.items_per_day:
        return "-"
    return f"{row.items_per_day:.0f}" if row.items_per_day >= 10 else f"{row.items_per_day:.1f}"


def _apart(moment: datetime | None, now_at: datetime) -> str:
    if moment is None:
        return "-"
    seconds = abs((moment - now_at).total_seconds())
    return next((f"{int(seconds // size)} {unit}" for size, unit in _UNITS if seconds >= size), f"{int(seconds)} s")


def _laid_out(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = [
        " " * (width - _width(cell)) + cell if right else cell + " " * (width - _width(cell))
        for cell, width, right in zip(cells[:-1], widths[:-1], _RIGHT[:-1], strict=True)
    ]
    start = "  ".join(padded) + "  "
    return (start + _cut(cells[-1], MAX_COLUMNS - _width(start))).rstrip()


def _plain(text: str) -> str:
    """On one line; nothing that a terminal would obey or turn round."""
    return " ".join(
        "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text[:_READ_CHARS]).split()
    )


def _cut(text: str, columns: int) -> str:
    if _width(text) <= columns:
        return text
    while text and _width(text) >= columns:
        text = text[:-1]
    return text.rstrip() + "…"


def _width(text: str) -> int:
    """Columns on a terminal: none for a combining mark, two for a wide character."""
    return sum(
        0 if unicodedata.category(each) in _ZERO_WIDTH else 2 if unicodedata.east_asian_width(each) in "FW" else 1
        for each in text
    )
