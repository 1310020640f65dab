"""Languages that are easily taken for each other, in sentences of our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import identify


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Новый мост через реку открыли в понедельник", "ru"),
        ("Мост открыт", "ru"),
        ("Директор завода Шерзод Асадов провел собрание, в ходе которого озвучил план на неделю", "ru"),
        ("The new bridge over the river was opened on Monday", "en"),
        ("Жаңа көпір дүйсенбі күні ашылды және көліктер өтті", "kk"),
        ("Yangi ko‘prik dushanba kuni ochildi va mashinalar o‘tdi", "uz-Latn"),
        ("Yangi ko'prik dushanba kuni ochildi", "uz-Latn"),
        ("Yangi köprik duşanba küni oçildi, haydovçilar uçun yöl tayyor", "uz-Latn"),
        ("Янги кўприк душанба куни очилди ва машиналар ўтди", "uz-Cyrl"),
        ("Yeni köprü pazartesi günü açıldı ve arabalar geçti", "tr"),
        ("Новий міст через річку відкрили в понеділок", "uk"),
        ("Жаңы көпүрө дүйшөмбү күнү ачылды жана унаалар өттү", "ky"),
        ("В Алматы новый мост Жастар открыли для всех машин города", "ru"),
        ("Die neue Brücke über den Fluss wurde am Montag eröffnet", "de"),
        ("Un nouveau pont ouvert à Lyon", "fr"),
        ("El gobierno anunció nuevas reglas para el transporte", "es"),
        ("Rząd ogłosił w piątek nowe przepisy dotyczące ruchu", "pl"),
        ("Samarkand hosts summit", "en"),
        ("Цены на бензин вырастут", "ru"),
        ("Доллар бағамы төмендеді", "kk"),
        ("Доллар курси пасайди", "uz-Cyrl"),
        ("Бугун ҳаво ўзгаради", "uz-Cyrl"),
        ("Bugun yomg'ir yog'adi", "uz-Latn"),
        ("Ozbekistonda yangi qonun", "uz-Latn"),
        ("Özbekistonda yangi qonun", "uz-Latn"),
        ("Вчера в школе сказали, что жалақы төлемеді, поэтому учителя не вышли на работу", "ru"),
        ("Кеше мектепте мұғалімдер жиналып, жалақы төлемеді деп айтты, короче говоря", "kk"),
        ("", "und"),
        ("2026 🎉 100 %", "und"),
        ("https://example.org/the-bridge-is-open", "und"),
    ],
)
def test_a_text_is_known_by_its_language(text: str, code: str) -> None:
    assert identify.language(text) == code


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert identify.language(text)
