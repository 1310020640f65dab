"""A source that ends everything it publishes in the same sentence: nobody reads it in a digest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stages.repeated import Repeated
from tests.reading import press
from tests.reading.press import Item, Press, rss

SAID = "С вами были корреспонденты долинного вестника"
NEVER = 10**6


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Press]:
    async with press.opened(tmp_path) as opened:
        yield opened


def item(number: int) -> Item:
    first, _, last = press.told(number).split("\n")
    return Item(number=number, title=first, text=f"{first} {last} {SAID}.")


@pytest.mark.parametrize(("least", "is_told"), [(3, False), (NEVER, True)])
async def test_the_sentence_that_all_entries_of_a_feed_end_in_is_in_no_digest(
    made: Press, least: int, is_told: bool
) -> None:
    made.world = replace(made.world, repeated=Repeated(least=least))
    await made.add(made.put("press.example/feed", rss(*(item(number) for number in range(6)))))

    await made.collect()

    text = await made.text()
    assert (SAID in text) is is_told
    assert text.count("млн сумов") == 6
    assert all(stored.endswith(f"{SAID}.") for stored in (await made.articles()).values())


async def test_it_is_found_when_articles_come_one_by_one_and_the_program_was_started_anew(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(item(0))))
    for number in range(4):
        made.put("press.example/feed", rss(item(number)))
        made.world = replace(made.world, repeated=Repeated())
        await made.collect(timedelta(hours=3 * number))

    assert len(await made.articles()) == 4
    assert SAID not in await made.text()


async def test_what_two_stories_end_in_is_told(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(item(0), item(1))))

    await made.collect()

    assert SAID in await made.text()
