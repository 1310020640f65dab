"""Of several articles a line that tells again what is told in other words is none; one that says more is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.model import Article, Language
from bot.stages import again, candidates, extract, merge, prove
from bot.stages.candidates import Candidate
from tests import make

HEADLINE = "В Зареченске научились продлевать жизнь насосов"
TITLES = (
    "Инженеры «Артемиды» придумали, как увеличить ресурс насосов",
    "Завод «Артемида» создал способ повысить стойкость насосов",
)


def is_news(text: str, *known: str) -> bool:
    article = make.article(text=text)
    titles = frozenset[str]().union(*(again.told(title, article).stems for title in TITLES))
    said = again.together(again.told(one, article) for one in (HEADLINE, *known))
    return again.is_news(again.told(text, article), said, titles, Language("ru"))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Инженеры предложили способ увеличения ресурса насосов", ()),
        ("Литр молока стоит 1 рубль 69 копеек, сметаны 2 рубля 10 копеек", ("Цена молока Br1,69, сметаны Br2,10",)),
        ("Сегодня, 22 ноября, насосы показали жителям", ("Насосы показали жителям",)),
        ("В своём «Инстаграме» Артёмова показала фото насоса", ("Артёмова показала в Instagram фото насоса",)),
        ("В согласии с ней 45-летний директор придумал для насосов маску", ("Придумал маску для насосов директор",)),
        ("Нашлось место и старому насосу", ()),
        ("«Артемида»: Петров, Иванов, Сидоров (Громов), Волков, Зайцев, Медведев, Орлов, Соколов", ()),
    ],
    ids=[
        "synonyms of titles",
        "money in words",
        "day of the article",
        "another script",
        "an age",
        "empty",
        "a list of names",
    ],
)
def test_what_is_told_in_other_words_is_no_news(text: str, known: tuple[str, ...]) -> None:
    assert not is_news(text, *known)


@pytest.mark.parametrize(
    "text",
    [
        "Ресурс насосов вырос до 40 тысяч часов",
        "Первые насосы получит Каменский водоканал",
        "Испытания насосов начнутся 4 декабря",
        "Старое покрытие разрушалось от песка и ржавчины за один сезон",
        "«Мы шли к этим насосам десять лет», — сказал директор",
        "Насосы ломались из-за песка",
    ],
    ids=["figure", "name", "day", "other words", "quotation", "cause"],
)
def test_what_says_more_is_news(text: str) -> None:
    assert is_news(text)


def article(name: str, title: str, text: str) -> Article:
    return make.article(name, title=title, text=text, source=name, host=f"{name}.example")


STORY = make.story(
    article("a", HEADLINE, "Сплав для них инженеры купили у литейщиков Каменки за 40 тысяч рублей осенью."),
    article("b", TITLES[0], "Покупка сплава у литейщиков Каменки обошлась инженерам осенью в 40 тысяч рублей."),
    article("c", TITLES[1], "Директор Громов обещал выпустить первые 300 насосов к марту и отправить их в Каменку."),
)


def first(pool: Sequence[Candidate]) -> list[Candidate]:
    return list(pool)[:3]


def test_two_articles_that_say_the_same_give_one_line_and_two_tellers() -> None:
    pool = [one for article in STORY.articles for one in candidates.of(article)]

    chosen, went = merge.news(pool, "Насосы станут крепче", STORY, first)
    undefended = first(pool)

    assert [one.article.id for one in chosen] == ["b", "c"]
    assert [one.article.id for one in went] == ["a"]
    assert [one.article.id for one in undefended] == ["a", "b", "c"]


def test_who_tells_a_line_that_was_left_out_tells_the_fact() -> None:
    summary = extract.summary(STORY, Language("ru"))
    tellers = [{fact.evidence.article_id, *(place.article_id for place in fact.told_by)} for fact in summary.facts]

    assert {"a", "b"} in tellers or all({"a", "b"}.isdisjoint(some) for some in tellers)
    assert {"c"} in tellers
    assert prove.proved(summary, STORY.articles).is_whole


def test_a_line_stays_even_where_all_tell_the_headline() -> None:
    pool = [one for article in STORY.articles[:2] for one in candidates.of(article)]

    chosen, _ = merge.news(pool, f"{pool[0].text}, {pool[1].text}", STORY, first)

    assert len(chosen) == 1


def test_a_story_of_one_article_is_chosen_as_it_was() -> None:
    one = make.story(article("a", HEADLINE, f"{STORY.articles[0].text} {STORY.articles[1].text}"))
    pool = candidates.of(one.articles[0])

    assert merge.news(pool, HEADLINE, one, first) == (first(pool), [])
    assert len(pool) == 2
