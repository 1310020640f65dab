"""Rights that are lost and given back, topics that are closed and deleted: whom it concerns, and how it ends (F38)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import pipeline
from bot.model import ChatId, ChatKind
from bot.outputs import telegram_chat
from bot.sandbox.state import Chat
from bot.storage import chats
from bot.storage.heard import Heard
from tests import running
from tests.delivery import planned
from tests.running import KEY, Talk

GENERAL = 1
LOST = "takes nothing from me any more"


def channel(talk: Talk) -> Chat:
    return talk.local.add_channel("News", admins=(talk.user,), bot_can_post=False)


def forum(talk: Talk) -> Chat:
    made = talk.local.add_supergroup("Readers", admins=(talk.user,), is_forum=True)
    talk.local.close_topic(made.id, GENERAL)
    return made


def rights(talk: Talk, chat: Chat) -> None:
    talk.local.promote_bot(chat.id, talk.user)


def topic(talk: Talk, chat: Chat) -> None:
    talk.local.reopen_topic(chat.id, GENERAL)


PLACES = [
    pytest.param(channel, rights, ChatKind.CHANNEL, id="rights in a channel"),
    pytest.param(forum, topic, ChatKind.SUPERGROUP, id="topic of a forum"),
]


async def deliver(talk: Talk) -> None:
    """What is planned and what follows from it."""
    for _ in range(2):
        await planned.let_all_waits_pass(talk.world.database)
        await pipeline.deliver(talk.world, telegram_chat.send(talk.bot, KEY))
        await pipeline.settle(talk.world)


async def paused(talk: Talk, chat: Chat) -> str:
    async with talk.world.database.read() as connection:
        found = await chats.get(connection, ChatId(chat.id))
    assert found is not None
    return found.paused


async def forget(talk: Talk, chat: Chat) -> None:
    """What a bot does that does not keep in mind who takes nothing."""
    async with talk.world.database.write() as connection:
        await chats.resume(connection, ChatId(chat.id))


@pytest.mark.parametrize(("place", "give_back", "kind"), PLACES)
@pytest.mark.parametrize("is_kept", [True, False], ids=["paused", "not paused"])
async def test_where_it_may_not_write_it_stops_tells_its_owner_once_and_goes_on_when_it_may(
    tmp_path: Path,
    place: Callable[[Talk], Chat],
    give_back: Callable[[Talk, Chat], None],
    kind: ChatKind,
    *,
    is_kept: bool,
) -> None:
    async with running.talk(tmp_path, admin=True) as talk:
        await talk.say("/help")
        chat = place(talk)
        for day in (18, 19, 20):
            await planned.plan(talk.world, (chat.id,), kind=kind, day=day)
            await deliver(talk)
            if not is_kept:
                await forget(talk, chat)

        told = [one.text for one in talk.messages() if LOST in one.text]
        refused = [one for one in talk.local.refused if one.method.lower() == "sendmessage"]
        assert len(told) == 1
        assert (len(refused) == 1) == is_kept

        async with talk.handled():
            give_back(talk, chat)
        await planned.plan(talk.world, (chat.id,), kind=kind, day=21)
        await deliver(talk)

        assert await paused(talk, chat) == ""
        assert talk.local.transcript(chat.id)[-1].text == f"News 21.1 for {chat.id}"


async def test_an_answer_into_a_topic_that_was_deleted_meanwhile_ends_nothing(tmp_path: Path) -> None:
    """The chat is there still, and is told what it asks elsewhere."""
    async with running.talk(tmp_path) as talk:
        group = talk.local.add_supergroup("Readers", admins=(talk.user,), is_forum=True)
        gone = talk.local.add_topic(group.id, "News")
        talk.local.delete_topic(group.id, gone)
        said = {
            "message_id": 77,
            "date": 1_790_000_000,
            "chat": {"id": group.id, "type": "supergroup", "title": "Readers", "is_forum": True},
            "from": {"id": talk.user.id, "is_bot": False, "first_name": "Ann"},
            "text": "/help",
            "message_thread_id": gone,
            "is_topic_message": True,
        }
        update = Heard(update_id=1, chat_id=group.id, payload={"update_id": 1, "message": said})

        await talk.listener.on(talk.bot)(update)

        assert [one.description for one in talk.local.refused] == ["Bad Request: TOPIC_DELETED"]
        assert await paused(talk, group) == ""
        assert "/topics" in await talk.elsewhere(group.id, talk.user).say("/help")
