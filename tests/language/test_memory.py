"""What is remembered about words changes no answer: the short ways are held against the long ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import memory, tables, words

_TEXTS = st.text(alphabet="aЯоg'ʻ‘ʼéİ0195.,-«» \u00a0\u202f\n\u0301", max_size=60)


@given(_TEXTS)
def test_words_read_one_by_one_are_those_of_the_whole_text(text: str) -> None:
    assert words.tokens(text) == words._read(text)


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
