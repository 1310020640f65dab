"""How fast may be sent: never more than allowed in any stretch of time, nothing while Telegram asks to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import limiter
from bot.delivery.limiter import Rates
from tests import make

NOON = make.moment("2026-11-22T12:00")
RATES = st.builds(
    Rates, per_s=st.sampled_from([0.5, 1.0, 7.3, 30.0, 1000.0]), start_per_s=st.sampled_from([0.5, 5.0, 25.0])
)
ASKED = st.lists(st.tuples(st.floats(0, 3), st.integers(1, 200)), min_size=1, max_size=60)


def seconds(many: float) -> timedelta:
    return timedelta(seconds=many)


def sent(rates: Rates, asked: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """When how many were granted, of those that were asked for after so many seconds."""
    pace, at, granted = limiter.begun(rates, NOON), 0.0, []
    for after, want in asked:
        at += after
        now_at = NOON + seconds(at)
        grant = limiter.grant(pace, rates, want=want, now_at=now_at)
        assert 0 <= grant.count <= want
        pace = limiter.spent(pace, rates, count=grant.count, now_at=now_at)
        granted.append((at, grant.count))
    return granted


@given(rates=RATES, asked=ASKED)
def test_no_stretch_of_time_holds_more_than_the_rate_and_a_burst(rates: Rates, asked: list[tuple[float, int]]) -> None:
    granted = sent(rates, asked)
    burst = max(1.0, limiter.BURST_S * rates.per_s)

    for number, (begun, _) in enumerate(granted):
        many = 0
        for at, count in granted[number:]:
            many += count
            # Within these three minutes the pace has grown three times at most.
            fastest = min(rates.per_s, rates.start_per_s + 3 * max(1, rates.per_s / 30))
            assert many <= fastest * (at - begun) + burst + 0.01


def test_without_a_limit_the_same_stretch_holds_more() -> None:
    """What the property above would find."""
    rates = Rates(per_s=30)
    pace = limiter.begun(rates, NOON)

    forgetful = sum(limiter.grant(pace, rates, want=8, now_at=NOON + seconds(at / 100)).count for at in range(100))

    assert forgetful > 30 + limiter.BURST_S * 30


@given(rates=RATES, want=st.integers(1, 200), spent=st.integers(0, 500), after=st.floats(0, 5))
def test_the_wait_that_is_told_is_enough_for_one_more_and_not_much_longer(
    rates: Rates, want: int, spent: int, after: float
) -> None:
    pace = limiter.spent(limiter.begun(rates, NOON), rates, count=spent, now_at=NOON)
    now_at = NOON + seconds(after)
    grant = limiter.grant(pace, rates, want=want, now_at=now_at)
    if grant.count == want or grant.wait_s > 50:  # then it has grown faster meanwhile
        return
    pace = limiter.spent(pace, rates, count=grant.count, now_at=now_at)

    then = limiter.grant(pace, rates, want=1, now_at=now_at + seconds(grant.wait_s + 1e-5))
    rounding_s = limiter.ROUNDING / limiter.per_s(pace, rates, now_at)
    before = limiter.grant(pace, rates, want=1, now_at=now_at + seconds(max(0.0, grant.wait_s * 0.99 - 2 * rounding_s)))

    assert then.count == 1
    assert before.count == 0 or grant.wait_s < 2 * rounding_s


@given(rates=RATES, for_s=st.floats(0.01, 3600), after=st.floats(0, 1))
def test_nothing_is_granted_inside_a_wait(rates: Rates, for_s: float, after: float) -> None:
    pace = limiter.flooded(limiter.begun(rates, NOON), rates, for_s=for_s, now_at=NOON)
    inside = NOON + seconds(for_s * after * 0.999)

    grant = limiter.grant(pace, rates, want=1, now_at=inside)

    assert grant.count == 0
    assert grant.wait_s == pytest.approx(for_s - for_s * after * 0.999, abs=1e-3)
    assert limiter.grant(pace, rates, want=1, now_at=NOON + seconds(for_s + 2 / limiter.LEAST_PER_S)).count == 1


def test_a_longer_wait_is_not_cut_short_by_a_shorter_one() -> None:
    held = limiter.held(limiter.begun(Rates(), NOON), for_s=60, now_at=NOON)

    assert limiter.held(held, for_s=5, now_at=NOON).hold_until == NOON + seconds(60)


def test_a_complaint_makes_it_slower_once_and_clean_minutes_faster_again() -> None:
    rates = Rates(per_s=30, start_per_s=30)
    once = limiter.flooded(limiter.begun(rates, NOON), rates, for_s=10, now_at=NOON)
    together = limiter.flooded(once, rates, for_s=10, now_at=NOON + seconds(1))
    again = limiter.flooded(once, rates, for_s=10, now_at=NOON + seconds(11))

    assert once.per_s == together.per_s == pytest.approx(21)
    assert again.per_s == pytest.approx(14.7)
    assert limiter.per_s(once, rates, NOON + seconds(10 + 59)) == pytest.approx(21)
    assert limiter.per_s(once, rates, NOON + seconds(10 + 60 * 4)) == pytest.approx(25)
    assert limiter.per_s(once, rates, NOON + timedelta(days=1)) == 30


def test_whoever_may_send_much_has_its_pace_back_as_soon_as_others() -> None:
    rates = Rates(per_s=1_000, start_per_s=1_000)
    once = limiter.flooded(limiter.begun(rates, NOON), rates, for_s=10, now_at=NOON)

    assert limiter.per_s(once, rates, NOON + seconds(10)) == pytest.approx(700)
    assert limiter.per_s(once, rates, NOON + seconds(10 + 60 * 3)) == pytest.approx(800)
    assert limiter.per_s(once, rates, NOON + seconds(10 + 60 * 9)) == 1_000


def test_it_never_becomes_so_slow_that_nothing_is_sent() -> None:
    rates, pace, now_at = Rates(), limiter.begun(Rates(), NOON), NOON
    for _ in range(50):
        pace = limiter.flooded(pace, rates, for_s=1, now_at=now_at)
        now_at += seconds(2)

    assert limiter.per_s(pace, rates, now_at) == limiter.LEAST_PER_S


def test_what_went_out_without_being_asked_for_is_waited_for() -> None:
    """Answers to commands are not held up: what is sent in bulk makes room for them afterwards."""
    rates = Rates(per_s=10, start_per_s=10)
    pace = limiter.spent(limiter.begun(rates, NOON), rates, count=21, now_at=NOON)

    grant = limiter.grant(pace, rates, want=5, now_at=NOON)

    assert grant.count == 0
    assert grant.wait_s == pytest.approx(2.1)


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    rates = Rates()
    pace = limiter.spent(limiter.begun(rates, NOON), rates, count=1, now_at=NOON)

    assert limiter.grant(pace, rates, want=1, now_at=NOON - timedelta(hours=3)).wait_s < 1
