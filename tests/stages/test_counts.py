"""What figures count: the event, the thing, what narrows it down; and the figures that count nothing."""

from __future__ import annotations

import pytest

from bot.stages import counts
from tests import make


def told(text: str, language: str = "ru") -> list[tuple[str, str, str]]:
    article = make.article(text=text, language=language)
    return [(one.text, one.event, one.thing or one.unit) for one in counts.of(article)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("ru", "Погибли 12 человек, 30 ранены.", [("12", "dead", "people"), ("30", "injured", "")]),
        ("ru", "Число погибших достигло 14.", [("14", "dead", "")]),
        ("ru", "Погибли 12 и ранены 30 человек.", [("12", "dead", ""), ("30", "injured", "people")]),
        ("ru", "Водитель погиб, трое детей госпитализированы.", [("трое", "hospitalised", "children")]),
        ("ru", "Ущерб составил 1,2 млн долларов.", [("1,2 млн", "damaged_by", "USD")]),
        (
            "en",
            "Twelve people were killed and 30 injured.",
            [("Twelve", "dead", "people"), ("30", "injured", "people")],
        ),
        ("uz-Latn", "Halok bo‘lganlar soni 14 nafarga yetdi.", [("14", "dead", "people")]),
        ("uz-Cyrl", "Ўн икки киши ҳалок бўлди.", [("Ўн икки", "dead", "people")]),
        ("kk", "Он екі адам қаза тапты, 14 үй қирады.", [("Он екі", "dead", "people"), ("14", "", "houses")]),
    ],
    ids=range(9),
)
def test_a_figure_counts_what_the_nearest_words_say(
    language: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert told(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ему 45 лет, его детям 2, 7 и 11 лет.",
        "Встреча прошла 26 сентября в 14:05.",
        "Телефон: +998 71 123-45-67.",
        "Команда победила со счётом 3:1.",
        "Закон приняли в 2019 году.",
        "Самолёт Boeing 737 вылетел.",
        "Температура поднимется до 25°.",
        "Атмосферное давление составит 753 миллиметра ртутного столба.",
        "Рабочий день начался в 8 часов.",
        "Миллионы людей смотрели матч.",
    ],
)
def test_ages_days_hours_numbers_of_names_and_scores_count_nothing(text: str) -> None:
    assert told(text) == []


def test_what_was_said_before_and_what_comes_on_top_is_marked() -> None:
    text = "Ранее сообщалось о 9 погибших. Ещё 5 человек ранены. Число погибших выросло с 9 до 12."
    scopes = [one.scope for one in counts.of(make.article(text=text))]

    assert "earlier" in scopes[0]
    assert "more" in scopes[1]
    assert "earlier" in scopes[2]


def test_a_count_stands_where_it_says() -> None:
    article = make.article(title="В городе 3 раненых", text="Погибли 12 человек. Ущерб — 5 млн рублей.")

    for one in counts.of(article):
        text = article.text if one.order else article.title
        assert text[one.start : one.end] == one.text
