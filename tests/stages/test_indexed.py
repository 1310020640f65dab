"""The line of an article in the index, its place, and the tags of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Language, TopicId
from bot.stages import indexed
from tests import make

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.integers(0, 4_000_000_000_000_000).map(lambda late: EPOCH + timedelta(microseconds=late))
numbers = st.integers(1, (1 << 30) - 1)


def test_a_line_has_the_stems_of_title_and_text_and_marks_what_it_is_about() -> None:
    told = make.article(title="Мосты и река", text="Порт. Порта, порту. Мост.")

    line = indexed.line(told)

    words, _, marks = line.partition(" / ")[2].partition(" / ")
    assert line.startswith("ru/мост ru/рек / ")
    assert words == "ru/порт ru/порт ru/порт ru/мост"
    assert marks == "ru^мост ru^рек ru~мост ru~порт ru~рек"


def test_a_text_in_three_scripts_has_one_line() -> None:
    texts = {"uz-Latn": "Toshkentda koʻprik ochildi", "uz-Cyrl": "Тошкентда кўприк очилди"}

    lines = {indexed.line(make.article(language=language, text=text)) for language, text in texts.items()}

    assert len(lines) == 1


def test_a_word_counts_so_often_and_a_text_is_filed_so_far() -> None:
    line = indexed.line(make.article(text="порт " * 10_000 + "мост"))

    assert line.count("ru/порт") == indexed.SAME_STEM
    assert "ru/мост" not in line


@given(st.text(max_size=200), st.sampled_from(["ru", "en", "uz-Cyrl", "kk", "und", "tr"]))
def test_whatever_a_text_is_its_line_has_words_of_one_kind(text: str, language: str) -> None:
    told = make.article(text=text, language=language)

    words = indexed.line(told).split(" ")

    marks = tuple(f"{indexed.primary(language)}{mark}" for mark in "/^~")
    assert all(word == indexed.BREAK or word.startswith(marks) for word in words if word)
    assert not any(character.isspace() or character in '"\x00' for word in words for character in word)


def test_tags_do_not_depend_on_letters_being_large_and_have_no_blanks() -> None:
    one = indexed.tags(Language("uz-Cyrl"), "Silk Road Daily", [TopicId("economy")])
    other = indexed.tags(Language("uz-Latn"), "silk road daily", [TopicId("economy")])

    assert one == other
    assert not any(" " in tag for tag in one)


@given(moments, numbers, moments, numbers)
def test_places_order_by_second_and_give_the_number_back(a_at: datetime, a: int, b_at: datetime, b: int) -> None:
    one, other = indexed.place(a_at, a), indexed.place(b_at, b)

    assert indexed.number(one) == a
    assert (one < other) == ((a_at.replace(microsecond=0), a) < (b_at.replace(microsecond=0), b))
    assert indexed.first_place(a_at) <= one


@given(st.integers(0, 1 << 20), st.integers(0, 5_000), st.integers(0, 5_000))
def test_tags_of_time_cover_the_hours_asked_for_and_no_others(since: int, many: int, aside: int) -> None:
    until = since + many
    covered = indexed.cover(since, until)

    for hour in (since, since + many // 2, until - 1, until, until + aside, max(since - 1 - aside, 0)):
        place = hour << 30 + indexed.HOUR_BITS
        is_inside = since <= hour < until
        assert (len(set(indexed.times(place)) & set(covered)) == 1) == is_inside
    assert len(covered) <= 150
