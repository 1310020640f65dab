"""The circumstance a sentence begins with goes only where what follows says the same without it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import clauses, openings


@pytest.mark.parametrize(
    ("language", "sentence", "left"),
    [
        (
            "uz-Latn",
            "Suv tarmoqlarini yangilash va isrofni kamaytirish maqsadida Vodiy viloyatlari uchun nasoslar dasturi "
            "qabul qilindi.",
            "Vodiy viloyatlari uchun nasoslar dasturi qabul qilindi.",
        ),
        (
            "uz-Latn",
            "Shahar kengashining yangi qaroriga muvofiq, bozor yonidagi eski ombor 14 ta do‘konga bo‘lib beriladi.",
            "bozor yonidagi eski ombor 14 ta do‘konga bo‘lib beriladi.",
        ),
        (
            "uz-Cyrl",
            "Бозор ҳақидаги янги қарорга мувофиқ, станция ёнидаги эски омбор 14 та дўконга бўлиб берилади.",
            "станция ёнидаги эски омбор 14 та дўконга бўлиб берилади.",
        ),
        (
            "ru",
            "Несмотря на сильный ветер и дождь с утра, рыбаки вышли в море на 14 лодках и вернулись к обеду.",
            "рыбаки вышли в море на 14 лодках и вернулись к обеду.",
        ),
        (
            "en",
            "After a long winter without any snow at all, the village opened its ski lift to 300 guests.",
            "the village opened its ski lift to 300 guests.",
        ),
    ],
)
def test_an_opening_circumstance_goes(language: str, sentence: str, left: str) -> None:
    at = openings.circumstance(sentence, language)

    assert at is not None
    assert sentence[at:] == left


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("uz-Latn", "Zavod sifatni yaxshilash va bozorni kengaytirish maqsadida 12 ta yangi dastgoh sotib oldi."),
        ("ru", "Если дождь не кончится до самого вечера в пятницу, рыбаки не выйдут в море до понедельника."),
        ("ru", "После того как 14 лодок вернулись в порт, рыбаки продали весь улов на рынке у моста."),
        ("en", "After the flood in spring, it took the village nine long months to open the bridge."),
        ("en", "During the fair, held in the old harbour, which was closed for the cars of the guests."),
    ],
)
def test_an_opening_stays_where_a_subject_a_condition_or_a_figure_would_go(language: str, sentence: str) -> None:
    assert openings.circumstance(sentence, language) is None


@given(st.sampled_from(["ru", "en", "uz-Latn", "kk", "de"]), st.text(max_size=200))
def test_in_any_text_what_goes_and_what_stays_are_balanced(language: str, text: str) -> None:
    at = openings.circumstance(text, language)

    assert at is None or (clauses.balanced(text[:at]) and clauses.balanced(text[at:]))


@pytest.mark.parametrize(
    ("language", "sentence", "left"),
    [
        ("ru", "Он будет рассчитан на 500 лодок.", "будет рассчитан на 500 лодок."),
        ("ru", "Их стоимость выросла до 30 сумов.", "стоимость выросла до 30 сумов."),
        ("ru", "Она также пообещала новый причал.", "пообещала новый причал."),
        ("ru", "Такое предложение озвучил мэр порта.", "предложение озвучил мэр порта."),
        ("ru", "Там разместятся склады и причалы.", "разместятся склады и причалы."),
        ("ru", "Для них построено 18 причалов.", "построено 18 причалов."),
        ("uz-Latn", "Uning narxi 30 million so‘mga yetdi.", "narxi 30 million so‘mga yetdi."),
        ("uz-Cyrl", "Улар 30 та қайиқ сотиб олди.", "30 та қайиқ сотиб олди."),
        ("kk", "Олар 30 қайық сатып алды кеше.", "30 қайық сатып алды кеше."),
    ],
)
def test_a_pronoun_goes_from_a_sentence_below_the_one_that_says_who_is_meant(
    language: str, sentence: str, left: str
) -> None:
    at = openings.pronoun(sentence, language)

    assert at is not None
    assert sentence[at:] == left


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Это было решено вчера на берегу моря."),
        ("ru", "Они же построили и старый причал."),
        ("ru", "Он и мэр города вышли к рыбакам."),
        ("ru", "Его Величество приехал на причал."),
        ("ru", "Там же откроют и второй причал."),
        ("ru", "Она уехала."),
        ("uz-Latn", "Bu haqda port boshlig‘i aytdi."),
        ("kk", "Бұл туралы порт басшысы айтты."),
        ("en", "It was opened on Monday by the mayor."),
        ("tg", "Он бандари нав аст ва калон аст."),
    ],
)
def test_a_pronoun_stays_where_the_sentence_would_break_without_it(language: str, sentence: str) -> None:
    assert openings.pronoun(sentence, language) is None
