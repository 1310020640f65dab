"""Two events of one kind on one day are two stories; one event in all scripts of Uzbek is one."""

from __future__ import annotations

import pytest

from bot.language import transliterate
from bot.model import Article
from bot.stages import group, likeness, sketch
from tests import make


def partition(articles: tuple[Article, ...]) -> set[frozenset[str]]:
    return {frozenset(article.id for article in story.articles) for story in group.stories(articles)}


def told(number: int, language: str, title: str, text: str) -> Article:
    return make.article(
        f"told{number}", published=f"2026-11-22T08:{number:02}", language=language, title=title, text=text,
        source=f"Source {number}",
    )  # fmt: skip


KIND = {
    "accidents-ru": (
        told(1, "ru", "В Коканде столкнулись два автомобиля, погибли двое",
             "Два человека погибли в аварии в Коканде. Столкнулись «Нексия» и «Дамас», сообщили в полиции."),
        told(2, "ru", "В Ургенче столкнулись два автомобиля, погибли трое",
             "Три человека погибли в аварии в Ургенче. Столкнулись «Кобальт» и «Ласетти», сообщили в полиции."),
    ),
    "accidents-uz": (
        told(1, "uz-Latn", "Qo‘qonda ikki avtomobil to‘qnashdi, ikki kishi halok bo‘ldi",
             "Qo‘qon shahrida «Neksiya» va «Damas» to‘qnashib ketdi, ikki kishi halok bo‘ldi. Haydovchi ushlandi."),
        told(2, "uz-Latn", "Urganchda ikki avtomobil to‘qnashdi, uch kishi halok bo‘ldi",
             "Urganch shahrida «Kobalt» va «Lasetti» to‘qnashib ketdi, uch kishi halok bo‘ldi. Haydovchi qochdi."),
    ),
    "matches-en": (
        told(1, "en", "Kyzylzhar beat Atyrau 2-1 in the league",
             "Kyzylzhar beat Atyrau 2-1 in the championship on Sunday. Madi Kasenov scored in the 84th minute."),
        told(2, "en", "Ordabasy beat Zhetysu 3-1 in the league",
             "Ordabasy beat Zhetysu 3-1 in the championship on Sunday. Erzhan Tuleev scored in the 71st minute."),
    ),
    "matches-kk": (
        told(1, "kk", "«Қызылжар» «Атырауды» 2:1 есебімен жеңді",
             "Ел чемпионатында «Қызылжар» «Атырауды» 2:1 есебімен жеңді. Жеңіс голын Мәди Қасенов 84-минутта соқты."),
        told(2, "kk", "«Ордабасы» «Жетісуды» 3:1 есебімен жеңді",
             "Ел чемпионатында «Ордабасы» «Жетісуды» 3:1 есебімен жеңді. Голды Ержан Төлеев 71-минутта соқты."),
    ),
    "decrees-en": (
        told(1, "en", "President signs decree on tourism",
             "The president signed a decree on tourism in 2027. Hotels and roads will get 40 million dollars."),
        told(2, "en", "President signs decree on farmers",
             "The president signed a decree on farmers in 2027. Seeds and machinery will get 65 million dollars."),
    ),
    "rates-ru": (
        told(1, "ru", "Курс доллара на 22 ноября",
             "Нацбанк установил курс доллара на 22 ноября: 12 140 сумов, евро стоит 13 260 сумов."),
        told(2, "ru", "Курс доллара на 23 ноября",
             "Нацбанк установил курс доллара на 23 ноября: 12 155 сумов, евро стоит 13 301 сум."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("both", KIND.values(), ids=KIND.keys())
def test_two_events_of_one_kind_are_two_stories_because_their_titles_are_about_different_things(
    both: tuple[Article, Article],
) -> None:
    # given
    blind = {section: {**numbers, "other": 0.0, "apart": 0.0} for section, numbers in likeness.fitted().items()}
    sketches = [sketch.of(article) for article in both]
    # when
    why = likeness.reasons(likeness.Asked(sketches[1]), sketches[:1], 1.0)
    without = likeness.to_story(likeness.Asked(sketches[1]), sketches[:1], 1.0, weights=blind)
    # then
    assert len(partition(both)) == 2
    assert why.other == 1
    assert without > likeness.to_story(likeness.Asked(sketches[1]), sketches[:1], 1.0, weights=likeness.fitted())


def test_a_rising_count_is_the_same_story() -> None:
    first = told(1, "ru", "В Коканде в аварии погибли двое",
                 "Два человека погибли в аварии в Коканде: «Нексия» против «Дамаса».")  # fmt: skip
    later = told(2, "ru", "Число погибших в аварии в Коканде выросло до трёх",
                 "В больнице Коканда умер третий пострадавший в аварии с «Нексией» и «Дамасом».")  # fmt: skip

    assert len(partition((first, later))) == 1


def test_all_scripts_of_uzbek_tell_one_story() -> None:
    # given
    text = "Nurafshonda yangi suv ombori ishga tushdi. Inshoot 36 million kub metr suv saqlaydi, dedi G‘ani O‘rinov."
    latin = told(1, "uz-Latn", "Nurafshonda suv ombori ishga tushdi", text)
    plain = told(2, "uz-Latn", "Nurafshonda suv ombori ishga tushdi", text.replace("‘", "'"))
    new = told(3, "uz-Latn", transliterate.to_new_latin(latin.title), transliterate.to_new_latin(text))
    cyrillic = told(4, "uz-Cyrl", transliterate.to_cyrillic(latin.title), transliterate.to_cyrillic(text))
    # when, then
    assert "Ğani Örinov" in new.text
    assert "Ғани Ўринов" in cyrillic.text
    assert len(partition((latin, plain, new, cyrillic))) == 1


def test_frequent_words_are_one_key_in_all_languages() -> None:
    report = told(1, "ru", "Самолёт сел", "Самолет вылетел с острова, на котором много птиц и животных.")
    retold = told(2, "en", "Aircraft landed", "The plane left an island with many birds and animals.")

    shared = set(sketch.of(report).keys.names) & set(sketch.of(retold).keys.names)

    assert {key for key in shared if sketch.is_word(key)}
