"""Words, numbers and stems in Russian, English, Kazakh and the scripts of Uzbek."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import scripts, words

LANGUAGES = ("ru", "en", "kk", "uz-Latn", "uz-Cyrl", "ky", "tg", "de", "und", "xx")


def test_tokens_are_lower_case_words_and_numbers_in_their_order() -> None:
    # given
    text = "Завод «Нур» выпустил 1,8 млрд кирпичей 31-августа, на 10 000 больше."
    # when
    found = words.tokens(text)
    # then
    assert found == ("завод", "нур", "выпустил", "1.8", "млрд", "кирпичей", "31", "августа", "на", "10000", "больше")


@pytest.mark.parametrize("sign", ["'", "`", "‘", "’", "ʻ", "ʼ"])
def test_the_six_uzbek_apostrophes_are_one(sign: str) -> None:
    # given
    text = f"O{sign}quvchi tog{sign} ta{sign}lim"
    # when, then
    assert words.tokens(text) == ("o'quvchi", "tog'", "ta'lim")


@pytest.mark.parametrize(
    "spelling", ["o'zbek", "o`zbek", "o‘zbek", "o’zbek", "oʻzbek", "oʼzbek", "özbek", "ózbek", "ўзбек"]
)
def test_all_ways_of_writing_an_uzbek_word_give_one_key(spelling: str) -> None:
    (token,) = words.tokens(spelling)

    assert words.stem(token, "uz") == words.stem("o'zbek", "uz")


def test_a_decomposed_letter_is_the_composed_one() -> None:
    assert words.tokens("чай") == words.tokens("чаи\u0306") == ("чай",)


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("ru", ("мост", "моста", "мостами")),
        ("ru", ("ёлка", "елки")),
        ("en", ("bridge", "bridges", "bridge's")),
        ("kk", ("мектеп", "мектептер", "мектептерінде", "мектептің")),
        ("kk", ("қала", "қалалар", "қаланың", "қаладан", "қалада")),
        ("kk", ("үкімет", "үкіметтің", "үкіметке", "үкіметтен")),
        ("kk", ("бала", "балалар", "балалардың", "балаларға")),
        ("uz-Latn", ("maktab", "maktablar", "maktabda", "maktablarimizdan")),
        ("uz-Latn", ("ta'lim", "talim", "ta'limni")),
        ("ky", ("мектеп", "мектептер", "мектептерде")),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: tuple[str, ...]) -> None:
    assert len({words.stem(form, language) for form in forms}) == 1


def test_different_words_keep_different_stems() -> None:
    assert words.stem("мост", "ru") != words.stem("место", "ru")
    assert words.stem("maktab", "uz-Latn") != words.stem("mahalla", "uz-Latn")


def test_a_sentence_in_three_uzbek_scripts_has_the_same_stems() -> None:
    # given
    latin = "Qo'shni tumanda yangi sharbat zavodi ochildi, sentabrda ish boshlaydi"
    cyrillic = "Қўшни туманда янги шарбат заводи очилди, сентябрда иш бошлайди"
    new_latin = "Qöşni tumanda yangi şarbat zavodi oçildi, sentabrda iş boşlaydi"
    # when
    keys = {words.stems(cyrillic, "uz-Cyrl"), words.stems(latin, "uz-Latn"), words.stems(new_latin, "uz-Latn")}
    # then
    assert len(keys) == 1
    assert words.tokens(latin) != words.tokens(cyrillic)


def test_stop_words_are_left_out_of_stems() -> None:
    assert words.stems("мост и река", "ru") == (words.stem("мост", "ru"), words.stem("река", "ru"))
    assert words.stems("мост и река", "und") == ("мост", "и", "река")


@pytest.mark.parametrize(
    "spellings",
    [
        (("ташкенте", "ru"), ("toshkentda", "uz-Latn"), ("tashkent", "en"), ("тошкент", "uz-Cyrl")),
        (("узбекистаном", "ru"), ("o'zbekiston", "uz-Latn"), ("uzbekistan", "en"), ("ўзбекистон", "uz-Cyrl")),
        (("афганский", "ru"), ("афган", "ru")),
        (("фао", "ru"), ("fao", "en")),
    ],
)
def test_a_name_has_one_skeleton_in_every_language(spellings: tuple[tuple[str, str], ...]) -> None:
    assert len({scripts.skeleton(word, language) for word, language in spellings}) == 1


def test_names_that_differ_have_different_skeletons() -> None:
    assert scripts.skeleton("самарканд", "ru") != scripts.skeleton("ташкент", "ru")


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_has_tokens_with_stems_that_are_not_empty(text: str, language: str) -> None:
    # when
    found = words.tokens(text)
    # then
    assert all(token and words.stem(token, language) for token in found)
    assert len(words.stems(text, language)) <= len(found)
    assert all(len(words.stem(token, language)) <= 3 * words.MAX_STEM_CHARS for token in found)


@given(st.text(alphabet="o'g ‘ʻabц1 2.,яў\u0306", max_size=60), st.sampled_from(LANGUAGES))
def test_tokens_of_tokens_are_the_same(text: str, language: str) -> None:
    # given
    found = [token for token in words.tokens(text) if not token[0].isdigit()]
    # when, then
    assert list(words.tokens(" ".join(found))) == found
    assert all(scripts.skeleton(token, language) == scripts.skeleton(token, language) for token in found)


def test_a_word_of_a_million_letters_is_cut() -> None:
    assert len(words.stem("щ" * 1_000_000, "ru")) <= words.MAX_STEM_CHARS


@pytest.mark.parametrize(
    "text",
    ["Toshkentda oʻzbek togʻ yoʻli", "company’s well-known idea", "Қазақстан, Тараз — «завод»!", "हिन्दी में समाचार", ""],
)
def test_rough_tokens_are_the_tokens_where_there_are_no_figures(text: str) -> None:
    assert tuple(words.rough_tokens(text)) == words.tokens(text)


def test_rough_tokens_tell_figures_by_their_parts() -> None:
    assert words.rough_tokens("1,8 млрд и 10 000 за 5G") == ["1", "8", "млрд", "и", "10", "000", "за", "5g"]
