"""Uzbek from script to script: spellings beside each other, what stays as it was, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import transliterate

THREE = [
    ("Toshkentda yangi ko‘prik ochildi", "Тошкентда янги кўприк очилди", "Toşkentda yangi köprik oçildi"),
    ("O‘qituvchi ta’limni yaxshi ko‘radi", "Ўқитувчи таълимни яхши кўради", "Öqituvçi taʼlimni yaxşi köradi"),
    ("Yevropa elektr energiyasi", "Европа электр энергияси", "Yevropa elektr energiyasi"),
    ("Sirk va konsert 5-sentabrda", "Цирк ва концерт 5-сентябрда", "Sirk va konsert 5-sentabrda"),
    ("Ish 1-oktabr kuni tugaydi", "Иш 1-октябрь куни тугайди", "Iş 1-oktabr kuni tugaydi"),
    ("Is’hoq aka tayyor, yo‘l ochiq", "Исҳоқ ака тайёр, йўл очиқ", "Isʼhoq aka tayyor, yöl oçiq"),
    ("AQSH rejissyori obyektda", "АҚШ режиссёри объектда", "AQŞ rejissyori obyektda"),
    ("Aksiya, operatsiya, kompyuter", "Акция, операция, компьютер", "Aksiya, operatsiya, kompyuter"),
]


@pytest.mark.parametrize(("latin", "cyrillic", "new"), THREE)
def test_a_sentence_is_written_in_three_scripts(latin: str, cyrillic: str, new: str) -> None:
    assert transliterate.to_cyrillic(latin) == cyrillic
    assert transliterate.to_cyrillic(new) == cyrillic
    assert transliterate.to_new_latin(latin) == new
    assert transliterate.to_new_latin(cyrillic) == new
    assert transliterate.to_latin(new) == latin


@pytest.mark.parametrize(("latin", "cyrillic", "new"), [row for row in THREE if "’h" not in row[0]])
def test_cyrillic_comes_back_as_it_was(latin: str, cyrillic: str, new: str) -> None:
    assert transliterate.to_latin(cyrillic) == latin
    assert transliterate.to_latin(transliterate.to_cyrillic(new)) == latin


@pytest.mark.parametrize("sign", "'`‘’ʻʼ")
def test_six_apostrophes_give_one_cyrillic_letter(sign: str) -> None:
    assert transliterate.to_cyrillic(f"o{sign}zbek tog{sign} ma{sign}no") == "ўзбек тоғ маъно"


@pytest.mark.parametrize(
    "kept",
    [
        "«Yangi hayot» yopildi, dedi u",
        "“Biz tayyormiz” degan so‘z",
        '"Sharq" gazetasi',
    ],
)
def test_what_stands_in_quotation_marks_stays_as_published(kept: str) -> None:
    shown = transliterate.to_cyrillic(kept)

    quoted = next(part for mark in ("«»", "“”", '""') if (part := _inside(kept, mark)))
    assert quoted in shown
    assert shown != kept


def _inside(text: str, marks: str) -> str:
    start = text.find(marks[0])
    return text[start : text.index(marks[1], start + 1) + 1] if start >= 0 else ""


def test_without_its_quotation_marks_the_same_name_is_written_in_cyrillic() -> None:
    assert transliterate.to_cyrillic("Yangi hayot yopildi") == "Янги ҳаёт ёпилди"


@pytest.mark.parametrize("same", ["https://site.example/yangi", "@yangiliklar", "#sharh", "Windows", "XX", "site.uz"])
def test_addresses_foreign_words_and_roman_numerals_stay(same: str) -> None:
    assert transliterate.to_cyrillic(same) == same


@given(st.text(alphabet="abdegijklmnopqrstuvxyzO‘ʻ'hşğö «».A1БбЁцъ", max_size=60))
def test_any_text_is_written_and_what_is_cyrillic_stays_so(text: str) -> None:
    once = transliterate.to_cyrillic(text)

    assert transliterate.to_cyrillic(once) == once
    assert isinstance(transliterate.to_latin(text) + transliterate.to_new_latin(text), str)
