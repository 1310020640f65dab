"""Trouble with a source reaches every admin once, in their language, and so does its end; crashes double nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import pipeline, reading, settings
from bot.config import Telegram
from bot.errors import StorageError
from bot.model import ChatId, ChatKind, SourceState
from bot.reading.arrival import Arrival
from bot.storage import chats
from bot.storage import sources as stored
from tests.fakes import Inbox
from tests.fetching.net import page
from tests.reading import press
from tests.reading.press import NOW, Item, Press, rss

ANN, BEK, SILENT_ADMIN = ChatId(11), ChatId(12), ChatId(13)
HOURS = timedelta(hours=3)  # longer than the waits between the first three tries
DAY = timedelta(days=1)
BROKEN = page(b"", status="500 Internal Server Error")
HOME = b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/new"></head><body/></html>'


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Press]:
    """Two admins who have begun a chat, in English and in Russian, and one who has not."""
    async with press.opened(tmp_path, telegram=Telegram(admins=(ANN, BEK, SILENT_ADMIN))) as opened:
        for chat_id, language in ((ANN, "en"), (BEK, "ru")):
            await settings.chat(opened.world, chat_id, kind=ChatKind.PRIVATE, title="", language=language)
        yield opened


async def sent(made: Press) -> dict[ChatId, list[str]]:
    """What goes out now."""
    inbox = Inbox()
    while await pipeline.deliver(made.world, inbox.send):
        pass
    return {chat: inbox.texts(chat) for chat in inbox.got}


async def change(made: Press, **other: Any) -> SourceState:
    """The state of the source with something changed by hand."""
    source = await stored_source(made)
    state = replace(await made.state(), **other)
    async with made.world.database.write() as connection:
        assert await stored.keep_state(connection, source, state)
    return state


async def stored_source(made: Press) -> Any:
    async with made.world.database.read() as connection:
        return await stored.get(connection, "press")


async def fail(made: Press, times: int, *, begin: timedelta = timedelta(0)) -> None:
    for number in range(times):
        await made.collect(begin + number * HOURS)


async def test_three_failures_are_told_once_to_each_admin_and_the_recovery_once(made: Press) -> None:
    await made.add(made.put("press.example/feed", BROKEN))
    await fail(made, 2)
    assert await sent(made) == {}

    await fail(made, 1, begin=2 * HOURS)

    told = await sent(made)
    assert {chat: len(texts) for chat, texts in told.items()} == {ANN: 1, BEK: 1}
    assert told[ANN][0].startswith("Вестник cannot be read: ")
    assert "never read before" in told[ANN][0]
    assert told[BEK][0].startswith("Вестник: источник не читается. Причина: ")

    await fail(made, 4, begin=DAY)
    assert (await made.state()).failures > 3
    assert await sent(made) == {}

    made.put("press.example/feed", rss(Item(number=1)))
    await made.collect(5 * DAY)
    await made.collect(7 * DAY)
    assert await sent(made) == {ANN: ["Вестник works again."], BEK: ["Вестник: источник снова работает."]}


async def test_without_the_flag_the_same_trouble_is_told_again(made: Press) -> None:
    """What `told_down` is good for: forgotten, the fourth failure is news too."""
    await made.add(made.put("press.example/feed", BROKEN))
    await fail(made, 3)
    assert set(await sent(made)) == {ANN, BEK}

    await change(made, told_down=False)
    await made.collect(DAY)

    assert set(await sent(made)) == {ANN, BEK}


async def test_two_failures_and_a_good_reading_are_told_to_nobody(made: Press) -> None:
    await made.add(made.put("press.example/feed", BROKEN))
    await fail(made, 2)
    made.put("press.example/feed", rss(Item(number=1)))
    await made.collect(2 * HOURS)
    made.put("press.example/feed", BROKEN)
    await fail(made, 2, begin=2 * DAY)

    assert (await made.state()).failures == 2
    assert await sent(made) == {}


async def test_silence_longer_than_the_habit_is_told_once_with_its_beginning(made: Press) -> None:
    await made.add(made.put("press.example/feed", rss(Item(number=1))))
    await made.collect()
    await change(made, quiet_s=3 * 86_400, habit_s=3_600, next_read_at=NOW + HOURS)

    await made.collect(HOURS)
    await change(made, next_read_at=NOW + DAY)
    await made.collect(DAY)

    told = await sent(made)
    assert {chat: len(texts) for chat, texts in told.items()} == {ANN: 1, BEK: 1}
    assert told[ANN][0].startswith("Вестник has brought nothing new since 22 November 2026, 12:00")
    assert "дольше, чем обычно" in told[BEK][0]

    made.put("press.example/feed", rss(Item(number=1), Item(number=2)))
    await change(made, next_read_at=NOW + 2 * DAY)
    await made.collect(2 * DAY)
    assert (await sent(made))[ANN] == ["Вестник works again."]


async def test_a_source_that_is_gone_is_told_at_once_with_the_feed_that_its_site_has_now(made: Press) -> None:
    await made.add(made.put("press.example/feed", page(b"", status="410 Gone")))
    made.put("press.example/", HOME)
    made.put("press.example/new", rss(Item(number=1)))

    await made.collect()
    asked = made.asked().count("press.example/feed")
    await made.collect(30 * DAY)

    told = await sent(made)
    assert {chat: len(texts) for chat, texts in told.items()} == {ANN: 1, BEK: 1}
    assert "is gone, and I do not read it any more" in told[ANN][0]
    assert told[ANN][0].endswith("/addsource http://press.example/new")
    assert "На его сайте указана другая лента" in told[BEK][0]
    assert (await made.state()).gone
    assert made.asked().count("press.example/feed") == asked == 1


async def test_no_feed_is_proposed_where_none_can_be_read(made: Press) -> None:
    await made.add(made.put("press.example/feed", page(b"", status="410 Gone")))
    made.put("press.example/", HOME)

    await made.collect()

    assert "/addsource" not in (await sent(made))[ANN][0]
    assert "press.example/new" in made.asked()


async def test_an_admin_who_has_shut_the_bot_out_is_not_written_to(made: Press) -> None:
    async with made.world.database.write() as connection:
        await chats.pause(connection, BEK, "blocked")
    await made.add(made.put("press.example/feed", page(b"", status="410 Gone")))

    await made.collect()

    assert set(await sent(made)) == {ANN}


async def arrival(made: Press) -> Arrival:
    """The reading that makes it three failures, not settled yet."""
    await made.add(made.put("press.example/feed", BROKEN))
    await fail(made, 2)
    async with reading.due(made.world, now_at=NOW + 2 * HOURS) as arrivals:
        async for (one,) in arrivals:
            return one
    raise AssertionError("the source is due")


async def test_the_same_reading_settled_twice_is_told_once(made: Press) -> None:
    one = await arrival(made)

    for _ in range(2):
        await reading.settle(made.world, [one], refused=(), now_at=NOW + 2 * HOURS)

    assert {chat: len(texts) for chat, texts in (await sent(made)).items()} == {ANN: 1, BEK: 1}


async def test_without_one_slot_for_one_notice_it_is_told_twice(made: Press) -> None:
    """What the ledger's slot is good for: the same reading under another second is another notice."""
    one = await arrival(made)

    for seconds in range(2):
        await reading.settle(made.world, [one], refused=(), now_at=NOW + 2 * HOURS + timedelta(seconds=seconds))

    assert {chat: len(texts) for chat, texts in (await sent(made)).items()} == {ANN: 2, BEK: 2}


async def test_a_crash_while_it_is_written_down_leaves_nothing_and_the_next_round_tells_it_once(made: Press) -> None:
    await made.add(made.put("press.example/feed", BROKEN))
    await fail(made, 2)
    before = await made.state()
    async with made.world.database.write() as connection:
        when, then = f"WHEN NEW.chat_id = {BEK}", "SELECT RAISE(ABORT, 'the power went')"
        await connection.exec_driver_sql(f"CREATE TRIGGER crash BEFORE INSERT ON delivery {when} BEGIN {then}; END")

    with pytest.raises(ExceptionGroup) as crashed:
        await made.collect(2 * HOURS)
    assert crashed.group_contains(StorageError, match="the power went")
    assert await made.state() == before
    assert await sent(made) == {}

    async with made.world.database.write() as connection:
        await connection.exec_driver_sql("DROP TRIGGER crash")
    await made.collect(2 * HOURS)
    assert {chat: len(texts) for chat, texts in (await sent(made)).items()} == {ANN: 1, BEK: 1}
