"""Topics by weights and words of a text, in four languages and three scripts, and by what an operator says."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import tables
from bot.model import TopicId
from bot.stages import classify, subjects
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
    assert scores[0].topic == "other"
    assert scores[0].score >= classify.SURE
    assert all(one.score < classify.SURE for one in scores[1:])


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


def with_own(*, words: str = "", against: str = "") -> classify.Catalogue:
    """The default topics, of which culture has another English word for it or against it."""
    return classify.catalogue(
        replace(one, words={"en": (words,)}, against={"en": (against,)}) if one.id == "culture" else one
        for one in classify.default_definitions()
    )


def test_an_operators_word_brings_a_built_in_topic_beside_what_the_weights_say() -> None:
    # given
    article = make.article(language="en", text="The central bank raised its key rate. The quiltathon begins on Friday.")
    # when
    told, default = (
        {one.topic for one in classify.topics(article, known) if one.score >= classify.SURE}
        for known in (with_own(words="quiltathon"), DEFAULT)
    )
    # then
    assert told == {"economy", "culture"}
    assert default == {"economy"}


def test_an_operators_word_against_a_built_in_topic_makes_it_less_sure() -> None:
    # given
    article = make.article(language="en", text="The museum opened an exhibition of paintings by the quiltathon.")
    # when
    guarded, default = (
        {str(one.topic): one.score for one in classify.topics(article, known)}
        for known in (with_own(against="quiltathon"), DEFAULT)
    )
    # then
    assert default["culture"] >= classify.SURE
    assert guarded.get("culture", 0.0) < default["culture"] / 2


HIVES = (
    "Пасечники вынесли ульи на луг и ждут первого взятка с акации.",
    "Зимовку пережили девять семей из десяти, матки здоровы, ульи сухи.",
    "Клещ варроа ослабил семьи, пасечники обрабатывают ульи осенью.",
)


def test_examples_alone_describe_a_topic() -> None:
    # given
    article = make.article(text="Ульи стоят у реки: пасечники надеются, что семьи окрепнут до цветения акации.")
    described, undescribed = (
        classify.catalogue(
            [classify.TopicDefinition(id=TopicId("bees"), names={"en": "Bees"}, examples={"ru": examples})]
        )
        for examples in (HIVES, ())
    )
    # when
    found, not_found = (classify.topics(article, known)[0].topic for known in (described, undescribed))
    # then
    assert (found, not_found) == ("bees", "other")


def test_an_example_does_not_draw_in_what_it_has_nothing_in_common_with() -> None:
    # given
    bees = classify.TopicDefinition(id=TopicId("bees"), names={"en": "Bees"}, examples={"ru": HIVES})
    catalogue = classify.catalogue([*classify.default_definitions(), bees])
    # when
    drawn = [
        brief["text"]
        for brief in BRIEFS
        for one in classify.topics(make.article(language=brief["language"], text=brief["text"]), catalogue)
        if one.topic == "bees" and one.score >= classify.SURE
    ]
    # then
    assert drawn == []
    assert classify.topics(make.article(text=HIVES[0]), catalogue)[0].topic == "bees"


def test_a_ready_topic_counts_to_another_until_it_is_named() -> None:
    # given
    article = make.article(language="en", text="Doctors at the clinic treat patients who caught the virus; a vaccine.")
    named = classify.catalogue((*classify.default_definitions(), *classify.ready_definitions()))
    # when
    with_it, without = (classify.topics(article, known)[0].topic for known in (named, DEFAULT))
    # then
    assert (with_it, without) == ("health", "society")


def test_what_a_topic_that_was_taken_away_would_have_is_other() -> None:
    # given
    article = make.article(language="en", text=next(one["text"] for one in BRIEFS if one["topic"] == "sport"))
    without = classify.catalogue(one for one in classify.default_definitions() if one.id != "sport")
    # when
    best = classify.topics(article, without)[0]
    # then
    assert best.topic == "other"


@pytest.mark.parametrize("brief", [one for one in BRIEFS if one["language"] == "uz-Latn"], ids=lambda one: one["topic"])
def test_uzbek_has_the_same_topics_in_both_scripts(brief: dict[str, str]) -> None:
    # given
    cyrillic = "".join(
        TO_CYRILLIC.get(part, part) for part in re.findall("o‘|g‘|sh|ch|ya|yu|yo|.", brief["text"].lower())
    )
    # when
    latin, other = (
        classify.topics(make.article(language=language, text=text), DEFAULT)[0].topic
        for language, text in (("uz-Latn", brief["text"]), ("uz-Cyrl", cyrillic))
    )
    # then
    assert latin == other == brief["topic"]


TO_CYRILLIC = dict(
    zip(
        "o‘ g‘ sh ch ya yu yo a b d e f g h i j k l m n o p q r s t u v x y z".split(),
        "ў ғ ш ч я ю ё а б д е ф г ҳ и ж к л м н о п қ р с т у в х й з".split(),
        strict=True,
    )
)


def test_weights_say_what_no_list_does() -> None:
    # given
    article = make.article(language="en", text="hammers and glue")
    weights = subjects.Weights(
        subjects=("economy", "sport"), sharpness=1.0, stems={"en": {"glue": "-60 60"}}, parts={"en": {"hamm": "0 40"}}
    )
    # when
    learned, unlearned = (
        classify.subject_shares(article, classify.catalogue(classify.default_definitions(), weights=known))
        for known in (weights, replace(weights, stems={}, parts={}))
    )
    # then
    assert learned["sport"] > 0.9
    assert unlearned == {"economy": 0.5, "sport": 0.5}


def test_the_stored_weights_are_of_built_in_topics_and_small() -> None:
    # given
    weights = subjects.stored()
    known = {one.id for one in (*classify.default_definitions(), *classify.ready_definitions())}
    # when
    size = (tables.FOLDER / f"{subjects.TABLE}.txt").stat().st_size
    rows = [row for kind in (weights.stems, weights.parts) for table in kind.values() for row in table.values()]
    # then
    assert set(weights.subjects) == known - {"other"}
    assert {len(row.split()) for row in rows} == {len(weights.subjects)}
    assert set(weights.stems) == set(weights.parts) == {"ru", "en", "uz", "kk"}
    assert size < 3_000_000


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
    assert sum(classify.subject_shares(article, DEFAULT).values()) == pytest.approx(1)
