"""What proves a fact and what does not, in five languages: figures, dates, names, quotations, speakers, negations."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Article, Evidence, Fact, FactKind, Revision, Summary
from bot.stages import extract, prove
from bot.stages.compare import ProblemKind
from tests import make, texts

EXAMPLES = settings(max_examples=60, deadline=None)


def kinds(fact: str, evidence: str, *, language: str = "ru", more: str = "", reworded: bool = True) -> tuple[str, ...]:
    """The kinds of problems of a fact whose evidence is the first sentence of an article that goes on with `more`."""
    article = make.article(text=f"{evidence}\n{more}" if more else evidence, language=language)
    proof = prove.proved(_summary(article, fact, 0, len(evidence)), (article,), reworded=reworded)
    return tuple(problem.kind.value for problem in proof.facts[0])


def _summary(article: Article, fact: str, start: int, end: int) -> Summary:
    evidence = Evidence(article_id=article.id, revision=article.revision, start=start, end=end)
    one = Fact(text=fact, kind=FactKind.EVENT, evidence=evidence)
    return replace(make.summary(headline=article.text[:20], language=article.language), facts=(one,))


TRUE = [
    ("ru", "Завод выпустил 1,8 миллиарда кирпичей", "В этом году завод выпустил 1,8 млрд кирпичей."),
    ("ru", "Цена — 10000 руб.", "Цена составила 10 000 рублей."),
    ("ru", "Рост на 5 процентов", "За год отмечен рост на 5%."),
    ("ru", "Встреча прошла 26 сентября", "Встреча прошла 26.09.2025 в столице."),
    ("ru", "На складе двадцать пять тысяч коробок", "На складе 25 тыс. коробок."),
    ("ru", "Мост открыл Тимур Зорин", "Мост открыли, с Тимуром Зориным приехали гости."),
    ("ru", "Лёд держался при −3 °C", "При минус 3 °C лёд держался до вечера."),
    ("ru", "Приняты не менее 5 школ", "Комиссия приняла не менее 5 школ."),
    ("ru", "Он не мог не прийти", "Как сказали гости, он не мог не прийти."),
    ("ru", "Зорин открыл мост в Оквиле", "В Оквиле мост открыл Тимур Зорин."),
    ("ru", "Закрытие моста на зиму не обсуждают", "На зиму закрыть мост не предлагают, закрытие не обсуждают."),
    ("ru", "А. Зорин открыл мост", "Мост открыл инженер Антон Зорин."),
    ("en", "The fee is Rs34022 crore", "The fee is Rs34,022 crore."),
    ("en", "Prices fell by 5%", "Prices went down by 5 per cent."),
    ("en", "About 300 people came", "Around 300 people came to the bridge."),
    ("ru", "Зорин: «Мост стоит крепко и давно»", 'По мнению Зорина, "Мост стоит крепко и давно".'),
    ("ru", "Доход вырастет до 10–12 млн тонн", "Доход вырастет до 10-12 миллионов тонн."),
    ("en", "Output rose to 1.8 billion bricks", "In May output rose to 1.8 bn bricks."),
    ("en", "It won't open on May 3", "The bridge will not open on 3 May."),
    ("en", "Two hundred and fifty people came", "Some 250 people came to the bridge."),
    ("en", "The fee is $5 million", "The fee is US$5m a year."),
    ("uz-Latn", "Zavod 26 sentabrda ochildi", "Zavod 26-sentabr kuni Oqtepada ochildi."),
    ("uz-Latn", "Zavodga 150 000 soʻm berildi", "Zavodga yuz ellik ming so'm berildi."),
    ("uz-Latn", "Oqtepa shahridagi ko‘prik", "Ko'prik Oqtepada ochildi, Oqtepa shahri katta."),
    ("uz-Cyrl", "Кўприк Оқтепада очилди", "Кўприк 5 май куни Оқтепа шаҳрида очилди."),
    ("kk", "Көпір 26 қыркүйекте ашылды", "Көпір 26 қыркүйек күні Ақтөбеде ашылды."),
    ("kk", "Он бес адам келді", "Көпірге 15 адам келді."),
]
FALSE = [
    ("ru", "Завод выпустил 1,8 млн кирпичей", "Завод выпустил 1,8 млрд кирпичей.", "figure"),
    ("ru", "Рост на 5 процентных пунктов", "Рост на 5%.", "unit"),
    ("ru", "Рост на 5 п. п.", "Рост на 5 процентов.", "unit"),
    ("ru", "Цена — 400 долларов", "Цена — 400 рублей.", "unit"),
    ("ru", "Выделено 12,5 млн сумов", "Выделено 1,25 млн сумов.", "figure"),
    ("ru", "Пришли 2026 человек", "Школу откроют в 2026 году.", "unit"),
    ("ru", "Школу откроют в 2027 году", "Школу откроют в 2026 году.", "date"),
    ("ru", "Встреча прошла 27 сентября", "Встреча прошла 26 сентября.", "date"),
    ("ru", "Встреча прошла 26 октября", "Встреча прошла 26 сентября.", "date"),
    ("ru", "Матч закончился со счётом 1:2", "Матч закончился со счётом 2:1.", "figure"),
    ("ru", "Начало в 14:50", "Начало в 14:05.", "figure"),
    ("ru", "Доход вырастет до 10–13 млн тонн", "Доход вырастет до 10-12 млн тонн.", "figure"),
    ("ru", "Утром было 3 °C", "Утром было −3 °C.", "figure"),
    ("ru", "Звонить по номеру 71 203-12-35", "Звонить по номеру 71 203-12-34.", "figure"),
    ("ru", "Цены выросли с 10% до 5%", "Цены выросли с 5% до 10%.", "figure"),
    ("ru", "Школ более 5", "Школ менее 5.", "figure"),
    ("ru", "Он занял 6-е место", "Он занял 5-е место.", "figure"),
    ("ru", "Мост открыл Тимур Лосев", "Мост открыл Тимур Зорин.", "name"),
    ("ru", "Дом стоит в Австралии", "Дом стоит в Австрии.", "name"),
    ("ru", "Совет принял план", "Совет не принял план.", "negation"),
    ("ru", "Совет не принял план", "Совет принял план.", "negation"),
    ("ru", "Школ менее 5", "Школ не менее 5.", "figure"),
    ("ru", "Он мог не прийти", "Он не мог не прийти.", "negation"),
    ("ru", "Это возможно сейчас", "Это невозможно сейчас.", "negation"),
    ("ru", "«Мост стоит крепко, но криво», — сказал он", "«Мост стоит крепко, но прямо», — сказал он.", "quote"),
    ("ru", "План одобрен, сообщил Лосев", "План одобрен, сообщил Зорин.", "speaker"),
    ("ru", "Лев Лосев обыграл на стадионе Тимура Зорина", "Тимур Зорин обыграл на стадионе Льва Лосева.", "name"),
    ("ru", "В Оквиле 14 школ, в Бервике 82 школы", "В Оквиле 82 школы, в Бервике 14 школ.", "figure"),
    ("ru", "Цены на кирпич упали летом", "Цены на кирпич выросли летом.", "negation"),
    ("ru", "Экспорт упал, а импорт вырос", "Экспорт вырос, а импорт упал.", "negation"),
    ("ru", "Пришло больше гостей", "Пришло меньше гостей.", "negation"),
    ("ru", "Мост закроют осенью", "Мост может закроют осенью.", "negation"),
    ("ru", "На складе 300 коробок", "На складе почти 300 коробок.", "negation"),
    ("ru", "Мост открыл президент", "Мост открыл министр.", "name"),
    ("ru", "Мост открыл министр Зорин", "Мост открыл заместитель министра Зорин.", "negation"),
    ("ru", "Мост открыл М. Зорин", "Мост открыл А. Зорин, а Марк Лосев ушёл.", "name"),
    ("ru", "Курс рубля вырос к зиме", "Курс тенге вырос к зиме.", "unit"),
    ("ru", '"Мост "Парус" стоит прямо", — сказал он', '"Мост "Парус" стоит криво", — сказал он.', "quote"),
    ("en", "The bridge can reopen before May 3", "The bridge can reopen after May 3.", "negation"),
    ("en", "The works close in winter", "The works may close in winter.", "negation"),
    ("en", "At most 5 schools opened", "At least 5 schools opened.", "figure"),
    ("uz-Latn", "Narxlar oshdi", "Narxlar kamaydi.", "negation"),
    ("uz-Latn", "Ko'prik may oyida ochildi", "Ko'prik sentabr oyida ochildi.", "date"),
    ("uz-Cyrl", "Нархлар ошди", "Нархлар камайди.", "negation"),
    ("kk", "Бағалар өсті", "Бағалар төмендеді.", "negation"),
    ("en", "Output rose to 1.8 million bricks", "Output rose to 1.8 billion bricks.", "figure"),
    ("en", "The board signed the plan", "The board has not signed the plan.", "negation"),
    ("en", "The board didn't sign the plan", "The board did sign the plan.", "negation"),
    ("en", "The plan is fine, said Mr. Alder", "The plan is fine, said Mr. Birch.", "speaker"),
    ("uz-Latn", "Zavod ochildi", "Zavod ochilmadi.", "negation"),
    ("uz-Latn", "Bu zavod katta", "Bu zavod katta emas.", "negation"),
    ("uz-Latn", "Zavod 27-sentabrda ochildi", "Zavod 26-sentabrda ochildi.", "date"),
    ("uz-Cyrl", "Завод очилмади", "Завод очилди.", "negation"),
    ("kk", "Ол келді", "Ол келмеді.", "negation"),
    ("kk", "Жол ашық", "Жол ашық емес.", "negation"),
    ("kk", "Құны 5 млрд теңге", "Құны 5 млн теңге.", "figure"),
]


@pytest.mark.parametrize(("language", "fact", "evidence"), TRUE)
def test_a_fact_that_says_the_same_in_another_form_is_proven(language: str, fact: str, evidence: str) -> None:
    assert kinds(fact, evidence, language=language) == ()


@pytest.mark.parametrize(("language", "fact", "evidence", "kind"), FALSE)
def test_a_fact_that_says_another_thing_is_not(language: str, fact: str, evidence: str, kind: str) -> None:
    found = kinds(fact, evidence, language=language)

    assert kind in found or (kind == "figure" and set(found) & {"unit", "negation"})


@pytest.mark.parametrize("marks", ["«»", "“”", "„“", '""'])
def test_the_marks_of_a_quotation_do_not_matter_but_its_words_do(marks: str) -> None:
    evidence = "«Мост построен на сто лет вперёд», — сказал Тимур Зорин."
    told = f"{marks[0]}Мост построен на сто лет вперёд{marks[1]}, — сказал Тимур Зорин"

    assert kinds(told, evidence) == ()
    assert "quote" in kinds(told.replace("построен", "поставлен"), evidence)


def test_a_quotation_belongs_to_who_said_it() -> None:
    evidence = (
        "«Мост построен на сто лет вперёд», — сказал Тимур Зорин. «Денег на мост нам не хватило», — сказал Олег Лосев."
    )

    assert kinds("«Мост построен на сто лет вперёд», — сказал Тимур Зорин", evidence) == ()
    assert "speaker" in kinds("«Мост построен на сто лет вперёд», — сказал Олег Лосев", evidence)


def test_a_name_that_belongs_to_another_quotation_of_the_fact_is_no_speaker_of_this_one() -> None:
    evidence = "Зорин читал «Мост построен на сто лет вперёд». «Денег на мост нам не хватило», — сказал Лосев."

    assert (
        kinds(evidence.replace("мост нам", "мост (новый) нам"), evidence.replace("мост нам", "мост (новый) нам ")) == ()
    )
    assert kinds(evidence[:-1].replace("Зорин читал", "Читали"), evidence) == ()


def test_a_figure_of_another_sentence_proves_nothing() -> None:
    evidence, more = "На складе лежат 40 коробок.", "Другой склад принял 70 коробок."

    assert kinds("На складе лежат 70 коробок", evidence, more=more) == ("figure",)
    assert kinds("На складе лежат 40 коробок", evidence, more=more) == ()


def test_a_problem_says_what_is_wrong_and_where() -> None:
    article = make.article(text="Выделено 12 млн рублей.")

    proof = prove.proved(_summary(article, "Выделено 12 млрд рублей", 0, 23), (article,))

    (problem,) = proof.facts[0]
    assert (problem.text, problem.offset) == ("12 млрд рублей", 9)
    assert str(problem) == "12 млрд рублей: not in the evidence"


def test_evidence_must_be_there() -> None:
    article = make.article(text="Мост открыли в понедельник.")
    good = _summary(article, "Мост открыли в понедельник", 0, 27)
    old = replace(article, revision=Revision("older"))
    wide = _summary(article, "Мост открыли в понедельник", 0, 28)

    assert prove.proved(good, (article,)).facts == ((),)
    for summary, articles in ((good, (old,)), (good, ()), (wide, (article,))):
        (problems,) = prove.proved(summary, articles).facts
        assert [problem.kind for problem in problems] == [ProblemKind.EVIDENCE]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Выделено 1,8 млрд рублей.", 0, 12),
        ("Выделено 412 млн рублей.", 10, 23),
        ("Цена выросла на 5 процентов.", 0, 17),
        ("Совет не принял новый план.", 9, 26),
    ],
)
def test_evidence_may_not_be_cut_so_that_it_says_another_thing(text: str, start: int, end: int) -> None:
    article = make.article(text=text)

    assert prove.proved(_summary(article, text[start:end], start, end), (article,)).facts[0]
    assert prove.proved(_summary(article, text[:-1], 0, len(text)), (article,)).facts == ((),)


@pytest.mark.parametrize(
    ("fact", "evidence", "problems"),
    [
        ("Союз (шахмат) купил мост", "Союз (шахмат) купил мост.", ()),
        ("Союз купил мост", "Союз (СШО) купил мост.", ()),
        ("Союз не купил мост", "Союз (СШО) купил мост.", ("negation",)),
        ("The board signed the plan", "The board (NOT the mayor) signed the plan.", ()),
        ("The board signed it", "The board has (NOT) signed it.", ("negation",)),
    ],
)
def test_a_short_name_in_brackets_may_be_left_out_but_no_denial(
    fact: str, evidence: str, problems: tuple[str, ...]
) -> None:
    assert kinds(fact, evidence, language="en" if fact.isascii() else "ru") == problems


def test_words_may_differ_only_where_the_writer_rewords() -> None:
    evidence = "Мост через реку открыли в понедельник."

    assert kinds("В понедельник начал работать мост", evidence, reworded=True) == ()
    assert kinds("В понедельник начал работать мост", evidence, reworded=False) == ("words",)


def test_a_headline_is_proven_by_the_title_or_by_a_sentence() -> None:
    article = make.article(title="В Оквиле открыт мост за 412 млн сумов", text="Мост строили два года. Школу — три.")
    headlines = (
        "В Оквиле открыт мост за 412 млн сумов",
        "Мост строили два…",
        "Мост за 500 млн сумов открыт в Оквиле",
        "",
    )

    found = [bool(prove.proved(make.summary(headline=one), (article,)).headline) for one in headlines]

    assert found == [False, False, True, True]


def test_a_headline_told_in_a_title_s_order_is_not_proven_by_a_sentence_about_something_else() -> None:
    text = "Гости Речной палаты возложили цветы к подножию холма. Потом они уехали домой."
    article = make.article(title="Цветы возложили к Памятнику Лодочников", text=text)

    true, lie = (
        replace(make.summary(headline=headline, language="ru"), facts=())
        for headline in ("Цветы возложили к памятнику лодочников", "Цветы возложили к Речной")
    )

    assert not prove.proved(true, (article,), reworded=True).headline
    assert prove.proved(lie, (article,), reworded=True).headline


def test_the_gate_drops_the_fact_and_finds_another_headline() -> None:
    article = make.article(title="В Оквиле открыт мост", text="Мост строили 2 года. Он стоил 412 млн сумов.")
    story = make.story(article)
    good = _summary(article, "Мост строили 2 года", 0, 20)
    lie = replace(good.facts[0], text="Мост строили 9 лет")
    summary = replace(good, story_id=story.id, headline="В Бервике открыт мост", facts=(lie, *good.facts))

    passed = prove.passed(summary, story, False)

    assert passed.summary is not None
    assert (passed.summary.headline, passed.summary.facts) == ("В Оквиле открыт мост", good.facts)
    assert {problem.kind for problem in passed.refused} >= {ProblemKind.NAME, ProblemKind.FIGURE}
    assert prove.unproved(summary, story, False).summary == summary


def test_a_summary_of_another_story_is_none() -> None:
    story = make.story(make.article("a1"))

    assert prove.passed(make.summary("b2"), story, False).summary is None


TEXTS = (texts.BRIDGE_RU, texts.CHESS_RU, texts.SCHOOL_UZ)


@EXAMPLES
@given(st.sampled_from(TEXTS), st.integers(1, 8), st.integers(80, 2000))
def test_what_is_extracted_is_always_proven(text: str, facts: int, chars: int) -> None:
    article = make.article(text=text, language="uz-Latn" if text == texts.SCHOOL_UZ else "ru")
    summary = extract.summary(make.story(article), article.language, max_facts=facts, max_chars=chars)

    for reworded in (False, True):
        assert prove.proved(summary, (article,), reworded=reworded).is_whole


@EXAMPLES
@given(st.data())
def test_a_fact_with_another_digit_is_never_proven(data: st.DataObject) -> None:
    number = data.draw(st.sampled_from(["412", "1,8", "10 000", "2:1", "14:05", "26", "2026", "+5", "7-12", "3.5"]))
    rest = data.draw(st.sampled_from([" млн сумов", " км", "%", " года", " школ", " мая", ""]))
    text = f"На мост ушло {number}{rest}, сказал Тимур Зорин."
    at = data.draw(st.sampled_from([m.start() for m in re.finditer(r"\d", text)]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != text[at]]))

    assert kinds(f"{text[:at]}{digit}{text[at + 1 : -1]}", text) != ()
    assert kinds(text[:-1], text) == ()


@EXAMPLES
@given(
    st.text(alphabet="аб1 2,.%-:«»\"“”'ʻ№$\u0301\u00a0😀\nЯнене", max_size=60),
    st.sampled_from(["ru", "uz-Cyrl", "kk", "en"]),
)
def test_any_text_proves_itself(text: str, language: str) -> None:
    if not text.strip():
        return
    article = make.article(text=text, language=language)

    assert prove.proved(_summary(article, text, 0, len(text)), (article,), reworded=True).facts == ((),)
