"""When to come again, as the headers say it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetching import headers

NOW_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY_S = 86_400


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", 0),
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("1000000000", DAY_S),
        ("9" * 500, DAY_S),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("Sun, 22 Nov 2026 12:10:00 GMT", 600),
        ("Sun, 22 Nov 2026 17:10:00 +0500", 600),
        ("Sun, 22 Nov 2026 12:10:00 -0000", 600),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY_S),
        ("Fri, 31 Dec 9999 23:59:59 -1200", 0),
        ("Fri, 99 Dec 2026 99:99:99 GMT", 0),
    ],
)
def test_the_wait_is_read_as_number_or_date_and_is_at_most_a_day(value: str, expected: int) -> None:
    assert headers.retry_after_s({"Retry-After": value}, NOW_AT) == expected


@pytest.mark.parametrize(
    ("control", "age", "expected"),
    [
        ("", "", 0),
        ("max-age=600", "", 600),
        ("public, MAX-AGE = 600", "", 600),
        ('max-age="600"', "", 600),
        ("max-age=600", "100", 500),
        ("max-age=600", "900", 0),
        ("max-age=600", "x", 600),
        ("s-maxage=600", "", 0),
        ("max-age=600, no-cache", "", 0),
        ("no-store, max-age=600", "", 0),
        ("max-age=-1", "", 0),
        ("max-age=31536000", "", DAY_S),
        ("max-age=" + "9" * 5000, "", DAY_S),
    ],
)
def test_freshness_is_what_is_left_of_it_and_at_most_a_day(control: str, age: str, expected: int) -> None:
    assert headers.max_age_s({"Cache-Control": control, "Age": age}) == expected


@given(st.text(max_size=60))
def test_whatever_stands_in_a_header_a_number_comes_out(value: str) -> None:
    assert 0 <= headers.retry_after_s({"Retry-After": value}, NOW_AT) <= DAY_S
    assert 0 <= headers.max_age_s({"Cache-Control": value, "Age": value}) <= DAY_S
