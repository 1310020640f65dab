"""How far we read feeds as their authors' own test suites want; `python -m tests.benchmarks.agreement` has the rest."""

from __future__ import annotations

import io
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser

from bot.sources import Body, Parsed, feed
from bot.stages import markup
from tests.benchmarks import feedcases, shared
from tests.benchmarks.feedcases import Case, Wanted

Value = str | datetime | None
_ORIGIN = re.compile(r"^(https?://[^/]+)/?", re.IGNORECASE)
_ITS_DATES = ("published_parsed", "updated_parsed", "created_parsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One expectation beside what we read and what feedparser alone reads of the same bytes."""

    case: Case
    wanted: Wanted
    ours: Value
    plain: Value

    @property
    def agrees(self) -> bool:
        return same(self.wanted.field, self.ours, self.wanted.value)

    @property
    def plain_agrees(self) -> bool:
        return same(self.wanted.field, self.plain, self.wanted.value)


def compared(cases: Iterable[Case]) -> Iterator[Compared]:
    """Every expectation of every case; those of nothing where nobody finds anything are left out."""
    for case in cases:
        if case.wanted:
            read, plain = feed.parse(case.body), _by_feedparser(case.body)
            for wanted in case.wanted:
                found = Compared(case=case, wanted=wanted, ours=_ours(read, wanted), plain=_plain(plain, wanted))
                if found.ours or found.plain or wanted.value:
                    yield found


def same(field: str, value: Value, wanted: Value) -> bool:
    """Titles are the same if their words are, markup taken off; addresses if they differ in the host's case only."""
    if field in ("title", "feed title"):
        return _words(value) == _words(wanted)
    if field == "link" and isinstance(value, str) and isinstance(wanted, str):
        return _ORIGIN.sub(_lowered, value) == _ORIGIN.sub(_lowered, wanted)
    return (value or None) == (wanted or None)


def _words(title: Value) -> str:
    """Twice, as what we give has lost its markup already and what they want has not."""
    return " ".join(markup.plain(markup.plain(str(title or ""))).split())


def _lowered(origin: re.Match[str]) -> str:
    return origin[1].lower() + "/"


def _by_feedparser(body: Body) -> Mapping[str, Any]:
    headers = {"content-location": body.address} | ({"content-type": body.content_type} if body.content_type else {})
    with warnings.catch_warnings(action="ignore"):
        found: Mapping[str, Any] = feedparser.parse(io.BytesIO(body.content), response_headers=headers)
    return found


def _ours(read: Parsed, wanted: Wanted) -> Value:
    if wanted.entry < 0:
        return read.title
    if wanted.entry >= len(read.entries):
        return None
    entry = read.entries[wanted.entry]
    at = entry.published_at.replace(microsecond=0) if entry.published_at else None
    fields: dict[str, Value] = {"title": entry.title, "link": entry.url, "id": entry.guid, "date": at}
    return fields[wanted.field]


def _plain(read: Mapping[str, Any], wanted: Wanted) -> Value:
    if wanted.entry < 0:
        return str(dict(read["feed"]).get("title", ""))
    if wanted.entry >= len(read["entries"]):
        return None
    entry = dict(read["entries"][wanted.entry])
    if wanted.field != "date":
        return str(entry.get(wanted.field, ""))
    parts = next((entry[name] for name in _ITS_DATES if entry.get(name)), None)
    return feedcases.of_parts(parts) if parts else None


def main(write: Callable[[str], object]) -> None:
    """One line for each disagreement: case, field, entry and the three values."""
    for one in compared(feedcases.cases(shared.Shared())):
        if not one.agrees:
            where = f"{one.case.name} {one.wanted.field} {one.wanted.entry}"
            values = [f"{name} {value!r}"[:160] for name, value in (("wanted", one.wanted.value), ("ours", one.ours))]
            write(f"{where}: {', '.join(values)}, feedparser {one.plain!r}\n")


if __name__ == "__main__":
    main(sys.stdout.write)
