"""What the bot says about itself: its names, descriptions and menus of commands, each by language."""

from typing import TYPE_CHECKING

from bot.sandbox.state import Chat, Json

if TYPE_CHECKING:
    from bot.sandbox.world import World

Scope = tuple[str, int, int]  # type, chat id, user id; 0 where the type has none
DEFAULT: Scope = ("default", 0, 0)


class Profile:
    """Texts by language code, "" for everybody else; commands by scope and language code."""

    def __init__(self, name: str) -> None:
        self.names: dict[str, str] = {"": name}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.menu_buttons: dict[int, Json] = {}  # by chat, 0 for all others
        self.commands: dict[tuple[Scope, str], list[Json]] = {}

    def shown(self, kind: dict[str, str], language: str) -> str:
        """What a person with this language sees: their own, else the general one."""
        return kind.get(language) or kind.get("", "")


def menu(world: "World", chat: Chat, user_id: int) -> list[Json]:
    """The commands a person's app shows in a chat: the narrowest scope that has any, first in their language.

    Order: https://core.telegram.org/bots/api#determining-list-of-commands. Channels show none.
    """
    if chat.kind == "channel" or (chat.kind != "private" and not chat.member(world.bot.id).is_present):
        return []
    language = world.users[user_id].language_code
    for scope in _scopes(chat, user_id):
        for code in (language, ""):
            found = world.profile.commands.get((scope, code))
            if found:
                return found
    return []


def _scopes(chat: Chat, user_id: int) -> list[Scope]:
    if chat.kind == "private":
        return [("chat", chat.id, 0), ("all_private_chats", 0, 0), DEFAULT]
    admin = chat.member(user_id).is_admin
    return [
        ("chat_member", chat.id, user_id),
        *([("chat_administrators", chat.id, 0)] if admin else []),
        ("chat", chat.id, 0),
        *([("all_chat_administrators", 0, 0)] if admin else []),
        ("all_group_chats", 0, 0),
        DEFAULT,
    ]
