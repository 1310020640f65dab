"""Which articles tell one event: reprints, other words for the same, other languages and scripts; and which do not."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Article, ArticleId, Story, StoryId
from bot.stages import group, likeness, sketch
from tests import make

BRIDGE = make.article(
    "bridge1", published="2026-11-22T08:00", title="Мост через Сырдарью открыли в Бекабаде",
    text="В Бекабаде открыли мост через Сырдарью длиной 412 метров. Его строили два года, проект стоил 78 млн "
    "долларов. Движение пустили в понедельник, на церемонии был губернатор Акмаль Юсупов.",
)  # fmt: skip
BRIDGE_RETOLD = make.article(
    "bridge2", published="2026-11-22T09:30", source="Курьер", title="Открыт новый мост через Сырдарью",
    text="Новый мост в Бекабаде, на который ушло 78 млн долларов, открыли для движения. Длина моста через Сырдарью "
    "412 метров. Губернатор Юсупов поблагодарил строителей.",
)  # fmt: skip
BRIDGE_EN = make.article(
    "bridge3", published="2026-11-22T10:00", language="en", source="Herald",
    title="Bekabad opens its Syrdarya bridge",
    text="A bridge over the Syrdarya was opened in Bekabad on Monday. It is 412 metres long and cost 78 million "
    "dollars. Governor Akmal Yusupov attended.",
)  # fmt: skip
BRIDGE_UZ = make.article(
    "bridge4", published="2026-11-22T10:30", language="uz-Latn", source="Xabar",
    title="Bekobodda Sirdaryo ko‘prigi ochildi",
    text="Bekobod shahrida Sirdaryo ustidan 412 metrlik ko‘prik ochildi. Loyiha qiymati 78 million dollar. Marosimda "
    "hokim Akmal Yusupov qatnashdi.",
)  # fmt: skip
BRIDGE_UZ_CYRILLIC = make.article(
    "bridge5", published="2026-11-22T10:40", language="uz-Cyrl", source="Хабар",
    title="Бекободда Сирдарё кўприги очилди",
    text="Бекобод шаҳрида Сирдарё устидан 412 метрлик кўприк очилди. Лойиҳа қиймати 78 миллион доллар. Маросимда ҳоким "
    "Акмал Юсупов қатнашди.",
)  # fmt: skip
MATCH = make.article(
    "match1", published="2026-11-22T08:20", title="«Сокол» проиграл в Самарканде",
    text="Футболисты «Сокола» уступили «Регару» со счётом 0:2. Оба мяча забил Рустам Алиев, матч смотрели "
    "11 тысяч зрителей.",
)  # fmt: skip
FAIR = make.article(
    "fair1", published="2026-11-22T08:40", language="en", title="Book fair draws crowds in Almaty",
    text="Some 5,300 readers came to the book fair in Almaty. Publishers from 24 countries brought novels and poetry.",
)  # fmt: skip
ALL = (BRIDGE, BRIDGE_RETOLD, BRIDGE_EN, BRIDGE_UZ, BRIDGE_UZ_CYRILLIC, MATCH, FAIR)


def partition(articles: list[Article] | tuple[Article, ...]) -> set[frozenset[str]]:
    return {frozenset(article.id for article in story.articles) for story in group.stories(articles)}


def test_an_event_told_by_two_sources_is_one_story() -> None:
    assert partition((BRIDGE, BRIDGE_RETOLD, MATCH)) == {frozenset({"bridge1", "bridge2"}), frozenset({"match1"})}


def test_an_event_told_in_two_languages_is_one_story() -> None:
    assert partition((BRIDGE, BRIDGE_EN, FAIR)) == {frozenset({"bridge1", "bridge3"}), frozenset({"fair1"})}


def test_an_event_told_in_two_scripts_of_uzbek_is_one_story() -> None:
    assert partition((BRIDGE_UZ, BRIDGE_UZ_CYRILLIC)) == {frozenset({"bridge4", "bridge5"})}


def test_a_story_gathers_all_languages_and_scripts_and_nothing_else() -> None:
    assert partition(ALL) == {
        frozenset({"bridge1", "bridge2", "bridge3", "bridge4", "bridge5"}), frozenset({"match1"}), frozenset({"fair1"}),
    }  # fmt: skip


def test_a_reprint_joins_even_when_its_language_was_not_recognised() -> None:
    # given
    text = "на окраине города после долгого ремонта снова открыли старый парк с прудом и яблоневым садом"
    original = make.article("park1", title="Парк открыт", text=text)
    reprint = make.article("park2", title="Смотрите", text=text, language="und")
    same_words = make.article("park3", title="Смотрите", text=" ".join(reversed(text.split())), language="und")
    # when, then
    assert len(partition((original, reprint))) == 1
    assert len(partition((original, same_words))) == 2


def test_two_matches_of_one_day_are_two_stories() -> None:
    # given
    other = make.article(
        "match2", published="2026-11-22T08:50", title="«Бунёдкор» победил в Навои",
        text="«Бунёдкор» обыграл «Шахтёр» 3:1. Голы забили Отабек Каримов и Тимур Ли, на трибунах было 6 тысяч "
        "зрителей.",
    )  # fmt: skip
    # when, then
    assert len(partition((MATCH, other))) == 2


def test_the_same_words_a_week_later_are_another_story() -> None:
    # given
    soon = replace(BRIDGE_RETOLD, published_at=make.moment("2026-11-23T20:00"))
    late = replace(BRIDGE_RETOLD, published_at=make.moment("2026-11-29T09:30"))
    # when, then
    assert len(partition((BRIDGE, soon))) == 1
    assert len(partition((BRIDGE, late))) == 2


def test_a_story_stays_open_while_it_is_fed() -> None:
    # given
    days = ("2026-11-22T08:00", "2026-11-23T20:00", "2026-11-25T08:00")
    told = [
        replace(BRIDGE_RETOLD, id=article.id, published_at=make.moment(day))
        for article, day in zip(ALL, days, strict=False)
    ]
    # when, then
    assert len(partition(told)) == 1
    assert len(partition([told[0], told[2]])) == 2


def joined(new: Iterable[Article], open_stories: Iterable[Story]) -> dict[str, str]:
    """The stories of new articles beside open ones."""
    now_open = group.Open()
    for story in open_stories:
        for article in story.articles:
            now_open.add(sketch.of(article), story.id)
    return {one.article_id: story_id for one, story_id in now_open.join(map(sketch.of, new))}


def test_a_story_keeps_the_id_of_the_article_that_opened_it() -> None:
    # given
    open_story = make.story(BRIDGE_RETOLD)
    # when, then
    assert joined((BRIDGE, MATCH), (open_story,)) == {"bridge1": "bridge2", "match1": "match1"}


def test_an_article_that_is_in_a_story_stays_there() -> None:
    # given
    mended = Story(id=make.story(MATCH).id, articles=(MATCH, BRIDGE_RETOLD))
    # when, then
    assert joined((BRIDGE_RETOLD,), (mended, make.story(BRIDGE))) == {"bridge2": "match1"}


def test_later_articles_join_what_earlier_ones_opened() -> None:
    # given
    at_once = partition(ALL)
    now_open = group.Open()
    # when
    stories: dict[str, set[str]] = {}
    for article in sorted(ALL, key=lambda one: one.published_at):
        ((_, story_id),) = now_open.join([sketch.of(article)])
        stories.setdefault(story_id, set()).add(article.id)
    # then
    assert set(map(frozenset, stories.values())) == at_once


def test_a_second_report_of_one_source_in_other_words_counts_for_less() -> None:
    # given
    bridge = make.article(
        "span1", title="Мост через Чирчик откроют весной", source="Курьер",
        text="Строители обещают закончить мост через Чирчик весной. Осталось уложить асфальт и поставить фонари.",
    )  # fmt: skip
    other = make.article(
        "span2", title="Мост через Чирчик подорожал", source="Курьер",
        text="Смета моста через Чирчик выросла на 9 млн долларов. Подрядчик объяснил это ценами на сталь.",
    )  # fmt: skip
    elsewhere = replace(other, source="Вестник")
    # when, then
    assert likeness_of(bridge, bridge) == likeness_of(bridge, replace(bridge, source="Вестник")), "reprints"
    assert likeness_of(bridge, elsewhere) > likeness_of(bridge, other)


def likeness_of(told: Article, new: Article) -> float:
    members = [sketch.of(told)]
    return likeness.to_story(likeness.Asked(sketch.of(new)), members, 1.0, weights=likeness.fitted())


def test_two_accidents_of_one_day_in_two_towns_are_two_stories() -> None:
    # given
    one = make.article(
        "crash1", title="В Термезе автобус столкнулся с грузовиком", source="Курьер",
        text="В Термезе автобус столкнулся с грузовиком. Пострадали 14 человек, сообщил Бахром Назаров из "
        "дорожной службы. Водителя «Исузу» допрашивают.",
    )  # fmt: skip
    other = make.article(
        "crash2", title="В Нукусе перевернулся микроавтобус",
        text="В Нукусе на трассе перевернулся микроавтобус. Погибли 3 человека, рассказала врач Гульнара Сапарова. "
        "Движение у Тахиаташа перекрыто.",
    )  # fmt: skip
    retold = make.article(
        "crash3", title="Автобус врезался в грузовик в Термезе: 14 пострадавших", source="Хабар",
        text="Четырнадцать человек пострадали в Термезе, где автобус столкнулся с грузовиком «Исузу». О 14 раненых "
        "сообщил Бахром Назаров.",
    )  # fmt: skip
    # when, then
    assert partition((one, other, retold)) == {frozenset({"crash1", "crash3"}), frozenset({"crash2"})}


def test_a_report_in_its_own_language_decides_before_those_in_others() -> None:
    # given
    plain = make.article(
        "bridge6", title="Переправу сдали", source="Эхо",
        text="Строители сдали переправу на неделю раньше срока. Водители больше не ждут парома, автобусы пойдут чаще.",
    )  # fmt: skip
    stranger = make.article(
        "quarry1", published="2026-11-22T11:00", title="Экологи добились закрытия песчаного карьера", source="Эхо",
        text="Суд запретил добывать песок рядом с заповедником: комиссия нашла нарушения, рыба гибла, берег осыпался. "
        "Юристы собрали подписи рыбаков и школьников, эксперты измерили пыль и шум. Среди истцов Акмаль Юсупов из "
        "города Бекабад у реки Сырдарья. Хозяин карьера обжалует запрет, рабочих обещают устроить на фабрику.",
    )  # fmt: skip
    # when, then
    assert joined((stranger,), (make.story(BRIDGE_EN),)) == {"quarry1": "bridge3"}
    assert joined((stranger,), (make.story(BRIDGE_EN, plain),)) == {"quarry1": "quarry1"}


def test_a_follow_up_days_later_is_a_new_story_that_names_the_earlier_one() -> None:
    # given
    later = replace(BRIDGE_RETOLD, id=ArticleId("later"), published_at=make.moment("2026-11-29T09:30"))
    months_later = replace(later, published_at=make.moment("2027-03-01T09:30"))
    closed = [(sketch.of(one), StoryId(one.id)) for one in (BRIDGE, MATCH, FAIR)]
    # when, then
    assert len(partition((BRIDGE, later))) == 2
    assert group.earlier(sketch.of(later), closed) == "bridge1"
    assert group.earlier(sketch.of(months_later), closed) is None
    assert group.earlier(sketch.of(replace(later, published_at=make.moment("2026-11-01T08:00"))), closed) is None
    assert group.earlier(sketch.of(later), closed[1:]) is None


@given(st.permutations(ALL))
@settings(max_examples=30, deadline=None)
def test_the_order_of_arrival_does_not_matter(articles: list[Article]) -> None:
    assert group.stories(articles) == group.stories(ALL)


TEXTS = st.lists(
    st.sampled_from(("мост ", "Ташкент ", "412 ", "😀", "<b>", "match ", "матч ", "o‘yin ", "\u0301", "\n", "банк ")),
    min_size=1, max_size=25,
).map("".join)  # fmt: skip
HEAPS = st.lists(
    st.tuples(TEXTS, st.sampled_from(("ru", "en", "uz-Latn", "kk", "und")), st.integers(0, 23)), min_size=1, max_size=12
)


@given(HEAPS, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_every_article_of_any_heap_is_in_one_story_whose_id_is_its_first_article(
    heap: list[tuple[str, str, int]], shuffle: random.Random
) -> None:
    # given
    articles = [
        make.article(f"x{number:02}", text=text, language=language, published=f"2026-11-22T{hour:02}:00")
        for number, (text, language, hour) in enumerate(heap)
    ]
    shuffled = list(articles)
    shuffle.shuffle(shuffled)
    # when
    stories = group.stories(articles)
    # then
    assert sorted(article.id for story in stories for article in story.articles) == [one.id for one in articles]
    assert all(str(story.id) == str(story.articles[0].id) for story in stories)
    assert all(list(story.articles) == sorted(story.articles, key=lambda one: one.published_at) for story in stories)
    assert group.stories(shuffled) == stories
    assert joined(articles, stories) == {one.id: story.id for story in stories for one in story.articles}


@pytest.mark.parametrize(("title", "text"), [("", "-"), ("", "слово"), ("😀", "😀😀"), ("1", "12 12 12")])
def test_an_article_of_next_to_nothing_is_a_story_of_its_own(title: str, text: str) -> None:
    # given
    nothing = make.article("zero", title=title, text=text)
    # when, then
    assert frozenset({"zero"}) in partition((*ALL, nothing))
