"""What is kept of an article to compare it."""

from __future__ import annotations

import sys

import pytest

from bot.stages import likeness, sketch
from tests import make

BRIDGE = make.article(
    title="Мост через Сырдарью открыли в Бекабаде",
    text="В Бекабаде открыли мост через Сырдарью длиной 412 метров. Проект стоил 78 млн долларов.",
)


def test_a_sketch_depends_on_the_text_only_and_is_of_length_one() -> None:
    one = sketch.of(BRIDGE)

    assert one == sketch.of(BRIDGE)
    assert sketch.likeness(one.terms.pairs(), one.terms) == pytest.approx(1)
    assert sketch.likeness(one.keys.pairs(), one.keys) == pytest.approx(1)
    assert sketch.overlap(frozenset(one.shingles), one.shingles) == 1
    assert {"412", "78"} <= set(one.keys.names)


def test_a_sketch_of_a_long_article_is_small() -> None:
    # given
    text = " ".join(f"Слово{number} встретило {number * 37} других в Городе{number}." for number in range(900))
    # when
    one = sketch.of(make.article(title="Слова " * 40, text=text))
    # then: names are shared with other sketches and with the stemmer's cache
    kept = (one, one.terms, one.terms.names, one.terms.weights, one.title, one.keys, one.keys.names, one.keys.weights)
    assert sum(sys.getsizeof(part) for part in (*kept, one.shingles, one.published_at)) < 3_000


def test_a_title_that_is_missing_is_made_up_for_by_the_first_words() -> None:
    untitled = sketch.of(make.article(text="Мост через Сырдарью открыли в Бекабаде. Его строили два года."))

    assert set(untitled.title) & set(sketch.of(BRIDGE).title)


def test_weights_are_listed_for_every_language_that_is_asked_for() -> None:
    fitted = likeness.fitted()

    assert likeness.of_language(fitted, "kk") == fitted["*"] != likeness.of_language(fitted, "ru")
    names = {"bar", "title", "same", "apart", "brief", "gap", "other"}
    assert all(set(weights) == names for section, weights in fitted.items() if section != "across")
