"""What people do, and what the bot gets to know of it."""

from typing import Any

import pytest

from bot.sandbox.refusal import Impossible
from bot.sandbox.state import Chat, User
from bot.sandbox.world import World
from tests.sandbox import served

KEYBOARD = {"inline_keyboard": [[{"text": "One", "callback_data": "1"}, {"text": "Site", "url": "example.org"}]]}


def club(*, privacy_mode: bool = True, bot_is_admin: bool = False) -> tuple[World, User, Chat]:
    world = World(bot_username="courier_bot", privacy_mode=privacy_mode)
    ann = world.add_user("Ann")
    world.start(ann.id)
    world.updates.clear()
    return world, ann, world.add_supergroup("Club", admins=[ann], bot_is_admin=bot_is_admin)


async def updates(world: World, kind: str) -> list[Any]:
    return [one[kind] for one in await world.updates.poll(0, limit=100, timeout_s=0) if kind in one]


async def test_with_privacy_mode_a_bot_sees_only_commands_and_replies_to_it() -> None:
    # given
    world, ann, group = club()
    async with served.opened(world) as at:
        sent = await at.bot.send_message(group.id, "News")
        # when
        world.say(group.id, ann.id, "just talk")
        world.say(group.id, ann.id, "/help@other_bot")
        world.say(group.id, ann.id, "see /help")
        world.say(group.id, ann.id, "/help@Courier_Bot now")
        world.say(group.id, ann.id, "/help")
        world.say(group.id, ann.id, "thanks", reply_to=sent.message_id)
        # then
        seen = [message["text"] for message in await updates(world, "message")]
        assert seen == ["/help@Courier_Bot now", "/help", "thanks"]


@pytest.mark.parametrize("how", [{"privacy_mode": False}, {"bot_is_admin": True}])
async def test_without_privacy_mode_or_as_administrator_it_sees_everything(how: dict[str, bool]) -> None:
    world, ann, group = club(**how)
    world.say(group.id, ann.id, "just talk")
    assert [message["text"] for message in await updates(world, "message")] == ["just talk"]


async def test_a_command_is_marked_as_one() -> None:
    world, ann, _ = club()
    world.say(ann.id, ann.id, "/latest economy 3")
    (message,) = await updates(world, "message")
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]
    assert message["from"] == {"id": ann.id, "is_bot": False, "first_name": "Ann", "language_code": "en"}


async def test_only_members_press_and_only_buttons_that_ask() -> None:
    # given
    world, ann, group = club()
    stranger = world.add_user("Stranger")
    async with served.opened(world) as at:
        sent = await at.raw("sendMessage", chat_id=group.id, text="Topics", reply_markup=KEYBOARD)
        number = sent["result"]["message_id"]
        # then
        with pytest.raises(Impossible):
            world.press(group.id, number, stranger.id, 0, 0)
        with pytest.raises(Impossible):
            world.press(group.id, number, ann.id, 0, 1)
        with pytest.raises(Impossible):
            world.press(group.id, number, ann.id, 1, 0)
        assert world.press(group.id, number, ann.id, 0, 0)


async def test_a_modified_app_can_send_any_data_even_for_a_deleted_message() -> None:
    world, ann, _ = club()
    async with served.opened(world) as at:
        # given
        sent = await at.bot.send_message(ann.id, "Gone soon")
        await at.bot.delete_message(ann.id, sent.message_id)
        # when
        world.press_data(ann.id, sent.message_id, ann.id, "\0 anything")
        # then
        (update,) = await at.bot.get_updates()
        assert update.callback_query is not None
        assert update.callback_query.data == "\0 anything"
        assert update.callback_query.message is not None
        assert not update.callback_query.message.is_accessible


async def test_people_cannot_write_where_telegrams_apps_do_not_let_them() -> None:
    # given
    world, ann, group = club()
    bob = world.add_user("Bob")
    channel = world.add_channel("Facts", admins=[ann], subscribers=[bob])
    world.block(ann.id)
    # then
    for place, user in ((group, bob), (channel, bob), (world.chats[ann.id], ann)):
        with pytest.raises(Impossible):
            world.say(place.id, user.id, "Hello")
    with pytest.raises(Impossible):
        world.say(group.id, ann.id, "   ")
    assert world.say(channel.id, ann.id, "Hello").sender is None
    assert len(await updates(world, "channel_post")) == 1


async def test_what_happens_to_the_bot_is_told_as_my_chat_member() -> None:
    # given
    world, ann, group = club()
    # when
    world.promote_bot(group.id, ann)
    world.kick_bot(group.id, ann)
    world.add_bot(group.id, ann)
    world.block(ann.id)
    world.unblock(ann.id)
    # then
    steps = [
        (one["chat"]["id"], one["old_chat_member"]["status"], one["new_chat_member"]["status"])
        for one in await updates(world, "my_chat_member")
    ]
    assert steps == [
        (group.id, "member", "administrator"),
        (group.id, "administrator", "kicked"),
        (group.id, "kicked", "member"),
        (ann.id, "member", "kicked"),
        (ann.id, "kicked", "member"),
    ]


async def test_people_come_and_go_and_a_group_says_so() -> None:
    # given
    world, _, group = club(bot_is_admin=True)
    world.updates.allowed = ("message", "chat_member")
    bob = world.add_user("Bob")
    # when
    world.join(group.id, bob.id)
    world.promote(group.id, bob.id)
    world.leave(group.id, bob.id)
    # then
    came, went = await updates(world, "message")
    assert came["new_chat_members"][0]["id"] == went["left_chat_member"]["id"] == bob.id
    statuses = [one["new_chat_member"]["status"] for one in await updates(world, "chat_member")]
    assert statuses == ["member", "administrator", "left"]


async def test_message_ids_count_by_chat_in_channels_and_together_elsewhere() -> None:
    # given
    world, ann, group = club()
    channel = world.add_channel("Facts", admins=[ann])
    small = world.add_group("Small", members=[ann])
    async with served.opened(world) as at:
        # when
        chats = (group, channel, small, world.chats[ann.id], channel)
        ids = [(await at.bot.send_message(chat.id, "x")).message_id for chat in chats]
        # then
        assert ids == [1, 1, 2, 3, 2]


async def test_a_channel_shows_no_line_about_who_joins() -> None:
    # given
    world, ann, group = club()
    channel = world.add_channel("Facts", admins=[ann])
    bob = world.add_user("Bob")
    # when
    for chat in (group, channel):
        world.join(chat.id, bob.id)
    # then
    assert len(world.transcript(group.id)) == 1
    assert world.transcript(channel.id) == []
