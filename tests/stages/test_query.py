"""What is typed after /search is understood, or the reader is told what to type."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.stages import query
from bot.stages.query import Query

PIECES = st.sampled_from(
    [
        "мост",
        "AND",
        "NEAR(",
        '"',
        "“",
        "-",
        "--x",
        "*",
        "^",
        ":",
        "since:",
        "since:2026-09-01",
        "topic:economy",
        "😀",
        'source:"a b"',
        "until:31.12.2025",
        "o‘zbek",
        "10 000",
        "covid-19",
        "\x00",
        "\ud800",
        "(",
        ")",
        "OR",
        "'",
        "\\",
    ]
)
typed = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=8).map(" ".join), st.lists(PIECES).map("".join))


def test_words_phrases_and_what_must_not_be_there_are_told_apart() -> None:
    parsed = query.parse("мост «новый сквер» -платный −“на время”")

    assert parsed == Query(wanted=(("мост",), ("новый", "сквер")), without=(("платный",), ("на", "время")))


def test_filters_are_taken_out_of_the_words_in_english_and_in_russian() -> None:
    english = query.parse('topic:economy bridge source:"Silk Road Daily" since:2026-09-01 until:2.10.2026')
    russian = query.parse("тема:economy bridge источник:«Silk Road Daily» с:01.09.2026 до:2026-10-2")

    assert english == russian
    assert english.wanted == (("bridge",),)
    assert (english.topics, english.sources) == (("economy",), ("Silk Road Daily",))
    assert (english.since, english.until) == (date(2026, 9, 1), date(2026, 10, 2))


def test_a_word_with_a_hyphen_is_two_in_a_row_and_no_minus() -> None:
    assert query.parse("covid-19").wanted == (("covid", "19"),)


def test_an_address_is_words_and_no_filter() -> None:
    assert query.parse("https://example.org/a").wanted == (("https", "example", "org", "a"),)


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("", "at least one word"),
        ("-мост", "at least one word"),
        ("since:2026-09-01", "at least one word"),
        ('"" ! 😀', "at least one word"),
        ("мост since:yesterday", "since:2026-09-01"),
        ("мост since:2026-13-01", "since:2026-09-01"),
        ("мост until:0001-01-01", "until:2026-09-01"),
        ("мост с:31.02.2026", "с:2026-09-01"),
        ("мост since:2026-02-02 until:2026-02-01", "Turn the two days round"),
        ("topic: economy", "without a blank"),
        ('мост source:""', "without a blank"),
        ("мост -topic:economy", "before words only"),
        ("a" * 301, "at most 300"),
        ("a " + " ".join(map(str, range(41))), "at most 40"),
    ],
)
def test_a_mistake_is_answered_with_what_to_type(line: str, advice: str) -> None:
    with pytest.raises(UserError, match=advice):
        query.parse(line)


@given(typed)
def test_whatever_is_typed_is_understood_or_answered(line: str) -> None:
    try:
        parsed = query.parse(line)
    except UserError:
        return
    assert parsed.wanted or parsed.topics or parsed.sources


def test_each_language_has_its_own_stems_and_one_that_says_nothing_is_left_out() -> None:
    found = query.terms(query.parse("the bridges"), ("en", "ru", "en"))

    assert [(one.language, one.wanted) for one in found] == [
        ("en", (("bridg",),)),
        ("ru", (("the",), ("bridges",))),
    ]
    assert [one.language for one in query.terms(query.parse("the"), ("en", "ru"))] == ["ru"]


def test_all_scripts_of_uzbek_ask_for_one_word() -> None:
    scripts = ("ўзбекистонда", "o‘zbekistonda", "oʻzbekistonda", "özbekistonda")

    assert len({query.terms(query.parse(one), ("uz",)) for one in scripts}) == 1
