"""What Telegram says when a bot may not reach a chat."""

from collections.abc import Callable

import pytest
import telegram
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.sandbox.state import Chat, User
from bot.sandbox.world import World
from tests.sandbox import served


def place(world: World, kind: str) -> tuple[Chat, User]:
    eve = world.add_user("Eve")
    if kind == "private":
        world.start(eve.id)
        return world.chats[eve.id], eve
    if kind == "channel":
        return world.add_channel("Channel", admins=[eve]), eve
    add = world.add_group if kind == "group" else world.add_supergroup
    return add(kind, admins=[eve]), eve


Switch = Callable[[World, Chat, User], object]


@pytest.mark.parametrize(
    ("kind", "switch", "description"),
    [
        ("private", lambda world, chat, eve: world.block(chat.id), "bot was blocked by the user"),
        ("private", lambda world, chat, eve: world.deactivate(chat.id), "user is deactivated"),
        ("group", lambda world, chat, eve: world.kick_bot(chat.id, eve), "bot was kicked from the group chat"),
        ("group", lambda world, chat, eve: world.remove_bot(chat.id, eve), "bot is not a member of the group chat"),
        ("group", lambda world, chat, eve: world.delete_chat(chat.id), "the group chat was deleted"),
        (
            "supergroup",
            lambda world, chat, eve: world.kick_bot(chat.id, eve),
            "bot was kicked from the supergroup chat",
        ),
        (
            "supergroup",
            lambda world, chat, eve: world.remove_bot(chat.id, eve),
            "bot is not a member of the supergroup chat",
        ),
        ("channel", lambda world, chat, eve: world.kick_bot(chat.id, eve), "bot was kicked from the channel chat"),
        ("channel", lambda world, chat, eve: world.remove_bot(chat.id, eve), "bot is not a member of the channel chat"),
    ],
)
async def test_a_closed_chat_answers_403(kind: str, switch: Switch, description: str) -> None:
    # given
    world = World()
    chat, eve = place(world, kind)
    async with served.opened(world) as at:
        await at.bot.send_message(chat.id, "before")
        # when
        switch(world, chat, eve)
        # then
        body = await at.raw("sendMessage", chat_id=chat.id, text="after")
        assert body == {"ok": False, "error_code": 403, "description": f"Forbidden: {description}"}
        with pytest.raises(Forbidden):
            await at.bot.send_message(chat.id, "after")


@pytest.mark.parametrize(
    ("kind", "switch", "description"),
    [
        (
            "group",
            lambda world, chat, eve: world.restrict_bot(chat.id, eve),
            "not enough rights to send text messages to the chat",
        ),
        (
            "channel",
            lambda world, chat, eve: world.promote_bot(chat.id, eve, without=["can_post_messages"]),
            "need administrator rights in the channel chat",
        ),
        (
            "channel",
            lambda world, chat, eve: world.demote_bot(chat.id, eve),
            "need administrator rights in the channel chat",
        ),
    ],
)
async def test_a_missing_right_answers_400(kind: str, switch: Switch, description: str) -> None:
    # given
    world = World()
    chat, eve = place(world, kind)
    async with served.opened(world) as at:
        await at.bot.send_message(chat.id, "before")
        # when
        switch(world, chat, eve)
        # then
        assert await at.refused("sendMessage", chat_id=chat.id, text="x") == f"Bad Request: {description}"


async def test_who_never_started_the_bot_cannot_be_written_to() -> None:
    async with served.opened() as at:
        # given
        new = at.world.add_user("New")
        description = await at.refused("sendMessage", chat_id=new.id, text="x")
        assert description == "Forbidden: bot can't initiate conversation with a user"
        # when
        at.world.start(new.id)
        # then
        assert (await at.raw("sendMessage", chat_id=new.id, text="x"))["ok"]


async def test_a_group_that_became_a_supergroup_names_its_new_id() -> None:
    # given
    world = World()
    eve = world.add_user("Eve")
    group = world.add_group("Club", admins=[eve])
    async with served.opened(world) as at:
        # when
        new = world.migrate(group.id)
        # then
        body = await at.raw("sendMessage", chat_id=group.id, text="x")
        assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
        assert body["parameters"] == {"migrate_to_chat_id": new.id}
        with pytest.raises(ChatMigrated) as caught:
            await at.bot.send_message(group.id, "x")
        assert (await at.bot.send_message(caught.value.new_chat_id, "x")).chat.id == new.id
        moves = [update.message for update in await at.bot.get_updates() if update.message]
        assert (moves[-2].migrate_to_chat_id, moves[-1].migrate_from_chat_id) == (new.id, group.id)


@pytest.mark.parametrize(
    ("chat_id", "description"),
    [
        ("", "Bad Request: chat_id is empty"),
        (0, "Bad Request: chat not found"),
        (-1, "Bad Request: chat not found"),
        ("not_a_chat", "Bad Request: chat not found"),
        ("@nobody_is_here", "Bad Request: chat not found"),
        (1000001, "Forbidden: the bot can't send messages to the bot"),
    ],
)
async def test_an_unknown_chat_is_refused(chat_id: object, description: str) -> None:
    async with served.opened() as at:
        assert await at.refused("sendMessage", chat_id=chat_id, text="x") == description


async def test_a_channel_is_found_by_its_username_in_any_case() -> None:
    # given
    world = World()
    eve = world.add_user("Eve")
    channel = world.add_channel("Morning facts", username="morning_facts", admins=[eve])
    async with served.opened(world) as at:
        # when
        chat = await at.bot.get_chat("@Morning_Facts")
        sent = await at.bot.send_message("@morning_facts", "Hello")
        # then
        assert (chat.id, chat.type, chat.title) == (channel.id, "channel", "Morning facts")
        assert sent.sender_chat is not None
        assert sent.from_user is None
        assert channel.id == -1_002_000_000_001
        assert sent.message_id == 1


async def test_members_and_administrators_are_told() -> None:
    # given
    world = World()
    eve, bob = world.add_user("Eve"), world.add_user("Bob")
    group = world.add_supergroup("Club", admins=[eve], members=[bob], bot_is_admin=True)
    async with served.opened(world) as at:
        # then
        me = await at.bot.get_chat_member(group.id, at.bot.id)
        assert isinstance(me, telegram.ChatMemberAdministrator)
        assert me.can_pin_messages
        assert (await at.bot.get_chat_member(group.id, bob.id)).status == "member"
        admins = await at.bot.get_chat_administrators(group.id)
        assert [admin.user.id for admin in admins] == [eve.id, at.bot.id]
        assert await at.refused("getChatMember", chat_id=group.id, user_id=77) == "Bad Request: PARTICIPANT_ID_INVALID"
        assert await at.refused("getChatAdministrators", chat_id=eve.id) == (
            "Bad Request: there are no administrators in the private chat"
        )
        world.restrict_bot(group.id, eve)
        me = await at.bot.get_chat_member(group.id, at.bot.id)
        assert isinstance(me, telegram.ChatMemberRestricted)
        assert not me.can_send_messages


async def test_a_left_private_supergroup_cannot_even_be_read() -> None:
    # given
    world = World()
    eve = world.add_user("Eve")
    closed = world.add_supergroup("Closed", admins=[eve])
    public = world.add_supergroup("Public", username="public_club", admins=[eve])
    async with served.opened(world) as at:
        # when
        for chat in (closed, public):
            world.remove_bot(chat.id, eve)
        # then
        assert (await at.bot.get_chat(public.id)).title == "Public"
        with pytest.raises(Forbidden):
            await at.bot.get_chat(closed.id)
        with pytest.raises(Forbidden):
            await at.bot.get_chat_member(public.id, eve.id)
        with pytest.raises(BadRequest):
            await at.bot.get_chat(12345)


async def test_a_message_to_who_blocked_the_bot_is_not_edited_either() -> None:
    async with served.opened() as at:
        # given
        sent = await at.bot.send_message(at.ann.id, "before")
        place = {"chat_id": at.ann.id, "message_id": sent.message_id}
        assert (await at.raw("editMessageText", **place, text="open"))["ok"]
        # when
        at.world.block(at.ann.id)
        # then
        refused = await at.refused("editMessageText", **place, text="blocked")
        assert refused == "Forbidden: bot was blocked by the user"
