"""When a source is read again, where, and what admins are told, over every course of events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Source, SourceState
from bot.stages import poll
from bot.stages.poll import FailedRead, NoticeKind, NotModified, Outcome, ReadOk
from tests import make

NOW = make.moment("2026-11-22T10:00")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SOURCE = Source(slug="vestnik", kind="feed", address="https://example.org/feed")
NEVER = SourceState()
SERVER_DOWN = FailedRead(reason="the server answers 503", status=503)
GONE = FailedRead(reason="gone", status=410)

seconds = st.integers(0, 10**9)
hours = st.sets(st.integers(-3, 30), max_size=26).map(tuple)
addresses = st.sampled_from(["", SOURCE.address, "https://example.org/new", "https://example.net/"])
dates = st.lists(st.integers(-3_000, 100).map(lambda late: NOW + late * HOUR), max_size=30).map(tuple)
outcomes = st.one_of(
    st.builds(
        ReadOk,
        new_items=st.integers(0, 300),
        dates=dates,
        etag=st.sampled_from(["", "e1"]),
        moved_to=addresses,
        max_age_s=seconds,
        ttl_s=st.integers(-5, 10**9),
        skip_hours=hours,
    ),
    st.builds(NotModified, moved_to=addresses, max_age_s=seconds),
    st.builds(
        FailedRead,
        reason=st.just("the server answers 503"),
        status=st.sampled_from([0, 404, 503]),
        retry_after_s=seconds,
    ),
    st.just(GONE),
)
waits = st.integers(-7_200, 40 * 86_400)  # a clock may be set back
lives = st.lists(st.tuples(outcomes, waits), min_size=1, max_size=40)
bounds = st.builds(
    lambda shortest, more: poll.Bounds(shortest_s=shortest, longest_s=shortest + more),
    st.integers(1, 7_200),
    st.integers(0, 200_000),
)


def lived(events: Iterable[tuple[Outcome, int]], within: poll.Bounds) -> list[tuple[SourceState, poll.Step, datetime]]:
    """State before, step and moment of each event, when the source is read so many seconds after it was due."""
    state, now_at, steps = NEVER, NOW, []
    for outcome, late_s in events:
        step = poll.after(SOURCE, state, outcome, now_at=now_at, bounds=within)
        steps.append((state, step, now_at))
        state, now_at = step.state, (step.state.next_read_at or now_at) + timedelta(seconds=late_s)
    return steps


@settings(deadline=None)
@given(lives, bounds)
def test_the_interval_stays_within_its_bounds_and_the_next_reading_in_the_future(
    events: list[tuple[Outcome, int]], within: poll.Bounds
) -> None:
    for _, step, now_at in lived(events, within):
        state = step.state
        assert state.interval_s == 0 or within.shortest_s <= state.interval_s <= within.longest_s
        if state.gone:
            assert state.next_read_at is None
        else:
            assert state.next_read_at is not None
            assert now_at < state.next_read_at
            longest = timedelta(seconds=max(within.longest_s * 1.1, poll.ASKED_AT_MOST_S))
            assert state.next_read_at <= now_at + longest + DAY  # a day for hours that the source wants skipped


@settings(deadline=None)
@given(lives)
def test_trouble_and_its_end_are_told_in_turn(events: list[tuple[Outcome, int]]) -> None:
    told = [notice.kind for _, step, _ in lived(events, poll.Bounds()) for notice in step.notices]

    assert all(kind is NoticeKind.RECOVERED for kind in told[1::2])
    assert NoticeKind.RECOVERED not in told[::2]


@settings(deadline=None)
@given(lives)
def test_the_same_life_is_lived_the_same_way_again(events: list[tuple[Outcome, int]]) -> None:
    assert lived(events, poll.Bounds()) == lived(events, poll.Bounds())


@settings(deadline=None)
@given(lives)
def test_hours_that_a_source_wants_skipped_are_never_hit(events: list[tuple[Outcome, int]]) -> None:
    for _, step, _ in lived(events, poll.Bounds()):
        skipped, next_at = step.state.skip_hours, step.state.next_read_at
        assert next_at is None or next_at.hour not in skipped or len(skipped) == 24


@settings(deadline=None)
@given(lives)
def test_a_failure_leaves_what_was_read_before(events: list[tuple[Outcome, int]]) -> None:
    for before, step, _ in lived(events, poll.Bounds()):
        if step.state.failures:
            kept = ("last_ok_at", "last_new_at", "last_body_at", "items_per_day", "interval_s", "skip_hours")
            assert [getattr(step.state, name) for name in kept] == [getattr(before, name) for name in kept]
            assert step.state.error


@pytest.mark.parametrize(("per_day", "shortest", "longest"), [(200, 300, 300), (24, 1_200, 2_700), (1, 30_000, 65_000)])
def test_a_source_is_read_about_twice_as_often_as_it_publishes(per_day: int, shortest: int, longest: int) -> None:
    # given a source read for ten days, by its own plan
    state, now_at, published = NEVER, NOW, 0

    # when it publishes evenly
    while now_at < NOW + 10 * DAY:
        there = int((now_at - NOW) / DAY * per_day)
        state = poll.after(SOURCE, state, ReadOk(new_items=there - published), now_at=now_at).state
        published = there
        assert state.next_read_at is not None
        now_at = state.next_read_at

    # then it is read no more often than that needs, and what it publishes is known
    assert shortest <= state.interval_s <= longest
    assert state.items_per_day == pytest.approx(per_day, rel=0.4)


def test_dates_of_the_first_reading_tell_how_often_to_come() -> None:
    # given forty entries, the newest twenty two hours apart, before them one a month
    recent = [NOW - HOUR - n * 2 * HOUR for n in range(20)]
    older = [NOW - 60 * DAY - n * 30 * DAY for n in range(20)]

    # when they are read, newest last
    state = poll.after(SOURCE, NEVER, ReadOk(new_items=40, dates=(*older, *recent)), now_at=NOW).state

    # then the source publishes twelve a day, and its newest entry is an hour old
    assert state.items_per_day == pytest.approx(12)
    assert state.interval_s == 3_600
    assert state.last_new_at == NOW - HOUR
    assert state.habit_s == 7_200


def test_a_time_to_live_holds_for_unchanged_answers_too() -> None:
    # given a busy source that asks for three hours between readings
    first = poll.after(SOURCE, NEVER, ReadOk(new_items=50, ttl_s=10_800), now_at=NOW).state

    # when it is unchanged at the next reading, and asks for less, or its server for more
    unchanged = poll.after(SOURCE, first, NotModified(), now_at=NOW + 4 * HOUR).state
    cached = poll.after(SOURCE, first, NotModified(max_age_s=20_000), now_at=NOW + 4 * HOUR).state

    # then it is left alone so long, though it would be worth reading sooner
    assert unchanged.next_read_at is not None
    assert cached.next_read_at is not None
    assert unchanged.interval_s < 10_800 <= (unchanged.next_read_at - NOW - 4 * HOUR).total_seconds()
    assert (cached.next_read_at - NOW - 4 * HOUR).total_seconds() >= 20_000


def test_skipped_hours_lead_to_the_first_that_is_not() -> None:
    # given a source that must not be read from ten to six
    night = ReadOk(new_items=5, skip_hours=(22, 23, 0, 1, 2, 3, 4, 5))

    # when it is read late in the evening
    next_at = poll.after(SOURCE, NEVER, night, now_at=make.moment("2026-11-22T21:50")).state.next_read_at

    # then the next time is after six, and without that wish it is soon
    assert next_at is not None
    assert make.moment("2026-11-23T06:00") <= next_at < make.moment("2026-11-23T06:30")
    anyhow = poll.after(SOURCE, NEVER, ReadOk(new_items=5), now_at=make.moment("2026-11-22T21:50")).state.next_read_at
    assert anyhow is not None
    assert anyhow.hour == 22


def test_f53_unchanged_for_ever_is_asked_for_the_whole_once_a_day() -> None:
    # given a server that answers "unchanged" to every question
    state = poll.after(SOURCE, NEVER, ReadOk(new_items=3, etag="e1", last_modified="then"), now_at=NOW).state

    # when half a day, and a day is over
    # then the validators are sent, and are not
    later = _steps(state, [NotModified()] * 3)[-1].state
    assert poll.validators(later, now_at=NOW + 12 * HOUR) == ("e1", "then")
    assert poll.validators(later, now_at=NOW + DAY) == ("", "")


def test_the_longest_due_come_first_and_those_never_planned_before_all() -> None:
    # given sources that are due, not yet due, gone and new
    states = {
        "later": SourceState(next_read_at=NOW + HOUR),
        "b": SourceState(next_read_at=NOW - HOUR),
        "a": SourceState(next_read_at=NOW - HOUR),
        "now": SourceState(next_read_at=NOW),
        "long": SourceState(next_read_at=NOW - DAY),
        "gone": SourceState(gone=True),
        "new": SourceState(),
    }

    # when they are asked for
    # then they come in that order, and no more than wanted
    assert poll.due(states, now_at=NOW, limit=9) == ("new", "long", "a", "b", "now")
    assert poll.due(states, now_at=NOW, limit=2) == ("new", "long")


def test_the_first_reading_does_not_count_against_the_quota() -> None:
    # given sources first read an hour and a month ago, and never
    # when it is asked from when on entries count
    # then it is never from before the first reading, and at most a day
    assert poll.counted_since(SourceState(first_ok_at=NOW - HOUR), now_at=NOW) == NOW - HOUR
    assert poll.counted_since(SourceState(first_ok_at=NOW - 30 * DAY), now_at=NOW) == NOW - DAY
    assert poll.counted_since(SourceState(), now_at=NOW) == NOW - DAY


def _steps(state: SourceState, events: Iterable[Outcome], *, every: timedelta | None = None) -> list[poll.Step]:
    """A life in which the source is read exactly when it is due, or at even steps."""
    steps, now_at = [], NOW
    for outcome in events:
        now_at = now_at + every if every else (state.next_read_at or now_at)
        steps.append(poll.after(SOURCE, state, outcome, now_at=now_at))
        state = steps[-1].state
    return steps
