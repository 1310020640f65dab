"""The faulty parts of what a configuration says, taken out or filled in, so that the rest is looked at as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails

Place = tuple[int | str, ...]
# What stands in for a name that is wrong or missing: without one all else in its section could not be looked at.
STAND_INS = {("sources", "slug"): "x", ("channels", "chat"): "@stand_in"}


def without(data: Any, errors: Iterable[ErrorDetails]) -> set[tuple[str, int]]:
    """Takes what is faulty out of the data; the sections whose names are stand-ins now: ("sources", 2)."""
    unnamed = set()
    for error in sorted(errors, key=_order, reverse=True):
        place = error["loc"]
        if (name := _named(place)) is None:
            _drop(data, place)
            continue
        data[name[0]][name[1]][place[-1]] = STAND_INS[name[0], str(place[-1])]
        unnamed.add(name)
    return unnamed


def _named(place: Place) -> tuple[str, int] | None:
    """The section whose name stands at that place."""
    match place:
        case (str() as section, int() as number, str() as key) if (section, key) in STAND_INS:
            return section, number
    return None


def _order(error: ErrorDetails) -> list[tuple[int, str]]:
    """Where a fault is, so that of a list the tenth element comes behind the second."""
    return [(part, "") if isinstance(part, int) else (-1, part) for part in error["loc"]]


def _drop(data: Any, place: Place) -> None:
    """Takes what stands at that place out of the data; where nothing stands (a missing key), what should hold it."""
    whole, path = data, []
    for part in place:
        try:
            inner = data[part]
        except (KeyError, IndexError, TypeError):
            break
        path.append((data, part))
        data = inner
    if not path:
        whole.clear()
        return
    holder, part = path[-1]
    if place[0] == "topics" and len(place) == 2:
        holder[part] = {}  # there is such a topic, whatever was said of it
    else:
        del holder[part]
