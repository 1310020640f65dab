"""Dates in the forms that feeds and pages write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import dates

AT_FIVE = "2026-10-03 05:14:55"
WRITTEN = {
    "Sat, 03 Oct 2026 05:14:55 GMT": AT_FIVE,
    "Sat, 03 Oct 26 05:14:55 GMT": AT_FIVE,
    "Saturday, 03-Oct-26 05:14:55 GMT": AT_FIVE,
    "3 October 2026 05:14:55": AT_FIVE,
    "Sat,3 Oct 2026, 10:14:55 +0500": AT_FIVE,
    "Sat, 3 Oct 2026 10:14:55 +05:00": AT_FIVE,
    "Sat, 3 Oct 2026 10:14:55 +5": AT_FIVE,
    "Sat, 3 Oct 2026 10:14:55 GMT+5": AT_FIVE,
    "Sat, 3 Oct 2026 10:14:55 UTC+0500": AT_FIVE,
    "Sat, 3 Oct 2026 00:14:55 EST": AT_FIVE,
    "Fri, 2 Oct 2026 22:14:55 PDT": AT_FIVE,
    "Sat, 3 Oct 2026 08:14:55 MSK": AT_FIVE,
    "Sat, 3 Oct 2026 10:14:55 Asia/Tashkent": AT_FIVE,
    "Sat, 3 Oct 2026 05:14:55 Mars/Olympus": AT_FIVE,
    "Sat, 3 Oct 2026 05:14:55 XYZ": AT_FIVE,
    "Sat, 3 Oct 2026 00:14:55 -0500 (EST)": AT_FIVE,
    "Sat Oct  3 05:14:55 2026": AT_FIVE,
    "Fri Oct  2 22:14:55 PDT 2026": AT_FIVE,
    "2026-10-03T05:14:55Z": AT_FIVE,
    "2026-10-03T10:14:55+0500": AT_FIVE,
    "2026-10-03T00:14:55 EST": AT_FIVE,
    "2026-10-03T05:14:55.1234567Z": "2026-10-03 05:14:55.123456",
    "20261003T051455Z": AT_FIVE,
    "2026-10-03 10:14:55 +05:00": AT_FIVE,
    "1791004495": AT_FIVE,
    "1791004495000": AT_FIVE,
    "2026": "2026-01-01 00:00:00",
    "2026-10": "2026-10-01 00:00:00",
    "2026-276": "2026-10-03 00:00:00",
    "20261003": "2026-10-03 00:00:00",
    "03.10.2026 05:14": "2026-10-03 05:14:00",
    "03.10.26, 05:14": "2026-10-03 05:14:00",
    "05:14 03.10.2026": "2026-10-03 05:14:00",
    "10/31/2026 5:14 PM": "2026-10-31 17:14:00",
    "3 октября 2026, 05:14": "2026-10-03 05:14:00",
    "3 октября 2026 г. в 08:14 (МСК)": "2026-10-03 05:14:00",
    "Сб, 03 окт 2026 10:14:55 +0500": AT_FIVE,
    "3-oktabr 2026-yil, 05:14": "2026-10-03 05:14:00",
    "2026-yil 3-oktabr": "2026-10-03 00:00:00",
    "2026 йил 3 октябр 05:14": "2026-10-03 05:14:00",
    "сенбі, 3 қазан 2026": "2026-10-03 00:00:00",
    "October 3rd, 2026 at 5:14 a.m.": "2026-10-03 05:14:00",
    "Sat, 03 Oct 2026 24:00:00 GMT": "2026-10-04 00:00:00",
    "Sat, 03 Oct 2026 23:59:60 GMT": "2026-10-03 23:59:59",
}


@pytest.mark.parametrize(("text", "moment"), WRITTEN.items())
def test_a_date_is_read_in_every_form_that_occurs(text: str, moment: str) -> None:
    assert dates.moment(text) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Sat, 00 Oct 2026 05:14:55 GMT",
        "31 June 2026",
        "0000-00-00 00:00:00",
        "12:30",
        "Oct",
        "3 Oct",
        "x" * 999,
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.moment(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    moment = dates.moment(text)

    assert moment is None or moment.tzinfo == UTC


@given(
    st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2068, 12, 30)),  # noqa: DTZ001 - the zone is added
    st.integers(-12, 14),
)
def test_mail_dates_of_every_zone_are_read_to_the_second(naive: datetime, hours: int) -> None:
    moment = naive.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))

    assert dates.moment(format_datetime(moment)) == moment
    assert dates.moment(moment.isoformat()) == moment
