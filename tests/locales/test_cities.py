"""Time zones as people type them."""

from __future__ import annotations

import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.locales import cities


@pytest.mark.parametrize(
    ("zone", "spellings"),
    [
        ("Asia/Tashkent", "Ташкент, tashkent, Toshkent, Тошкент, ТАШКЕНТ, Asia/Tashkent, asia/tashkent"),
        ("Asia/Tashkent", "Фарғона, farg'ona, Fargʻona, Qo‘qon, Андижан, Namangan, Джизак"),
        ("Asia/Samarkand", "Самарканд, Samarqand, Самарқанд, Бухара, Buxoro, Нукус, Nókis, Навои, Хива"),
        ("Asia/Almaty", "Алматы, алма-ата, Нур-Султан, нур султан, Astana, Астана, Шымкент, Қарағанды"),
        ("Asia/Aqtobe", "Актобе, Ақтөбе, Aqtobe"),
        ("Asia/Bishkek", "Бишкек, Бішкек, Bishkek, Ош, osh"),
        ("Asia/Dushanbe", "Душанбе, Худжанд, Хуҷанд, Khujand"),
        ("Asia/Ashgabat", "Ашхабад, Aşgabat, Ashgabat"),
        ("Europe/Moscow", "Москва, Moskva, Санкт-Петербург, спб, Казань"),
        ("America/New_York", "Нью-Йорк, нью йорк, new york, New_York, Nyu-York"),
        ("Asia/Kolkata", "Калькутта, Kolkata, Нью-Дели"),
        ("Europe/Kyiv", "Киев, Kyiv, Київ"),
        ("Europe/Berlin", "Берлин, Berlin, Кельн, Кёльн, Köln, koln"),
        ("Europe/London", "Лондон, London"),
        ("Asia/Seoul", "Сеул, Seoul, Seul"),
        ("Etc/GMT-5", "UTC+5, utc +5, GMT+5, +5, UTC+05:00, Etc/GMT-5"),
        ("Etc/GMT+3", "UTC-3, UTC−3, -3"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("UTC", "UTC, utc, UTC+0, GMT +0"),
    ],
)  # fmt: skip
def test_a_city_is_found_as_people_write_it(zone: str, spellings: str) -> None:
    typed = spellings.split(", ")
    assert {each: cities.zones(each) for each in typed} == dict.fromkeys(typed, (zone,))


def test_the_beginning_of_a_name_finds_every_city_that_begins_so_in_the_order_of_names() -> None:
    assert cities.zones("таш") == ("Asia/Tashkent",)
    assert cities.zones("  ЛОС-А ") == ("America/Los_Angeles",)
    several = cities.zones("мон")
    assert {"Europe/Monaco", "America/Montevideo"} <= set(several)
    assert len(set(several)) == len(several)


@pytest.mark.parametrize(
    "typed", ["", " ", "т", "Нигдебург", "UTC+15", "UTC+5:17", "../../etc/passwd", "Asia/", "\x00", "+"]
)
def test_what_is_no_city_gives_no_zone(typed: str) -> None:
    assert cities.zones(typed) == ()


@settings(deadline=None)
@given(st.text(max_size=30))
def test_every_zone_that_comes_out_is_one_that_tzdata_knows(typed: str) -> None:
    assert set(cities.zones(typed)) <= zoneinfo.available_timezones()


def test_every_zone_is_found_by_its_own_name_and_every_city_of_the_table_by_its_spelling() -> None:
    # given
    known = zoneinfo.available_timezones()
    listed = [(typed, zone) for zone, names in cities.MORE.items() for typed in names.split(", ")]
    # then
    assert all(cities.zones(zone) == (zone,) for zone in known)
    assert [typed for typed, zone in listed if zone not in cities.zones(typed)] == []
    assert [typed for typed, zone in listed if len(cities.zones(typed)) > 1] == []


def test_a_zone_is_called_by_its_city() -> None:
    called = [cities.city(zone, "ru") for zone in ("Asia/Tashkent", "Asia/Kolkata", "Europe/Kyiv", "America/New_York")]
    assert called == ["Ташкент", "Калькутта", "Киев", "Нью-Йорк"]
    assert [cities.city(zone, "en") for zone in ("America/Los_Angeles", "Etc/GMT-5", "Etc/GMT+3", "Etc/UTC")] == [
        "Los Angeles",
        "UTC+5",
        "UTC−3",
        "UTC",
    ]


@pytest.mark.parametrize("name", ["Asia/Atlantis", "Asia", "", "../etc/passwd", "/etc/passwd", "\x00", "x" * 5000])
def test_a_zone_that_tzdata_does_not_hold_counts_as_utc(name: str) -> None:
    assert cities.tz(name).utcoffset(None) is not None
    assert str(cities.tz("Asia/Tashkent")) == "Asia/Tashkent"
