"""Figures and names in text."""

from __future__ import annotations

from decimal import Decimal

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
