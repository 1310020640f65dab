"""What a source's failures, silence, moves and end lead to, and what admins are told of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

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


def test_three_failures_are_told_once_and_the_end_once() -> None:
    # given a source that worked
    good = poll.after(SOURCE, NEVER, ReadOk(new_items=3), now_at=NOW).state

    # when it fails ten times and then works
    steps = _steps(good, [SERVER_DOWN] * 10 + [NotModified()])

    # then the third failure and the recovery are told, with since when
    notices = [(place, notice) for place, step in enumerate(steps, 1) for notice in step.notices]
    assert [(place, notice.kind) for place, notice in notices] == [(3, NoticeKind.FAILING), (11, NoticeKind.RECOVERED)]
    assert {notice.since_at for _, notice in notices} == {NOW}
    assert notices[0][1].error == "the server answers 503"
    assert (steps[-1].state.failures, steps[-1].state.error) == (0, "")


def test_two_failures_are_not_told() -> None:
    steps = _steps(NEVER, [SERVER_DOWN, SERVER_DOWN, ReadOk(new_items=1), SERVER_DOWN, SERVER_DOWN, NotModified()])

    assert [step.notices for step in steps] == [()] * 6


def test_failures_wait_longer_each_time_and_never_longer_than_a_day() -> None:
    # given a source that is usually read every five minutes
    busy = replace(NEVER, interval_s=300, items_per_day=200.0, first_ok_at=NOW, last_ok_at=NOW, last_new_at=NOW)

    # when it fails and fails
    steps = _steps(busy, [SERVER_DOWN] * 14)
    read = [(step.state.last_read_at, step.state.next_read_at) for step in steps]
    waited = [(later - at).total_seconds() for at, later in read if at and later]

    # then the waits grow about twofold
    assert waited[0] <= 450
    assert all(later > 1.1 * earlier for earlier, later in pairwise(waited[:8]))
    assert waited[-1] == 86_400


def test_sources_that_fail_together_do_not_come_back_together() -> None:
    # given a hundred sources that failed at one moment
    failed = [replace(SOURCE, slug=f"s{n}") for n in range(100)]

    # when they are planned
    back = {poll.after(one, NEVER, SERVER_DOWN, now_at=NOW).state.next_read_at for one in failed}

    # then each has a moment of its own
    assert len(back) > 90


@pytest.mark.parametrize(("asked_s", "at_least_s"), [(7_200, 7_200), (10**9, 86_400)])
def test_retry_after_is_honoured_up_to_a_day(asked_s: int, at_least_s: int) -> None:
    busy = FailedRead(reason="asked to wait", status=429, retry_after_s=asked_s)

    next_at = poll.after(SOURCE, NEVER, busy, now_at=NOW).state.next_read_at

    assert next_at is not None
    assert at_least_s <= (next_at - NOW).total_seconds() <= 86_400


def test_gone_stops_for_good_until_somebody_reads_it_by_hand() -> None:
    # given a source that worked
    good = poll.after(SOURCE, NEVER, ReadOk(new_items=3), now_at=NOW).state

    # when it says that it is gone
    step = poll.after(SOURCE, good, GONE, now_at=NOW + DAY)

    # then admins are told, and it is never due again
    assert [notice.kind for notice in step.notices] == [NoticeKind.GONE]
    assert step.state.gone
    assert poll.due({"vestnik": step.state}, now_at=NOW + 999 * DAY, limit=9) == ()
    assert poll.due({"vestnik": good}, now_at=NOW + 999 * DAY, limit=9) == ("vestnik",)

    # and when an operator finds it working, it is as any other
    back = poll.after(SOURCE, step.state, ReadOk(new_items=1), now_at=NOW + 9 * DAY)
    assert [notice.kind for notice in back.notices] == [NoticeKind.RECOVERED]
    assert not back.state.gone


def test_f48_three_equal_permanent_redirects_move_a_source() -> None:
    # given answers that come by way of a permanent redirect
    moved = ReadOk(new_items=0, moved_to="https://example.org/new")

    # when two, and then three of them came
    steps = _steps(NEVER, [moved, moved, moved])

    # then only the third makes it the address
    assert [poll.address(SOURCE, step.state) for step in steps] == [SOURCE.address, SOURCE.address, moved.moved_to]


def test_f48_a_redirect_that_flips_to_and_fro_moves_nothing() -> None:
    # given answers that name one address and another in turn, or none in between
    one, other = NotModified(moved_to="https://example.org/1"), NotModified(moved_to="https://example.org/2")

    # when they come and come
    steps = _steps(NEVER, [one, other] * 9) + _steps(NEVER, [one, one, NotModified()] * 9)

    # then the source stays where it is
    assert {poll.address(SOURCE, step.state) for step in steps} == {SOURCE.address}


@pytest.mark.parametrize("failures", [[SERVER_DOWN] * 3, [GONE]])
def test_f48_a_new_address_that_fails_is_given_up(failures: list[Outcome]) -> None:
    # given a source that moved
    state = replace(NEVER, address="https://parked.example/", etag="e1", first_ok_at=NOW, last_ok_at=NOW)

    # when the new place does not work
    last = _steps(state, failures)[-1].state

    # then it is read at its own address again, whole
    assert (poll.address(SOURCE, last), last.etag, last.gone) == (SOURCE.address, "", False)


def test_silence_four_times_longer_than_the_habit_is_told_once() -> None:
    # given a source that publishes every twelve hours
    noons = tuple(NOW - n * 12 * HOUR for n in range(20))
    state = poll.after(SOURCE, NEVER, ReadOk(new_items=20, dates=noons), now_at=NOW).state
    notices = []

    # when nothing comes for ten days, and then something
    for hour in range(1, 240):
        step = poll.after(SOURCE, state, NotModified(), now_at=NOW + hour * HOUR)
        notices += [(hour, notice.kind) for notice in step.notices]
        state = step.state
    step = poll.after(SOURCE, state, ReadOk(new_items=1), now_at=NOW + 10 * DAY)

    # then two days of silence are told, and its end
    assert notices == [(49, NoticeKind.SILENT)]
    assert [notice.kind for notice in step.notices] == [NoticeKind.RECOVERED]
    assert step.notices[0].since_at == NOW


def test_failures_during_silence_are_no_second_outage() -> None:
    # given a source whose silence was told
    silent = replace(
        NEVER, first_ok_at=NOW, last_ok_at=NOW, last_new_at=NOW - 9 * DAY, quiet_s=9 * 86_400, told_down=True
    )

    # when it fails and works in turn
    steps = _steps(silent, [SERVER_DOWN, NotModified(), SERVER_DOWN, SERVER_DOWN, SERVER_DOWN, NotModified()])

    # then nothing more is told
    assert [notice for step in steps for notice in step.notices] == []


def test_nights_and_weekends_are_no_silence() -> None:
    # given an office that publishes hourly from nine to six on workdays, and what it told of a week when first read
    start, end = make.moment("2026-11-02T09:00"), make.moment("2026-12-04T00:00")
    week = tuple(at for at in (start - n * HOUR for n in range(168)) if _is_at_work(at))
    state, told = poll.after(SOURCE, NEVER, ReadOk(new_items=45, dates=week), now_at=start).state, []

    # when it is read hourly for weeks, and one Friday stops for good
    for hour in range(1, 24 * 48):
        now_at = start + hour * HOUR
        works = _is_at_work(now_at) and now_at < end
        step = poll.after(SOURCE, state, ReadOk(new_items=1 if works else 0), now_at=now_at)
        told += [(now_at, notice.kind) for notice in step.notices]
        state = step.state

    # then only the end is told, within nine days
    assert [kind for _, kind in told] == [NoticeKind.SILENT]
    assert end < told[0][0] < end + 9 * DAY


def _is_at_work(moment: datetime) -> bool:
    return moment.weekday() < 5 and 9 <= moment.hour < 18


def test_failing_is_no_silence() -> None:
    # given a source that publishes hourly
    state = _steps(NEVER, [ReadOk(new_items=1)] * 50, every=HOUR)[-1].state

    # when it fails for two days, is unchanged once it works, and then goes on
    steps = _steps(state, [*[SERVER_DOWN] * 48, NotModified(), NotModified(), ReadOk(new_items=1)], every=HOUR)

    # then the failure and its end are told, and nothing else
    assert [notice.kind for step in steps for notice in step.notices] == [NoticeKind.FAILING, NoticeKind.RECOVERED]


def test_time_in_which_the_bot_was_off_is_no_habit() -> None:
    # given a source with something new each hour
    state = _steps(NEVER, [ReadOk(new_items=1)] * 50, every=HOUR)[-1].state

    # when the bot was off for a month
    back = poll.after(SOURCE, state, ReadOk(new_items=30), now_at=NOW + 32 * DAY).state

    # then the source is not thought silent by nature
    assert back.habit_s < 4 * 3_600


def test_a_source_that_was_dead_when_it_was_added_is_not_told_as_an_outage() -> None:
    # given a feed whose last entry is of years ago
    old = ReadOk(new_items=20, dates=tuple(NOW - 900 * DAY - n * DAY for n in range(20)))

    # when it is added and read for a month
    steps = _steps(NEVER, [old, *[NotModified()] * 30], every=DAY)

    # then nobody is told, and it is read once a day
    assert [notice for step in steps for notice in step.notices] == []
    assert steps[-1].state.interval_s == 86_400


def _steps(state: SourceState, events: Iterable[Outcome], *, every: timedelta | None = None) -> list[poll.Step]:
    """A life in which the source is read exactly when it is due, or at even steps."""
    steps, now_at = [], NOW
    for outcome in events:
        now_at = now_at + every if every else (state.next_read_at or now_at)
        steps.append(poll.after(SOURCE, state, outcome, now_at=now_at))
        state = steps[-1].state
    return steps
