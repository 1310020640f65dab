"""Topics by the words of a text, in four languages and three scripts, with the default lists and an operator's own."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import TopicId
from bot.stages import classify
from tests import make

DEFAULT = classify.catalogue(classify.default_definitions())
LANGUAGES = ("ru", "en", "kk", "uz-Latn", "uz-Cyrl", "ky", "und")

BRIEFS = tomllib.loads((Path(__file__).parents[1] / "data/classify/briefs.toml").read_text(encoding="utf-8"))["brief"]


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: f"{brief['topic']}-{brief['language']}")
def test_a_brief_belongs_to_its_topic(brief: dict[str, str]) -> None:
    # given
    article = make.article(language=brief["language"], text=brief["text"])
    # when
    best = classify.topics(article, DEFAULT)[0]
    # then
    assert best.topic == brief["topic"]
    assert best.score >= classify.SURE


def test_an_article_may_belong_to_several_topics() -> None:
    # given
    article = make.article(
        title="Банк даст кредит на строительство завода",
        text="Инвестиции в промышленность: завод построят на кредит банка, предприятие будет экспортировать металл.",
    )
    # when
    belongs = {one.topic for one in classify.topics(article, DEFAULT) if one.score >= classify.SURE}
    # then
    assert {"economy", "industry"} <= belongs


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_speaks_for_nothing_is_other(language: str) -> None:
    # given
    article = make.article(language=language, text="Лорем ипсум долор сит амет.")
    # when
    scores = classify.topics(article, DEFAULT)
    # then
    assert [one.topic for one in scores] == ["other"]
    assert scores[0].score >= classify.SURE


def test_the_title_weighs_more_than_the_text() -> None:
    # given
    bank, school = "Банк ждёт налог", "Школа ждёт учебник"
    # when
    of_bank = classify.topics(make.article(title=bank, text=school), DEFAULT)[0]
    of_school = classify.topics(make.article(title=school, text=bank), DEFAULT)[0]
    # then
    assert (of_bank.topic, of_school.topic) == ("economy", "education")


def own(words: tuple[str, ...], *, against: tuple[str, ...] = ()) -> classify.Catalogue:
    definition = classify.TopicDefinition(
        id=TopicId("bees"), names={"en": "Bees"}, words={"ru": words}, against={"ru": against}
    )
    return classify.catalogue([definition])


@pytest.mark.parametrize("entry", ["пчела", "пчел*", "мёд", "сбор мёда", "сбор* мед*"])
def test_an_operator_describes_a_topic_by_words_beginnings_and_phrases(entry: str) -> None:
    # given
    article = make.article(text="Пчёлы улетели. Пасечник начал сбор мёда.")
    # when
    found, not_found = (classify.topics(article, own((listed,)))[0].topic for listed in (entry, "трактор"))
    # then
    assert (found, not_found) == ("bees", "other")


def test_a_phrase_needs_all_its_words_side_by_side() -> None:
    # given
    bees = own(("сбор мёда",))
    # when
    beside = classify.topics(make.article(text="Начался сбор мёда."), bees)[0].topic
    apart = classify.topics(make.article(text="Сбор урожая закончен, мёда нет."), bees)[0].topic
    # then
    assert (beside, apart) == ("bees", "other")


def test_a_word_against_a_topic_outweighs_a_word_for_it() -> None:
    # given
    article = make.article(text="Пчёлы и осы на матче.")
    # when
    guarded, unguarded = (classify.topics(article, own(("пчела",), against=listed)) for listed in (("матч",), ()))
    # then
    assert guarded[0].topic == "other"
    assert unguarded[0].topic == "bees"


def test_default_topics_have_names_and_words_in_four_languages() -> None:
    # given
    definitions = classify.default_definitions()
    # then
    assert [one.id for one in definitions] == [
        "economy", "industry", "digital", "education", "politics", "society", "culture", "sport", "other",
    ]  # fmt: skip
    for one in definitions:
        assert set(one.names) == {"en", "ru", "uz", "kk"}
        assert one.id == classify.OTHER or all(len(one.words[code]) >= 40 for code in ("en", "ru", "uz", "kk"))


PIECES = st.sampled_from(
    ("завод ", "match ", "банк", "o‘yin", "😀", "\u0301", "<b>", "&", "1,5", "\n", "искусственный ", "интеллект ")
)


@given(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_any_text_has_topics_in_order_and_one_at_least_is_sure(text: str, title: str, language: str) -> None:
    # given
    article = make.article(language=language, text=text or "-", title=title)
    # when
    scores = classify.topics(article, DEFAULT)
    # then
    assert scores[0].score >= classify.SURE
    assert all(0 < one.score <= 1 for one in scores)
    assert len({one.topic for one in scores}) == len(scores)
    assert list(scores) == sorted(scores, key=lambda one: -one.score) or scores[0].topic == classify.OTHER
    assert scores == classify.topics(article, DEFAULT)
