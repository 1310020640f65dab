"""Whether the bot may reach a chat, and the words in which Telegram says that it may not."""

import re
from typing import TYPE_CHECKING, Literal

from bot.sandbox import refusal
from bot.sandbox.refusal import Refusal
from bot.sandbox.state import Chat, Message

if TYPE_CHECKING:
    from bot.sandbox.world import World

Need = Literal["read", "edit", "write"]
WRITING = frozenset({"edit", "write"})


def chat(world: "World", said: str, *, need: Need) -> Chat:
    """The chat named by an id or `@username`, if the bot may do there what it needs to. Raises Refusal.

    The order of the checks is that of `check_chat_access` in the Bot API server.
    """
    found = _found(world, said)
    if found.kind == "private":
        if found.access == "deactivated" and need in WRITING:
            raise refusal.forbidden("user is deactivated")
    elif found.kind == "group":
        _check_group(world, found, need=need)
    else:
        _check_supergroup(world, found, need=need)
    return found


def may_send(world: "World", place: Chat, *, what: str = "text messages") -> None:
    """Checks the bot's right to write in a chat it can reach. Raises Refusal."""
    how = place.member(world.bot.id)
    if place.kind == "channel" and not how.may("can_post_messages"):
        raise refusal.bad_request("need administrator rights in the channel chat")
    if place.kind in {"group", "supergroup"} and not how.can_send:
        raise refusal.bad_request(f"not enough rights to send {what} to the chat")
    if place.slow_mode_s and not how.is_admin:
        _wait_in_turn(world, place)
    is_open(place)


def _wait_in_turn(world: "World", place: Chat) -> None:
    """Slow mode: so many seconds between two messages of one member."""
    last_at = next((one.at for one in reversed(place.messages.values()) if one.by_bot), None)
    left_s = 0 if last_at is None else last_at + place.slow_mode_s - world.now()
    if left_s > 0:
        raise refusal.flood(left_s)


def is_open(place: Chat) -> None:
    """Checks that a person lets the bot write to them. Raises Refusal."""
    if place.access == "never":
        raise refusal.forbidden("bot can't initiate conversation with a user")
    if place.access == "blocked":
        raise refusal.forbidden("bot was blocked by the user")


def message(place: Chat, message_id: int, *, purpose: str) -> Message:
    """A message that is still there. Raises Refusal `<purpose> not found`."""
    found = place.messages.get(message_id)
    if found is None or found.is_deleted:
        raise refusal.bad_request(f"{purpose} not found")
    return found


def known(world: "World", said: str) -> Chat | None:
    """The chat named by an id or `@username`, whatever the bot may do there."""
    if said.startswith("@"):
        named = (one for one in world.chats.values() if one.kind != "private" and one.username)
        return next((one for one in named if one.username.lower() == said[1:].lower()), None)
    return world.chats.get(int(said)) if re.fullmatch(r"-?\d{1,19}", said) else None


def _found(world: "World", said: str) -> Chat:
    if not said:
        raise refusal.bad_request("chat_id is empty")
    if said == str(world.bot.id):
        raise refusal.forbidden("the bot can't send messages to the bot")
    found = known(world, said)
    if found is None:
        raise refusal.bad_request("chat not found")
    return found


def _check_group(world: "World", place: Chat, *, need: Need) -> None:
    if place.migrated_to and need == "write":
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refusal(400, text, {"migrate_to_chat_id": place.migrated_to})
    if place.is_deleted and need == "write":
        raise refusal.forbidden("the group chat was deleted")
    how = place.member(world.bot.id)
    if need in WRITING and not how.is_present and not place.migrated_to:
        raise refusal.forbidden(f"{_outside(how.status)} the group chat")


def _check_supergroup(world: "World", place: Chat, *, need: Need) -> None:
    how = place.member(world.bot.id)
    if how.status == "kicked":
        raise refusal.forbidden(f"bot was kicked from the {place.kind} chat")
    if place.is_deleted:
        raise refusal.bad_request("chat not found")
    if not how.is_present and (need in WRITING or not place.username):
        raise refusal.forbidden(f"bot is not a member of the {place.kind} chat")


def _outside(status: str) -> str:
    return "bot was kicked from" if status == "kicked" else "bot is not a member of"
