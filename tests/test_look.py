"""Rich digests as a choice of the chat: planned, sent through the local Telegram, changed, and fallen back from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import pipeline, settings
from bot.model import Chat, ChatId, ChatKind
from bot.revising import growth
from bot.sandbox.state import Message
from bot.storage import deliveries
from tests import make, running, sending, texts

NIGHT = make.moment("2026-11-22T01:00")  # 06:00 in Tashkent
MORNING = make.moment("2026-11-22T03:00")  # 08:00 there
FIRE = "Пожар на складе в городе Карши тушат с ночи. Пострадали 12 человек, сообщил хоким Ильхом Саттаров."
MORE = "Пожар на складе в городе Карши потушен. Пострадали 14 человек, сообщил хоким Ильхом Саттаров."


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[running.Talk]:
    async with running.talk(tmp_path) as one:
        yield sending.unlimited(one)


async def chat_of(talk: running.Talk) -> Chat:
    return await settings.chat(talk.world, ChatId(talk.chat_id), kind=ChatKind.PRIVATE, title="")


async def told(talk: running.Talk, *, is_rich: bool = True) -> Message:
    """The digest of a chat that has made that choice."""
    chat = await sending.subscribed(talk, now_at=NIGHT, grows=True)
    await settings.save_chat(talk.world, replace(chat, is_rich=is_rich))
    entries = [texts.entry("fire", FIRE, published_at=NIGHT), texts.entry("bridge-ru", texts.BRIDGE_RU)]
    await talk.take(entries, now_at=NIGHT)
    return await sending.digest(talk, now_at=MORNING)


async def states(talk: running.Talk) -> dict[str, int]:
    async with talk.world.database.read() as connection:
        return {state.value: many for state, many in (await deliveries.counts(connection)).items() if many}


async def test_a_chat_that_chose_rich_digests_gets_them_with_their_buttons(talk: running.Talk) -> None:
    message = await told(talk)

    kinds = [block["type"] for block in message.rich["blocks"]]
    assert kinds[:2] == ["heading", "heading"]
    assert "list" in kinds
    assert "640" in message.text
    assert any("Where from?" in label for label in talk.labels())
    assert await states(talk) == {"sent": 1}


async def test_a_chat_that_chose_nothing_gets_them_as_before(talk: running.Talk) -> None:
    message = await told(talk, is_rich=False)

    assert message.rich == {}
    assert talk.local.calls("sendRichMessage") == []


async def test_a_refusal_falls_back_once_and_counts_as_sent(talk: running.Talk) -> None:
    refusal = "Bad Request: RICH_MESSAGE_INVALID"
    talk.local.fail("answer", method="sendRichMessage", count=-1, code=400, description=refusal)

    message = await told(talk)

    assert message.rich == {}
    assert await states(talk) == {"sent": 1}
    assert talk.local.outbox.counts["fault answer before"] == 1
    assert len(talk.local.calls("sendMessage")) == 1
    assert await pipeline.deliver(talk.world, sending.OUTPUT.send(talk.bot, running.KEY)) == 0
    assert talk.local.outbox.duplicates() == []


async def test_the_buttons_under_a_rich_digest_open_in_place(talk: running.Talk) -> None:
    message = await told(talk)
    before = message.rich

    await talk.press("👍")

    assert talk.last.id == message.id
    assert talk.last.rich == before
    assert any("👍" in label and "1" in label for label in talk.labels())


async def test_a_rich_digest_grows_as_a_rich_one(talk: running.Talk) -> None:
    message = await told(talk)

    await talk.take([texts.entry("fire", MORE, published_at=NIGHT)], now_at=MORNING + timedelta(hours=4))
    await growth.look(talk.world, growth.Looked(), now_at=MORNING + timedelta(hours=4))
    assert await sending.edited(talk) == 1

    assert message.rich
    assert "14 человек" in message.text


async def test_chats_that_want_the_same_and_look_different_share_no_payload(talk: running.Talk) -> None:
    looks = {1: True, 2: False, 3: True}
    for number, is_rich in looks.items():
        chat = await settings.chat(talk.world, ChatId(number), kind=ChatKind.PRIVATE, title="")
        chat = await settings.save_chat(talk.world, replace(chat, is_rich=is_rich))
        await settings.subscribe(talk.world, chat, topics=talk.world.topic_ids, now_at=NIGHT)
    await talk.take([texts.entry("bridge-ru", texts.BRIDGE_RU)], now_at=NIGHT)

    assert await pipeline.publish(talk.world, now_at=MORNING) == 3

    async with talk.world.database.read() as connection:
        records = await deliveries.listing(connection, limit=9)
    assert {one.delivery.chat_id: one.delivery.message.is_rich for one in records} == looks


async def test_what_a_rich_chat_asks_for_is_rich_too(talk: running.Talk) -> None:
    await told(talk)
    await talk.take([texts.entry("chess-ru", texts.CHESS_RU, published_at=MORNING)], now_at=MORNING)

    said = {line: (await talk.say(line), talk.last.rich != {})[1] for line in ("/latest", "/preview", "/help")}
    await talk.say("/search мост")
    await talk.press("1")
    said["/story"] = talk.last.rich != {}

    assert said == {"/latest": True, "/preview": True, "/help": False, "/story": True}
    await talk.say("/card main look plain")
    assert await talk.say("/latest")
    assert talk.last.rich == {}


async def test_an_answer_that_is_refused_as_a_rich_one_comes_in_the_usual_form_once(talk: running.Talk) -> None:
    await told(talk)
    refusal = "Bad Request: RICH_MESSAGE_INVALID"
    talk.local.fail("answer", method="sendRichMessage", count=-1, code=400, description=refusal)
    before = len(talk.messages())

    shown = await talk.say("/latest")

    assert talk.last.rich == {}
    assert "640" in shown
    assert any("Where from?" in label for label in talk.labels())
    assert len(talk.messages()) == before + 1


async def test_a_card_becomes_a_rich_digest_in_place(talk: running.Talk) -> None:
    await told(talk)
    await talk.say("/topics")
    card = talk.last.id

    await talk.press("Latest news")

    assert talk.last.id == card
    assert talk.last.rich != {}


async def test_the_look_is_chosen_on_a_card_for_all_cards(talk: running.Talk) -> None:
    await talk.say("/card main")
    await talk.press("Look")
    assert "headings" in talk.last.text

    await talk.press("Rich")
    assert (await chat_of(talk)).is_rich
    assert "✅ Rich" in talk.labels()
    await talk.press("Back")
    assert "Look: rich" in talk.last.text
    await talk.say("/card main look plain")

    assert not (await chat_of(talk)).is_rich
    assert "did not understand" in await talk.say("/card main look shiny")
