"""Where sentences may end early, in Russian, English, Uzbek (both scripts) and Kazakh."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import clauses


def beginnings(text: str, language: str, *, loose: bool = False) -> list[str]:
    return [text[:at] for at in clauses.ends(text, language, loose=loose)]


@pytest.mark.parametrize(
    ("language", "sentence", "kept"),
    [
        ("ru", "Город купил 40 трамваев, а также отремонтировал депо.", "Город купил 40 трамваев"),
        ("ru", "Завод открыл директор Анна Ким, которая приехала утром.", "Завод открыл директор Анна Ким"),
        ("ru", "В городе прошел форум, посвященный воде и рекам.", "В городе прошел форум"),
        ("ru", "Реку перекрыли плотиной: теперь город получит воду летом.", "Реку перекрыли плотиной"),
        ("en", "The city bought 40 trams, which were built in Riga.", "The city bought 40 trams"),
        ("en", "The dam was closed on Monday, leaving two towns dry.", "The dam was closed on Monday"),
        ("en", "The dam was closed, and engineers began to repair it.", "The dam was closed"),
        ("uz-Latn", "Shahar 40 ta tramvay oldi, deposi ham ta’mirlandi.", "Shahar 40 ta tramvay oldi"),
        ("uz-Cyrl", "Шаҳар 40 та трамвай олди, депо эса таъмирланди.", "Шаҳар 40 та трамвай олди"),
        ("kk", "Жаңа көпір дүйсенбіде ашылды, жол да жөнделді.", "Жаңа көпір дүйсенбіде ашылды"),
    ],
)
def test_a_sentence_may_end_where_a_whole_clause_ends(language: str, sentence: str, kept: str) -> None:
    assert kept in beginnings(sentence, language)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Директор завода, который открыли весной, уехал."),
        ("ru", "Открыт новый, просторный вокзал."),
        ("ru", "Газ будут искать на глубоких — более 6 км — горизонтах."),
        ("ru", "Мэр сообщил, что мост, который строят с весны, закрыт."),
        ("ru", "Мост закрыт, но движение пустили рядом, заявила директор Анна Ким."),
        ("ru", "Город не только купил трамваи, но и открыл депо."),
        ("ru", "Пособие получат семьи, которые растят троих детей."),
        ("en", "The driver, who was seen on Monday, left."),
        ("en", "It is a long, hard road."),
        ("en", "The bridge is closed, but cars may pass, the mayor said."),
        ("en", "If the bridge is closed, which is likely, cars will wait."),
        ("uz-Latn", "Ko‘prik, yo‘l va vokzal ochildi."),
        ("uz-Latn", "Ko‘prik ertaga ochiladi, dedi direktor."),
        ("kk", "Қалаға жүз үйді, көпірді және жолды салған."),
        ("kk", "Көпір ертең ашылады, деді директор."),
    ],
)
def test_no_clause_ends_where_subject_and_verb_a_list_or_a_speaker_would_be_parted(
    language: str, sentence: str
) -> None:
    assert beginnings(sentence, language) == []


def test_no_quotation_parenthesis_or_number_is_cut() -> None:
    sentence = "Театр показал пьесу «Дом, который построили мы» (ее, однако, сократили) и собрал 1,5 млн рублей."

    assert beginnings(sentence, "ru", loose=True) == []


def test_an_adjunct_goes_only_where_a_sentence_is_too_long_otherwise() -> None:
    sentence = "Мост через реку закрыли для машин в связи с ремонтом опор."

    assert beginnings(sentence, "ru") == []
    assert beginnings(sentence, "ru", loose=True) == ["Мост через реку закрыли для машин"]


@pytest.mark.parametrize(
    ("language", "sentence", "rest"),
    [
        ("ru", "Депо закрыли, а также строится новый вокзал у самой реки.", "строится новый вокзал у самой реки."),
        ("ru", "Депо закрыли, а также увеличили число автобусов в городе.", None),
        ("ru", "Открыт музей, в котором 36 старых ковров показали впервые.", "36 старых ковров показали впервые."),
        (
            "en",
            "The fair drew 900 guests, as 14 museums in the town stayed open.",
            "14 museums in the town stayed open.",
        ),
        ("en", "The fair drew 900 guests, as they had announced in the spring.", None),
        ("en", "The bridge was closed, and was repaired in the spring of last year.", None),
        ("ru", "Мост закрыли, но вскоре снова открыли его для машин.", None),
        ("uz-Latn", "Zavod ochildi: u yiliga 12 ming tonna mahsulot beradi.", None),
        ("uz-Latn", "Zavod ochildi, Toshkentda yana ikkita sex qurilmoqda.", "Toshkentda yana ikkita sex qurilmoqda."),
    ],
)
def test_the_rest_of_a_sentence_stands_alone_only_with_its_own_subject(
    language: str, sentence: str, rest: str | None
) -> None:
    cut = sentence.index(",") if "," in sentence else sentence.index(":")

    begin = clauses.rest(sentence, cut, language)

    assert (sentence[begin:] if begin is not None else None) == rest


@pytest.mark.parametrize(
    ("language", "sentence", "left"),
    [
        (
            "ru",
            "Робот «Тихон», который понимает речь, жесты и песни, за год продал 900 билетов.",
            "Робот «Тихон» за год продал 900 билетов.",
        ),
        (
            "ru",
            "Директор депо Анна Ким, возглавившая его весной, купила 40 трамваев.",
            "Директор депо Анна Ким купила 40 трамваев.",
        ),
        ("en", "The pilot, who comes from Oslo, won the race.", "The pilot won the race."),
    ],
)
def test_what_is_inserted_between_subject_and_verb_is_found(language: str, sentence: str, left: str) -> None:
    found = clauses.insertion(sentence, language)

    assert found is not None
    assert sentence[: found[0]] + sentence[found[1] :] == left


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Граждане, имеющие долги, не смогут купить дом."),
        ("ru", "Студенты, выбравшие химию, получат дипломы весной."),
        ("ru", "Житель области, который сломал мост, заплатил штраф."),
        ("ru", "Житель Нового Ургенча, который сломал мост, заплатил штраф."),
        ("ru", "Граждане Дании, имеющие долги, не купили дом."),
        ("ru", "Завод «Заря», не сдавший отчет, заплатил штраф."),
        ("ru", "Водитель «Волны», нарушивший правила, заплатит штраф."),
        ("ru", "Автобус «Икар-48», который купили весной, 752 раза ломался."),
        ("en", "The pilot, the son of a baker, a nurse, won the race."),
        ("en", "Speaking on Monday, the mayor, has opened the road."),
        ("en", "In the town of Old Bridge, the mayor, has opened the road."),
        ("en", "The striker plays, the coach says, and won the race."),
        ("uz-Latn", "Aholi, qarzi bor odamlar, uy sotib ola olmaydi."),
        ("kk", "Тұрғындар, қарызы бар адамдар, үй ала алмайды."),
    ],
)
def test_what_may_say_which_of_several_is_meant_is_not_taken_out(language: str, sentence: str) -> None:
    assert clauses.insertion(sentence, language) is None


LIMITED = [
    ("ru", "Мост откроют в мае, включая пешеходный, если хватит труб.", ", если хватит труб"),
    ("ru", "Музей открыт для гостей, поскольку работы идут, кроме понедельника.", ", кроме понедельника"),
    ("ru", "Пособие получит семья, которая растит троих детей.", "Пособие получит"),
    ("ru", "Город не открыл больницу, которая лечит такие ожоги.", "не "),
    ("ru", "Пожар стал самой большой бедой, которую помнит город.", "самой "),
    ("ru", "Каждый дом проверил инженер, который строил мост.", "Каждый "),
    ("en", "The bridge will be open, including the footway, unless it rains.", ", unless it rains"),
    ("en", "All shops were closed, including bakeries, except one pharmacy.", ", except one pharmacy"),
    ("uz-Latn", "Yo‘l bahorda ochiladi, agar quvur yetsa.", "agar "),
    ("uz-Cyrl", "Йўл баҳорда очилади, агар қувур етса.", "агар "),
    ("kk", "Жол көктемде ашылады, егер құбыр жетсе.", "егер "),
]


@pytest.mark.parametrize(("language", "sentence", "limit"), LIMITED)
def test_no_condition_exception_or_restricting_clause_is_cut_off(language: str, sentence: str, limit: str) -> None:
    plain = sentence.replace(limit, "Открыл " if limit.startswith(("Пособие", "Каждый")) else "")

    assert beginnings(sentence, language) == []
    assert beginnings(plain, language) != []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Лекарство не помогло детям из-за ошибки врачей."),
        ("ru", "Магазины могут закрыть во время праздника весной."),
        ("en", "The patient did not die because of the new virus."),
        ("en", "All shops must be closed during the spring fair."),
        ("en", "The town opened schools in regions where cases fell."),
        ("en", "The shop will open after 22:00 on the main road."),
    ],
)
def test_no_adjunct_goes_that_a_denial_or_a_rule_stands_or_falls_with(language: str, sentence: str) -> None:
    assert beginnings(sentence, language, loose=True) == []


@pytest.mark.parametrize(
    ("language", "sentence", "cut"),
    [
        ("ru", "Если хватит труб, мост откроют весной, а старую дорогу закроют для машин.", ", а "),
        ("ru", "Инженер сообщил, что мост закрыт, а старая дорога давно открыта для машин.", ", а "),
        ("en", "The mayor said the bridge was closed, but the old road was open for all cars.", ", but "),
        ("uz-Latn", "Agar quvur yetsa, yo‘l ochiladi, Toshkentda yana ikkita sex qurilmoqda.", ", Toshkent"),
    ],
)
def test_a_clause_that_a_speaker_or_a_condition_governs_is_not_shown_without(
    language: str, sentence: str, cut: str
) -> None:
    assert clauses.rest(sentence, sentence.index(cut), language) is None


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Город утвердил установку в двух районах, где нет света, нового оборудования для школ."),
        ("ru", "Не успели в городе открыть мост, который строили год, как его закрыли."),
        ("en", "The fair will be closed as the spring season, which was to begin soon, is delayed."),
    ],
)
def test_no_sentence_ends_inside_of_a_clause_that_goes_on(language: str, sentence: str) -> None:
    assert beginnings(sentence, language) == []


@pytest.mark.parametrize(
    ("language", "sentence", "announcing"),
    [
        ("uz-Latn", "Yil davomida quyidagi xatolar topildi: yo‘l yopiq, ko‘prik eski, suv yo‘q.", "quyidagi "),
        ("ru", "За год нашли следующие ошибки: дорогу закрыли, мост открыли, воду отключили.", "следующие "),
        ("en", "The town has found the following faults: the road is closed and the bridge is old.", "following "),
    ],
)
def test_what_announces_a_list_does_not_stand_without_it(language: str, sentence: str, announcing: str) -> None:
    assert beginnings(sentence, language, loose=True) == []
    assert beginnings(sentence.replace(announcing, ""), language, loose=True) != []


def test_no_bare_figure_stands_last() -> None:
    sentence = "The club has won 29 games in the town, 25 following the opening of the new bridge."

    assert not any(head.endswith("25") for head in beginnings(sentence, "en", loose=True))
    assert "The club has won 29 games in the town" in beginnings(sentence, "en", loose=True)


@pytest.mark.parametrize(
    ("text", "even"),
    [
        ("Prizes: 1) a tram; 2) a bus", True),
        ("Призы: а) трамвай; б) автобус (новый)", True),
        ("Призы: трамвай) и автобус", False),
        ("Призы: 1) трамвай (новый; 2) автобус", False),
    ],
)
def test_the_numbers_of_a_list_close_no_parenthesis(text: str, even: bool) -> None:
    assert clauses.balanced(text) is even


PIECES = (
    *("Мост открыт", ", а также ", "The dam was closed", ", which ", ": ", "«", "»", '"', " — ", "; ", "(", ")"),
    *("ko‘prik ochildi", ", ", "көпір ашылды", " and ", "который", "строят "),
)


@pytest.mark.parametrize("language", ["ru", "en", "uz-Latn", "uz-Cyrl", "kk", "und"])
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_in_any_text_what_stands_before_a_cut_is_balanced(language: str, text: str) -> None:
    for loose in (False, True):
        for at in clauses.ends(text, language, loose=loose):
            assert 0 < at < len(text)
            assert clauses.balanced(text[:at])
    inserted = clauses.insertion(text, language)
    assert inserted is None or 0 < inserted[0] < inserted[1] < len(text)


def test_no_price_of_a_list_is_cut_off_behind_its_dash() -> None:
    """The dashes before it were even in number, as those of an insertion are."""
    sentence = "Литр молока будет стоить 1 рубль 69 копеек, кефира — 2 рубля, сметаны — 3 рубля, сливок — 4 рубля."
    opened = "Литр молока будет стоить дороже, кефира — дешевле, сметаны — как прежде, сливок — вдвое дороже."

    assert not any(one.endswith("сливок") for one in beginnings(sentence, "ru", loose=True))
    assert any(one.endswith("сливок") for one in beginnings(opened, "ru", loose=True))


@pytest.mark.parametrize(
    ("language", "teasing", "telling"),
    [
        (
            "ru",
            "Среди лодок, которых в порту 30, есть одна необычная: её построил сын смотрителя маяка.",
            "Порт принял за неделю 30 лодок: одну из них построил сын смотрителя маяка.",
        ),
        (
            "en",
            "Of the thirty boats in the harbour there is one exception: the keeper built it himself.",
            "The harbour took thirty boats in a week: the keeper of the light built one of them himself.",
        ),
    ],
)
def test_a_sentence_does_not_end_where_it_only_makes_curious(language: str, teasing: str, telling: str) -> None:
    assert teasing.index(":") not in clauses.ends(teasing, language)
    assert telling.index(":") in clauses.ends(telling, language)
