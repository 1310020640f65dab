"""What is chosen beside a headline: long sentences in the form that grammar allows, lists of figures at their worth."""

from __future__ import annotations

from bot.model import Article
from bot.stages import cover, extract
from tests import make

ENDLESS = (
    "Совет города передал управлению порта старые склады на левом берегу реки вместе с рельсами подъездных путей и "
    "зданием бывшей таможни для размещения учебных мастерских сварщиков и механиков из посёлков вокруг залива под "
    "присмотром мастеров верфи и при участии преподавателей морского училища имени первых лоцманов дальнего плавания"
)


def facts(article: Article) -> list[str]:
    return [fact.text for fact in extract.summary(make.story(article), article.language, max_facts=3).facts]


def test_a_long_sentence_that_ends_nowhere_early_is_told_whole_where_there_is_room() -> None:
    assert cover.FACT_CHARS < len(ENDLESS) <= cover.LONGEST_CHARS

    assert facts(make.article(title="Новости порта", text=f"{ENDLESS}.")) == [ENDLESS]


def test_a_long_sentence_is_told_up_to_the_clause_that_ends_early() -> None:
    text = ENDLESS.replace(" вместе с ", ", который принял их вместе с ").replace(" порта старые", " старые")

    shown = facts(make.article(title="Новости порта", text=f"{text}."))

    assert shown == [text.partition(", который")[0]]


def test_a_sentence_beyond_every_length_is_no_fact() -> None:
    assert facts(make.article(title="Новости порта", text=f"{ENDLESS}, {ENDLESS.lower()}.")) == []
