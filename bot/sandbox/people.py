"""What people do: write and press buttons. Each becomes an update where the bot may see it."""

import secrets
from typing import TYPE_CHECKING

from bot.sandbox import refusal, texts, wire
from bot.sandbox.refusal import Impossible
from bot.sandbox.state import Chat, Message, Query

if TYPE_CHECKING:
    from bot.sandbox.world import World


def say(world: "World", where: tuple[int, int], *, user_id: int, text: str, reply_to: int | None) -> Message:
    """Writes a message in a chat, in a topic of it or 0. Raises Impossible with the reason."""
    chat_id, thread_id = where
    chat = world.chats[chat_id]
    why_not = cannot_write(chat, user_id) or _cannot_write_in(chat, thread_id)
    if why_not:
        raise Impossible(why_not)
    try:
        content = texts.plain(text)
    except refusal.Refusal as refused:
        raise Impossible(refused.description) from refused
    if chat.kind == "private" and chat.access == "never":
        chat.access = "open"
    sender = None if chat.kind == "channel" else world.users[user_id]
    message = world.put(chat_id, sender, text=content.text, entities=content.entities, reply_to=reply_to)
    message.thread_id = thread_id or None
    if bot_sees(world, chat, message):
        kind = "channel_post" if chat.kind == "channel" else "message"
        world.updates.add(kind, wire.message(world, message))
    return message


def cannot_write(chat: Chat, user_id: int) -> str:
    """Why this person cannot write there, or nothing."""
    how = chat.member(user_id)
    if not how.is_present:
        return "not a member of the chat"
    if chat.is_deleted or chat.migrated_to:
        return "the chat is no more"
    if chat.kind == "private" and chat.access in {"blocked", "deactivated"}:
        return "the bot is blocked" if chat.access == "blocked" else "the account is deleted"
    if chat.kind == "channel" and not how.may("can_post_messages"):
        return "only administrators write in a channel"
    return "" if how.can_send else "not allowed to write in the chat"


def _cannot_write_in(chat: Chat, thread_id: int) -> str:
    topic = chat.topics.get(thread_id)
    return "" if not thread_id or (topic and not topic.is_deleted and not topic.is_closed) else "no such open topic"


def bot_sees(world: "World", chat: Chat, message: Message) -> bool:
    """Whether the bot gets this message: the rules of privacy mode (https://core.telegram.org/bots/features)."""
    how = chat.member(world.bot.id)
    if chat.kind == "private":
        return True
    if not how.is_present:
        return False
    if chat.kind == "channel" or how.is_admin or not world.privacy_mode:
        return True
    return message.via_bot or _is_command_for(world, message) or _answers_bot(chat, message)


def _is_command_for(world: "World", message: Message) -> bool:
    first = message.entities[0] if message.entities else {}
    if first.get("type") != "bot_command" or first["offset"] != 0:
        return False
    _, _, addressed = message.text[: first["length"]].partition("@")
    return not addressed or addressed.lower() == world.bot.username.lower()


def _answers_bot(chat: Chat, message: Message) -> bool:
    answered = chat.messages.get(message.reply_to or 0)
    return answered is not None and answered.by_bot


def press(world: "World", where: tuple[int, int], *, user_id: int, place: tuple[int, int]) -> str:
    """Presses the button at (row, column) of the message `where` = (chat id, message id)."""
    message = _message(world, where, user_id=user_id)
    row, column = place
    if message.is_deleted or not (0 <= row < len(message.keyboard) and 0 <= column < len(message.keyboard[row])):
        raise Impossible("there is no such button")
    button = message.keyboard[row][column]
    if "callback_data" not in button:
        raise Impossible("this button does not ask the bot")
    return _ask(world, message, user_id=user_id, data=button["callback_data"])


def press_data(world: "World", where: tuple[int, int], *, user_id: int, data: str) -> str:
    """Sends callback data that need not stand on any button. The message may be deleted."""
    return _ask(world, _message(world, where, user_id=user_id), user_id=user_id, data=data)


def _message(world: "World", where: tuple[int, int], *, user_id: int) -> Message:
    chat = world.chats[where[0]]
    if not chat.member(user_id).is_present:
        raise Impossible("not a member of the chat")
    message = chat.messages.get(where[1])
    if message is None or not (message.by_bot or message.inline_id):
        raise Impossible("the bot has no such message there")
    return message


def _ask(world: "World", message: Message, *, user_id: int, data: str) -> str:
    query = Query(
        id=str(secrets.randbits(62)),
        user_id=user_id,
        chat_id=message.chat_id,
        message_id=message.id,
        data=data,
        at=world.clock(),
    )
    world.queries[query.id] = query
    update = {"id": query.id, "from": wire.user(world.users[user_id]), "chat_instance": str(-message.chat_id)}
    inline = {"inline_message_id": message.inline_id}
    update |= inline if message.inline_id else {"message": wire.maybe_inaccessible(world, message)}
    update |= {"data": data}
    world.updates.add("callback_query", update)
    return query.id
