"""What a story says from all of its articles: planted contradictions are said, and none is invented."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from bot.model import Fact, Language, Story, Summary
from bot.stages import beside, counts, differ, extract, merge, prove
from tests import make
from tests.stages import planted

STORIES = 200
SOME = 50  # of them are enough to show what a defence is good for
LEAD = "В Зареченске загорелся склад мебельной фабрики Артемида."
BUDGET = merge.Budget(max_facts=5, max_chars=450)


def number(text: str) -> str:
    return text.split(maxsplit=1)[0]


def said(summary: Summary) -> set[tuple[str, ...]]:
    """The pairs of values that stand beside each other."""
    return {
        tuple(sorted((number(one.text), number(fact.text[one.start : one.end]))))
        for fact in summary.facts
        for one in fact.figures
    }


def wanted(one: planted.Planted) -> set[tuple[str, ...]]:
    return {tuple(sorted(values)) for values in one.conflicts.values()}


def language(story: Story) -> Language:
    return story.articles[-1].language


@cache
def summed_up(seed: int, conflicts: int) -> tuple[planted.Planted, Summary]:
    """A planted story and its summary, for more than one test."""
    one = planted.story(seed, conflicts=conflicts)
    return one, extract.summary(one.story, language(one.story))


@pytest.mark.parametrize("conflicts", [1, 2])
def test_every_planted_conflict_is_said_and_none_is_invented(conflicts: int) -> None:
    for seed in range(STORIES):
        one, summary = summed_up(seed, conflicts)

        assert said(summary) == wanted(one), seed
        assert prove.proved(summary, one.story.articles).is_whole, seed


def test_where_nothing_is_planted_nothing_is_said() -> None:
    for seed in range(STORIES):
        one = planted.story(seed, conflicts=0)

        assert said(extract.summary(one.story, language(one.story))) == set(), seed


def test_without_the_comparison_the_conflicts_are_not_said() -> None:
    missed = 0
    for seed in range(SOME):
        one = planted.story(seed)
        first = replace(one.story, articles=one.story.articles[:1])
        plain = replace(extract.summary(first, first.articles[0].language), story_id=one.story.id)

        with_it = merge.merged(plain, one.story, BUDGET)
        without = merge.merged(plain, one.story, BUDGET, compare=lambda found: ())

        assert said(with_it) == wanted(one), seed
        missed += len(wanted(one) - said(without))
    assert missed == SOME


def test_a_newer_figure_stands_behind_the_older_one_with_its_time_and_disagreement_with_its_sources() -> None:
    for seed in range(STORIES):
        one, summary = summed_up(seed, 1)
        relations = {figure.relation for fact in summary.facts for figure in fact.figures}

        assert relations == ({"before"} if one.is_update else {"also"}), seed


def story(*texts: tuple[str, str, str]) -> Story:
    """Articles as (source, hour, what it says behind the lead)."""
    return make.story(
        *(
            make.article(
                f"{name}{at}",
                source=name,
                published=f"2026-11-20T{at}",
                text=f"{LEAD} {text}",
                host=f"{name}.example",
            )
            for name, at, text in texts
        )
    )


def facts(told: Story) -> tuple[Fact, ...]:
    return extract.summary(told, Language("ru")).facts


def test_of_one_source_that_corrects_itself_the_newest_article_counts() -> None:
    told = story(("А", "14:00", "Погибли 12 человек на месте."), ("А", "14:05", "Погибли 14 человек на месте."))

    shown = [beside.told(fact) for fact in facts(told)]

    assert any("12 -> 14 (14:05)" in line for line in shown), shown


def test_the_fact_told_by_most_publishers_comes_first() -> None:
    shared = "Пожарные тушили огонь до самого утра вместе с жителями посёлка."
    alone = "Фабрика Артемида выпускает столы, стулья и шкафы для школ области."
    told = story(("А", "09:00", f"{alone} {shared}"), ("Б", "09:10", shared), ("В", "09:20", shared))

    first, *_ = facts(told)

    assert first.text == shared.rstrip(".")
    assert {place.article_id for place in (first.evidence, *first.told_by)} == {"А09:00", "Б09:10", "В09:20"}


@pytest.mark.parametrize("adds", ["Ранее пожарные", "Пожарные также", "Пожарные"], ids=["before", "also", "neither"])
def test_what_was_before_and_what_is_added_do_not_come_first(adds: str) -> None:
    added = f"{adds} вывезли столы и стулья вместе с жителями посёлка."
    alone = "Фабрика Артемида делает шкафы для школ области с прошлого века."
    told = story(("А", "09:00", f"{alone} {added}"), ("Б", "09:10", added))

    first, *_ = facts(told)

    assert (first.text == added.rstrip(".")) == (adds == "Пожарные")


@pytest.mark.parametrize("who", ["Пожарный Громов", "Пожарный отряд"], ids=["named", "nobody"])
def test_of_what_as_many_tell_a_line_with_a_name_comes_before_one_without(who: str) -> None:
    bare = "Огонь тушили до самого утра вместе с жителями посёлка."
    other = f"{who} вывез со двора столы и стулья для школ области."
    told = story(("А", "09:00", f"{bare} {other}"), ("Б", "09:10", f"{bare} {other}"))

    first, *_ = facts(told)

    assert (first.text == other.rstrip(".")) == (who == "Пожарный Громов")


def test_what_stands_far_down_may_show_that_two_things_are_counted() -> None:
    between = " ".join(f"Жители улицы номер {name} тушили огонь сами." for name in "АБВГДЕЖИКЛМН")
    early = story(("А", "09:00", "Погибли 12 человек."), ("Б", "14:05", "Погибли 14 человек."))
    whole = story(
        ("А", "09:00", f"Погибли 12 человек. {between} Погибли 14 человек."),
        ("Б", "14:05", f"Погибли 14 человек. {between} Погибли 12 человек."),
    )
    beginning = differ.quantities(
        count for article in whole.articles for count in counts.of(article, sentences_read=differ.EARLY)
    )

    assert any(fact.figures for fact in facts(early))
    assert any(one.is_disputed for one in beginning)
    assert not any(fact.figures for fact in facts(whole))


def test_a_headline_with_an_old_figure_makes_room_for_the_newest_title() -> None:
    old = make.article(
        "А",
        source="А",
        host="a.example",
        title="На складе Артемиды погибли 12 человек",
        text=f"{LEAD} Погибли 12 человек.",
    )
    new = make.article(
        "Б",
        source="Б",
        host="b.example",
        title="Число погибших на складе Артемиды достигло 14",
        text=f"{LEAD} Погибли 14 человек.",
        published="2026-11-22T14:05",
    )

    assert extract.summary(make.story(old, new), Language("ru")).headline == new.title


def test_a_story_of_one_article_is_told_as_before() -> None:
    one = story(("А", "09:00", "Погибли 12 человек. Ранены 30 человек."))
    plain = extract.summary(one, Language("ru"))

    assert merge.merged(plain, one, BUDGET) == plain
    assert not said(plain)


def test_every_value_that_is_shown_is_a_figure_of_a_stored_article() -> None:
    for seed in range(0, STORIES, 5):
        one = planted.story(seed, conflicts=2)
        articles = {article.id: article for article in one.story.articles}
        for fact in extract.summary(one.story, language(one.story)).facts:
            for figure in fact.figures:
                place = figure.evidence
                assert articles[place.article_id].text[place.start : place.end] == figure.text
                assert any(
                    (count.start, count.end) == (place.start, place.end)
                    for count in counts.of(articles[place.article_id])
                )


def invented(fact: Fact) -> list[Fact]:
    """The same fact with another value that nobody tells, tells there, or told then."""
    (figure, *_) = fact.figures
    return [
        replace(fact, figures=(replace(figure, text="777"),)),
        replace(fact, figures=(replace(figure, source="Выдумка"),)),
        replace(fact, figures=(replace(figure, published_at=make.moment("2020-01-01T00:00")),)),
        replace(fact, figures=(replace(figure, evidence=replace(figure.evidence, start=0, end=1), text="В"),)),
        replace(fact, figures=(replace(figure, start=0, end=2),)),
        replace(fact, source="Выдумка"),
    ]


def test_the_gate_stops_a_value_that_no_article_tells() -> None:
    told = story(("А", "09:00", "Погибли 12 человек на месте."), ("Б", "14:05", "Погибли 14 человек на месте."))
    summary = extract.summary(told, Language("ru"))
    (disputed,) = [fact for fact in summary.facts if fact.figures]

    assert prove.proved(summary, told.articles).is_whole
    for lie in invented(disputed):
        assert not prove.proved(replace(summary, facts=(lie,)), told.articles).is_whole, lie.figures
        assert prove.passed(replace(summary, facts=(lie,)), told, reworded=True).refused


def test_all_is_said_within_the_budget() -> None:
    for seed in range(0, STORIES, 4):
        one = planted.story(seed, conflicts=2)
        summary = extract.summary(one.story, language(one.story), max_facts=2, max_chars=160)

        assert len(summary.facts) <= 2
        assert len(summary.headline) + sum(len(fact.text) for fact in summary.facts) <= 160


def test_publishers_count_once_however_many_articles_they_have() -> None:
    told = story(("А", "09:00", "Погибли 12 человек."), ("Б", "10:00", "Погибли 12 человек."))
    (found,) = differ.quantities(count for article in told.articles for count in counts.of(article))

    assert found.publishers == 2
