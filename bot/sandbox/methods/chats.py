"""Methods about chats and who is in them."""

from bot.sandbox import access, refusal, wire
from bot.sandbox.request import Method, Request
from bot.sandbox.state import Chat, Json


async def get_chat(request: Request) -> Json:
    return wire.full_chat(access.chat(request.world, request.text("chat_id"), need="read"))


async def get_chat_member(request: Request) -> Json:
    user_id = request.integer("user_id")
    if user_id <= 0:
        raise refusal.bad_request("invalid user_id specified")
    chat = access.chat(request.world, request.text("chat_id"), need="edit")
    if chat.kind == "private":
        return _private_member(request, chat, user_id=user_id)
    is_channel = chat.kind == "channel"
    if is_channel and user_id != request.world.bot.id and not chat.member(request.world.bot.id).is_admin:
        raise refusal.bad_request("member list is inaccessible")
    if user_id != request.world.bot.id and user_id not in request.world.users:
        raise refusal.bad_request("member not found" if chat.kind == "group" else "PARTICIPANT_ID_INVALID")
    return wire.member(request.world.person(user_id), chat.member(user_id), chat.kind)


def _private_member(request: Request, chat: Chat, *, user_id: int) -> Json:
    if user_id not in {chat.id, request.world.bot.id}:
        raise refusal.bad_request("member not found")
    return {"user": wire.user(request.world.person(user_id)), "status": "member"}


async def get_chat_administrators(request: Request) -> list[Json]:
    chat = access.chat(request.world, request.text("chat_id"), need="edit")
    if chat.kind == "private":
        raise refusal.bad_request("there are no administrators in the private chat")
    world = request.world
    return [wire.member(world.person(one), how, chat.kind) for one, how in chat.members.items() if how.is_admin]


METHODS: dict[str, Method] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
}
