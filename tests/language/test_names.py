"""Names with what they are, in invented sentences of five languages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import names


@pytest.mark.parametrize(
    ("text", "name", "office"),
    [
        ("Вчера министр финансов Анна Ким открыла мост.", "Анна Ким", "министр финансов"),
        ("Об этом сказал президент Асадов", "Асадов", "президент"),
        ("Ушла директор О. Н. Пак", "О. Н. Пак", "директор"),
        ("Prime Minister John Stone met her", "John Stone", "Prime Minister"),
        ("So said Health Minister Anna Lee, who left", "Anna Lee", "Health Minister"),
        ("Moliya vaziri Sherzod Asadov Toshkentda so‘zladi", "Sherzod Asadov", "Moliya vaziri"),
        ("Молия вазири Шерзод Асадов Тошкентда сўзлади", "Шерзод Асадов", "Молия вазири"),
        ("Қаржы министрі Айгүл Серік Астанаға келді", "Айгүл Серік", "Қаржы министрі"),
    ],
)
def test_a_person_is_found_with_the_office(text: str, name: str, office: str) -> None:
    (person,) = [found for found in names.find(text) if found.kind == "person"]

    assert (text[person.start : person.end], person.office) == (name, office)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Делегация из Казахстана прибыла в Самарканд", ["Казахстана", "Самарканд"]),
        ("They flew from Tashkent to London", ["Tashkent", "London"]),
        ("Bugun Toshkentda va Xivada yomg‘ir", ["Toshkentda", "Xivada"]),
        ("Кеча Тошкентда ва Хивада ёмғир", ["Тошкентда", "Хивада"]),
        ("Кеше Алматыда және Шымкентте қар жауды", ["Алматыда", "Шымкентте"]),
    ],
)
def test_places_are_known_in_their_cases(text: str, places: list[str]) -> None:
    found = [text[name.start : name.end] for name in names.find(text) if name.kind == "place"]

    assert found == places


@pytest.mark.parametrize(
    ("text", "organisation"),
    [
        ("Рост отметило Министерство финансов", "Министерство"),
        ("Мост строит ТОО «Заря» у реки", "«Заря»"),
        ("Money came from the World Bank today", "World Bank"),
        ("Buni kecha Moliya vazirligi aytdi", "Moliya vazirligi"),
        ("Буни кеча Молия вазирлиги айтди", "Молия вазирлиги"),
        ("Бұл туралы Қаржы министрлігі айтты", "Қаржы министрлігі"),
        ("Об этом пишет ФАО в отчете", "ФАО"),
    ],
)
def test_organisations_are_known_by_their_words_form_or_capitals(text: str, organisation: str) -> None:
    kinds = {text[name.start : name.end]: name.kind for name in names.find(text)}

    assert kinds[organisation] == "organisation"


def test_a_title_in_quotation_marks_is_no_organisation_by_itself() -> None:
    text = "Фильм «Мост» показали вчера"

    assert [name.kind for name in names.find(text)] == ["title"]


def test_without_an_office_before_it_one_capitalised_word_is_only_a_word() -> None:
    text = "Сказал вчера Асадов"

    assert [name.kind for name in names.find(text)] == ["word"]


PARTS = st.sampled_from(
    ["министр ", "Анна ", "Ким ", "«Заря» ", "в Ташкенте ", "США", ". ", "Bank ", "vaziri ", "😀", "-"]
)


@given(st.text(max_size=80) | st.lists(PARTS, max_size=20).map("".join))
def test_names_stand_in_order_inside_the_text(text: str) -> None:
    found = names.find(text)

    assert all(0 <= name.start < name.end <= len(text) for name in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(name.office in text for name in found)
