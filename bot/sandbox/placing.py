"""Puts a message of the bot where it belongs: the chat, the topic, the message it answers, the keyboard under it."""

from bot.sandbox import access, keyboards, refusal, topics, wire
from bot.sandbox.request import Request
from bot.sandbox.state import Chat, Json


def placed(request: Request, content: Json, *, what: str) -> Json:
    """The new message; `what` names its kind in the words of a refusal. Raises Refusal."""
    markup = keyboards.parsed(request.value("reply_markup"), private=is_private(request))
    chat = access.chat(request.world, request.text("chat_id"), need="write")
    check(request, chat)
    reply_to = _reply_to(request, chat)
    access.may_send(request.world, chat, what=what)
    request.note(*markup.notes)
    sender = None if chat.kind == "channel" else request.world.bot
    content |= {"keyboard": markup.rows, "reply_to": reply_to, "is_protected": request.flag("protect_content")}
    content |= {"thread_id": request.integer("message_thread_id") or None}
    return wire.message(request.world, request.world.put(chat.id, sender, by_bot=True, **content))


def check(request: Request, chat: Chat) -> None:
    """The topic, and what this world has none of: business connections, effects, direct messages of channels."""
    if request.text("business_connection_id"):
        raise refusal.bad_request("business connection not found")
    topics.check(request.world, chat, request.integer("message_thread_id"))
    if request.text("message_effect_id"):
        raise refusal.bad_request("EFFECT_ID_INVALID")
    if request.value("suggested_post_parameters") is not None:
        raise refusal.bad_request("suggested posts can be sent only to channel direct messages")


def is_private(request: Request) -> bool:
    """Whether the chat is a private one, or unknown."""
    chat = request.world.chats.get(request.integer("chat_id"))
    return chat is None or chat.kind == "private"


def _reply_to(request: Request, chat: Chat) -> int | None:
    given = request.value("reply_parameters")
    if not isinstance(given, dict):
        return None
    if "message_id" not in given:
        raise refusal.bad_request('can\'t find field "message_id"')
    if not isinstance(given["message_id"], int):
        raise refusal.bad_request('field "message_id" must be of type Number')
    answered = chat.messages.get(given["message_id"])
    if answered is not None and not answered.is_deleted and given.get("chat_id", chat.id) == chat.id:
        return answered.id
    if given.get("allow_sending_without_reply") is True:
        return None
    raise refusal.bad_request("message to be replied not found")
