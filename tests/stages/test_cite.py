"""The sentences behind facts: each once, whole, of the revision that is stored."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Evidence, Fact, FactKind, Revision, Variant
from bot.stages import cite
from tests import make

TEXT = "The bridge was opened on Friday. It cost 412 million soums, said the mayor. Buses run from Monday."


def fact(words: str, *, text: str = TEXT) -> Fact:
    article = make.article(text=text)
    start = text.index(words)
    evidence = Evidence(article_id=article.id, revision=article.revision, start=start, end=start + len(words))
    return Fact(text=words, kind=FactKind.EVENT, evidence=evidence)


def test_a_fact_is_shown_with_the_whole_sentence_around_it() -> None:
    story = make.story(make.article(text=TEXT))

    (one,) = cite.cited([fact("412 million soums")], story)

    assert one.text == "It cost 412 million soums, said the mayor."
    assert one.article == story.articles[0]


def test_two_facts_of_one_sentence_show_it_once_and_the_order_is_that_of_the_facts() -> None:
    story = make.story(make.article(text=TEXT))

    found = cite.cited([fact("from Monday"), fact("412 million"), fact("the mayor")], story)

    assert [one.text for one in found] == ["Buses run from Monday.", "It cost 412 million soums, said the mayor."]
    assert [len(one.facts) for one in found] == [1, 2]


def test_a_fact_that_runs_over_two_sentences_shows_both() -> None:
    story = make.story(make.article(text=TEXT))

    (one,) = cite.cited([fact("on Friday. It cost")], story)

    assert one.text == "The bridge was opened on Friday. It cost 412 million soums, said the mayor."


def test_nothing_is_shown_for_a_revision_that_is_not_the_stored_one() -> None:
    story = make.story(make.article(text=TEXT))
    there = fact("412 million")
    stale = replace(there, evidence=replace(there.evidence, revision=Revision("0" * 16)))

    assert cite.cited([stale], story) == ()
    assert len(cite.cited([there], story)) == 1


@given(st.integers(0, len(TEXT) - 2), st.integers(1, 40))
def test_what_is_shown_stands_in_the_article_and_holds_the_fact(start: int, length: int) -> None:
    words = TEXT[start : start + length]
    article = make.article(text=TEXT)
    evidence = Evidence(
        article_id=article.id, revision=article.revision, start=start, end=min(start + length, len(TEXT))
    )

    (one,) = cite.cited([Fact(text=words, kind=FactKind.EVENT, evidence=evidence)], make.story(article))

    assert one.text in TEXT
    assert words.strip() in one.text


def test_the_sentence_of_another_value_is_shown_beside_that_of_the_fact() -> None:
    other = make.article("a2", source="Курьер", text="Builders left. The bridge cost 500 million soums, they said.")
    start = other.text.index("500")
    place = Evidence(article_id=other.id, revision=other.revision, start=start, end=start + 3)
    one = fact("412 million soums")
    value = Variant(
        start=0, end=3, text="500", relation="also", evidence=place, source="Курьер", published_at=other.published_at
    )

    found = cite.cited([replace(one, figures=(value,))], make.story(make.article(text=TEXT), other))

    assert [each.text for each in found] == [
        "It cost 412 million soums, said the mayor.",
        "The bridge cost 500 million soums, they said.",
    ]


def test_a_headline_is_shown_with_the_title_or_the_sentence_that_has_its_figures() -> None:
    # given two articles of one story, whose titles say less than a sentence of one of them
    first = make.article("first", title="The mayor opens a bridge", text=TEXT)
    second = make.article("second", title="A bridge for 18 buses is open", text="It was opened on Friday.")
    story = make.story(first, second)

    # when it is asked where headlines are from
    found = {
        said: (one.article.id, one.text) if (one := cite.headline(said, story)) else None
        for said in (
            "The mayor opens a bridge",
            "A bridge for 18 buses",
            "The bridge cost 412 million soums",
            "19 buses",
        )
    }

    # then each has the piece with all of its figures, and one that no article has has none
    assert found == {
        "The mayor opens a bridge": (first.id, first.title),
        "A bridge for 18 buses": (second.id, second.title),
        "The bridge cost 412 million soums": (first.id, "It cost 412 million soums, said the mayor."),
        "19 buses": None,
    }
