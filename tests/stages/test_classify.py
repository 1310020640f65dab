"""Topics by lists and weights, in four languages and three scripts, and by what an operator says."""

from __future__ import annotations

import random
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


def sure(text: str, catalogue: classify.Catalogue, *, language: str = "en") -> set[str]:
    found = classify.topics(make.article(language=language, text=text), catalogue)
    return {one.topic for one in found if one.score >= classify.SURE}


def test_a_list_that_the_operator_wrote_alone_decides_whatever_the_weights_say() -> None:
    # given
    learned = subjects.Weights(subjects=("culture",), stems={"en": {"glue": "90"}}, parts={})
    definitions = [one for one in classify.default_definitions() if one.id == "culture"]
    edited = [replace(one, words={"en": ("quiltathon",)}) for one in definitions]
    glue, quilts = "Glue was spread on the floor. " * 40, "Quiltathon. Another quiltathon begins."
    # when
    replaced, built_in = (classify.catalogue(known, weights=learned) for known in (edited, definitions))
    # then
    assert (sure(glue, built_in), sure(glue, replaced)) == ({"culture"}, {"other"})
    assert (sure(quilts, built_in), sure(quilts, replaced)) == ({"other"}, {"culture"})


def test_a_word_against_a_built_in_topic_silences_its_weights() -> None:
    # given
    learned = subjects.Weights(subjects=("culture",), stems={"en": {"glue": "90"}}, parts={})
    text = "Glue was spread on the stage of the quiltathon. " * 10
    definitions = [one for one in classify.default_definitions() if one.id == "culture"]
    guarded = [replace(one, against={"en": ("quiltathon",)}) for one in definitions]
    # when
    silenced, heard = (sure(text, classify.catalogue(known, weights=learned)) for known in (guarded, definitions))
    # then
    assert silenced == {"other"}
    assert heard == {"culture"}


def test_weights_say_what_no_list_does_and_less_of_a_brief() -> None:
    # given
    learned = subjects.Weights(
        subjects=("economy", "sport"), stems={"en": {"glue": "-60 60"}}, parts={"en": {"hamm": "0 40"}}
    )
    catalogue = classify.catalogue(classify.default_definitions(), weights=learned)
    unlearned = classify.catalogue(classify.default_definitions(), weights=replace(learned, stems={}, parts={}))
    # when
    article, brief = "hammers and glue " * 50, "hammers and glue"
    # then
    assert sure(article, catalogue) == {"sport"}
    assert sure(brief, catalogue) == sure(article, unlearned) == {"other"}


def test_what_the_lists_alone_are_sure_of_stays_sure_whatever_was_learned() -> None:
    # given
    learned = subjects.Weights(subjects=("economy", "sport"), stems={"en": {"glue": "-900 900"}}, parts={})
    text = "The central bank raised the interest rate on loans, and exports grew. Glue, glue. " * 10
    # when
    found = sure(text, classify.catalogue(classify.default_definitions(), weights=learned))
    # then
    assert found == {"economy", "sport"}


ROUND_TABLE = (
    "В посольстве прошёл круглый стол, посвящённый посланию президента. Посол сказал, что две страны ведут совместные "
    "проекты: завод, центр промышленной кооперации на границе, производство для всего региона. По словам дипломата, "
    "предприятия дополняют друг друга в промышленности. Министр и президент обсуждали соглашение о сотрудничестве, "
    "инвестиции в производство и экспорт продукции."
)


def test_a_round_table_of_diplomats_about_factories_is_not_politics_alone() -> None:
    assert "industry" in sure(ROUND_TABLE, DEFAULT, language="ru")


JOINT_PROJECTS = {
    "ru": "Посол провёл в посольстве круглый стол о послании президента. Стороны назвали портфель совместных проектов: "
    "их 40 на 2 млрд, и они дадут рабочие места. Дипломат ждёт, что министры подпишут соглашение.",
    "en": "The ambassador held a round table on the president's address. He spoke of a portfolio of 40 joint projects "
    "worth $2 billion that bring new jobs. The ministers are expected to sign an agreement, the diplomat said.",
    "uz-Latn": "Elchi prezident murojaatiga bag‘ishlangan davra suhbatini o‘tkazdi. Qo‘shma loyihalar soni 40 taga, "
    "qiymati 2 mlrdga yetdi, yangi ish o‘rinlari ochiladi. Vazirlar bitim imzolaydi, dedi diplomat.",
    "kk": "Елші президент жолдауына арналған дөңгелек үстел өткізді. Бірлескен жобалар 40-қа, құны 2 млрд-қа жетті, "
    "жаңа жұмыс орындары ашылады. Министрлер келісімге қол қояды, деді дипломат.",
}


@pytest.mark.parametrize("language", JOINT_PROJECTS)
def test_diplomats_who_speak_of_joint_projects_and_jobs_speak_of_the_economy_too(language: str) -> None:
    assert "economy" in sure(JOINT_PROJECTS[language], DEFAULT, language=language)


HIVES = (
    "Пасечники вынесли ульи на луг и ждут первого взятка с акации.",
    "Зимовку пережили девять семей из десяти, матки здоровы, ульи сухи.",
    "Клещ варроа ослабил семьи, пасечники обрабатывают ульи осенью.",
)


def described(examples: tuple[str, ...]) -> classify.TopicDefinition:
    return classify.TopicDefinition(id=TopicId("bees"), names={"en": "Bees"}, examples={"ru": examples})


def test_examples_alone_describe_a_topic() -> None:
    # given
    text = "Ульи стоят у реки: пасечники надеются, что семьи окрепнут до цветения акации."
    # when
    found, not_found = (
        sure(text, classify.catalogue([described(examples)]), language="ru") for examples in (HIVES, ())
    )
    # then
    assert (found, not_found) == ({"bees"}, {"other"})


def test_an_example_does_not_draw_in_what_it_has_nothing_in_common_with() -> None:
    # given
    catalogue = classify.catalogue([*classify.default_definitions(), described(HIVES)])
    # when
    drawn = [one["text"] for one in BRIEFS if "bees" in sure(one["text"], catalogue, language=one["language"])]
    # then
    assert drawn == []
    assert "bees" in sure(HIVES[0], catalogue, language="ru")


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_examples_and_topics_does_not_matter(seed: int) -> None:
    # given
    order = random.Random(seed)
    shuffled = [*classify.default_definitions(), described(tuple(order.sample(HIVES, len(HIVES))))]
    order.shuffle(shuffled)
    article = make.article(text=" ".join(HIVES))
    # when
    scores = classify.topics(article, classify.catalogue(shuffled))
    # then
    expected = classify.topics(article, classify.catalogue([*classify.default_definitions(), described(HIVES)]))
    assert sorted(scores, key=str) == sorted(expected, key=str)


def test_a_ready_topic_counts_to_another_until_it_is_named() -> None:
    # given
    text = "Doctors at the clinic treat patients who caught the virus; a vaccine is expected at the hospital."
    named = classify.catalogue((*classify.default_definitions(), *classify.ready_definitions()))
    # when
    with_it, without = sure(text, named), sure(text, DEFAULT)
    # then
    assert "health" in with_it
    assert "health" not in without


def test_the_stored_weights_are_of_built_in_topics_and_small() -> None:
    # given
    weights = subjects.stored()
    known = {one.id for one in (*classify.default_definitions(), *classify.ready_definitions())}
    # when
    size = (tables.FOLDER / f"{subjects.TABLE}.txt").stat().st_size
    rows = [row for kind in (weights.stems, weights.parts) for table in kind.values() for row in table.values()]
    # then
    assert set(weights.subjects) == known - {"other", "industry"}
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
