"""Stories grow where they were sent: on their day, by choice of the chat, and only where a reader would see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import pipeline, settings
from bot.model import ChatId, ChatKind, Message, Receipt
from bot.revising import growth
from bot.sandbox.state import Message as Sent
from bot.storage import edits
from tests import make, running, sending, texts

NIGHT = make.moment("2026-11-22T01:00")  # 06:00 in Tashkent
MORNING = make.moment("2026-11-22T03:00")  # 08:00 there
NOON = MORNING + timedelta(hours=4)
FIRE = "Пожар на складе в городе Карши тушат с ночи. Пострадали 12 человек, сообщил хоким Ильхом Саттаров."
MORE = "Пожар на складе в городе Карши потушен. Пострадали 14 человек, сообщил хоким Ильхом Саттаров."


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[running.Talk]:
    async with running.talk(tmp_path) as one:
        yield sending.unlimited(one)


async def told(talk: running.Talk, *, grows: bool = True) -> Sent:
    """Two stories in one digest, of a fire and of a bridge."""
    await sending.subscribed(talk, now_at=NIGHT, grows=grows)
    await talk.take(
        [texts.entry("fire", FIRE, published_at=NIGHT), texts.entry("bridge-ru", texts.BRIDGE_RU)], now_at=NIGHT
    )
    return await sending.digest(talk, now_at=MORNING)


async def news(talk: running.Talk, at: datetime, text: str = MORE) -> int:
    """The article of the fire is corrected; how many messages are to be edited."""
    await talk.take([texts.entry("fire", text, published_at=NIGHT)], now_at=at)
    return await growth.look(talk.world, growth.Looked(), now_at=at)


async def test_a_sent_story_is_edited_when_a_figure_changes(talk: running.Talk) -> None:
    message = await told(talk)
    before = message.text

    assert await news(talk, NOON) == 1
    assert await sending.edited(talk) == 1

    assert len(talk.messages()) == 1
    assert "12 человек" in before
    assert "14 человек" in message.text
    assert "✎ Updated 12:00" in message.text
    assert "640 метров" in message.text
    assert await sending.edits(talk.world) == [("done", 1, "")]


async def test_a_second_report_with_a_newer_figure_is_named_in_the_update(talk: running.Talk) -> None:
    message = await told(talk)
    later = texts.entry("fire-2", MORE, source="Herald", published_at=NIGHT + timedelta(hours=3))

    await talk.take([later], now_at=NOON)
    await growth.look(talk.world, growth.Looked(), now_at=NOON)
    await sending.edited(talk)

    assert "✎ Updated 12:00: 12 -> 14" in message.text


async def test_without_the_choice_nothing_is_edited(talk: running.Talk) -> None:
    message = await told(talk, grows=False)
    before = message.text

    assert await news(talk, NOON) == 0

    assert await sending.edited(talk) == 0
    assert message.text == before


async def test_the_next_day_nothing_is_edited(talk: running.Talk) -> None:
    await told(talk)

    assert await news(talk, MORNING + timedelta(days=1)) == 0


async def test_what_a_reader_would_not_see_is_no_edit(talk: running.Talk) -> None:
    await told(talk)
    looked = growth.Looked()
    again = replace(texts.entry("fire", FIRE, published_at=NIGHT), url="https://other.example/fire", source="Reprint")
    await talk.take([again], now_at=NOON)

    assert await growth.look(talk.world, looked, now_at=NOON) == 0

    assert looked.marks


async def test_a_message_changes_no_sooner_than_ten_minutes_after_it_changed(talk: running.Talk) -> None:
    message = await told(talk)
    await news(talk, NOON)
    await sending.edited(talk)

    assert await news(talk, NOON + timedelta(minutes=1), MORE.replace("14", "15")) == 1
    assert await sending.edited(talk) == 0
    assert await news(talk, NOON + timedelta(minutes=2), MORE.replace("14", "16")) == 1
    await sending.let_waits_pass(talk.world)
    assert await sending.edited(talk) == 1

    assert "16 человек" in message.text
    assert await sending.edits(talk.world) == [("done", 2, "")]


async def test_a_message_changes_five_times_at_most(talk: running.Talk) -> None:
    message = await told(talk)
    planned = []

    for number in range(20, 27):
        planned.append(await news(talk, NOON + timedelta(minutes=number), MORE.replace("14", str(number))))
        await sending.edited(talk)
        await sending.let_waits_pass(talk.world)

    assert planned == [1, 1, 1, 1, 1, 0, 0]
    assert f"{20 + edits.EDITS - 1} человек" in message.text


async def test_digests_that_are_due_come_before_edits(talk: running.Talk) -> None:
    await told(talk)
    await news(talk, NOON)
    other = await settings.chat(talk.world, ChatId(77), kind=ChatKind.PRIVATE, title="")
    await settings.subscribe(talk.world, other, topics=talk.world.topic_ids, now_at=NIGHT)
    await pipeline.publish(talk.world, now_at=NOON)

    assert await sending.edited(talk) == 0

    await pipeline.deliver(talk.world, sending.OUTPUT.send(talk.bot, running.KEY))
    assert await sending.edited(talk) == 1


async def test_an_edit_cut_off_after_telegram_took_it_is_repeated_and_done(talk: running.Talk) -> None:
    message = await told(talk)
    await news(talk, NOON)
    real = sending.OUTPUT.edit(talk.bot, running.KEY)

    async def killed(chat_id: ChatId, message_id: int, shown: Message) -> Receipt:
        await real(chat_id, message_id, shown)
        raise asyncio.CancelledError

    await pipeline.edit(talk.world, killed)
    assert await sending.edits(talk.world) == [("claimed", 1, "")]
    assert await sending.edited(talk) == 0
    await sending.let_waits_pass(talk.world)

    assert await sending.edited(talk) == 1

    assert "14 человек" in message.text
    assert await sending.edits(talk.world) == [("done", 1, "")]


async def test_a_message_that_is_gone_ends_its_edit(talk: running.Talk) -> None:
    message = await told(talk)
    await news(talk, NOON)
    message.is_deleted = True

    assert await sending.edited(talk) == 1

    ((state, _, error),) = await sending.edits(talk.world)
    assert (state, error) == ("failed", "Message to edit not found")
    assert await sending.edited(talk) == 0


async def test_the_choice_is_a_switch_on_the_card(talk: running.Talk) -> None:
    await talk.say("/card main growth")
    assert "Updated 14:05" in talk.last.text

    await talk.press("Change what was sent")

    chat = await settings.chat(talk.world, ChatId(talk.chat_id), kind=ChatKind.PRIVATE, title="")
    assert chat.grows
    assert "✅ Change what was sent" in talk.labels()
    await talk.press("Leave it as it was")
    assert not (await settings.chat(talk.world, chat.id, kind=chat.kind, title="")).grows
