"""Slots in every time zone across its changes, and the words of a schedule."""

from __future__ import annotations

import functools
import zoneinfo
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.model import Schedule, Slot, SubscriptionId
from bot.stages import due

ME = SubscriptionId("7:main")
DAY = timedelta(days=1)
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
STEP = timedelta(days=4)  # Morocco's pair of changes around Ramadan, the closest there is, is four weeks apart
LISTED = Schedule(
    times=tuple(time(hour, minute) for hour, minute in ((0, 0), (0, 30), (1, 30), (2, 30), (8, 0), (23, 30)))
)
ZONES = tuple(sorted(zoneinfo.available_timezones()))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@functools.cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The first seconds of new offsets, 2024-2037."""
    clock = zoneinfo.ZoneInfo(zone)
    moments = [START + n * STEP for n in range((END - START) // STEP + 1)]
    offsets = [moment.astimezone(clock).utcoffset() for moment in moments]
    pairs = zip(moments, moments[1:], offsets, offsets[1:], strict=False)
    return tuple(first_second(clock, early, late) for early, late, before, after in pairs if before != after)


def first_second(clock: zoneinfo.ZoneInfo, early: datetime, late: datetime) -> datetime:
    before = early.astimezone(clock).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        early, late = (middle, late) if middle.astimezone(clock).utcoffset() == before else (early, middle)
    return late


def rules() -> dict[tuple[object, ...], str]:
    """One zone for each set of rules: names that are nothing but other names of it are left out."""
    found: dict[tuple[object, ...], str] = {}
    for zone in ZONES:
        clock = zoneinfo.ZoneInfo(zone)
        moments = (START, *changes(zone))
        found[tuple((moment, moment.astimezone(clock).utcoffset()) for moment in moments)] = zone
    return found


def line(schedule: Schedule) -> str:
    """The schedule as somebody would type it: "08:00 18:30 mon,wed", "every 30 min daily"."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    days = ",".join(names[day] for day in schedule.weekdays) if len(schedule.weekdays) < len(names) else "daily"
    times = f"every {schedule.every_min} min" if schedule.every_min else " ".join(f"{t:%H:%M}" for t in schedule.times)
    return f"{times} {days}"


def all_between(schedule: Schedule, zone: str, after: datetime, until: datetime) -> tuple[Slot, ...]:
    return due.slots_between(ME, schedule, zone, after=after, until=until)


def test_every_zone_gives_one_slot_per_local_day_and_time_across_all_its_changes() -> None:
    # given
    seen_changes = 0
    for zone in rules().values():
        clock = zoneinfo.ZoneInfo(zone)
        for change in (*changes(zone), at("2026-11-22T00:00:00")):
            # when
            slots = all_between(LISTED, zone, change - 3 * DAY, change + 3 * DAY)
            # then
            seen_changes += 1
            middle = change.astimezone(clock).date()
            wanted = {(middle + n * DAY, one) for n in (-1, 0, 1) for one in LISTED.times}
            counted = Counter((slot.local_date, slot.local_time) for slot in slots)
            assert set(counted.values()) == {1}, zone
            assert wanted <= set(counted), (zone, change)
            assert [slot.due_at for slot in slots] == sorted(slot.due_at for slot in slots), (zone, change)
            assert_right(slots, clock, change)
    assert len(ZONES) > 500
    assert seen_changes > 500


def assert_right(slots: tuple[Slot, ...], clock: zoneinfo.ZoneInfo, change: datetime) -> None:
    """Each slot is the first instant that shows its time, or the first after the gap that swallowed it."""
    for slot in slots:
        wall = datetime.combine(slot.local_date, slot.local_time)
        shown = slot.due_at.astimezone(clock)
        if shown.replace(tzinfo=None) == wall:
            assert shown.fold == 0
        else:
            assert slot.due_at == change
            assert (
                shown.replace(tzinfo=None)
                > wall
                > (slot.due_at - timedelta(seconds=1)).astimezone(clock).replace(tzinfo=None)
            )


def test_next_slots_step_through_every_change_and_the_last_slot_is_always_the_one_stepped_on() -> None:
    # given
    for zone in rules().values():
        for change in changes(zone)[:4]:
            moment, end = change - DAY, change + DAY
            instants = sorted({slot.due_at for slot in all_between(LISTED, zone, moment, end)})
            stepped = []
            # when
            while (slot := due.next_slot(ME, LISTED, zone, after=moment)) and slot.due_at <= end:
                stepped.append(slot.due_at)
                # then
                assert slot.due_at > moment
                assert due.last_slot(ME, LISTED, zone, until=slot.due_at) == slot
                assert due.last_slot(ME, LISTED, zone, until=slot.due_at, after=moment) == slot
                moment = slot.due_at
            assert stepped == instants, (zone, change)


zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2024, 1, 2), datetime(2037, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds, as hypothesis wants them
weekdays = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
listed = st.sets(st.times().map(lambda one: time(one.hour, one.minute)), min_size=1, max_size=4)
schedules = st.one_of(
    st.builds(lambda times, days: Schedule(times=tuple(sorted(times)), weekdays=days), listed, weekdays),
    st.builds(lambda every, days: Schedule(every_min=every, weekdays=days), st.integers(1, 1440), weekdays),
)


@settings(deadline=None)
@given(zones, schedules, moments)
def test_a_clock_that_jumps_back_gives_the_same_slots_again(zone: str, schedule: Schedule, moment: datetime) -> None:
    # given
    first = due.next_slot(ME, schedule, zone, after=moment)
    assert first is not None
    second = due.next_slot(ME, schedule, zone, after=first.due_at)
    # when
    again = due.next_slot(ME, schedule, zone, after=first.due_at - timedelta(seconds=1))
    # then
    assert again == first
    assert second is not None
    assert second.due_at > first.due_at > moment
    assert due.last_slot(ME, schedule, zone, until=second.due_at - timedelta(microseconds=1)) == first


@settings(deadline=None)
@given(zones, schedules, moments)
def test_slots_fall_on_the_chosen_local_weekdays_only(zone: str, schedule: Schedule, moment: datetime) -> None:
    slot = due.next_slot(ME, schedule, zone, after=moment)
    assert slot is not None
    assert slot.local_date.weekday() in schedule.weekdays
    assert slot.due_at - moment < 9 * DAY


@settings(deadline=None)
@given(schedules)
def test_a_schedule_written_as_a_line_is_read_back_as_it_was(schedule: Schedule) -> None:
    assert due.parse((line(schedule),)) == schedule
    assert due.parse(tuple(line(schedule).split())) == schedule


def test_a_time_that_the_clocks_skip_falls_on_the_first_instant_after_the_gap() -> None:
    # given: Berlin goes from 02:00 to 03:00 on 2027-03-28
    schedule = Schedule(times=(time(2, 30),))
    # when
    slot = due.next_slot(ME, schedule, "Europe/Berlin", after=at("2027-03-27T12:00"))
    # then
    assert slot is not None
    assert (slot.id, slot.due_at) == ("7:main@2027-03-28T02:30", at("2027-03-28T01:00"))


def test_a_time_that_the_clocks_show_twice_falls_on_the_first_of_the_two_only() -> None:
    # given: Berlin goes back from 03:00 to 02:00 on 2027-10-31
    schedule = Schedule(times=(time(2, 30),))
    # when
    first = due.next_slot(ME, schedule, "Europe/Berlin", after=at("2027-10-30T12:00"))
    assert first is not None
    following = due.next_slot(ME, schedule, "Europe/Berlin", after=first.due_at)
    # then
    assert first.due_at == at("2027-10-31T00:30")
    assert following is not None
    assert following.local_date == date(2027, 11, 1)


def test_a_gap_over_midnight_gives_one_instant_to_the_times_of_two_days() -> None:
    # given: Nuuk goes from Saturday 23:00 to Sunday 00:00 on 2027-03-27
    schedule = Schedule(times=(time(0, 0), time(23, 30)))
    # when
    slot = due.next_slot(ME, schedule, "America/Nuuk", after=at("2027-03-27T12:00"))
    both = all_between(schedule, "America/Nuuk", at("2027-03-27T12:00"), at("2027-03-28T12:00"))
    # then
    assert slot is not None
    assert slot.id == "7:main@2027-03-28T00:00"
    assert [one.due_at for one in both] == [slot.due_at, slot.due_at]


def test_a_day_that_begins_again_keeps_the_midnight_it_had_first() -> None:
    # given: St. John's went back from 00:01 to 23:01 of the day before on 2010-11-07
    schedule = Schedule(times=(time(0, 0), time(12, 0)))
    # when
    slot = due.last_slot(ME, schedule, "America/St_Johns", until=at("2010-11-07T03:00"))
    following = due.next_slot(ME, schedule, "America/St_Johns", after=at("2010-11-07T03:00"))
    # then
    assert slot is not None
    assert (slot.id, slot.due_at) == ("7:main@2010-11-07T00:00", at("2010-11-07T02:30"))
    assert following is not None
    assert following.id == "7:main@2010-11-07T12:00"


def test_every_n_minutes_counts_from_local_midnight_each_day() -> None:
    # given
    schedule = Schedule(every_min=50)
    # when
    slots = all_between(schedule, "Asia/Tashkent", at("2026-11-22T18:00"), at("2026-11-22T20:00"))
    # then
    assert [f"{slot.local_time:%H:%M}" for slot in slots] == ["23:20", "00:00", "00:50"]


def test_the_newest_slot_counts_only_if_it_came_after_the_last_one_served() -> None:
    # given
    schedule, now = Schedule(times=(time(8),), weekdays=(0,)), at("2026-11-27T12:00")
    monday = due.last_slot(ME, schedule, "Asia/Tashkent", until=now)
    # when
    served = due.last_slot(ME, schedule, "Asia/Tashkent", until=now, after=at("2026-11-23T03:00"))
    unserved = due.last_slot(ME, schedule, "Asia/Tashkent", until=now, after=at("2026-11-23T02:59"))
    # then
    assert monday is not None
    assert monday.id == "7:main@2026-11-23T08:00"
    assert served is None
    assert unserved == monday


def test_a_zone_that_tzdata_dropped_counts_as_utc_and_a_schedule_of_nothing_has_no_slot() -> None:
    slot = due.next_slot(ME, Schedule(times=(time(8),)), "Asia/Atlantis", after=at("2026-11-22T07:00"))
    assert slot is not None
    assert slot.due_at == at("2026-11-22T08:00")
    assert due.next_slot(ME, Schedule(), "UTC", after=at("2026-11-22T07:00")) is None
    assert due.last_slot(ME, Schedule(), "UTC", until=at("2026-11-22T07:00")) is None


EIGHT, HALF_SEVEN = time(8), time(18, 30)


@pytest.mark.parametrize(
    ("typed", "schedule"),
    [
        ("08:00", Schedule(times=(EIGHT,))),
        ("8:00 18.30", Schedule(times=(EIGHT, HALF_SEVEN))),
        ("18:30, 8, 08:00", Schedule(times=(EIGHT, HALF_SEVEN))),
        ("mon-fri 8:00", Schedule(times=(EIGHT,), weekdays=(0, 1, 2, 3, 4))),
        ("пн – пт 8:00", Schedule(times=(EIGHT,), weekdays=(0, 1, 2, 3, 4))),
        ("Пн,ср 8:00", Schedule(times=(EIGHT,), weekdays=(0, 2))),
        ("fri-mon 8:00", Schedule(times=(EIGHT,), weekdays=(0, 4, 5, 6))),
        ("по понедельникам и четвергам в 8:00", Schedule(times=(EIGHT,), weekdays=(0, 3))),
        ("every Monday at 8:00", Schedule(times=(EIGHT,), weekdays=(0,))),
        ("daily 8:00", Schedule(times=(EIGHT,))),
        ("every day 8:00", Schedule(times=(EIGHT,))),
        ("каждый день 8:00", Schedule(times=(EIGHT,))),
        ("weekends 8:00", Schedule(times=(EIGHT,), weekdays=(5, 6))),
        ("по будням 8:00", Schedule(times=(EIGHT,), weekdays=(0, 1, 2, 3, 4))),
        ("every 30 min", Schedule(every_min=30)),
        ("every 30", Schedule(every_min=30)),
        ("EVERY 1 MIN", Schedule(every_min=1)),
        ("every 1440 minutes", Schedule(every_min=1440)),
        ("every hour mon", Schedule(every_min=60, weekdays=(0,))),
        ("каждые 30 минут", Schedule(every_min=30)),
        ("каждые 30 мин. пн-пт", Schedule(every_min=30, weekdays=(0, 1, 2, 3, 4))),
        ("каждые 2 часа", Schedule(every_min=120)),
        ("каждый час", Schedule(every_min=60)),
        ("каждые полчаса", Schedule(every_min=30)),
    ],
)
def test_a_schedule_is_read_as_people_type_it(typed: str, schedule: Schedule) -> None:
    assert due.parse((typed,)) == schedule
    assert due.parse(tuple(typed.split())) == schedule


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("8:00 25:00", "25:00"),
        ("08:60", "08:60"),
        ("8:00 noon", "noon"),
        ("8:00 {word}", "{word}"),
        ("mon- 8:00", "mon-"),
        ("mon-xyz 8:00", "mon-xyz"),
        ("every 0 min", "0"),
        ("every 1441 min", "1441"),
        ("every 25 hours", "1500"),
        ("every 30 min 8:00", "08:00"),
        ("every 9999999 min", "9999999"),
        ("every 30 min every 2 hours", "hours"),
        ("x" * 5000, "x" * 40),
    ],
)
def test_a_bad_word_is_named(typed: str, named: str) -> None:
    with pytest.raises(UserError) as caught:
        due.parse((typed,))
    assert named in map(str, caught.value.details.values())
    assert named in str(caught.value)


@pytest.mark.parametrize("typed", ["", "mon-fri", "every", "  ,  "])
def test_a_schedule_without_a_time_is_asked_for_one(typed: str) -> None:
    with pytest.raises(UserError, match="at least one time"):
        due.parse((typed,))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_schedule_or_an_error_for_people(typed: str) -> None:
    try:
        schedule = due.parse((typed,))
    except UserError:
        return
    assert bool(schedule.times) != bool(schedule.every_min)


@pytest.mark.parametrize(
    ("typed", "quiet", "loud"),
    [
        ("06:30 08:00 23:00", (time(22), time(7)), "07:00 08:00 daily"),
        ("08:00", (time(22), time(7)), "08:00 daily"),
        ("07:00 22:00", (time(22), time(7)), "07:00 daily"),
        ("13:00 13:59 14:00 mon", (time(13), time(14)), "14:00 mon"),
        ("every 360 min", (time(22), time(7)), "07:00 12:00 18:00 daily"),
    ],
)
def test_what_falls_into_quiet_hours_comes_once_at_their_end(typed: str, quiet: tuple[time, time], loud: str) -> None:
    assert line(due.loud(due.parse(tuple(typed.split())), quiet)) == loud


@given(schedules, st.tuples(st.times(), st.times()).filter(lambda quiet: quiet[0] != quiet[1]))
def test_no_time_is_left_in_quiet_hours_and_those_outside_stay(schedule: Schedule, quiet: tuple[time, time]) -> None:
    # given
    start, end = quiet
    # when
    loud = due.loud(schedule, quiet)
    # then
    assert loud.times
    assert [one for one in loud.times if one != end and (start <= one < end or end < start <= one)] == []
    assert due.loud(loud, quiet) == loud
