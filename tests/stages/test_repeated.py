"""What repeats across a source's articles is the site's; what only their events share is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Article, ArticleId, Story, StoryId
from bot.stages import extract, repeated
from bot.stages.repeated import Repeated
from tests import make

TOWNS = ("Акбулаке", "Вахшобе", "Дарбанде", "Исфаре", "Лангаре", "Равоте")
TAIL = "С вами был Вестник долины, доброго вам дня."


def told(number: int, tail: str = TAIL, *, between: str = " ") -> Article:
    news = f"В {TOWNS[number % 6]} открыли {number + 3} новые школы. Строили их {number + 7} месяцев и две недели."
    text = f"{news}{between}{tail}"
    return replace(make.article(ArticleId(f"a{number}")), text=text, title="", source="Вестник")


def alone(article: Article) -> Story:
    return Story(id=StoryId(article.id), articles=(article,))


def known(*articles: Article, story: str = "") -> Repeated:
    """What is known after these; all of one story where it is named."""
    seen = Repeated()
    for article in articles:
        seen.add(article, StoryId(story or article.id))
    return seen


def read(article: Article, seen: Repeated) -> str:
    return seen.without(alone(article)).articles[0].text


@pytest.mark.parametrize("between", [" ", "\n"])
def test_a_sentence_that_three_stories_of_a_source_end_in_is_not_read(between: str) -> None:
    articles = [told(number, between=between) for number in range(3)]

    assert read(articles[0], known(*articles)) == articles[0].text.removesuffix(TAIL).rstrip()
    assert read(articles[0], known(*articles[:2])) == articles[0].text


def test_a_line_that_repeats_in_the_middle_becomes_blank_and_all_else_stays_where_it_is() -> None:
    line = "Вестник долины теперь и в вашем кармане"
    articles = [told(number, f"{line}\nДети пришли {number + 1} сентября.", between="\n") for number in range(3)]

    text = read(articles[1], known(*articles))

    assert line not in text
    assert text.index("Дети пришли") == articles[1].text.index("Дети пришли")


def test_evidence_points_into_the_stored_text() -> None:
    articles = [told(number, f"{TAIL} Реклама долины.") for number in range(4)]
    story = known(*articles).without(alone(articles[2]))

    summary = extract.summary(story, articles[2].language)

    assert summary.facts
    for fact in summary.facts:
        assert articles[2].text[fact.evidence.start : fact.evidence.end].rstrip(".") == fact.text


def test_articles_of_one_event_may_share_what_they_like() -> None:
    articles = [told(number) for number in range(5)]

    assert read(articles[0], known(*articles, story="one")) == articles[0].text
    assert read(articles[0], known(*articles)) != articles[0].text


def test_a_text_that_is_printed_again_and_again_stays() -> None:
    articles = [replace(told(1), id=ArticleId(f"r{number}")) for number in range(4)]

    assert read(articles[0], known(*articles)) == articles[0].text


def test_a_sentence_with_a_figure_goes_only_where_half_of_the_stories_have_it() -> None:
    tail = "Всего в долине затоплено 200 домов."
    floods, others = (
        [told(number, tail) for number in range(3)],
        [told(number, "Так и было.") for number in range(3, 8)],
    )
    quiet = [replace(one, text=one.text.replace("Так и было.", f"Их {one.id}.")) for one in others]

    assert read(floods[0], known(*floods)) != floods[0].text
    assert read(floods[0], known(*floods, *quiet)) == floods[0].text


def test_another_source_and_an_article_read_twice_count_for_nothing() -> None:
    articles = [told(number) for number in range(2)]
    elsewhere = replace(told(2), source="Курьер")

    assert read(articles[0], known(*articles, elsewhere)) == articles[0].text
    assert read(articles[0], known(*articles, *articles, *articles)) == articles[0].text


def test_what_the_source_ended_in_long_ago_is_forgotten() -> None:
    old = [told(number) for number in range(3)]
    new = [told(number, f"Концовка {number}.") for number in range(10, 10 + repeated.RECENT)]

    assert read(old[0], known(*old, *new)) == old[0].text


@given(st.lists(st.lists(st.sampled_from(("Мост.", "Порт открыт.", "\n", "Да! ", "x " * 250)), max_size=9), max_size=6))
def test_what_is_left_of_any_text_stands_where_it_stood(parts: list[list[str]]) -> None:
    articles = [replace(told(number), text="А" + " ".join(each)) for number, each in enumerate(parts)]
    seen = known(*articles)

    for article in articles:
        text = read(article, seen)
        assert text
        assert all(now in (" ", before) for now, before in zip(text, article.text, strict=False))
        assert len(text) <= len(article.text)
