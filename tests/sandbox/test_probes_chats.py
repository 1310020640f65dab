"""Probes: chats that are closed, moved or divided into topics answer in Telegram's own words."""

from collections.abc import Callable

import pytest

from bot.sandbox.state import Chat, User
from bot.sandbox.world import World
from tests.sandbox import clients

pytestmark = pytest.mark.parametrize("client", clients.KINDS)
Switch = Callable[[World, Chat, User], object]


CLOSED: dict[str, tuple[str, Switch, str]] = {
    "blocked": (
        "private",
        lambda world, chat, eve: world.block(chat.id),
        "Forbidden: bot was blocked by the user",
    ),
    "deactivated": (
        "private",
        lambda world, chat, eve: world.deactivate(chat.id),
        "Forbidden: user is deactivated",
    ),
    "kicked-group": (
        "group",
        lambda world, chat, eve: world.kick_bot(chat.id, eve),
        "Forbidden: bot was kicked from the group chat",
    ),
    "kicked-supergroup": (
        "supergroup",
        lambda world, chat, eve: world.kick_bot(chat.id, eve),
        "Forbidden: bot was kicked from the supergroup chat",
    ),
    "kicked-channel": (
        "channel",
        lambda world, chat, eve: world.kick_bot(chat.id, eve),
        "Forbidden: bot was kicked from the channel chat",
    ),
    "left-group": (
        "group",
        lambda world, chat, eve: world.remove_bot(chat.id, eve),
        "Forbidden: bot is not a member of the group chat",
    ),
    "left-supergroup": (
        "supergroup",
        lambda world, chat, eve: world.remove_bot(chat.id, eve),
        "Forbidden: bot is not a member of the supergroup chat",
    ),
    "left-channel": (
        "channel",
        lambda world, chat, eve: world.remove_bot(chat.id, eve),
        "Forbidden: bot is not a member of the channel chat",
    ),
    "deleted-group": (
        "group",
        lambda world, chat, eve: world.delete_chat(chat.id),
        "Forbidden: the group chat was deleted",
    ),
    "silenced-group": (
        "group",
        lambda world, chat, eve: world.restrict_bot(chat.id, eve),
        "Bad Request: not enough rights to send text messages to the chat",
    ),
    "no-rights-channel": (
        "channel",
        lambda world, chat, eve: world.promote_bot(chat.id, eve, without=["can_post_messages"]),
        "Bad Request: need administrator rights in the channel chat",
    ),
}


@pytest.mark.parametrize(("kind", "switch", "description"), CLOSED.values(), ids=CLOSED.keys())
async def test_a_chat_that_is_closed_to_the_bot_says_why(
    client: str, kind: str, switch: Switch, description: str
) -> None:
    # given
    world = World()
    chat, eve = clients.place(world, kind)
    async with clients.opened(client, world) as at:
        await at.send(chat.id, "before")
        # when
        switch(world, chat, eve)
        # then
        assert await at.refusal("sendMessage", chat_id=chat.id, text="after") == description
        assert at.texts() == ["before"]


async def test_who_never_started_the_bot_is_not_written_to(client: str) -> None:
    async with clients.opened(client) as at:
        new = at.world.add_user("New")
        assert await at.refusal("sendMessage", chat_id=new.id, text="x") == (
            "Forbidden: bot can't initiate conversation with a user"
        )
        at.world.start(new.id)
        assert (await at.send(new.id))["chat"]["id"] == new.id


@pytest.mark.parametrize(
    ("chat_id", "description"),
    [
        (-1, "Bad Request: chat not found"),
        ("@nobody_is_here", "Bad Request: chat not found"),
        ("", "Bad Request: chat_id is empty"),
        (1_000_001, "Forbidden: the bot can't send messages to the bot"),
    ],
    ids=["number", "name", "nothing", "itself"],
)
async def test_a_chat_that_does_not_exist_is_not_found(client: str, chat_id: int | str, description: str) -> None:
    async with clients.opened(client) as at:
        assert await at.refusal("sendMessage", chat_id=chat_id, text="x") == description


async def test_a_group_that_became_a_supergroup_names_the_new_one(client: str) -> None:
    # given
    world = World()
    group, _ = clients.place(world, "group")
    async with clients.opened(client, world) as at:
        new = world.migrate(group.id)
        # when
        refused = await at.refused("sendMessage", chat_id=group.id, text="x")
        # then
        assert world.refused[-1].description == "Bad Request: group chat was upgraded to a supergroup chat"
        assert (refused.new_chat_id, (await at.send(new.id))["chat"]["id"]) == (new.id, new.id)


async def test_pictures_are_refused_by_their_own_name_where_the_bot_may_not_write(client: str) -> None:
    # given
    world = World()
    group, eve = clients.place(world, "supergroup")
    async with clients.opened(client, world) as at:
        file = (await at.call("sendDocument", chat_id=group.id, document=b"x"))["document"]["file_id"]
        # when
        world.restrict_bot(group.id, eve)
        # then
        assert await at.refusal("sendDocument", chat_id=group.id, document=file) == (
            "Bad Request: not enough rights to send documents to the chat"
        )


async def test_slow_mode_holds_members_and_not_administrators(client: str) -> None:
    # given
    now = [1_000_000.0]
    world = World(clock=lambda: now[0])
    group, eve = clients.place(world, "supergroup")
    world.set_slow_mode(group.id, 30)
    async with clients.opened(client, world) as at:
        await at.send(group.id, "first")
        # when
        refused = await at.refused("sendMessage", chat_id=group.id, text="second")
        # then
        assert (refused.code, refused.retry_after) == (429, 30)
        world.promote_bot(group.id, eve)
        await at.send(group.id, "third")
        assert at.texts() == ["first", "third"]


async def test_private_chats_and_groups_count_messages_together_and_channels_alone(client: str) -> None:
    # given
    world = World()
    eve = world.add_user("Eve")
    group, channel = world.add_group("Group", admins=[eve]), world.add_channel("Channel", admins=[eve])
    async with clients.opened(client, world) as at:
        # when
        numbers = [(await at.send(chat_id))["message_id"] for chat_id in (eve.id, group.id, channel.id, eve.id)]
        # then
        assert numbers == [2, 3, 1, 4]


async def test_a_channel_is_found_by_its_name_in_any_case_and_posts_have_no_author(client: str) -> None:
    # given
    world = World()
    eve = world.add_user("Eve")
    channel = world.add_channel("Morning facts", username="morning_facts", admins=[eve])
    async with clients.opened(client, world) as at:
        # when
        sent = await at.send("@Morning_Facts")
        # then
        assert sent["chat"]["id"] == sent["sender_chat"]["id"] == channel.id
        assert "from" not in sent


async def test_the_rights_of_the_bot_are_told(client: str) -> None:
    # given
    world = World()
    channel, eve = clients.place(world, "channel")
    async with clients.opened(client, world) as at:
        # when
        before = await at.call("getChatMember", chat_id=channel.id, user_id=world.bot.id)
        world.promote_bot(channel.id, eve, without=["can_post_messages"])
        after = await at.call("getChatMember", chat_id=channel.id, user_id=world.bot.id)
        # then
        assert (before["status"], before["can_post_messages"], after.get("can_post_messages", False)) == (
            "administrator",
            True,
            False,
        )


@pytest.mark.parametrize("kind", ["private", "group", "supergroup", "channel"])
async def test_every_kind_of_chat_is_described(client: str, kind: str) -> None:
    # given
    world = World()
    chat, eve = clients.place(world, kind)
    async with clients.opened(client, world) as at:
        # when
        described = await at.call("getChat", chat_id=chat.id)
        # then
        assert (described["id"], described["type"]) == (chat.id, kind)
        if kind != "private":
            (owner, *_) = await at.call("getChatAdministrators", chat_id=chat.id)
            assert owner["user"]["id"] == eve.id


async def test_a_revoked_token_opens_nothing(client: str) -> None:
    async with clients.opened(client) as at:
        # when
        at.world.revoke_token()
        # then
        assert (await at.refused("sendMessage", chat_id=at.ann.id, text="x")).code == 401
        assert (await at.refused("getUpdates")).code == 401
        at.world.restore_token()
        await at.send(text="again")
        assert at.texts() == ["again"]
