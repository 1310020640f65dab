"""Methods about the topics of a forum, for a bot that may manage them."""

from bot.sandbox import access, refusal, topics
from bot.sandbox.refusal import Impossible
from bot.sandbox.request import Method, Request
from bot.sandbox.state import Chat, Json


async def create_forum_topic(request: Request) -> Json:
    chat, name = _forum(request), request.text("name").strip()
    if not name:
        raise refusal.bad_request("topic name is empty")
    number = topics.made(request.world, chat.id, name=name, by=request.world.bot)
    return {"message_thread_id": number, "name": name, "icon_color": topics.COLOR}


async def close_forum_topic(request: Request) -> bool:
    return _closed(request, is_closed=True)


async def reopen_forum_topic(request: Request) -> bool:
    return _closed(request, is_closed=False)


async def delete_forum_topic(request: Request) -> bool:
    chat = _forum(request)
    topics.deleted(request.world, chat.id, _thread(request, chat))
    return True


def _closed(request: Request, *, is_closed: bool) -> bool:
    chat = _forum(request)
    number = _thread(request, chat)
    try:
        topics.closed(request.world, chat.id, number, by=request.world.bot, is_closed=is_closed)
    except Impossible as reason:
        raise refusal.bad_request("TOPIC_NOT_MODIFIED") from reason
    return True


def _forum(request: Request) -> Chat:
    chat = access.chat(request.world, request.text("chat_id"), need="write")
    if chat.kind != "supergroup":
        raise refusal.bad_request("method is available only for supergroups")
    if not chat.topics:
        raise refusal.bad_request("the chat is not a forum")
    if not chat.member(request.world.bot.id).may("can_manage_topics"):
        raise refusal.bad_request("not enough rights")
    return chat


def _thread(request: Request, chat: Chat) -> int:
    number = request.integer("message_thread_id")
    topic = chat.topics.get(number)
    if topic is None or topic.is_deleted or number == topics.GENERAL:
        raise refusal.bad_request("message thread not found")
    return number


METHODS: dict[str, Method] = {
    "createForumTopic": create_forum_topic,
    "closeForumTopic": close_forum_topic,
    "reopenForumTopic": reopen_forum_topic,
    "deleteForumTopic": delete_forum_topic,
}
