"""Story -> Summary: verbatim facts with true evidence within the budget, and none of what readers do not want."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Article, Language, Summary
from bot.stages import extract, trim
from tests import make

LEAD = (
    "Завод и порт ведут 45 общих проектов на сумму $2,3 млрд, "
    'а также строится Центр ремонта речных судов "Север" у старого моста через канал.'
)
BODY = f"""{LEAD}
ТЕРМЕЗ, 3 мар — Вестник. В порту прошла встреча рабочих с руководством верфи, передает корреспондент «Вестника».
"Мы начнем работу весной. Людей хватает", — подчеркнул он.
Кроме того, верфь наняла 120 сварщиков и открыла для них общежитие на набережной, сообщает Вестник со ссылкой на порт.
Читайте также: Как чистят каналы
Подписывайтесь на наш канал, чтобы узнавать первыми о верфи и порте."""


def told(article: Article, *, max_facts: int = 5, max_chars: int = 450) -> Summary:
    return extract.summary(make.story(article), article.language, max_facts=max_facts, max_chars=max_chars)


def shown(summary: Summary) -> str:
    return "\n".join((summary.headline, *(fact.text for fact in summary.facts)))


def test_the_headline_of_an_untitled_article_is_its_first_clause_and_the_second_becomes_a_fact() -> None:
    summary = told(make.article(text=BODY))

    assert summary.headline == "Завод и порт ведут 45 общих проектов на сумму $2,3 млрд"
    assert 'Строится Центр ремонта речных судов "Север" у старого моста через канал' in [
        fact.text for fact in summary.facts
    ]


@pytest.mark.parametrize("unwanted", ["ТЕРМЕЗ", "передает", "сообщает", "Кроме того", "Читайте", "Подписывайтесь"])
def test_what_readers_do_not_want_never_gets_in(unwanted: str) -> None:
    assert unwanted in BODY

    assert unwanted not in shown(told(make.article(text=BODY), max_facts=9, max_chars=5000))


def test_a_figure_of_a_later_paragraph_is_told_without_connective_and_credit() -> None:
    facts = [fact.text for fact in told(make.article(text=BODY)).facts]

    assert "Верфь наняла 120 сварщиков и открыла для них общежитие на набережной" in facts


def test_a_quotation_keeps_its_speaker_or_is_left_out() -> None:
    named = make.article(title="Порт готов", text='"Мы начнем весной, людей хватает", — сказала директор Анна Ким.')
    nobody = make.article(title="Порт готов", text='Порт строят с осени.\n"Мы начнем весной. Людей хватает нам всем."')

    assert [fact.text.endswith("— сказала директор Анна Ким") for fact in told(named).facts] == [True]
    assert "людей" not in shown(told(nobody)).lower()


def test_facts_do_not_repeat_the_headline_or_each_other() -> None:
    again = "Новый мост через реку открыли в понедельник в городе. "
    article = make.article(
        title="Новый мост через реку открыли в понедельник", text=again * 2 + "Его длина — 800 метров."
    )

    assert [fact.text for fact in told(article).facts if "открыли" in fact.text] in ([], ["Новый мост"])


def test_an_article_of_one_sentence_is_a_headline_alone() -> None:
    summary = told(make.article(text="Мост через реку открыли в понедельник."))

    assert (summary.headline, summary.facts) == ("Мост через реку открыли в понедельник", ())


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("BERLIN (Example News) - The bridge was opened on Monday.", "The bridge was opened on Monday"),
        ("The bridge was opened on Monday, Reuters reported.", "The bridge was opened on Monday"),
        ("In addition, the bridge (a long one) cost 40 million.", "The bridge cost 40 million"),
        ("Как сообщили в мэрии, мост открыт для машин.", "Мост открыт для машин"),
        ("Bundan tashqari, ko‘prik 2 yilda qurildi.", "Ko‘prik 2 yilda qurildi"),
        ("Ko‘prik ochildi, deya xabar bermoqda Vestnik.uz.", "Ko‘prik ochildi"),
        ("Көпір ашылды, деп хабарлайды Хабаршы.", "Көпір ашылды"),
        ("Сонымен қатар, көпір екі жылда салынды.", "Көпір екі жылда салынды"),
        ("Мост построили за 5 млрд руб.", "Мост построили за 5 млрд руб."),
        ("The bridge has a permit (EUA)1 for cars.", "The bridge has a permit (EUA)1 for cars"),
    ],
)
def test_a_sentence_is_trimmed_to_what_it_says(sentence: str, left: str) -> None:
    assert trim.said(sentence, trim.trimmed(sentence, 0, len(sentence))) == left


def test_only_articles_of_the_language_are_told_and_the_first_if_there_is_none() -> None:
    story = make.story(
        make.article("a1", text="Мост через реку открыли в понедельник утром."),
        make.article("a2", language="en", text="The bridge over the river was opened on Monday morning."),
    )

    assert extract.summary(story, Language("en")).headline.startswith("The bridge")
    assert extract.summary(story, Language("kk")).headline.startswith("Мост")


def test_a_second_article_adds_what_the_first_does_not_say() -> None:
    story = make.story(
        make.article("a1", title="Мост открыт", text="Мост через реку открыли в понедельник утром."),
        make.article("a2", title="Открыли мост", text="Стройка моста обошлась городу в 40 млн рублей."),
    )

    facts = extract.summary(story, Language("ru")).facts

    assert {fact.evidence.article_id for fact in facts} == {"a1", "a2"}


PARTS = st.sampled_from(
    ["Мост открыли, а также строят порт. ", "«Да", "», — сказал он. ", '"', "(", ")", " 5 млрд. ", "\n", "😀",
     "передает ТАСС. ", "ТЕРМЕЗ, 3 мар — ", ", который ", "; ", "Новый дом для семи семей сдан. ", "abc def ", "…"]
)  # fmt: skip
TEXTS = st.lists(PARTS, min_size=1, max_size=25).map("".join) | st.text(min_size=1, max_size=120)


@given(TEXTS.filter(str.strip), st.text(max_size=60), st.integers(0, 6), st.integers(20, 600))
def test_whatever_the_article_facts_are_verbatim_with_evidence_within_the_budget(
    text: str, title: str, max_facts: int, max_chars: int
) -> None:
    article = make.article(text=text, title=title)

    summary = told(article, max_facts=max_facts, max_chars=max_chars)

    assert len(summary.facts) <= max_facts
    assert len(summary.headline) + sum(len(fact.text) for fact in summary.facts) <= max_chars
    for fact in summary.facts:
        taken = article.text[fact.evidence.start : fact.evidence.end]
        assert taken.strip()
        assert _is_taken(fact.text, taken)


def _is_taken(fact: str, evidence: str) -> bool:
    """Whether the words of a fact stand in its evidence in their order (a capital at the start is allowed)."""
    rest = iter(re.findall(r"\w+", evidence.lower()))
    return all(word in rest for word in re.findall(r"\w+", fact.lower()))


def test_the_proof_finds_words_that_were_added() -> None:
    assert _is_taken("Мост открыли", "Новый мост вчера открыли")
    assert not _is_taken("Мост не открыли", "Новый мост вчера открыли")
