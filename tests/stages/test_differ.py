"""Which figures are of one quantity, which values of it hold, and when two values agree."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Article
from bot.stages import counts, differ
from bot.stages.differ import Quantity
from tests import make

LEAD = "В Зареченске загорелся склад мебельной фабрики Артемида."


def article(name: str, said: str, at: str = "09:00", *, lead: str = LEAD) -> Article:
    return make.article(name, text=f"{lead} {said}", published=f"2026-11-20T{at}", source=name)


def disputed(*articles: Article) -> list[Quantity]:
    found = differ.quantities(one for article in articles for one in counts.of(article))
    return [one for one in found if one.is_disputed]


def values(quantity: Quantity) -> tuple[str, list[str], list[str]]:
    before, also = ([value.told[0].text for value in some] for some in (quantity.before, quantity.also))
    return quantity.newest.told[0].text, before, also


def test_a_later_figure_is_newer_and_the_older_one_is_kept() -> None:
    (found,) = disputed(article("А", "Погибли 12 человек."), article("Б", "Число погибших достигло 14.", "14:05"))

    assert values(found) == ("14", ["12"], [])


def test_figures_of_the_same_half_hour_stand_beside_each_other() -> None:
    (found,) = disputed(article("А", "Погибли 12 человек."), article("Б", "Погибли 14 человек.", "09:20"))

    assert values(found) == ("14", [], ["12"])


def test_an_older_figure_told_again_is_no_newer_one() -> None:
    (found,) = disputed(
        article("А", "Погибли 12 человек."),
        article("Б", "Погибли 14 человек.", "11:00"),
        article("В", "Погибли 12 человек.", "13:00"),
    )

    assert values(found) == ("14", [], ["12"]) or values(found) == ("12", [], ["14"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ущерб составил 1,2 млн рублей.", "Ущерб составил 1 200 000 рублей."),
        ("Погибли двенадцать человек.", "Погибли 12 человек."),
        ("Погибли более 10 человек.", "Погибли 12 человек."),
        ("Погибли 10–14 человек.", "Погибли 12 человек."),
        ("Эвакуированы около 150 человек.", "Эвакуированы 143 человека."),
        ("Ущерб составил 9,6 млн рублей.", "Ущерб составил 9 623 000 рублей."),
        ("Погибли 12 человек.", "Ранены 14 человек."),
        ("Погибли 12 человек.", "Погибли трое детей."),
        ("Погибли 12 человек.", "Ранее сообщалось о 9 погибших."),
        ("Погибли 12 человек.", "Ещё 5 человек погибли в больнице."),
        ("Погибли 12 человек.", "В 2011 году при таком пожаре погибли 40 человек."),
        ("Разрушены 12 домов.", "Построены 14 домов."),
        ("Ущерб составил 5 млн рублей.", "Ущерб составил 70 тысяч долларов."),
        ("Директору 45 лет.", "Директору 46 лет."),
        ("Звонить по номеру 12-34-56.", "Звонить по номеру 12-34-57."),
        ("Пила стоила 40 тысяч рублей.", "Кран стоил 90 тысяч рублей."),
    ],
    ids=range(16),
)
def test_what_does_not_contradict_is_no_dispute(one: str, other: str) -> None:
    assert disputed(article("А", one), article("Б", other, "14:05")) == []


def test_events_that_begin_with_other_words_are_not_compared() -> None:
    other = "На трассе под Каменкой столкнулись автобус и самосвал, движение закрыто до утра."

    assert disputed(article("А", "Погибли 12 человек."), article("Б", "Погибли 14 человек.", lead=other)) == []


def test_an_article_that_tells_two_values_shows_that_they_are_two_things() -> None:
    both = article("Б", "Погибли 14 человек. В соседнем посёлке погибли 3 человека.", "14:05")

    assert disputed(article("А", "Погибли 12 человек."), both) == []


@given(st.lists(st.tuples(st.integers(2, 40), st.integers(0, 23)), min_size=2, max_size=5), st.integers(0, 9))
def test_the_order_in_which_articles_are_given_does_not_matter(told: list[tuple[int, int]], seed: int) -> None:
    some = [article(str(at), f"Погибли {n} человек.", f"{hour:02}:00") for at, (n, hour) in enumerate(told)]
    found = differ.quantities(one for each in some for one in counts.of(each))
    random.Random(seed).shuffle(some)

    assert differ.quantities(one for each in some for one in counts.of(each)) == found
    assert all(one.is_disputed is (len({n for n, _ in told}) > 1) for one in found if len(told) == 2)
