"""Two sentences as one fact: only where the second leans on the first, with nothing between them but a credit."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.model import Article
from bot.stages import candidates, extract, joined
from tests import make

TEXT = (
    "Мост через реку открыли в понедельник утром, передает корреспондент «Вестника». "
    "Он обошелся городу в 40 млн рублей. Движение пустят завтра. Его ширина от края до края равна 24 метрам."
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


UNRELATED = [
    ("ru", "Автобусы ходят каждые 6 минут по главной улице.", "С улиц города убрали 30 старых машин."),
    ("ru", "Автобусы ходят каждые 6 минут по главной улице.", "У реки за мостом город построил 30 домов."),
    ("en", "The fare on the new line is 80 coins all day long.", "Old carriages were sold to a farm in the hills."),
    ("uz-Latn", "Avtobuslar har 6 daqiqada markazdan jo‘naydi.", "Ko‘chalardan 30 ta eski mashina olib ketildi."),
    ("uz-Cyrl", "Автобуслар ҳар 6 дақиқада марказдан жўнайди.", "Кўчалардан 30 та эски машина олиб кетилди."),
    ("kk", "Автобустар әр 6 минут сайын орталықтан шығады.", "Көшелерден 30 ескі көлік алып кетілді."),
]
LEANING = {
    "ru": "Их купили у соседнего города за 40 млн тенге.",
    "en": "It was paid for by a fund of the neighbouring town.",
    "uz-Latn": "Ularni qo‘shni shahar 40 mln so‘mga sotdi.",
    "uz-Cyrl": "Уларни қўшни шаҳар 40 млн сўмга сотди.",
    "kk": "Оларды көрші қала 40 млн теңгеге сатты.",
}


@pytest.mark.parametrize(("language", "first", "second"), UNRELATED, ids=[case[2][:12] for case in UNRELATED])
def test_sentences_of_different_subjects_are_not_glued(language: str, first: str, second: str) -> None:
    apart = pool(make.article(text=f"{first} {second}", language=language))
    together = pool(make.article(text=f"{first} {LEANING[language]}", language=language))

    assert joined.pair(apart[0], apart[1]) is None
    assert joined.pair(together[0], together[1]) is not None


def test_sentences_of_two_paragraphs_are_not_glued_even_if_the_second_leans() -> None:
    first, second, *_ = pool(make.article(text=TEXT.replace("». Он", "».\nОн")))

    assert second.leans
    assert joined.pair(first, second) is None


def test_a_pronoun_among_the_first_words_makes_a_pair() -> None:
    text = "Труднее всего далась задача о поливе 200 полей. До конца её довели девять учеников из Нукуса."
    first, second = pool(make.article(text=text))

    both = joined.pair(first, second)

    assert both is not None
    assert both.text == text.rstrip(".")


def test_a_connective_stays_where_the_second_would_begin_with_a_small_letter() -> None:
    text = "Мост через реку открыли в понедельник утром. Кроме того, его украсили коваными фонарями."
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
    text = " ".join(
        f"Город номер {n} построил {n}0 школ у реки. Они вмещают {n}00 детей и {n} больниц." for n in range(1, 5)
    )
    story = make.story(article := make.article(title="Неделя", text=text))

    one, two, *_ = pool(article)
    both = joined.pair(one, two)
    facts = extract.summary(story, article.language, max_facts=6, max_chars=900).facts
    spans = sorted((fact.evidence.start, fact.evidence.end) for fact in facts)

    assert both is not None
    assert both.piece.end > two.piece.start, "the sentence that was joined overlaps itself as a fact of its own"
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
