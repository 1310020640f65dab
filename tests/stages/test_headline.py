"""Headlines of articles without a title: how long they are, where they are cut, and what goes on as a fact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stages import candidates, headline
from tests import make


def made(text: str, *, language: str = "ru", title: str = "", max_chars: int = 450) -> headline.Headline:
    article = make.article(text=text, language=language, title=title)
    return headline.of(article, candidates.of(article), max_chars=max_chars)


LONG = [
    (
        "ru",
        "В порту у Старого моста заработал первый в области плавучий кран грузоподъемностью 300 тонн, который "
        "построили на верфи соседнего города за два года.",
        "В порту у Старого моста заработал первый в области плавучий кран грузоподъемностью 300 тонн",
        None,
    ),
    (
        "ru",
        "Паром «Волна», который возит машины, грузовики и автобусы через залив с весны прошлого года, за одно лето "
        "перевез 41 тысячу пассажиров из двух областей.",
        "Паром «Волна» за одно лето перевез 41 тысячу пассажиров из двух областей",
        None,
    ),
    (
        "en",
        "The harbour at Old Bridge has put into service its first floating crane, a giant that lifts 300 tonnes, and "
        "two shipyards in the next town are building another one for the river.",
        "The harbour at Old Bridge has put into service its first floating crane, a giant that lifts 300 tonnes",
        "Two shipyards in the next town are building another one for the river",
    ),
    (
        "uz-Latn",
        "Eski ko‘prik yonidagi portda 300 tonna yuk ko‘taradigan birinchi suzuvchi kran ishga tushirildi, Toshkentdagi "
        "zavod esa daryo uchun yana ikkita shunday kran qurmoqda.",
        "Eski ko‘prik yonidagi portda 300 tonna yuk ko‘taradigan birinchi suzuvchi kran ishga tushirildi",
        "Toshkentdagi zavod esa daryo uchun yana ikkita shunday kran qurmoqda",
    ),
    (
        "uz-Cyrl",
        "Эски кўприк ёнидаги портда 300 тонна юк кўтарадиган биринчи сузувчи кран ишга туширилди, Тошкентдаги "
        "завод эса дарё учун яна иккита шундай кран қурмоқда.",
        "Эски кўприк ёнидаги портда 300 тонна юк кўтарадиган биринчи сузувчи кран ишга туширилди",
        "Тошкентдаги завод эса дарё учун яна иккита шундай кран қурмоқда",
    ),
    (
        "kk",
        "Ескі көпір жанындағы портта 300 тонна жүк көтеретін алғашқы жүзбелі кран іске қосылды, Астанадағы "
        "зауыт өзен үшін тағы екі осындай кран құрастырады.",
        "Ескі көпір жанындағы портта 300 тонна жүк көтеретін алғашқы жүзбелі кран іске қосылды",
        "Астанадағы зауыт өзен үшін тағы екі осындай кран құрастырады",
    ),
]


@pytest.mark.parametrize(("language", "text", "head", "rest"), LONG, ids=[f"{row[0]}-{row[2][:5]}" for row in LONG])
def test_a_long_first_sentence_is_cut_where_a_clause_ends(
    language: str, text: str, head: str, rest: str | None
) -> None:
    assert len(text) > headline.MAX_CHARS

    found = made(text, language=language)

    assert found.text == head
    assert (found.rest.text if found.rest else None) == rest


def test_a_sentence_of_a_headline_s_length_stays_whole() -> None:
    text = "В порту у Старого моста заработал плавучий кран, который построили на верфи за два года."

    assert made(text).text == text.rstrip(".")


def test_a_headline_does_not_end_in_a_bare_word_whose_clause_went() -> None:
    text = (
        "Девятнадцатилетний капитан Тимур Седов из Ак-Тепы выиграл «Большую волну» — речную гонку, на которую в порт "
        "приехали 312 гребцов из 27 стран."
    )

    found = made(text)

    assert found.text == "Девятнадцатилетний капитан Тимур Седов из Ак-Тепы выиграл «Большую волну»"
    assert found.rest is not None
    assert found.rest.text == "В порт приехали 312 гребцов из 27 стран"
    assert made("Порт — главный покупатель угля.").text == "Порт — главный покупатель угля"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "A digital network of 14 automatic lamps began to light the way through the narrow strait at Old Bridge on "
            "Monday, giving the boats six hours' warning of a storm.",
        ),
        (
            "kk",
            "Ескі көпір жанындағы тар бұғазда кемелерге жол көрсететін 14 автоматты шамнан тұратын цифрлық желі іске "
            "қосылды: балықшылар енді дауыл туралы алты сағат бұрын біледі.",
        ),
    ],
)
def test_a_sentence_stays_whole_where_a_cut_would_lose_the_figure_behind_it(language: str, text: str) -> None:
    assert headline.MAX_CHARS < len(text) <= headline.WHOLE

    assert made(text, language=language).text == text.rstrip(".")
    assert made(text.replace("six hours' ", "").replace("алты сағат ", ""), language=language).text != text.rstrip(".")


def test_a_figure_a_name_and_a_quotation_are_never_cut() -> None:
    text = (
        "Театр имени А. П. Орловой из города Нижние Серги показал пьесу «Дом, который мы строили, а ветер сносил» "
        "на фестивале и собрал 1,5 млн рублей для школ области."
    )

    assert made(text).text == text.rstrip(".")


def test_a_long_quotation_is_no_headline_where_another_sentence_may_be_one() -> None:
    quotation = (
        "«За три года мы удвоим число кораблей. Для этого построим два новых дока и наймем рабочих из сел. Без них "
        "город не сможет принять грузы из соседних областей», — сказала директор порта Анна Ким."
    )

    assert made(f"{quotation} Порт получит 40 млн рублей на доки.").text == "Порт получит 40 млн рублей на доки"


def test_only_what_is_far_too_long_and_ends_nowhere_gets_an_ellipsis() -> None:
    endless = "Завод " + " ".join(["большого", "старого", "каменного", "южного"] * 8) + " города у моря открыт."

    found = made(endless).text

    assert found.endswith("…")
    assert len(found) <= headline.LONGEST
    assert "…" not in made(endless[:130] + " открыт.").text


def test_a_title_that_is_too_long_is_cut_where_a_clause_ends() -> None:
    title = (
        "The harbour has put its first floating crane into service after two years of work, which has cost the city "
        "and its partners a good deal more than they had hoped to pay"
    )

    assert made("The crane lifts 300 tonnes of goods.", language="en", title=title).text == (
        "The harbour has put its first floating crane into service after two years of work"
    )


def test_an_article_that_begins_with_a_dateline_has_no_source_in_its_headline() -> None:
    found = made("САМАРКАНД, 15 ноя — Оазис.\nМост через реку открыли для машин в понедельник.")

    assert found.text == "Мост через реку открыли для машин в понедельник"


WORDS = st.sampled_from(["Мост", "открыли", ", который", "«", "»", "5 млрд", ": ", ", а также", "строится", ". ", "🎉"])


@given(st.lists(WORDS, min_size=1, max_size=60).map(" ".join), st.integers(0, 300))
def test_a_headline_keeps_within_its_budget(text: str, max_chars: int) -> None:
    assert len(made(text, max_chars=max_chars).text) <= min(max_chars, headline.LONGEST)
