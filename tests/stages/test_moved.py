"""What stands in the place of another is found, and a fact that says its evidence word for word is never refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.stages import claims, moved, opposite
from bot.stages.claims import Claims

EXAMPLES = settings(max_examples=150, deadline=None)
LANGUAGES = {"ru": ("Зорин", "Ласточкина", "Кедров"), "en": ("Harwick", "Ostrey", "Linden"), "uz-Latn": ("Oqtepa",)}
TELLING = {
    "ru": "выросли упали может почти министр президент бывший не сообщает 5% 3 мая 1,8 млрд рублей долларов «мост»",
    "en": "rose fell may almost minister president former not says 5% on 3 May 1.8 bn dollars euros “bridge”",
    "uz-Latn": "oshdi kamaydi vazir prezident sobiq emas dedi 5% 3-may 1,8 mlrd so'm dollar «ko'prik»",
}
PLAIN = {
    "ru": "мост река город снова открыт и в на из цены",
    "en": "bridge river town again open and in at from prices",
    "uz-Latn": "ko'prik daryo shahar yana ochiq va narxlar",
}


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A language, and words of it in any order: names, figures, opposites, hedges, offices and plain ones."""
    language = draw(st.sampled_from(sorted(LANGUAGES)))
    words = [*LANGUAGES[language], *TELLING[language].split(), *PLAIN[language].split(), ",", "—"]
    return language, draw(st.lists(st.sampled_from(words), min_size=1, max_size=25))


def refused(fact: str, evidence: str, language: str) -> list[str]:
    """What `moved` and `opposite` object to in a fact; the first words of it."""
    mine, theirs = Claims(fact, language), Claims(evidence, language)
    return [token.text for _, token in moved.found(mine, theirs)] + turned(mine, theirs)


def turned(mine: Claims, theirs: Claims, *, hedged: bool = True) -> list[str]:
    found = [
        *opposite.turned(mine, theirs),
        *opposite.exchanged(mine, theirs, opposite.office),
        *opposite.exchanged(mine, theirs, opposite.currency),
        *opposite.lowered(mine, theirs),
        *(opposite.unhedged(mine, theirs) if hedged else ()),
    ]
    return [token.text for token in found]


@EXAMPLES
@given(sentences())
def test_a_verbatim_fact_is_never_refused(said: tuple[str, list[str]]) -> None:
    language, words = said
    text = " ".join(words)

    assert refused(text, text, language) == []


@EXAMPLES
@given(st.text(max_size=200), st.sampled_from(sorted(LANGUAGES)))
def test_nor_is_any_other_text_that_says_the_same(text: str, language: str) -> None:
    said = claims.normal(text)

    assert refused(said, said, language) == []


@EXAMPLES
@given(sentences(), st.data())
def test_nor_is_a_stretch_of_its_evidence_except_for_a_hedge_before_it(
    said: tuple[str, list[str]], data: st.DataObject
) -> None:
    language, words = said
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    fact, evidence = Claims(" ".join(words[first:last]), language), Claims(" ".join(words), language)

    assert list(moved.found(fact, evidence)) == []
    assert turned(fact, evidence, hedged=False) == []


@EXAMPLES
@given(st.data())
def test_two_names_that_change_places_are_found(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(["ru", "en"]))
    plain = data.draw(st.permutations([word for word in PLAIN[language].split() if len(word) > 3]))
    one, other = data.draw(st.permutations(LANGUAGES[language]))[:2]

    evidence = " ".join((plain[0], one, *plain[1:3], other, plain[3]))
    fact = " ".join((plain[0], other, *plain[1:3], one, plain[3]))

    assert refused(fact, evidence, language)


@pytest.mark.parametrize(
    ("language", "said", "told"),
    [
        ("ru", "Цены выросли в городе", "Цены упали в городе"),
        ("en", "Prices rose in town", "Prices fell in town"),
        ("uz-Latn", "Shaharda narxlar oshdi", "Shaharda narxlar kamaydi"),
        ("ru", "Цены в городе могут расти", "Цены в городе расти"),
        ("en", "The prime minister came", "The president came"),
        ("ru", "Директор открыл мост", "Бывший директор открыл мост"),
        ("en", "The bridge cost 5 dollars", "The bridge cost 5 euros"),
        ("ru", "Товары везут в Оквиль, сообщает Речной Вестник", "Товары везут в Речной Вестник"),
        ("en", "Harwick met Linden, the Ostrey Herald reports", "Harwick met Ostrey Herald"),
    ],
)
def test_a_word_that_turns_what_is_said_is_found(language: str, said: str, told: str) -> None:
    assert refused(told, said, language)


def test_a_cut_that_brings_no_name_into_the_place_of_another_is_none() -> None:
    assert refused("Мост открыл Зорин", "Мост, сообщает Речной Вестник, открыл инженер Зорин", "ru") == []
    assert refused("Harwick met Linden", "Harwick, the Ostrey Herald reports, met Linden", "en") == []


def test_a_parenthesis_cut_out_before_a_comma_puts_nobody_in_anothers_place() -> None:
    evidence = "At the annual meeting of Ostrey Bridges Inc (N:OST), Harwick said his company has taken many steps."
    told = "At the annual meeting of Ostrey Bridges Inc, Harwick said his company has taken many steps"

    assert refused(told, evidence, "en") == []
    assert refused("The town met Harwick", "The town met Ostrey, Harwick says", "en")
