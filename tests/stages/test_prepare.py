"""What storing needs to know of an article by itself, the same here and in another process."""

from __future__ import annotations

from dataclasses import replace

from bot.fetching.child import Child
from bot.model import Entry, TopicId
from bot.stages import classify, prepare, sketch
from bot.stages.prepare import Prepared
from tests import make, texts

NOW = make.moment()
DEFINITIONS = classify.default_definitions()
CATALOGUE = classify.catalogue(DEFINITIONS)


def test_an_entry_becomes_an_article_with_topics_and_sketch_or_a_reason() -> None:
    chess = replace(texts.entry("chess-ru", texts.CHESS_RU), topics=(TopicId("culture"),), is_old=True)

    good, bad = prepare.prepared([chess, Entry(url="ftp://example.org/x")], CATALOGUE, now_at=NOW)

    assert isinstance(good, Prepared)
    assert {TopicId("sport"), TopicId("culture")} <= {score.topic for score in good.topics}
    assert (good.is_news, good.sketch) == (False, sketch.of(good.article))
    assert isinstance(bad, str)
    assert bad


async def test_another_process_says_the_same() -> None:
    entries = texts.all_of_them()

    async with Child(1) as child:
        elsewhere = [await child.run(prepare.prepared_elsewhere, entries, DEFINITIONS, NOW) for _ in range(2)]

    assert elsewhere == [prepare.prepared(entries, CATALOGUE, now_at=NOW)] * 2
