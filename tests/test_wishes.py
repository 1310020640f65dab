"""What a card asks for decides what comes: from articles to messages, with time as an argument."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import app, intake, pipeline, settings
from bot.config import Config
from bot.model import Chat, ChatId, ChatKind, Filters, Form, Manner, Subscription, TopicId
from bot.stages import due
from bot.world import World
from tests import make, running, texts
from tests.fakes import UNLIMITED, Inbox

NIGHT = make.moment("2026-11-22T01:00")  # 06:00 in Tashkent
NEWS = make.moment("2026-11-22T02:00")
MORNING = make.moment("2026-11-22T03:00")  # 08:00 there
DAY = timedelta(days=1)
READER = ChatId(7)
ALL = ("640", "7,5", "1 200")  # a figure of each story


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    await running.have_tables(tmp_path)
    async with app.world(Config(state_dir=tmp_path), now_at=NIGHT) as opened:
        yield replace(opened, limits=UNLIMITED)


async def reader(world: World, *, topics: tuple[str, ...] = (), **wishes: Any) -> tuple[Chat, Subscription]:
    """Somebody in Tashkent, due at 08:00 from NIGHT on; all topics unless words or topics are said."""
    chat = await settings.chat(world, READER, kind=ChatKind.PRIVATE, title="Reader")
    filters = wishes.get("filters", Filters())
    wanted = replace(
        await settings.subscription(world, chat),
        topics=tuple(map(TopicId, topics)) or (() if filters.words else world.topic_ids),
        schedule=due.parse(("08:00",)),
        enabled=True,
        **wishes,
    )
    return chat, await settings.save(world, chat, wanted, now_at=NIGHT)


async def told(world: World) -> str:
    """What the morning's digest says, "" when none comes."""
    await intake.take(world, texts.all_of_them(published_at=NEWS), now_at=NEWS)
    return await sent(world)


async def sent(world: World, *, days: int = 0) -> str:
    inbox = Inbox()
    await pipeline.publish(world, now_at=MORNING + days * DAY)
    await pipeline.deliver(world, inbox.send)
    return "\n".join(inbox.texts(READER))


def seen_in(digest: str) -> list[str]:
    return [figure for figure in ALL if figure in digest]


async def test_without_wishes_everything_comes(world: World) -> None:
    await reader(world)

    digest = await told(world)

    assert seen_in(digest) == ["640", "7,5", "1 200"]
    assert "•" in digest
    assert "Silk Road Daily · Vestnik" in digest


@pytest.mark.parametrize(
    ("filters", "comes"),
    [
        (Filters(words=("шахматистками",)), ["7,5"]),
        (Filters(words=("Нукус", "maktablar")), ["1 200"]),
        (Filters(words=("cycle lane",)), ["640"]),
        (Filters(words=("lane cycle",)), []),
        (Filters(words=("re:рек[аеу]",)), ["640"]),
        (Filters(words=("horoscope",)), []),
        (Filters(muted=("турнир",)), ["640", "1 200"]),
        (Filters(muted=("bridge", "re:smen")), ["7,5"]),
        (Filters(sources=("Vaha",)), ["1 200"]),
        (Filters(sources_out=("Vestnik", "Silk Road Daily")), ["1 200"]),
        (Filters(languages=("uz",)), ["1 200"]),
        (Filters(sources=("Vestnik",), languages=("en",)), []),
        (Filters(sources=("Silk Road Daily",), languages=("en",)), ["640"]),
        (Filters(words=("шахматы", "мост"), muted=("автобус",)), ["7,5"]),
    ],
)
async def test_words_sources_and_languages_decide(world: World, filters: Filters, comes: list[str]) -> None:
    await reader(world, filters=filters)

    assert seen_in(await told(world)) == comes


async def test_a_word_brings_a_story_beside_the_topics(world: World) -> None:
    await reader(world, topics=("sport",), filters=Filters(words=("мост",)))

    assert sorted(seen_in(await told(world))) == ["640", "7,5"]


async def test_nothing_of_a_source_that_is_out_is_told_though_another_tells_the_story(world: World) -> None:
    await reader(world, filters=Filters(sources_out=("Vestnik",)))

    digest = await told(world)

    assert "640-metre" in digest
    assert "Silk Road Daily" in digest
    assert "Vestnik" not in digest


async def test_headlines_only_are_told_without_facts(world: World) -> None:
    await reader(world, manner=Manner(form=Form.HEADLINES))

    digest = await told(world)

    assert seen_in(digest) != []
    assert "•" not in digest


FARM = """The Olmazor farm in the Kegen valley has planted 4,200 apple trees on 36 hectares this autumn, it said.
Dilmurod Rakhimov, who runs the farm with his two sisters, expects the first harvest of 90 tonnes in three years.
The family borrowed $1.4 million from a bank in Almaty at 9 percent a year, and 70 percent of it went into drip lines.
Water comes from 12 wells that were drilled in August, each 80 metres deep, and from a pond that holds 15,000 tonnes.
The farm sells to 26 shops in four towns, and wants to open a packing house for 40 workers near the railway soon."""

MUSEUM = """A museum of carpets opened on Saturday in the old caravanserai of Sarytau with 318 pieces from six lands.
Curator Ainur Bekova said that restoring the building of 1874 took five years and cost 2.6 billion tenge in all.
The oldest carpet, 3.2 metres long, was woven around 1720 and was found by schoolchildren in an attic in 1988.
Tickets cost 1,500 tenge, students pay half, and on the first weekend 2,900 visitors came, twice as many as hoped.
Eleven weavers work in the courtyard, and from December they teach a class of 24 beginners every Thursday evening."""


async def test_a_minute_of_reading_holds_what_can_be_read_in_it_and_says_what_was_left_out(world: World) -> None:
    chat, wanted = await reader(world, manner=Manner(minutes=1))
    long = [texts.entry("farm", FARM, published_at=NEWS), texts.entry("museum", MUSEUM, published_at=NEWS)]
    await intake.take(world, (*texts.all_of_them(published_at=NEWS), *long), now_at=NEWS)
    whole = (await pipeline.preview(world, chat, replace(wanted, manner=Manner()), now_at=MORNING)).digest
    short = (await pipeline.preview(world, chat, wanted, now_at=MORNING)).digest

    digest = await sent(world)

    assert len(whole.items) == 5
    assert short.items == whole.items[: len(short.items)]
    assert 0 < len(short.items) < 5
    assert "did not fit" in digest


async def test_fewer_stories_than_wanted_send_nothing_and_wait_for_more(world: World) -> None:
    await reader(world, manner=Manner(at_least=2), filters=Filters(words=("мост", "турнир")))
    await intake.take(world, texts.all_of_them(published_at=NEWS)[:1], now_at=NEWS)
    assert await sent(world) == ""

    await intake.take(world, texts.all_of_them(published_at=NEWS)[2:3], now_at=NEWS + DAY)

    assert sorted(seen_in(await sent(world, days=1))) == ["640", "7,5"]
    assert await sent(world, days=2) == ""


async def test_a_roundup_tells_the_best_of_seven_days_again(world: World) -> None:
    chat, daily = await reader(world)
    assert seen_in(await told(world)) == ["640", "7,5", "1 200"]
    assert await sent(world, days=1) == ""

    await settings.save(world, chat, replace(daily, manner=Manner(roundup=True)), now_at=MORNING + DAY)

    assert seen_in(await sent(world, days=2)) == ["640", "7,5", "1 200"]
    assert await sent(world, days=9) == ""


@pytest.mark.parametrize("age", [timedelta(days=9), timedelta(days=2)], ids=["older than its week", "of its week"])
async def test_a_roundup_that_had_too_little_leaves_only_its_week_to_the_digest_it_becomes(
    world: World, age: timedelta
) -> None:
    chat, _ = await reader(world, manner=Manner(roundup=True, at_least=9))
    await intake.take(world, texts.all_of_them(published_at=NEWS - age), now_at=NEWS - age)
    assert await sent(world) == ""

    daily = replace(await settings.subscription(world, chat), manner=Manner())
    await settings.save(world, chat, daily, now_at=MORNING)

    assert seen_in(await sent(world, days=1)) == ([] if age.days > 7 else ["640", "7,5", "1 200"])


async def test_what_is_due_in_quiet_hours_comes_at_their_end(world: World) -> None:
    _, wanted = await reader(world, manner=Manner(quiet=(time(22), time(9, 30))))
    await intake.take(world, texts.all_of_them(published_at=NEWS), now_at=NEWS)
    assert wanted.next_due_at == make.moment("2026-11-22T04:30")

    assert await sent(world) == ""
    await pipeline.publish(world, now_at=make.moment("2026-11-22T04:30"))
    inbox = Inbox()
    await pipeline.deliver(world, inbox.send)

    assert seen_in("\n".join(inbox.texts(READER))) == ["640", "7,5", "1 200"]


async def test_two_cards_of_a_chat_tell_a_story_once(world: World) -> None:
    chat, _ = await reader(world, filters=Filters(words=("мост",)))
    second = await settings.added(world, chat)
    both = replace(second, topics=world.topic_ids, title="All", schedule=due.parse(("08:00",)), enabled=True)
    await settings.save(world, chat, both, now_at=NIGHT)

    digest = await told(world)

    assert digest.count("Ak-Tepa") == 1
    assert "All · " in digest


async def test_a_preview_shows_what_would_come_and_marks_nothing(world: World) -> None:
    chat, wanted = await reader(world, filters=Filters(words=("турнир",)), manner=Manner(at_least=2))
    await intake.take(world, texts.all_of_them(published_at=NEWS), now_at=NEWS)

    shown = await pipeline.preview(world, chat, wanted, now_at=MORNING)

    assert ([len(item.facts) > 0 for item in shown.digest.items], shown.is_due) == ([True], False)
    again = await pipeline.preview(world, chat, wanted, now_at=MORNING)
    assert again.digest.items == shown.digest.items
