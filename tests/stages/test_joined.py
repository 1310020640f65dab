"""Two sentences as one fact: only where they follow each other, with nothing between them but a credit."""

from __future__ import annotations

from itertools import pairwise

from bot.model import Article
from bot.stages import candidates, extract, joined
from tests import make

TEXT = (
    "Мост через реку открыли в понедельник утром, передает корреспондент «Вестника».\n"
    "Он обошелся городу в 40 млн рублей. Движение пустят завтра. Третий мост в городе начнут строить весной."
)


def pool(article: Article) -> tuple[candidates.Candidate, ...]:
    return candidates.of(article)


def test_a_sentence_takes_the_next_one_with_it_and_no_credit() -> None:
    first, second, *_ = pool(make.article(text=TEXT))

    both = joined.pair(first, second)

    assert both is not None
    assert both.text == "Мост через реку открыли в понедельник утром. Он обошелся городу в 40 млн рублей"
    assert TEXT[both.piece.start : both.piece.end].endswith("40 млн рублей.")


def test_sentences_with_another_between_them_are_no_pair() -> None:
    _, second, third = pool(make.article(text=TEXT))

    assert TEXT[second.piece.end : third.piece.start].strip() == "Движение пустят завтра."
    assert joined.pair(second, third) is None


def test_a_connective_stays_where_the_second_would_begin_with_a_small_letter() -> None:
    text = "Мост через реку открыли в понедельник утром. Кроме того, город построил новую набережную."
    first, second = pool(make.article(text=text))

    both = joined.pair(first, second)

    assert both is not None
    assert both.text == text.rstrip(".")


def test_room_that_three_facts_leave_is_used_for_the_sentence_behind_one_of_them() -> None:
    text = (
        "Город построил 14 школ на улице Лесной. Порт принял 300 кораблей с рыбой. Музей показал 36 ковров из Бухары. "
        "Они лежали в подвале с прошлого века."
    )
    story = make.story(article := make.article(title="Неделя", text=text))

    wide = extract.summary(story, article.language, max_facts=3, max_chars=450)
    tight = extract.summary(story, article.language, max_facts=3, max_chars=130)

    assert [fact.text for fact in wide.facts][-1].endswith("из Бухары. Они лежали в подвале с прошлого века")
    assert not any("подвале" in fact.text for fact in tight.facts)


def test_no_sentence_is_told_twice_when_one_was_joined_to_a_fact() -> None:
    text = " ".join(f"Город номер {n} построил {n}0 школ и {n} больниц у реки." for n in range(1, 7))
    story = make.story(article := make.article(title="Неделя", text=text))

    one, two, *_ = pool(article)
    both = joined.pair(one, two)
    facts = extract.summary(story, article.language, max_facts=6, max_chars=900).facts
    spans = sorted((fact.evidence.start, fact.evidence.end) for fact in facts)

    assert both is not None
    assert both.piece.end > two.piece.start, "the sentence that was joined overlaps itself as a fact of its own"
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
