"""Figures and names in text."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import figures, names


@pytest.mark.parametrize(
    ("text", "verbatim", "value", "unit"),
    [
        ("на сумму $1,8 млрд, а также", "$1,8 млрд", "1800000000", "USD"),
        ("выделили 568 000 сумов", "568 000 сумов", "568000", "UZS"),
        ("вырос на 7,2 процента", "7,2 процента", "7.2", "%"),
        ("it cost 1,200 dollars", "1,200 dollars", "1200", "USD"),
        ("40 mingdan ortiq", "40", "40", ""),
        ("500 ming so‘m", "500 ming so‘m", "500000", "UZS"),
        ("70 kilometrdan oshdi", "70 kilometrdan", "70", "km"),
        ("200 млн теңге", "200 млн теңге", "200000000", "KZT"),
        ("мороз -5 градусов", "-5 градусов", "-5", "°C"),
    ],
)
def test_a_figure_has_its_value_and_unit(text: str, verbatim: str, value: str, unit: str) -> None:
    (found,) = figures.figures(text)

    assert text[found.start : found.end] == verbatim
    assert (found.value, found.unit) == (Decimal(value), unit)


def test_a_number_inside_a_word_is_no_figure() -> None:
    assert figures.figures("A380 и Ми8") == ()


def test_names_are_people_titles_and_single_words() -> None:
    text = "Вчера Анна П. Ким открыла завод «Заря» в Термезе. Директор сказал: «Мы рады видеть всех, кто пришел.»"

    found = [(text[name.start : name.end], name.kind) for name in names.names(text)]

    assert found == [("Вчера Анна П. Ким", "person"), ("«Заря»", "title"), ("Термезе", "word")]


@given(st.text(max_size=200))
def test_any_text_gives_spans_inside_it(text: str) -> None:
    spans = [(figure.start, figure.end) for figure in figures.figures(text)]
    spans += [(name.start, name.end) for name in names.names(text)]

    assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize(
    ("text", "verbatim", "value", "unit", "kind"),
    [
        ("полтора миллиона тенге", "полтора миллиона тенге", "1500000", "KZT", "money"),
        ("двадцать пять тысяч рублей", "двадцать пять тысяч рублей", "25000", "RUB", "money"),
        ("yarim million so‘m", "yarim million so‘m", "500000", "UZS", "money"),
        ("икки минг беш юз сўм", "икки минг беш юз сўм", "2500", "UZS", "money"),
        ("жарты миллион теңге", "жарты миллион теңге", "500000", "KZT", "money"),
        ("half a million dollars", "half a million dollars", "500000", "USD", "money"),
        ("one hundred and five", "one hundred and five", "105", "", "number"),
        ("миллион человек", "миллион человек", "1000000", "people", "measure"),
        ("2 млн 300 тыс. сумов", "2 млн 300 тыс. сумов", "2300000", "UZS", "money"),
        ("на 7,2 процента", "7,2 процента", "7.2", "%", "share"),
        ("на 5-й этаж", "5-й", "5", "", "ordinal"),
        ("the 3rd place", "3rd", "3", "", "ordinal"),
        ("в 14:30", "14:30", "870", "time", "time"),
    ],
)
def test_a_figure_is_found_with_its_kind(text: str, verbatim: str, value: str, unit: str, kind: str) -> None:
    (found,) = figures.find(text)

    assert (found.text, found.value, found.unit, found.kind) == (verbatim, Decimal(value), unit, kind)
    assert text[found.start : found.end] == verbatim


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("от 5 до 10 млн долларов", "5000000", "10000000", "USD"),
        ("5–10 %", "5", "10", "%"),
        ("$5-10 mln", "5000000", "10000000", "USD"),
        ("between 5 and 10 km", "5", "10", "km"),
        ("10 000 dan 20 000 gacha", "10000", "20000", ""),
    ],
)
def test_a_range_is_one_figure(text: str, low: str, high: str, unit: str) -> None:
    (found,) = figures.find(text)

    assert (found.value, found.until, found.unit) == (Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize(
    ("text", "verbatim", "date"),
    [
        ("сдан 26 сентября 2026 года", "26 сентября 2026 года", "2026-09-26"),
        ("2026-yil 26-sentabr kuni", "2026-yil 26-sentabr", "2026-09-26"),
        ("2026 жылғы 26 мамыр", "2026 жылғы 26 мамыр", "2026-05-26"),
        ("on Sept. 26, 2026", "Sept. 26, 2026", "2026-09-26"),
        ("on March 5", "March 5", "--03-05"),
        ("к 26.09.2026", "26.09.2026", "2026-09-26"),
        ("10 мая", "10 мая", "--05-10"),
    ],
)
def test_a_day_has_its_date(text: str, verbatim: str, date: str) -> None:
    (found,) = figures.find(text)

    assert (found.text, found.kind, found.date) == (verbatim, "date", date)


@pytest.mark.parametrize("text", ["COVID-19", "A380", "one man", "один из них", "bir kishi"])
def test_no_figure_is_seen_where_there_is_none(text: str) -> None:
    assert figures.find(text) == ()


def test_words_of_another_language_do_not_count_where_the_language_is_known() -> None:
    assert [found.text for found in figures.find("on yuz", "ru")] == []
    assert [found.text for found in figures.find("yuz", "uz-Latn")] == ["yuz"]


PARTS = st.sampled_from(
    ["5", " млн ", "-", "10", " мая ", "2026", "полтора ", "million ", "$", " to ", "14:30", "й ", "."]
)


@given(st.text(max_size=100) | st.lists(PARTS, max_size=15).map("".join))
def test_figures_stand_in_order_and_say_their_own_characters(text: str) -> None:
    found = figures.find(text)

    assert all(text[one.start : one.end] == one.text != "" for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_magnitude_in_full_belongs_to_the_digits_before_it() -> None:
    (found,) = figures.find("Выдано 3,8 миллиона кредитов.", "ru")

    assert found.text == "3,8 миллиона"
    assert found.value == 3_800_000
