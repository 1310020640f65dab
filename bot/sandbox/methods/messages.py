"""Methods about messages: sending, editing, deleting, answering a pressed button."""

from typing import Any

from bot.sandbox import access, keyboards, links, placing, refusal, texts, wire
from bot.sandbox.methods import rich
from bot.sandbox.request import Method, Request
from bot.sandbox.state import CallbackAnswer, Chat, Json, Message

DELETABLE_S = 48 * 3600
ANSWERABLE_S = 15 * 60
MAX_ANSWER = 200
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
ACTIONS = {
    *("typing", "choose_sticker", "find_location", "cancel"),
    *("upload_photo", "upload_video", "upload_voice", "upload_document", "upload_video_note"),
    *("record_video", "record_voice", "record_video_note"),
}
PREVIEW_FLAGS = ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text")


async def send_message(request: Request) -> Json:
    return placing.placed(request, _content(request), what="text messages")


async def edit_message_text(request: Request) -> Json | bool:
    is_rich = request.value("rich_message") is not None
    return _edited(request, rich.content(request) if is_rich else _content(request))


async def edit_message_reply_markup(request: Request) -> Json | bool:
    return _edited(request, {})


def _edited(request: Request, content: Json) -> Json | bool:
    message = editable(request)
    if "text" in content and message.media:
        raise refusal.bad_request("there is no text in the message to edit")
    return changed(request, message, content)


def changed(request: Request, message: Message, content: Json) -> Json | bool:
    """The message with the content and the keyboard (none takes it away) in the place of its own; True for one that
    came of an inline result."""
    markup = keyboards.parsed(request.value("reply_markup"), inline_only=True, private=placing.is_private(request))
    content = content | {"keyboard": markup.rows}
    if all(getattr(message, name) == value for name, value in content.items()):
        raise refusal.bad_request(NOT_MODIFIED)
    request.note(*markup.notes)
    for name, value in content.items():
        setattr(message, name, value)
    message.edited_at = request.world.now()
    request.world.announce("edit", message.chat_id, message.id)
    return True if message.inline_id else wire.message(request.world, message)


def editable(request: Request) -> Message:
    """The message that a request names, if the bot may change it. Raises Refusal."""
    said, number = request.text("chat_id"), request.integer("message_id")
    if not said and not number:
        return _chosen(request)
    chat = access.chat(request.world, said, need="edit")
    message = access.message(chat, number, purpose="message to edit")
    may = message.by_bot or (chat.kind == "channel" and _bot_may(request, chat, "can_edit_messages"))
    if not may or message.service:
        raise refusal.bad_request("message can't be edited")
    access.is_open(chat)
    return message


def _chosen(request: Request) -> Message:
    """The message by the id that only those have which came of an inline result."""
    inline_id, world = request.text("inline_message_id"), request.world
    if inline_id not in world.inline.messages:
        raise refusal.bad_request("MESSAGE_ID_INVALID" if inline_id else "message identifier is not specified")
    chat_id, number = world.inline.messages[inline_id]
    return access.message(world.chats[chat_id], number, purpose="message to edit")


async def delete_message(request: Request) -> bool:
    if not request.text("chat_id"):
        raise refusal.bad_request("chat identifier is not specified")
    if not request.integer("message_id"):
        raise refusal.bad_request("message identifier is not specified")
    chat = access.chat(request.world, request.text("chat_id"), need="write")
    message = access.message(chat, request.integer("message_id"), purpose="message to delete")
    if not _deletable(request, chat, message):
        everyone = " for everyone" if chat.kind in {"private", "group"} else ""
        raise refusal.bad_request(f"message can't be deleted{everyone}")
    message.is_deleted = True
    request.world.announce("delete", chat.id, message.id)
    return True


def _deletable(request: Request, chat: Chat, message: Message) -> bool:
    """Source of the rules: https://core.telegram.org/bots/api#deletemessage."""
    if _bot_may(request, chat, "can_delete_messages"):
        return True
    is_young = request.world.now() - message.at < DELETABLE_S
    return is_young and (message.by_bot or chat.kind == "private")


def _bot_may(request: Request, chat: Chat, right: str) -> bool:
    return chat.member(request.world.bot.id).may(right)


async def answer_callback_query(request: Request) -> bool:
    world = request.world
    query = world.queries.get(request.text("callback_query_id"))
    if query is None or query.answer or world.clock() - query.at > ANSWERABLE_S:
        raise refusal.bad_request(TOO_OLD)
    if len(request.text("text")) > MAX_ANSWER:
        raise refusal.bad_request("MESSAGE_TOO_LONG")
    url = request.text("url")
    if url and not url.lower().startswith(("https://t.me/", "http://t.me/", "t.me/", "tg://")):
        raise refusal.bad_request("URL_INVALID")
    query.answer = CallbackAnswer(
        query_id=query.id,
        text=request.text("text"),
        show_alert=request.flag("show_alert"),
        url=url,
        at=world.clock(),
    )
    world.callback_answers.append(query.answer)
    world.bell.ring()
    return True


async def send_chat_action(request: Request) -> bool:
    if request.text("action").lower() not in ACTIONS:
        raise refusal.bad_request("wrong parameter action in request")
    chat = access.chat(request.world, request.text("chat_id"), need="write")
    placing.check(request, chat)
    access.may_send(request.world, chat)
    request.world.announce("typing", chat.id)
    return True


def _content(request: Request) -> Json:
    """Text, entities and link preview of a request."""
    said = texts.formatted(request.text("text"), request.value("entities"), knows_user=request.world.knows)
    preview = _link_preview(request.value("link_preview_options"))
    request.note(*said.notes)
    return {"text": said.text, "rich": {}, "entities": said.entities, "link_preview": preview}


def _link_preview(given: Any) -> Json | None:
    if not isinstance(given, dict):
        return None
    for name in PREVIEW_FLAGS:
        if not isinstance(given.get(name, False), bool):
            raise refusal.bad_request(f'field "{name}" must be of type Boolean')
    if given.get("url"):
        try:
            links.checked(str(given["url"]))
        except links.WrongLink as wrong:
            raise refusal.bad_request("WEBPAGE_URL_INVALID") from wrong
    return given


METHODS: dict[str, Method] = {
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
}
