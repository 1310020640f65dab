"""The title above a story of several articles is the one that most agree on, none that teases."""

from __future__ import annotations

import pytest

from bot.model import Language
from bot.stages import extract, titles
from tests import make


def best(*told: str, language: str = "ru") -> str:
    """Titles in the order of their hours."""
    articles = [
        make.article(
            str(at),
            title=title,
            source=str(at),
            host=f"{at}.example",
            published=f"2026-11-22T{at:02}:00",
            language=language,
        )
        for at, title in enumerate(told)
    ]
    return titles.best(articles).title


def test_the_title_that_most_agree_on_stands_above_the_story() -> None:
    told = ("Над заливом растаял ледник", "Над заливом растаял огромный ледник", "Учёные встревожены судьбой побережья")

    assert best(*told) == told[0]
    assert best(*reversed(told)) in told[:2]


@pytest.mark.parametrize(
    "teasing",
    [
        "Мост через реку открыли в Каменке?",
        "Мост через реку открыли в Каменке и повергли всех в шок",
        "«Мы не верили, что доживём до этого дня на берегу реки»: мост в Каменке",
        "Мост через реку в Каменке: как открыли и что ждёт жителей",
        "ВИДЕО. Мост через реку открыли в Каменке",
        "Раскрыта давняя тайна моста через реку в Каменке",
    ],
    ids=["question", "shock", "quotation", "colon", "video", "secret"],
)
def test_a_title_that_teases_stands_there_only_where_no_other_is(teasing: str) -> None:
    plain = "В Каменке открыли мост через реку"

    assert best(teasing, plain) == plain
    assert best(teasing) == teasing


def test_the_newest_title_comes_first_where_it_says_what_has_changed() -> None:
    told = ("В Каменке пропал школьник", "Школьник пропал в Каменке", "В Каменке найден пропавший школьник")

    assert best(*told) == told[-1]
    assert best(told[-1], *told[:-1]) != told[-1]


def test_one_publisher_that_repeats_its_title_does_not_outvote_two() -> None:
    loud = [
        make.article(f"l{at}", title="Шторм идёт на Каменку с юга", source="Л", host="l.example") for at in range(4)
    ]
    two = [
        make.article("b", title="Паром отменён до утра", source="Б", host="b.example"),
        make.article("c", title="Паром отменён до самого утра", source="В", host="c.example"),
    ]

    assert titles.best([*loud, *two]).title == "Паром отменён до утра"


def test_the_headline_of_a_story_is_the_title_that_most_agree_on() -> None:
    text = "Ледник у посёлка Каменка растаял за лето целиком. Его площадь была 12 квадратных километров."
    told = ("Учёные встревожены", "Над заливом растаял ледник", "Над заливом растаял большой ледник")
    story = make.story(
        *(
            make.article(str(at), title=title, text=text, source=str(at), host=f"{at}.example")
            for at, title in enumerate(told)
        )
    )

    assert extract.summary(story, Language("ru")).headline == told[1]


def test_without_titles_the_first_article_counts() -> None:
    assert best("", "") == ""
