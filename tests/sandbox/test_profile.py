"""What the bot says of itself: commands by scope and language, names, descriptions."""

from typing import Any

import pytest
from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat

from bot.sandbox import profile
from bot.sandbox.world import World
from tests.sandbox import served


def menu(world: World, chat_id: int, user_id: int) -> list[str]:
    return [one["description"] for one in profile.menu(world, world.chats[chat_id], user_id)]


async def test_the_narrowest_scope_is_shown_in_the_persons_language() -> None:
    # given
    world = World()
    ann, ida = world.add_user("Ann"), world.add_user("Ida", language_code="ru")
    group = world.add_group("Club", members=[ann, ida])
    channel = world.add_channel("Facts", subscribers=[ann])
    async with served.opened(world) as at:
        # when
        await at.bot.set_my_commands([BotCommand("go", "general")])
        await at.bot.set_my_commands([BotCommand("go", "общая")], language_code="ru")
        await at.bot.set_my_commands([BotCommand("go", "groups")], scope=BotCommandScopeAllGroupChats())
        await at.bot.set_my_commands([BotCommand("go", "just Ann")], scope=BotCommandScopeChat(ann.id))
        # then
        assert menu(world, ann.id, ann.id) == ["just Ann"]
        assert menu(world, ida.id, ida.id) == ["общая"]
        assert menu(world, group.id, ida.id) == ["groups"]
        assert menu(world, channel.id, ann.id) == []
        # when
        await at.bot.delete_my_commands(scope=BotCommandScopeChat(ann.id))
        # then
        assert menu(world, ann.id, ann.id) == ["general"]


async def test_commands_are_read_back_for_exactly_one_scope_and_language() -> None:
    async with served.opened() as at:
        await at.bot.set_my_commands([BotCommand("/go", " Goes ")])
        assert await at.bot.get_my_commands() == (BotCommand("go", "Goes"),)
        assert await at.bot.get_my_commands(language_code="ru") == ()
        assert await at.bot.get_my_commands(scope=BotCommandScopeAllGroupChats()) == ()


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"commands": [{"command": "", "description": "x"}]}, "command must be non-empty"),
        ({"commands": [{"command": "x" * 33, "description": "x"}]}, "command length must not exceed 32"),
        ({"commands": [{"command": "Go", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "go", "description": " "}]}, "command description must be non-empty"),
        (
            {"commands": [{"command": "go", "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [{"command": "go", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [], "language_code": "eng"}, "invalid language code specified"),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
        (
            {"commands": [], "scope": {"type": "moon"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
    ],
)
async def test_wrong_commands_are_refused(params: dict[str, Any], description: str) -> None:
    async with served.opened() as at:
        assert await at.refused("setMyCommands", **params) == f"Bad Request: {description}"


async def test_names_and_descriptions_are_kept_by_language() -> None:
    async with served.opened(World(bot_name="Courier")) as at:
        # when
        await at.bot.set_my_name("Курьер", language_code="ru")
        await at.bot.set_my_description("Brings facts")
        await at.bot.set_my_short_description("Facts", language_code="en")
        # then
        assert (await at.bot.get_my_name()).name == "Courier"
        assert (await at.bot.get_my_name("ru")).name == "Курьер"
        assert (await at.bot.get_my_description()).description == "Brings facts"
        assert (await at.bot.get_my_short_description("en")).short_description == "Facts"
        assert (await at.bot.get_my_short_description()).short_description == ""
        # when
        await at.bot.set_my_name("", language_code="ru")
        # then
        assert (await at.bot.get_my_name("ru")).name == "Courier"


async def test_the_bot_is_who_its_token_says() -> None:
    async with served.opened(World(bot_name="Courier", bot_username="courier_bot")) as at:
        me = await at.bot.get_me()
        assert (me.id, me.username, me.first_name, me.is_bot) == (1000001, "courier_bot", "Courier", True)
        assert me.can_read_all_group_messages is False
