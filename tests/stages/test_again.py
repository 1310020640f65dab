"""Of several articles a line that tells again what is told in other words is none; one that says more is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.model import Article, Language
from bot.stages import again, candidates, extract, lines, prove
from bot.stages.candidates import Candidate
from tests import make

HEADLINE = "В Зареченске научились продлевать жизнь насосов"
TITLES = (
    "Инженеры «Артемиды» придумали, как увеличить ресурс насосов",
    "Завод «Артемида» создал способ повысить стойкость насосов",
)


def is_news(text: str, *known: str) -> bool:
    titled = [make.article(title, title=title, text=text) for title in TITLES]
    top = again.above(HEADLINE, titled)
    said = [again.told(one, titled[0]) for one in known]
    return again.is_news(again.told(text, titled[0]), said, top, Language("ru"))


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


def tells_more(code: str, headline: str, text: str) -> bool:
    article = replace(make.article(title=headline, text=text), language=Language(code))
    top = again.above(headline, [article])
    return again.is_news(again.told(text, article), [], top, Language(code))


RETOLD = {
    "ru": (
        "Завод «Артемида» остановил выпуск насосов в Каменке",
        "Расположенный в Каменке завод «Артемида» полностью остановил весь выпуск насосов, рассказал Роман Громов",
    ),
    "en": (
        "Artemis halts pump production in Stonefield",
        "Artemis has completely halted its production of pumps in Stonefield, spokesman Roman Grove told the Herald",
    ),
    "uz-Latn": (
        "Artemida zavodi Toshloqda nasos ishlab chiqarishni toʻxtatdi",
        "Toshloqda joylashgan Artemida zavodi barcha nasos ishlab chiqarishni toʻxtatdi, dedi Rustam Gʻaniyev",
    ),
    "kk": (
        "Артемида зауыты Тасөткелде сорғы шығаруды тоқтатты",
        "Тасөткелде орналасқан Артемида зауыты барлық сорғы шығаруды тоқтатты, деді Ринат Ғалымов",
    ),
}
MORE = {
    "ru": "Завод «Артемида» остановил выпуск насосов в Каменке, 340 рабочих отправили домой",
    "en": "Artemis halted pump production in Stonefield and sent 340 workers home",
    "uz-Latn": "Artemida zavodi Toshloqda nasos ishlab chiqarishni toʻxtatdi, 340 ishchi uyga ketdi",
    "kk": "Артемида зауыты Тасөткелде сорғы шығаруды тоқтатты, 340 жұмысшы үйіне кетті",
}


@pytest.mark.parametrize("code", RETOLD)
def test_the_headline_at_greater_length_is_no_news_though_it_has_a_new_name(code: str) -> None:
    headline, text = RETOLD[code]

    assert not tells_more(code, headline, text)
    assert tells_more(code, "", text)


@pytest.mark.parametrize("code", RETOLD)
def test_another_line_at_greater_length_is_no_news_either(code: str) -> None:
    line, text = RETOLD[code]
    article = replace(make.article(title="Artemis 1", text=text), language=Language(code))
    top, said = again.above("Artemis 1", [article]), again.told(text, article)

    assert not again.is_news(said, [again.told(line, article)], top, Language(code))
    assert again.is_news(said, [], top, Language(code))


@pytest.mark.parametrize("code", MORE)
def test_the_headline_with_a_new_figure_is_news(code: str) -> None:
    assert tells_more(code, RETOLD[code][0], MORE[code])


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Мост в Каменке обошёлся в 7,2 тысячи рублей", "Мост в Каменке обошёлся в 7175 рублей"),
        ("Bridge in Stonefield costs £75m", "The bridge in Stonefield costs 85 million euros"),
        ("FRB rejects bridge at Stonefield", "The Federal Road Bureau has now rejected the bridge at Stonefield"),
        ("Roy Grove opens bridge at Stonefield", "Roy Grove, 28, has opened the bridge at Stonefield"),
    ],
    ids=["rounded", "another currency", "an abbreviation", "an age"],
)
def test_what_the_headline_says_in_another_form_is_no_news(headline: str, text: str) -> None:
    assert not tells_more("ru" if headline[0] == "М" else "en", headline, text)


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Мост в Каменке обошёлся в 7,2 тысячи рублей", "Мост в Каменке обошёлся в 9175 рублей"),
        ("Bridge in Stonefield costs £75m", "The bridge in Stonefield costs 285 million euros"),
        ("Мост в Каменке закрыт на ремонт", "Мост в Каменке закрыт на ремонт до 2031 года"),
        ("Мост в Каменке закрыт на ремонт", "Мост в Каменке снова откроют 4 декабря"),
    ],
    ids=["another figure", "another sum", "a year to come", "a day"],
)
def test_what_differs_from_the_headline_is_news(headline: str, text: str) -> None:
    assert tells_more("ru" if headline[0] == "М" else "en", headline, text)


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

    chosen, went = lines.chosen(pool, "Насосы станут крепче", STORY, first)
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

    chosen, _ = lines.chosen(pool, f"{pool[0].text}, {pool[1].text}", STORY, first)

    assert len(chosen) == 1


def test_a_story_of_one_article_is_chosen_as_it_was() -> None:
    one = make.story(article("a", HEADLINE, f"{STORY.articles[0].text} {STORY.articles[1].text}"))
    pool = candidates.of(one.articles[0])

    assert lines.chosen(pool, HEADLINE, one, first) == (first(pool), [])
    assert len(pool) == 2


def told_by(*texts: str) -> list[Candidate]:
    """Candidates of as many articles under one title, with what the story makes of their worth."""
    some = [article(f"a{at}", "Завод «Артемида» остановил выпуск насосов", text) for at, text in enumerate(texts)]
    pool = [one for article in some for one in candidates.of(article)]
    return lines.backed(pool, again.above("Завод «Артемида» остановил выпуск насосов", some))


def test_what_one_source_tells_beside_the_point_counts_less_and_what_most_tell_more() -> None:
    told, aside, before, quoted = told_by(
        "Рабочих завода «Артемида» отправили по домам до весны.",
        "В соседней области вчера прошёл конкурс лучших пекарей.",
        "Ранее завод «Артемида» закупил новые станки у соседей.",
        "Мы давно ждали новых станков и рады этому решению!",
    )
    shared = "Рабочих завода «Артемида» отправили по домам до весны."

    assert told.fitness == 1
    assert max(aside.fitness, before.fitness) <= lines.ASIDE
    assert quoted.fitness < lines.SURE * lines.ASIDE
    assert min(one.fitness for one in told_by(shared, shared, shared)) > 1


def test_a_line_that_tells_the_headline_again_makes_room_for_the_next_best() -> None:
    headline, longer = RETOLD["ru"]
    more = "Детали для новых станков застряли на таможне у границы области."
    story = make.story(article("a", headline, f"{longer}."), article("b", headline, f"{longer}. {more}"))
    pool = [one for each in story.articles for one in candidates.of(each)]

    chosen, _ = lines.chosen(pool, headline, story, lambda left: list(left)[:1])
    undefended = list(pool)[:1]

    assert [one.text for one in chosen] == [more.rstrip(".")]
    assert [one.text for one in undefended] == [longer]


def test_the_line_that_tells_the_headline_again_stays_where_there_is_no_other() -> None:
    headline, longer = RETOLD["ru"]
    story = make.story(article("a", headline, f"{longer}."), article("b", headline, f"{longer}."))
    pool = [one for each in story.articles for one in candidates.of(each)]

    chosen, _ = lines.chosen(pool, headline, story, lambda left: list(left)[:1])

    assert [one.text for one in chosen] == [longer]
