"""One line for each source, whatever is written in it."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Source, SourceState
from bot.stages import health
from bot.stages.health import Line, Status
from tests import make

NOW = make.moment("2026-11-22T10:00")
HOUR = timedelta(hours=1)
SOURCE = Source(slug="vestnik", kind="feed", address="https://example.org/feed", name="Вестник")
GOOD = SourceState(
    first_ok_at=NOW - 90 * HOUR,
    last_read_at=NOW - HOUR / 12,
    last_ok_at=NOW - HOUR / 12,
    last_new_at=NOW - 3 * HOUR,
    next_read_at=NOW + HOUR / 2,
    items_per_day=12.4,
    interval_s=1_800,
)
DOWN = SourceState(
    last_read_at=NOW - 30 * HOUR,
    next_read_at=NOW,
    failures=3,
    error="the server answers 403 (a bot wall)",
    interval_s=300,
)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (SourceState(), Status.WAITING),
        (GOOD, Status.OK),
        (DOWN, Status.FAILING),
        (SourceState(failures=9, gone=True, error="gone"), Status.GONE),
        (SourceState(last_ok_at=NOW, quiet_s=86_401), Status.SILENT),
        (SourceState(last_ok_at=NOW, quiet_s=86_401, habit_s=86_400), Status.OK),
    ],
)
def test_a_status_says_how_a_source_is_doing(state: SourceState, status: Status) -> None:
    assert health.line(SOURCE, state).status is status


def test_a_line_says_what_an_operator_asks() -> None:
    # given a source that has moved
    state = SourceState(last_ok_at=NOW, items_per_day=3.0, address="https://example.net/feed")

    # when its line is made
    line = health.line(SOURCE, state)

    # then it says where it is read now
    assert line == Line(
        slug="vestnik",
        name="Вестник",
        address="https://example.net/feed",
        moved=True,
        status=Status.OK,
        last_read_at=None,
        last_new_at=None,
        next_read_at=None,
        items_per_day=3.0,
        failures=0,
        error="",
    )


def test_a_table_is_aligned() -> None:
    # given four sources
    slow = SourceState(last_ok_at=NOW, last_read_at=NOW, items_per_day=0.4, address="https://example.net/feed")
    rows = [
        (GOOD, "vestnik"),
        (DOWN, "a-source-with-a-name-longer-than-others"),
        (SourceState(), "new"),
        (slow, "slow"),
    ]

    # when they are shown
    shown = health.table([_line(state, slug) for state, slug in rows], now_at=NOW)

    # then each has one line
    assert shown.split("\n") == [
        "SOURCE                    STATUS    READ  NEW  A DAY    NEXT  ERROR",
        "vestnik                   ok       5 min  3 h     12  30 min",
        "a-source-with-a-name-lo…  failing    1 d    -      -     now  the server answers 403 (a bot wall)",
        "new                       waiting      -    -      -       -",
        "slow                      ok         0 s    -    0.4       -  moved to https://example.net/feed",
    ]


moments = st.one_of(st.none(), st.integers(-(10**9), 10**9).map(lambda s: NOW + timedelta(seconds=s)))
written = st.text(st.characters(codec=None), max_size=200)
lines = st.builds(
    Line,
    slug=written,
    name=written,
    address=written,
    moved=st.booleans(),
    status=st.sampled_from(Status),
    last_read_at=moments,
    last_new_at=moments,
    next_read_at=moments,
    items_per_day=st.floats(0, 10**6),
    failures=st.integers(0, 99),
    error=st.one_of(written, st.sampled_from(["\x1b[2J", "漢字" * 90, "a\u202eb", "e" + "\u0301" * 300, "x\ny"])),
)


@given(st.lists(lines, max_size=6))
def test_a_table_is_never_too_wide_and_obeys_nobody(rows: list[Line]) -> None:
    # when any lines are shown
    shown = health.table(rows, now_at=NOW).split("\n")

    # then there is one for each, none over a hundred columns, and no control character
    assert len(shown) == len(rows) + 1
    assert all(_columns(line) <= health.MAX_COLUMNS for line in shown)
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp") for line in shown for each in line)


def _columns(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(each) in "FW" for each in text)
    return wide + sum(unicodedata.category(each) not in ("Mn", "Me") for each in text)


def _line(state: SourceState, slug: str) -> Line:
    return health.line(Source(slug=slug, kind="feed", address="https://example.org/feed"), state)


def test_a_moment_of_now_is_now() -> None:
    late: datetime = NOW - HOUR
    shown = health.table([_line(SourceState(next_read_at=late), "late")], now_at=NOW)

    assert shown.endswith("now")
