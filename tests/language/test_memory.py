"""What is remembered about words changes no answer: the short ways are held against the long ones."""

from __future__ import annotations

import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import letters, memory, tables, words

_TEXTS = st.text(alphabet="aЯоg'ʻ‘ʼéİ0195.,-«» \u00a0\u202f\n\u0301", max_size=60)


@given(_TEXTS)
def test_plain_words_are_those_that_the_whole_pattern_finds(text: str) -> None:
    low = unicodedata.normalize("NFC", text).lower()

    assert words.tokens(text) == words._read(low)


@settings(deadline=None)  # the first example reads the table
@given(st.text(alphabet="абвстунйқғўabcost_", max_size=30), st.sampled_from(("cyrillic", "latin")))
def test_one_look_up_for_a_run_and_its_beginnings_counts_as_one_for_each(word: str, script: str) -> None:
    rows = _rows(script)

    points = [sum(int(digit, 16) for digit in column) for column in zip(*_found(word, rows), strict=True)]

    assert list(letters.scores([word], script).values()) == (points or [0] * len(letters.codes(script)))


@cache
def _rows(script: str) -> dict[str, str]:
    return {(pair := row.split())[0]: pair[1] for row in tables.sections(f"runs_{script}")["runs"]}


def _found(word: str, rows: dict[str, str]) -> list[str]:
    return [rows[run] for run in letters.runs(word) if run in rows]


def test_hints_are_found_inside_of_words_and_nowhere_else() -> None:
    assert tables.hints_at("phrases", "credit_hints", "как сообщает завод")
    assert not tables.hints_at("phrases", "credit_hints", "завод открыт")


def test_a_memory_asks_once_and_stays_small() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = memory.Memory(length)

    answers = [lengths[word] for word in ("kitob", "kitob", "x" * 99, "x" * 99)]
    for number in range(memory.MOST_WORDS + 5):
        lengths[str(number)]

    assert answers == [5, 5, 99, 99]
    assert asked[:3] == ["kitob", "x" * 99, "x" * 99]
    assert len(lengths) <= memory.MOST_WORDS


@pytest.mark.parametrize("sentence", ["Он пришёл", "ОН пришёл", "Она", "Сам Петров пришёл", "Сам он", "Завод открыт"])
def test_a_beginning_is_found_as_the_whole_pattern_finds_it(sentence: str) -> None:
    found = tables.pattern("phrases", "dangling").match(sentence)

    assert tables.begins("phrases", "dangling", sentence) is (found is not None)


def test_a_section_in_which_letter_case_counts_is_not_read_in_lower_case() -> None:
    with pytest.raises(ValueError, match="dateline"):
        tables.lower_pattern("phrases", "dateline")
