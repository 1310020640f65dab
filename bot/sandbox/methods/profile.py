"""Methods about what the bot says of itself: commands, name, descriptions."""

import re
from typing import Any

from bot.sandbox import access, refusal
from bot.sandbox.profile import DEFAULT, Scope
from bot.sandbox.request import Method, Request
from bot.sandbox.state import Json

LANGUAGE = re.compile(r"(?:[a-z]{2})?")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_COMMAND = 32
MAX_COMMAND_TEXT = 256
MAX_NAME, MAX_DESCRIPTION, MAX_SHORT_DESCRIPTION = 64, 512, 120
WIDE_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
MENU_BUTTONS = frozenset({"default", "commands", "web_app"})
CHAT_SCOPES = frozenset({"chat", "chat_administrators", "chat_member"})


async def set_my_commands(request: Request) -> bool:
    commands = _commands(request.value("commands"))
    scope, language = _scope(request), _language(request)
    request.world.profile.commands[scope, language] = commands
    _announce(request)
    return True


async def get_my_commands(request: Request) -> list[Json]:
    return request.world.profile.commands.get((_scope(request), _language(request)), [])


async def delete_my_commands(request: Request) -> bool:
    request.world.profile.commands.pop((_scope(request), _language(request)), None)
    _announce(request)
    return True


def _announce(request: Request) -> None:
    for chat_id in list(request.world.chats):
        request.world.announce("commands", chat_id)


def _commands(given: Any) -> list[Json]:
    """Texts of the errors: `set_commands` of TDLib; the last two are the server's."""
    if not isinstance(given, list):
        raise refusal.bad_request("can't parse commands JSON object")
    commands = [_command(one) for one in given]
    if len(commands) > MAX_COMMANDS:
        raise refusal.bad_request("BOT_COMMANDS_TOO_MUCH")
    if not all(COMMAND.fullmatch(one["command"]) for one in commands):
        raise refusal.bad_request("BOT_COMMAND_INVALID")
    return commands


def _command(one: Any) -> Json:
    if not isinstance(one, dict):
        raise refusal.bad_request("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(one.get(name), str):
            raise refusal.bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    command, description = one["command"].strip().removeprefix("/"), one["description"].strip()
    if not command:
        raise refusal.bad_request("command must be non-empty")
    if len(command) > MAX_COMMAND:
        raise refusal.bad_request(f"command length must not exceed {MAX_COMMAND}")
    if not description:
        raise refusal.bad_request("command description must be non-empty")
    if len(description) > MAX_COMMAND_TEXT:
        raise refusal.bad_request(f"command description length must not exceed {MAX_COMMAND_TEXT}")
    return {"command": command, "description": description}


def _scope(request: Request) -> Scope:
    given = request.value("scope")
    if given is None or given == "":
        return DEFAULT
    kind = given.get("type") if isinstance(given, dict) else ""
    if not isinstance(kind, str):
        raise refusal.bad_request('can\'t parse BotCommandScope: Field "type" must be of type String')
    if kind in WIDE_SCOPES:
        return (kind, 0, 0)
    if kind not in CHAT_SCOPES:
        raise refusal.bad_request("can't parse BotCommandScope: Unsupported type specified")
    if not given.get("chat_id"):
        raise refusal.bad_request("can't parse BotCommandScope: Empty chat_id specified")
    chat = access.chat(request.world, str(given["chat_id"]), need="edit")
    user_id = given.get("user_id", 0) if kind == "chat_member" else 0
    if kind == "chat_member" and not (isinstance(user_id, int) and user_id in request.world.users):
        raise refusal.bad_request("user not found")
    return (kind, chat.id, user_id)


def _language(request: Request) -> str:
    code = request.text("language_code")
    if not LANGUAGE.fullmatch(code):
        raise refusal.bad_request("invalid language code specified")
    return code


def _set(request: Request, kept: dict[str, str], *, name: str, longest: int) -> bool:
    language, text = _language(request), request.text(name).strip()
    if len(text) > longest:
        raise refusal.bad_request(f"{name.replace('_', ' ')} is too long")
    kept[language] = text
    if not text:
        del kept[language]
    return True


async def set_my_name(request: Request) -> bool:
    profile = request.world.profile
    if not _language(request) and not request.text("name").strip():
        raise refusal.bad_request("name must be non-empty")
    return _set(request, profile.names, name="name", longest=MAX_NAME)


async def get_my_name(request: Request) -> Json:
    return {"name": request.world.profile.shown(request.world.profile.names, _language(request))}


async def set_my_description(request: Request) -> bool:
    profile = request.world.profile
    return _set(request, profile.descriptions, name="description", longest=MAX_DESCRIPTION)


async def get_my_description(request: Request) -> Json:
    return {"description": request.world.profile.descriptions.get(_language(request), "")}


async def set_my_short_description(request: Request) -> bool:
    profile = request.world.profile
    return _set(request, profile.short_descriptions, name="short_description", longest=MAX_SHORT_DESCRIPTION)


async def get_my_short_description(request: Request) -> Json:
    return {"short_description": request.world.profile.short_descriptions.get(_language(request), "")}


async def set_chat_menu_button(request: Request) -> bool:
    given = request.value("menu_button")
    button = given if isinstance(given, dict) else {"type": "default"}
    if button.get("type") not in MENU_BUTTONS:
        raise refusal.bad_request("can't parse menu button: Menu button has unsupported type")
    request.world.profile.menu_buttons[_button_place(request)] = button
    return True


async def get_chat_menu_button(request: Request) -> Json:
    buttons = request.world.profile.menu_buttons
    own = buttons.get(_button_place(request), {"type": "default"})
    return buttons.get(0, {"type": "commands"}) if own["type"] == "default" else own


def _button_place(request: Request) -> int:
    """The private chat it is for, 0 for all."""
    chat_id = request.integer("chat_id")
    if chat_id and access.chat(request.world, str(chat_id), need="read").kind != "private":
        raise refusal.bad_request("user not found")
    return chat_id


METHODS: dict[str, Method] = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
    "setMyName": set_my_name,
    "getMyName": get_my_name,
    "setMyDescription": set_my_description,
    "getMyDescription": get_my_description,
    "setMyShortDescription": set_my_short_description,
    "getMyShortDescription": get_my_short_description,
}
