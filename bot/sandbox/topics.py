"""Topics of a forum: made, closed, opened again and deleted by people."""

from typing import TYPE_CHECKING

from bot.sandbox import refusal, wire
from bot.sandbox.refusal import Impossible
from bot.sandbox.state import Chat, Message, Topic, User

if TYPE_CHECKING:
    from bot.sandbox.world import World

GENERAL = 1
COLOR = 0x6FB9F0


def made(world: "World", chat_id: int, *, name: str, by: User) -> int:
    """A new topic; returns its number. Raises Impossible where there are none."""
    chat = world.chats[chat_id]
    if not chat.topics:
        raise Impossible("the chat is not a forum")
    line = world.put(chat_id, by, service={"forum_topic_created": {"name": name, "icon_color": COLOR}})
    line.thread_id = line.id
    chat.topics[line.id] = Topic(name=name)
    _tell(world, chat, line)
    return line.id


def closed(world: "World", chat_id: int, thread_id: int, *, by: User, is_closed: bool) -> None:
    """Closes a topic or opens it again, General (1) too. Raises Impossible when it is so already, or gone."""
    chat = world.chats[chat_id]
    topic = chat.topics.get(thread_id)
    if topic is None or topic.is_deleted or topic.is_closed == is_closed:
        raise Impossible("there is no such topic to change")
    topic.is_closed = is_closed
    line = world.put(chat_id, by, service={"forum_topic_closed" if is_closed else "forum_topic_reopened": {}})
    line.thread_id = None if thread_id == GENERAL else thread_id
    _tell(world, chat, line)


def deleted(world: "World", chat_id: int, thread_id: int) -> None:
    """Deletes a topic with all its messages; nobody is told. Raises Impossible for General, or what is gone."""
    chat = world.chats[chat_id]
    topic = chat.topics.get(thread_id)
    if topic is None or topic.is_deleted or thread_id == GENERAL:
        raise Impossible("there is no such topic to delete")
    topic.is_deleted = True
    for message in chat.messages.values():
        if message.thread_id == thread_id:
            message.is_deleted = True
            world.announce("delete", chat_id, message.id)


def check(world: "World", chat: Chat, thread_id: int) -> None:
    """Whether the bot may write in this topic, 0 for none. Raises Refusal.

    General has no number to write to; nobody but who manages topics writes in a closed one.
    """
    topic = chat.topics.get(thread_id or GENERAL)
    if thread_id and (topic is None or thread_id == GENERAL):
        raise refusal.bad_request("message thread not found")
    if topic is None:
        return
    if topic.is_deleted:
        raise refusal.bad_request("TOPIC_DELETED")
    if topic.is_closed and not chat.member(world.bot.id).may("can_manage_topics"):
        raise refusal.bad_request("TOPIC_CLOSED")


def _tell(world: "World", chat: Chat, line: Message) -> None:
    if chat.member(world.bot.id).is_present:
        world.updates.add("message", wire.message(world, line))
