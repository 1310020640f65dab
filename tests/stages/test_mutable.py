"""The words of a story that its readers are offered to mute."""

from __future__ import annotations

import pytest

from bot.model import Item, Language, StoryId
from bot.stages import mutable


def offered(headline: str, language: str) -> tuple[str, ...]:
    item = Item(story_id=StoryId("f" * 16), headline=headline, facts=(), links=(), language=Language(language))
    return mutable.telling_words(item)


@pytest.mark.parametrize(
    ("headline", "language", "telling", "common"),
    [
        ("The first ferry of the year", "en", "ferry", "first"),
        ("Новый паром этого года", "ru", "паром", "Новый"),
        ("Bu yilgi birinchi parom", "uz-Latn", "parom", "birinchi"),
        ("Биылғы үлкен паром", "kk", "паром", "үлкен"),
    ],
)
def test_rare_words_are_offered_and_words_of_every_other_headline_are_not(
    headline: str, language: str, telling: str, common: str
) -> None:
    words = offered(headline, language)

    assert telling in words
    assert common not in words
    assert telling in headline
    assert common in headline


def test_a_word_is_offered_once_whatever_its_form_and_at_most_three() -> None:
    words = offered("Ferries and a ferry meet whales, dolphins and walruses near Koksai", "en")

    assert len(words) == mutable.WORDS
    assert sum(word.lower().startswith("ferr") for word in words) <= 1
