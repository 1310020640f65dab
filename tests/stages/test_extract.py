"""Story -> Summary: verbatim facts with true evidence within the budget, and none of what readers do not want."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import sentences, words
from bot.model import Article, Language, Summary
from bot.stages import candidates, cover, extract, trim
from bot.stages.candidates import Candidate
from tests import make

LEAD = (
    "Завод и порт ведут 45 общих проектов на сумму $2,3 млрд, "
    'а также строится Центр ремонта речных судов "Север" у старого моста через канал.'
)
BODY = f"""{LEAD}
ТЕРМЕЗ, 3 мар (Вестник) — В порту прошла встреча рабочих с руководством верфи, передает корреспондент «Вестника».
"Мы начнем работу весной. Людей хватает", — подчеркнул он.
Кроме того, верфь наняла 120 сварщиков и открыла для них общежитие на набережной, сообщает Вестник со ссылкой на порт.
Читайте также: Как чистят каналы
Подписывайтесь на наш канал и читайте о кораблях раньше всех."""


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


def untrimmed(article: Article) -> list[Candidate]:
    """Every sentence as it stands in the article, as if no table named anything that readers do not want."""
    spans = sentences.spans(article.text)
    raw = (candidates.from_piece(article, trim.Piece(start=start, end=end), order=0) for start, end in spans)
    return [replace(candidate, fitness=1.0) for candidate in raw if candidate is not None]


def chosen_from(pool: Sequence[Candidate], told_already: str, language: str = "ru") -> str:
    said = frozenset(words.stems(told_already, language))
    return "\n".join(
        c.text for c in cover.chosen(pool, said, Language(language), cover.Wish(max_facts=9, max_chars=5000))
    )


UNWANTED = [
    ("ru", BODY, ["ТЕРМЕЗ", "передает", "сообщает", "Кроме того", "Читайте", "Подписывайтесь"]),
    (
        "en",
        "OSLO, March 3 (The Herald) — The yard opened 40 new docks on Monday.\n"
        "In addition, the yard hired 120 welders from two towns, The Herald reported.\n"
        "Also read: How canals are cleaned every spring.\nSubscribe to our newsletter about ships.",
        ["OSLO", "reported", "In addition", "Also read", "newsletter"],
    ),
    (
        "uz-Latn",
        "TERMIZ (Vestnik) — Portda 40 ta yangi kran ishga tushdi, deb xabar beradi “Vestnik” muxbiri.\n"
        "Shuningdek, zavod 120 nafar payvandchini ishga oldi.\n"
        "Port haqida birinchi bo‘lib bilish uchun kanalimizga obuna bo‘ling.",
        ["TERMIZ", "xabar beradi", "Shuningdek", "obuna"],
    ),
    (
        "uz-Cyrl",
        "ТЕРМИЗ (Вестник) — Портда 40 та янги кран ишга тушди, деб хабар беради «Вестник» мухбири.\n"
        "Шунингдек, завод 120 нафар пайвандчини ишга олди.\n"
        "Порт ҳақида биринчи бўлиб билиш учун каналимизга обуна бўлинг.",
        ["ТЕРМИЗ", "хабар беради", "Шунингдек", "обуна"],
    ),
    (
        "kk",
        "АТЫРАУ (Дала) — Портта 40 жаңа кран іске қосылды, деп хабарлайды «Дала» тілшісі.\n"
        "Сонымен қатар, зауыт 120 дәнекерлеушіні жұмысқа алды.\n"
        "Порт туралы бірінші болып білу үшін арнамызға жазылыңыз.",
        ["АТЫРАУ", "хабарлайды", "Сонымен қатар", "жазылыңыз"],
    ),
]


@pytest.mark.parametrize(("language", "body", "unwanted"), UNWANTED, ids=[row[0] for row in UNWANTED])
def test_what_readers_do_not_want_never_gets_in(language: str, body: str, unwanted: list[str]) -> None:
    article = make.article(title="Порт", text=body, language=language)

    seen = shown(told(article, max_facts=9, max_chars=5000))
    without_the_rules = chosen_from(untrimmed(article), "", language)

    assert "120" in seen
    assert [phrase for phrase in unwanted if phrase.lower() in seen.lower()] == []
    assert [phrase for phrase in unwanted if phrase not in without_the_rules] == []


@pytest.mark.parametrize(
    "line",
    [
        "Чем живёт порт и кто в нём работает — в нашем репортаже.",
        "«Вестник» рассказывает, как строили новый порт у моста.",
        "Краткий обзор правил судоходства на реке.",
        "Как это было, смотрите подробнее в наших карточках.",
        "Ранеепорт закрывали из-за шторма на две недели.",
        "Мы поговорили с капитаном порта о старых причалах.",
        "Корреспонденты «Вестника» побывали в порту и на верфи.",
        "Пройдите опрос о порте и получите билет на паром.",
        "Самые интересные новости теперь в мессенджере!",
        "The post A port is open appeared first on Herald of Ports.",
        "Read on for the news of the port and its cranes.",
        "Follow Herald Sport across our channels, on Facebook and Instagram.",
    ],
)
def test_what_leads_elsewhere_is_no_fact(line: str) -> None:
    article = make.article(title="Новости реки", text=f"Порт купил 120 кранов для новых причалов.\n{line}")

    assert "120 кранов" in shown(told(article))
    assert [fact.text for fact in told(article).facts][1:] == []
    assert line.rstrip(".!") in chosen_from(untrimmed(article), "")


@pytest.mark.parametrize(
    "line",
    [
        "Следите за руками, сказал мастер и поднял якорь со дна реки.",
        "«Вестник» рассказал о порте на выставке в столице.",
        "Переход через порт закрыли на всю неделю до пятницы.",
        "Meta, владеющая Facebook, Instagram и WhatsApp, купила порт.",
    ],
)
def test_news_that_sound_alike_stay(line: str) -> None:
    article = make.article(title="Новости реки", text=f"Порт купил 120 кранов для новых причалов.\n{line}")

    assert line.rstrip(".") in shown(told(article))


def test_a_figure_of_a_later_paragraph_is_told_without_connective_and_credit() -> None:
    facts = [fact.text for fact in told(make.article(text=BODY)).facts]

    assert "Верфь наняла 120 сварщиков и открыла для них общежитие на набережной" in facts


def test_a_quotation_keeps_its_speaker_or_is_left_out() -> None:
    named = make.article(title="Порт готов", text='"Мы начнем весной, людей хватает", — сказала директор Анна Ким.')
    nobody = make.article(title="Порт готов", text='Порт строят с осени.\n"Мы начнем весной. Людей хватает нам всем."')

    assert [fact.text.endswith("— сказала директор Анна Ким") for fact in told(named).facts] == [True]
    assert "людей" not in shown(told(nobody)).lower()


REPEATS = [
    ("ru", "Новый мост через реку открыли в понедельник", "Длина моста через реку достигает 800 метров."),
    ("en", "The new bridge over the river was opened on Monday", "The bridge is 800 metres long."),
    ("uz-Latn", "Daryo ustidagi yangi ko‘prik dushanba kuni ochildi", "Ko‘prik uzunligi 800 metrga yetdi."),
    ("kk", "Өзен үстіндегі жаңа көпір дүйсенбіде ашылды", "Көпірдің ұзындығы 800 метрге жетті."),
]


@pytest.mark.parametrize(("language", "title", "news"), REPEATS, ids=[row[0] for row in REPEATS])
def test_facts_do_not_repeat_the_headline(language: str, title: str, news: str) -> None:
    article = make.article(title=title, text=f"{title} {title[4:9]}. {news}", language=language)

    facts = [fact.text for fact in told(article).facts]

    assert facts == [news.rstrip(".")]
    assert title in chosen_from(untrimmed(article), "", language)


def test_facts_do_not_repeat_each_other() -> None:
    text = "Новый мост через реку открыли в понедельник утром. Новый мост открыли через реку в понедельник для машин."
    article = make.article(title="Праздник", text=text)
    pool = candidates.of(article)

    assert len(told(article).facts) == 1
    assert [chosen_from([candidate], "") for candidate in pool] == [candidate.text for candidate in pool]
    assert len(pool) == 2


def test_a_lead_that_tells_the_title_again_gives_only_the_clause_that_is_new() -> None:
    lead = "The night of museums drew 9,000 visitors on Friday, as 14 galleries in the old town stayed open until dawn."
    article = make.article(title="The night of museums drew 9,000 visitors", text=lead, language="en")

    assert [fact.text for fact in told(article).facts] == ["14 galleries in the old town stayed open until dawn"]


def test_a_headline_of_one_long_sentence_leaves_its_second_clause_to_the_facts() -> None:
    text = (
        "В городе у моря открылся первый завод по переработке старых сетей и канатов из рыбацких портов: "
        "40 рабочих из соседних сел уже делают из них ткань для курток."
    )

    summary = told(make.article(text=text))

    assert summary.headline.endswith("из рыбацких портов")
    assert [fact.text for fact in summary.facts] == ["40 рабочих из соседних сел уже делают из них ткань для курток"]


def test_a_sentence_that_begins_with_a_pronoun_stands_only_right_below_the_sentence_it_leans_on() -> None:
    text = "Мост через реку открыли в понедельник утром. Он обошелся городу в 40 млн рублей."

    below = told(make.article(text=text))
    apart = told(make.article(text=f"{text[:44]} Движение пустят завтра. {text[45:]}", title="Город получил мост"))

    assert [fact.text for fact in below.facts] == ["Обошелся городу в 40 млн рублей"]
    assert text[below.facts[0].evidence.start :] == "обошелся городу в 40 млн рублей."
    assert "обошелся" not in shown(apart)


def test_the_last_sentence_of_a_post_that_was_cut_off_is_left_out_or_ends_with_a_whole_clause() -> None:
    begun = "Порт принял 300 кораблей с рыбой из соседних городов и сел. " * 5
    cut = make.article(title="Новости реки", text=f"{begun}На набережной высадили 70 молодых деревьев и постав")
    ended = make.article(title="Новости реки", text=f"{begun}На набережной высадили 70 молодых деревьев и кустов.")
    short = make.article(title="Новости реки", text="Порт принял 300 кораблей. На набережной высадили 70 деревьев")

    assert "70" not in shown(told(cut))
    assert "70 молодых деревьев" in shown(told(ended))
    assert "70 деревьев" in shown(told(short))


def test_what_somebody_says_over_several_lines_is_not_told_as_if_it_were_the_article() -> None:
    said = "«Мы долго ждали этого моста.\nТеперь построим дорогу к нему и новый причал.\nЛюди довольны», — сказал мэр."
    article = make.article(
        title="Новости реки", text=f"Мост открыли в понедельник утром.\n{said}\nМост длинный и узкий."
    )
    parted = replace(article, text=article.text.replace("«", "").replace("»", ""))

    assert "причал" not in shown(told(article))
    assert "Мост длинный" in shown(told(article))
    assert "причал" in shown(told(parted))


def test_a_mark_that_nothing_follows_is_not_told() -> None:
    article = make.article(title="Мост открыт (фото)", text="Строили его 14 месяцев подряд две бригады -\nИтог. Да.")
    listed = make.article(title="Мост открыт. ВИДЕО", text="Бригада из города: Ким, Ли и Пак;\nИ ещё одна.")

    assert told(article).headline == told(listed).headline == "Мост открыт"
    assert [fact.text[-3:] for fact in told(listed).facts] == ["Пак"]


def test_no_headline_is_made_of_a_sentence_that_says_only_he() -> None:
    told_by_us = (
        "Если вы хотите в море, вам в школу. Наш капитан Ким учился там. Весь прошлый год он готовил лодку к походу."
    )

    assert " он " not in told(make.article(text=told_by_us)).headline


def test_the_first_three_facts_are_the_same_however_many_may_follow() -> None:
    text = (
        "Город построил 14 школ на улице Лесной. Порт принял 300 кораблей с рыбой. Музей показал 36 ковров из Бухары. "
        "Театр сыграл пьесу о хлебе для 900 зрителей. Завод выпустил первый трактор весом 7 тонн. "
        "Университет набрал 50 студентов на химию."
    )
    article = make.article(title="Неделя", text=text)

    three, five = told(article, max_facts=3).facts, told(article, max_facts=5).facts

    assert len(three) == 3
    assert five[:3] == three
    assert len(five) > 3


def test_a_text_that_stops_in_mid_sentence_does_not_give_the_half() -> None:
    whole = "Мост через реку открыли в понедельник. Проезд для 40 машин стоит дешевле, чем обещали в мае."

    assert "обещали" in shown(told(make.article(text=whole)))
    assert "обещали" not in shown(told(make.article(text=whole.replace(" мае.", ""))))


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        (
            "The cost of the bridgeEngineers of the harbour want new steel for it",
            "The cost of the bridge and OpenWater gates worries engineers of the harbour",
        ),
        (
            "Speaking to workers on the bridge, the engineer explained: ‘Great news",
            "Speaking to workers on the bridge, the engineer explained: ‘Great news’",
        ),
        (
            "The announcement was made by engineers of the harbour on their own page",
            "The announcement by engineers of the harbour surprised workers on the bridge",
        ),
        (
            "Engineers of the harbour rank the bridges of both rivers as follows",
            "Engineers of the harbour rank the bridges of both rivers by their age",
        ),
    ],
    ids=["a heading and its text", "a quotation left open", "an announcement", "a list to come"],
)
def test_what_was_cut_or_glued_in_the_wrong_place_is_less_fit(broken: str, whole: str) -> None:
    found = {text: candidates.of(make.article(text=f"{text}.", language="en")) for text in (broken, whole)}

    assert all(one.fitness < cover.SOUND for one in found[broken])
    assert [one.fitness for one in found[whole]] == [1.0]


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
        ("Ko‘prik ochildi, deb xabar beradi “Vaha” muxbiri.", "Ko‘prik ochildi"),
        ("Кўприк очилди, деб хабар беради «Ваҳа» мухбири.", "Кўприк очилди"),
        ("Көпір ашылды, деп хабарлайды Хабаршы.", "Көпір ашылды"),
        ("Көпір ашылды, деп хабарлайды «Дала» тілшісі.", "Көпір ашылды"),
        ("Сонымен қатар, көпір екі жылда салынды.", "Көпір екі жылда салынды"),
        ("Мост построили за 5 млрд руб.", "Мост построили за 5 млрд руб."),
        ("Мост построили за 5 млн.", "Мост построили за 5 млн"),
        ("Мост построили в 2026 г.", "Мост построили в 2026 г."),
        ("Ветер до 12 м/с.", "Ветер до 12 м/с"),
        ("Днем до +20°С.", "Днем до +20°С"),
        ("She scored 6.5.", "She scored 6.5"),
        ("It opens at 8 a.m.", "It opens at 8 a.m."),
        ("Loyiha qiymati 27 mln.", "Loyiha qiymati 27 mln"),
        ("САМАРКАНД, 15 ноя — Оазис. Мост открыт.", "Мост открыт"),
        ("SAMARQAND, 15-noyabr — Vaha. Ko‘prik ochildi.", "Ko‘prik ochildi"),
        ("АТЫРАУ, 15 қараша — «Дала». Көпір ашылды.", "Көпір ашылды"),
        ("OSLO, Nov 17 — The Herald. The bridge is open.", "The bridge is open"),
        ("Отметим, что мост длинный.", "Мост длинный"),
        ("Он добавил, что мост длинный.", "Мост длинный"),
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
