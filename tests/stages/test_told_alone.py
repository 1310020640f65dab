"""Every fact can be understood by whoever reads nothing but the digest, in whatever order the articles came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from bot.language import words
from bot.model import Article, Language, Summary
from bot.stages import candidates, cover, extract, prove, trim
from tests import make

TORN = [
    (
        "ru",
        "Верфь в порту у Старого моста построила за год 14 лодок.\n"
        "О наборе рассказал Пётр Ильин, старший смотритель портового маяка и школы.\n"
        "Вторую верфь на другом берегу реки строить незачем, считает он.\n"
        "Вывоз рыбы в том же месяце вырос на четверть, до $86 млн.\n"
        "Порт углубили на три метра и поставили на причале два крана.",
        ("рассказал", "считает он", "в том же месяце"),
    ),
    (
        "en",
        "The yard at Old Bridge built 14 boats within a year.\n"
        "The figures were given by Peter Hill, the keeper of the harbour light and of its school.\n"
        "A second yard on the other bank makes little sense, he said.\n"
        "Exports of fish grew by a quarter in the same month, to $86 million.\n"
        "The harbour was made three metres deeper and got two cranes.",
        ("figures were given", "he said", "same month"),
    ),
    (
        "uz-Latn",
        "Eski ko‘prik yonidagi verf bir yilda 14 ta qayiq qurdi.\n"
        "Mayoq qorovuli Jasur Karimov yoshlar haqida gapirdi.\n"
        "Daryoning narigi qirg‘og‘ida ikkinchi verf qurishga hojat yo‘q, dedi u.\n"
        "Baliq eksporti o‘sha oyda chorakka oshib, 86 mln dollarga yetdi.\n"
        "Port uch metrga chuqurlashtirildi va bandargohga ikkita kran keltirildi.",
        ("gapirdi", "dedi u", "o‘sha oyda"),
    ),
    (
        "uz-Cyrl",
        "Эски кўприк ёнидаги верф бир йилда 14 та қайиқ қурди.\n"
        "Маёқ қоровули Жасур Каримов ёшлар ҳақида гапирди.\n"
        "Дарёнинг нариги қирғоғида иккинчи верф қуришга ҳожат йўқ, деди у.\n"
        "Балиқ экспорти ўша ойда чоракка ошиб, 86 млн долларга етди.\n"
        "Порт уч метрга чуқурлаштирилди ва бандаргоҳга иккита кран келтирилди.",
        ("гапирди", "деди у", "ўша ойда"),
    ),
    (
        "kk",
        "Ескі көпір жанындағы верф бір жылда 14 қайық жасады.\n"
        "Шамшырақ күзетшісі Асқар Сейітов жастар туралы айтты.\n"
        "Өзеннің арғы жағасында екінші верф салудың қажеті жоқ, деді ол.\n"
        "Балық экспорты сол айда ширекке өсіп, 86 млн долларға жетті.\n"
        "Порт үш метрге тереңдетіліп, айлаққа екі кран әкелінді.",
        ("туралы айтты", "деді ол", "сол айда"),
    ),
]


def told(text: str, language: str) -> str:
    summary = extract.summary(make.story(make.article(text=text, language=language)), Language(language))
    return "\n".join((summary.headline, *(fact.text for fact in summary.facts)))


def told_as_if_all_stood_alone(text: str, language: str) -> str:
    """What is chosen of all lines, each as fit as the next."""
    article = make.article(text=text, language=language)
    pool = [
        candidates.Candidate(
            article=article,
            order=order,
            piece=trim.Piece(start=text.index(line), end=text.index(line) + len(line)),
            text=line,
            begins=words.tokens(line)[:5],
            stems=frozenset(words.stems(line, language)),
            fitness=1.0,
        )
        for order, line in enumerate(text.split("\n"))
    ]
    wish = cover.Wish(max_facts=9, max_chars=2_000)
    return "\n".join(one.text for one in cover.chosen(pool, frozenset(), Language(language), wish))


@pytest.mark.parametrize(("language", "text", "torn"), TORN, ids=[case[0] for case in TORN])
def test_what_is_torn_out_of_its_context_is_not_told(language: str, text: str, torn: Sequence[str]) -> None:
    shown, last = told(text, language), text.rsplit("\n", 1)[-1].rstrip(".")
    without_defence = told_as_if_all_stood_alone(text, language)

    assert [said for said in torn if said in shown] == []
    assert last in shown
    assert [said for said in torn if said in without_defence] == list(torn)


def test_a_count_goes_without_an_unnamed_speaker_and_is_proven() -> None:
    text = "Порт открыл школу юнг.\nКапитаны, по его словам, обучаются в 30 классах школы, но лучшие живут на маяке."
    story = make.story(make.article(text=text, title="Порт открыл школу"))

    passed = prove.passed(extract.summary(story, Language("ru")), story, False)

    assert passed.refused == ()
    assert passed.summary is not None
    assert "Капитаны обучаются в 30 классах школы" in [fact.text for fact in passed.summary.facts]


def test_what_leans_on_the_headline_is_not_told_where_other_articles_may_come_between() -> None:
    leaning = "Мост через реку открыли в понедельник утром. Он обошелся городу в 40 млн рублей."
    alone = make.article("a1", text=leaning)
    other = make.article("a2", text="Движение по мосту пустят в среду, проезд будет бесплатным.", source="Степь")

    both = extract.summary(make.story(alone, other), Language("ru"))
    single = extract.summary(make.story(alone), Language("ru"))

    assert "бошелся" not in "\n".join(fact.text for fact in both.facts)
    assert [fact.text for fact in single.facts] == ["Обошелся городу в 40 млн рублей"]


def test_a_speaker_whom_the_fact_names_stays() -> None:
    text = "В порту работают 14 кранов, сказал капитан Иван Седов.\nШкола юнг примет 40 детей."
    shown = told(f"Порт открыли в понедельник у моста.\n{text}", "ru")

    assert "В порту работают 14 кранов, сказал капитан Иван Седов" in shown


def four() -> tuple[Article, ...]:
    """Four reports of one day, two of them in Russian and without a title."""
    school = "Первые ученики школы юнг у Старого моста получат дипломы через четыре года. Порт и верфь ведут 78 строек."
    harbour = "Порт и верфь у Старого моста ведут уже 78 строек на $1,8 млрд. Школа юнг приняла первых учеников."
    english = "The harbour and the yard at Old Bridge run 78 works worth $1.8 billion. A school took its first pupils."
    uzbek = "Eski ko‘prik yonidagi port va verf 78 ta qurilish olib bormoqda. Yoshlar maktabi ilk guruhni qabul qildi."
    return (
        make.article("a1", text=harbour, source="Вестник"),
        make.article("b2", text=school, source="Степь", host="example.net"),
        make.article("c3", text=english, language="en", source="Daily", host="example.com"),
        make.article("d4", text=uzbek, language="uz-Latn", source="Vaha", host="vaha.example"),
    )


def in_all_orders(*, ordered: extract.Ordered = extract.by_age) -> set[Summary]:
    story = make.story(*four())
    orders = [replace(story, articles=arrived) for arrived in permutations(story.articles)]
    return {extract.summary(one, Language("ru"), ordered=ordered) for one in orders}


def test_a_story_is_told_alike_in_whatever_order_its_articles_came() -> None:
    assert len(in_all_orders()) == 1
    assert len({summary.headline for summary in in_all_orders(ordered=tuple)}) > 1


def test_the_older_article_comes_first_whatever_its_id() -> None:
    first, second, *_ = four()
    older = replace(second, published_at=make.moment("2026-11-22T07:00"))
    story = make.story(first, older)

    assert extract.by_age(story.articles) == (older, first)
    assert extract.by_age((second, first)) == (first, second)
    assert extract.summary(story, Language("ru")).headline.startswith("Первые ученики")
